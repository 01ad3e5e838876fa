/**
 * The cloud's time: real time plus an offset. It goes on by itself, can be moved forward, and never back. The offset lies
 * in shared memory, so that functions in worker threads see the same time.
 */
export class LocalClock {
  /** Milliseconds to add to the real time. */
  readonly offset = new BigInt64Array(new SharedArrayBuffer(BigInt64Array.BYTES_PER_ELEMENT));

  /** @param startMs epoch milliseconds at which the cloud's time begins. @default the real time */
  constructor(startMs: number = Date.now()) {
    this.offset[0] = BigInt(Math.round(startMs - Date.now()));
  }

  /** Epoch milliseconds. */
  now(): number {
    return Date.now() + Number(Atomics.load(this.offset, 0));
  }

  /** Moves the time on to `ms` (epoch milliseconds); a time that is past already changes nothing. */
  advanceTo(ms: number): void {
    const by = ms - this.now();
    if (by > 0) Atomics.add(this.offset, 0, BigInt(Math.ceil(by)));
  }
}
