import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** Runs a script of the runbooks and sends it a signal, as the time-out of its step does, once `when` is over. */
export async function signalScript(
  script: string,
  environment: Readonly<Record<string, string>>,
  signal: 'SIGTERM' | 'SIGKILL',
  when: () => Promise<void>,
): Promise<{ readonly exitCode: number | null; readonly stdout: string }> {
  const file = fileURLToPath(new URL(`../../../lib/runbooks/scripts/${script}`, import.meta.url));
  const env = { ...environment, PATH: process.env.PATH, PYTHONDONTWRITEBYTECODE: '1' };
  const child = spawn(file, { env, stdio: ['ignore', 'pipe', 'inherit'], detached: true });
  let stdout = '';
  child.stdout.on('data', (chunk: Buffer) => {
    stdout += chunk;
  });
  const ended = once(child, 'close');
  await when();
  // The whole group, which is what coreutils' timeout signals.
  if (child.exitCode === null && child.pid !== undefined) process.kill(-child.pid, signal);
  await ended;
  return { exitCode: child.exitCode, stdout };
}
