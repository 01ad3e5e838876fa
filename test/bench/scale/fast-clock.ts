import { LocalClock } from '../../../lib/local/clock.ts';

/** How to compute a clock's time from the machine's. */
export interface ClockRate {
  readonly startMs: number;
  readonly realStartMs: number;
  readonly speed: number;
}

/** A cloud's clock that runs by itself, `speed` times as fast as the machine's, once it is told to begin. */
export class FastClock extends LocalClock {
  readonly #startMs: number;
  readonly #speed: number;
  #realStartMs: number | undefined;

  /** @param startMs epoch milliseconds at which the cloud's time begins */
  constructor(startMs: number, speed: number) {
    super(startMs);
    this.#startMs = startMs;
    this.#speed = speed;
  }

  begin(): void {
    this.#realStartMs = Date.now();
  }

  get rate(): ClockRate {
    return { startMs: this.#startMs, realStartMs: this.#realStartMs ?? Date.now(), speed: this.#speed };
  }

  override now(): number {
    if (this.#realStartMs === undefined) return this.#startMs;
    return this.#startMs + (Date.now() - this.#realStartMs) * this.#speed;
  }

  /** Lets `ms` of the cloud's time pass. */
  async pass(ms: number): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve, this.real(ms)));
  }

  /** What a wait of the cloud takes on this machine, in milliseconds. */
  real(ms: number): number {
    return ms / this.#speed;
  }
}
