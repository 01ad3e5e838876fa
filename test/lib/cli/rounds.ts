import { vi } from 'vitest';
import { runRounds } from '../../../lib/cli/program.ts';
import type { Ended } from './project-copy.ts';

/**
 * Runs a command line in this process, which is a second faster than a new one; a command line that cannot be meant ends
 * the process, and needs one of its own.
 */
export async function rounds(
  words: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<Ended> {
  const written = { stdout: '', stderr: '' };
  const before = process.exitCode;
  for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
  const spies = (['stdout', 'stderr'] as const).map((stream) =>
    vi.spyOn(process[stream], 'write').mockImplementation((text) => {
      written[stream] += String(text);
      return true;
    }),
  );
  try {
    process.exitCode = undefined;
    await runRounds(words);
    return { ...written, exitCode: Number(process.exitCode ?? 0) };
  } finally {
    process.exitCode = before;
    for (const spy of spies) spy.mockRestore();
    vi.unstubAllEnvs();
  }
}
