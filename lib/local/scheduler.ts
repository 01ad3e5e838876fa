import { randomUUID } from 'node:crypto';
import type { LocalClock } from './clock.ts';
import type { NextFiring } from './schedule-expression.ts';
import type { Json } from './service.ts';
import type { Target } from './targets.ts';
import type { Timers } from './timers.ts';

export interface Schedule {
  readonly name: string;
  readonly arn: string;
  readonly description: string;
  readonly expression: string;
  readonly timeZone: string;
  readonly next: NextFiring;
  /** JSON text, with the context attributes of the scheduler still in it. */
  readonly input: string;
  readonly target: Target;
}

export interface UpcomingFiring {
  readonly schedule: Schedule;
  /** Epoch milliseconds. */
  readonly at: number;
}

/** EventBridge Scheduler: fires each schedule when the cloud's clock has come to its time. */
export class LocalScheduler {
  readonly #clock: LocalClock;
  readonly #timers: Timers;
  readonly #schedules = new Map<string, Schedule>();

  constructor({ clock, timers }: { readonly clock: LocalClock; readonly timers: Timers }) {
    this.#clock = clock;
    this.#timers = timers;
  }

  /** The next firing of every schedule, the soonest first. */
  get upcoming(): readonly UpcomingFiring[] {
    const now = this.#clock.now();
    return [...this.#schedules.values()]
      .flatMap((schedule) => {
        const at = schedule.next(now);
        return at === undefined ? [] : [{ schedule, at }];
      })
      .sort((one, other) => one.at - other.at);
  }

  add(schedule: Schedule): void {
    this.#schedules.set(schedule.name, schedule);
    this.#arm(schedule, this.#clock.now());
  }

  /** Fires out of turn, as if it were `at` (epoch milliseconds). @default now, at the full minute */
  fire(name: string, at: number = Math.floor(this.#clock.now() / 60_000) * 60_000): void {
    const schedule = this.#schedules.get(name);
    if (schedule === undefined) {
      throw new Error(`No schedule "${name}"; there are ${[...this.#schedules.keys()].join(', ')}.`);
    }
    schedule.target(inputOf(schedule, at));
  }

  #arm(schedule: Schedule, after: number): void {
    const at = schedule.next(after);
    if (at === undefined) return;
    this.#timers.schedule(at, () => {
      this.#arm(schedule, at);
      this.fire(schedule.name, at);
    });
  }
}

/** @see https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-schedule-context-attributes.html */
function inputOf({ arn, input }: Schedule, at: number): Json {
  const attributes: Readonly<Record<string, string>> = {
    'schedule-arn': arn,
    'scheduled-time': new Date(at).toISOString().replace(/\.\d{3}Z$/, 'Z'),
    'execution-id': randomUUID(),
    'attempt-number': '1',
  };
  return JSON.parse(input.replace(/<aws\.scheduler\.([a-z-]+)>/g, (whole, name) => attributes[name] ?? whole));
}
