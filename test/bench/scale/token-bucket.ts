/** Admits so many a second, and as many at once after a second of rest. */
export class TokenBucket {
  readonly #clock: { now(): number };
  readonly #perSecond: number;
  #tokens: number;
  #at: number;

  constructor(clock: { now(): number }, perSecond: number) {
    this.#clock = clock;
    this.#perSecond = perSecond;
    this.#tokens = perSecond;
    this.#at = clock.now();
  }

  /** Takes them if there are as many; otherwise takes none. */
  take(tokens: number): boolean {
    const now = this.#clock.now();
    this.#tokens = Math.min(this.#perSecond, this.#tokens + ((now - this.#at) / 1_000) * this.#perSecond);
    this.#at = now;
    if (this.#tokens < tokens) return false;
    this.#tokens -= tokens;
    return true;
  }
}
