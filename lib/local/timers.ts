import type { LocalClock } from './clock.ts';

/** What a timer does when its time has come. */
type Action = () => void;

interface Timer {
  readonly at: number;
  readonly action: Action;
  readonly isShort: boolean;
}

/** Everything that the cloud does at a later time, by the cloud's clock: the only timers that moving the clock fires. */
export class Timers {
  readonly #clock: LocalClock;
  #pending: Timer[] = [];

  constructor(clock: LocalClock) {
    this.#clock = clock;
  }

  /** Does `action` at `at` (epoch milliseconds). Returns what cancels it. */
  schedule(at: number, action: Action): () => void {
    return this.#add({ at, action, isShort: false });
  }

  /** Like `schedule`, for a wait that is part of one transaction (a batching window): settling the cloud waits for it. */
  scheduleShort(at: number, action: Action): () => void {
    return this.#add({ at, action, isShort: true });
  }

  /** Epoch milliseconds of the next timer. */
  get nextAt(): number | undefined {
    return this.#pending[0]?.at;
  }

  /** Epoch milliseconds of the next timer that settling waits for. */
  get nextShortAt(): number | undefined {
    return this.#pending.find((timer) => timer.isShort)?.at;
  }

  /** Fires what is due, the oldest first. */
  fireDue(): void {
    this.#fire(() => true);
  }

  /** Fires what is due and part of settling, and nothing else. */
  fireDueShort(): void {
    this.#fire((timer) => timer.isShort);
  }

  #fire(wanted: (timer: Timer) => boolean): void {
    for (;;) {
      const due = this.#pending.find((timer) => timer.at <= this.#clock.now() && wanted(timer));
      if (due === undefined) return;
      this.#remove(due);
      due.action();
    }
  }

  #add(timer: Timer): () => void {
    const later = this.#pending.findIndex((other) => other.at > timer.at);
    this.#pending.splice(later === -1 ? this.#pending.length : later, 0, timer);
    return () => this.#remove(timer);
  }

  #remove(timer: Timer): void {
    this.#pending = this.#pending.filter((other) => other !== timer);
  }
}
