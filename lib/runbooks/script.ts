import { fileURLToPath } from 'node:url';

/** Absolute path of a script that runs on hosts. */
export function script(name: string): string {
  return fileURLToPath(new URL(`scripts/${name}`, import.meta.url));
}
