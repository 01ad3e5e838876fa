import { chmodSync, copyFileSync, mkdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * Puts programs of the folder `stand-ins` into a folder of a host: for what a laptop cannot really have, such as services
 * of systemd or a disk of a chosen fullness. Each takes only the calls that the checks make, so that a check which asks
 * otherwise is not answered by chance; `state`, beside its folder's parent, says what is wrong.
 */
export function installStandIns(folder: string, names: readonly string[]): void {
  mkdirSync(folder, { recursive: true });
  for (const name of names) {
    const path = join(folder, basename(name));
    copyFileSync(fileURLToPath(new URL(`./stand-ins/${name}`, import.meta.url)), path);
    chmodSync(path, 0o755);
  }
}
