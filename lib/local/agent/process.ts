import { spawn } from 'node:child_process';
import { BoundedBytes, streamLimit } from './output.ts';

/** The agent's exit code of a process that it killed itself, whether for time or because the command was cancelled. */
export const preemptedExitCode = 137;

/** The agent's exit code of a process that a signal ended. */
const signalledExitCode = -1;

/** The agent's exit code when no process could be started. */
const startFailedExitCode = 1;

export interface ProcessResult {
  readonly exitCode: number;
  readonly ended: 'by-itself' | 'for-time' | 'cancelled';
  readonly stdout: Buffer;
  readonly stderr: Buffer;
}

export interface ProcessOptions {
  readonly directory: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

/**
 * Runs `sh -c <file>`: the kernel honours the file's shebang, and sh reads it itself where there is none. As with the
 * agent, the process has a group of its own, which is killed whole for time or cancellation, and it is over only when
 * nobody holds its output open any more.
 */
export function runScript(file: string, options: ProcessOptions): Promise<ProcessResult> {
  return new Promise((resolve) => {
    const stdout = new BoundedBytes(streamLimit.stdout);
    const stderr = new BoundedBytes(streamLimit.stderr);
    const child = spawn('sh', ['-c', file], {
      cwd: options.directory,
      env: options.environment,
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const end = (exitCode: number, ended: ProcessResult['ended']): void => {
      clearTimeout(timer);
      options.signal.removeEventListener('abort', cancel);
      resolve({ exitCode, ended, stdout: stdout.bytes(), stderr: stderr.bytes() });
    };
    const kill = (ended: 'for-time' | 'cancelled'): void => {
      if (child.pid !== undefined) killGroup(child.pid);
      child.stdout.destroy();
      child.stderr.destroy();
      end(preemptedExitCode, ended);
    };
    const cancel = (): void => kill('cancelled');
    const timer = setTimeout(() => kill('for-time'), options.timeoutMs);
    child.stdout.on('data', (chunk: Buffer) => stdout.add(chunk));
    child.stderr.on('data', (chunk: Buffer) => stderr.add(chunk));
    child.on('error', (error) => {
      stderr.add(Buffer.from(`The local agent could not start sh: ${error.message}\n`));
      end(startFailedExitCode, 'by-itself');
    });
    child.on('close', (code) => end(code ?? signalledExitCode, 'by-itself'));
    if (options.signal.aborted) cancel();
    else options.signal.addEventListener('abort', cancel);
  });
}

function killGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch (error) {
    // The group may have ended by itself a moment ago.
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}
