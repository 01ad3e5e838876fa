/** Bytes that the agent keeps of one step's streams. @see GetCommandInvocation in the SSM API reference. */
export const streamLimit = { stdout: 24_000, stderr: 8_000 } as const;

/** Bytes of `CommandPlugin.Output`, in which ListCommandInvocations shows both streams. */
export const outputLimit = 2_500;

const outputCut = '\n---Output truncated---';
const errorCut = '\n---Error truncated----';
const errorTitle = '\n----------ERROR-------\n';
const streamCut = '--output truncated--';

/** Keeps the first bytes of a stream and forgets the rest, so that a script may print without end. */
export class BoundedBytes {
  readonly #limit: number;
  readonly #chunks: Buffer[] = [];
  #kept = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  add(chunk: Buffer): void {
    const room = this.#limit - this.#kept;
    if (room <= 0) return;
    const part = chunk.subarray(0, room);
    this.#chunks.push(part);
    this.#kept += part.length;
  }

  bytes(): Buffer {
    return Buffer.concat(this.#chunks);
  }
}

/** The text of a stream in GetCommandInvocation: cut to the limit, with a mark in its last bytes. */
export function streamText(bytes: Buffer, limit: number): string {
  if (bytes.length < limit) return bytes.toString();
  return bytes.subarray(0, limit - streamCut.length) + streamCut;
}

/**
 * Both streams in at most 2,500 bytes: stdout, a title, stderr. Where they do not fit, the longer one gives way, or both
 * by half, with a mark at each cut: the agent's own arithmetic (`TruncateOutput` of its iohandler).
 */
export function combinedOutput(stdout: Buffer, stderr: Buffer): string {
  const title = stderr.length > 0 ? errorTitle : '';
  const room = outputLimit - title.length;
  if (stdout.length + stderr.length < room) return stdout + title + stderr;
  const half = Math.floor(room / 2);
  if (stdout.length > half && stderr.length > half) {
    const each = Math.floor((room - outputCut.length - errorCut.length) / 2);
    return stdout.subarray(0, each) + outputCut + title + stderr.subarray(0, each) + errorCut;
  }
  if (stdout.length < half) {
    return stdout + title + stderr.subarray(0, room - errorCut.length - stdout.length) + errorCut;
  }
  return stdout.subarray(0, room - outputCut.length - stderr.length) + outputCut + title + stderr;
}
