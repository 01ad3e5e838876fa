import { execFile } from 'node:child_process';
import { cpSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../../markdown.ts';
import { scratchFolder } from '../../scratch-folder.ts';

export interface Ended {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

const copied = [
  'bin',
  'cdk.json',
  'biome.json',
  'contacts.example.json',
  'functions',
  'lib',
  'package.json',
  'test',
  'tsconfig.json',
  'vitest.config.ts',
];

/** A checkout in which files can be made and changed; what is installed is linked. */
export function projectCopy(): string {
  const folder = scratchFolder();
  for (const path of copied) cpSync(join(root, path), join(folder, path), { recursive: true, verbatimSymlinks: true });
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  return folder;
}

/** Runs a program that the project depends on, or node, in a checkout. */
export function runIn(
  folder: string,
  program: string,
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<Ended> {
  const file = program === 'node' ? process.execPath : join(folder, 'node_modules/.bin', program);
  return new Promise((resolve) => {
    execFile(file, args, { cwd: folder, env: { ...process.env, ...environment } }, (error, stdout, stderr) => {
      resolve({ exitCode: typeof error?.code === 'number' ? error.code : Number(error !== null), stdout, stderr });
    });
  });
}

/** The command line of a checkout. */
export function roundsIn(folder: string, ...words: readonly string[]): Promise<Ended> {
  return runIn(folder, 'node', ['--import', 'tsx', 'bin/rounds.ts', ...words]);
}
