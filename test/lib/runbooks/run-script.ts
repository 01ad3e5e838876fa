import { execFile } from 'node:child_process';
import { chmod, copyFile, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';

/** What a check said, in the parts that the plugin API names. */
export interface Outcome {
  readonly exitCode: number;
  /** The first line up to its performance data. */
  readonly text: string;
  /** Label to value and unit, as printed: `91%`. */
  readonly metrics: Readonly<Record<string, string>>;
}

export interface HostDifference {
  /** Folder of stand-ins, searched before the system's own tools. */
  readonly tools?: string;
  /** Only the tools of the folder exist. */
  readonly onlyTools?: string;
  /** Further variables of the host's environment. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Gives up root, to whom no file is denied; changes nothing for anybody else. */
  readonly unprivileged?: boolean;
}

const scripts = fileURLToPath(new URL('../../../lib/runbooks/scripts/', import.meta.url));
const nobody = 65534;
const isRoot = process.getuid?.() === 0;

/**
 * Runs a script of the runbooks by its shebang, in no environment but its settings (`diskPath` as `ROUNDS_DISK_PATH`).
 *
 * @throws {Error} when what it prints is not the plugin API, or too long to be read on a phone.
 */
export async function runScript(
  script: string,
  settings: Readonly<Record<string, string | number>>,
  host: HostDifference = {},
): Promise<Outcome> {
  const asNobody = host.unprivileged === true && isRoot;
  const systemPath = asNobody ? '/usr/bin:/bin' : (process.env.PATH ?? '/usr/bin:/bin');
  const path = host.onlyTools ?? (host.tools === undefined ? systemPath : `${host.tools}:${systemPath}`);
  const file = asNobody ? await copyForEverybody(join(scripts, script)) : join(scripts, script);
  // Python would leave compiled copies of the library beside it.
  const env = { ...host.environment, ...asEnvironment(settings), PATH: path, PYTHONDONTWRITEBYTECODE: '1' };
  const identity = asNobody ? { uid: nobody, gid: nobody } : {};

  return await new Promise((resolve, reject) => {
    execFile(file, { env, timeout: 20_000, ...identity }, (error, stdout, stderr) => {
      const exitCode = error === null ? 0 : error.code;
      if (typeof exitCode !== 'number' || exitCode > 3 || stderr !== '') {
        reject(new Error(`${script} ended with ${exitCode}, expected 0 to 3 and no stderr: ${stdout}${stderr}`));
      } else {
        resolve({ exitCode, ...parse(stdout) });
      }
    });
  });
}

/** A folder that is gone after the test. */
export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'rounds check '));
  await chmod(folder, 0o755);
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** A folder with one tool in it: the lines of a shell script. */
export async function toolFolder(name: string, ...lines: readonly string[]): Promise<string> {
  const folder = await temporaryFolder();
  await writeFile(join(folder, name), ['#!/bin/sh', ...lines, ''].join('\n'), { mode: 0o755 });
  return folder;
}

/** The script and its library, where everybody may read them. */
async function copyForEverybody(script: string): Promise<string> {
  const folder = await temporaryFolder();
  const libraries = (await readdir(scripts)).filter((name) => /^(plugin\.sh|[a-z_]+\.py)$/.test(name));
  for (const name of new Set([basename(script), ...libraries])) {
    await copyFile(join(scripts, name), join(folder, name));
    await chmod(join(folder, name), 0o755);
  }
  return join(folder, basename(script));
}

function asEnvironment(settings: Readonly<Record<string, string | number>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(settings).map(([name, value]) => [
      `ROUNDS_${name.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()}`,
      String(value),
    ]),
  );
}

function parse(stdout: string): Omit<Outcome, 'exitCode'> {
  const [line = '', ...further] = stdout.split('\n');
  const [text = '', data] = line.split(' | ');
  if (!/^[ -{}~]{1,300}$/.test(text) || line.length > 1500 || further.join('') !== '') {
    throw new Error(`expected one printable line of at most 1500 bytes, got ${JSON.stringify(stdout)}`);
  }
  const metrics = (data?.split(' ') ?? []).map((datum) => {
    const match = /^'([\w.-]+)'=((?:-?\d+(?:\.\d+)?(?:s|B|%)?)|U);;;0(?:;\d+)?$/.exec(datum);
    if (match === null) throw new Error(`expected 'label'=value[unit];;;0[;max], got ${datum} in ${line}`);
    return [match[1], match[2]];
  });
  return { text, metrics: Object.fromEntries(metrics) };
}
