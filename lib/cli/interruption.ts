import { constants } from 'node:os';

/** Ctrl-C, a polite kill, a closed terminal. */
const endingSignals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Somebody ended the command before it was done. */
export class Interrupted extends Error {
  /** As a shell gives it for the signal: 130 for Ctrl-C. */
  readonly exitCode: number;

  constructor(signal: (typeof endingSignals)[number] | 'SIGPIPE') {
    super(`ended by ${signal}`);
    this.exitCode = 128 + constants.signals[signal];
  }
}

/**
 * Aborts at the first signal, or when nobody reads the output any more (`| head`), with `Interrupted` as its reason, and
 * keeps this process from ending by itself.
 * Further signals change nothing: npm and tsx pass on what a terminal has sent to all of them anyway, and the second
 * copy must not end what the first has told to clean up.
 */
export function interruption(): AbortSignal {
  const controller = new AbortController();
  for (const name of endingSignals) process.on(name, () => controller.abort(new Interrupted(name)));
  process.stdout.on('error', () => controller.abort(new Interrupted('SIGPIPE')));
  return controller.signal;
}

/**
 * Resolves as `work` does, unless the signal aborts before. The work itself is not stopped.
 * @throws the signal's reason
 */
export function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const aborted = new Promise<never>((_resolve, reject) => {
    if (signal.aborted) reject(signal.reason);
    else signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
  return Promise.race([work, aborted]);
}
