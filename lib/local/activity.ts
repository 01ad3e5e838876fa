/** Counts what is in flight anywhere in the cloud, so that a test can wait for the end of it instead of sleeping. */
export class Activity {
  #running = 0;
  readonly #waiting: (() => void)[] = [];

  get idle(): boolean {
    return this.#running === 0;
  }

  /** Counts `work` as in flight until its promise is settled. */
  async track<T>(work: () => Promise<T>): Promise<T> {
    this.#running += 1;
    try {
      return await work();
    } finally {
      this.#running -= 1;
      if (this.#running === 0) for (const resume of this.#waiting.splice(0)) resume();
    }
  }

  /** Resolves when nothing is in flight; what begins afterwards does not count. */
  async whenIdle(): Promise<void> {
    while (this.#running > 0) await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }
}
