import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';

/** Debian's folder of all versions of PostgreSQL. */
const postgresVersions = '/usr/lib/postgresql';

/** The programs of PostgreSQL's newest version, where Debian has installed any. */
export function postgresFolder(): string | undefined {
  const versions = existsSync(postgresVersions) ? readdirSync(postgresVersions) : [];
  const newestFirst = versions.toSorted((a, b) => Number(b) - Number(a));
  const folders = newestFirst.map((version) => join(postgresVersions, version, 'bin'));
  return folders.find((folder) => existsSync(join(folder, 'psql')));
}

/**
 * This process's PATH, with the programs themselves before what stands in for them: pyenv and Debian's PostgreSQL start
 * each by a script, which takes longer than most checks do.
 */
export function directPath(): string {
  const path = process.env.PATH ?? '/usr/bin:/bin';
  const known = path.split(delimiter);
  const folders = [pythonFolder(), postgresFolder()].filter((folder) => folder !== undefined);
  return [...folders.filter((folder) => !known.includes(folder)), path].join(delimiter);
}

function pythonFolder(): string | undefined {
  try {
    return dirname(execFileSync('python3', ['-c', 'import sys; print(sys.executable)'], { encoding: 'utf8' }).trim());
  } catch {
    // Whatever needs it says so.
    return undefined;
  }
}

/** For the databases of all tests that run at one time, several times over; in bytes. */
const roomBytes = 4 * 1024 ** 3;

/** Where a database belongs that lives no longer than its test: in memory where there is room, since it waits for a disk. */
export function scratchRoot(memory = '/dev/shm'): string {
  return process.env.TMPDIR === undefined && hasRoom(memory) ? memory : tmpdir();
}

function hasRoom(folder: string): boolean {
  if (!existsSync(folder)) return false;
  const { bavail, bsize } = statfsSync(folder);
  return bavail * bsize >= roomBytes;
}
