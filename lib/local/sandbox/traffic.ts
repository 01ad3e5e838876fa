import { appendFileSync, mkdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Scenario } from './scenario.ts';

const minuteMs = 60_000;
const historyMinutes = 24 * 60;
/** How often it looks whether a minute is over. */
const lookMs = 1_000;

export interface Minute {
  /** Minutes since 1970. */
  readonly number: number;
  /** Minutes from then until the scenario began; below 0 afterwards. */
  readonly age: number;
  readonly scenario: Scenario;
}

/** Lines that are written in one minute, by the file's path in the folder of the logs. */
export type LinesOf = (minute: Minute) => Readonly<Record<string, readonly string[]>>;

export interface TrafficOptions {
  /** The folder of the logs. */
  readonly logs: string;
  /** The folder in which the checks keep what they have read. */
  readonly state: string;
  /** The scenarios that show in the logs. */
  readonly troubles: readonly Scenario[];
  readonly linesOf: LinesOf;
}

/** The logs of a host that is used: those of the last 24 hours, and more with every minute. */
export class Traffic {
  readonly #options: TrafficOptions;
  readonly #timer: NodeJS.Timeout;
  #scenario: Scenario | undefined;
  #began = 0;
  #written = 0;

  constructor(options: TrafficOptions) {
    this.#options = options;
    this.#timer = setInterval(() => this.#goOn(), lookMs).unref();
  }

  /**
   * Begins the logs anew where the scenario makes others of them, and lets the checks forget what they have read: else a
   * break-in, once mended, would go on being found until its day is over.
   */
  apply(scenario: Scenario): void {
    const { logs, state, troubles } = this.#options;
    const shown = troubles.includes(scenario) ? scenario : 'healthy';
    if (shown === this.#scenario) return;
    this.#scenario = shown;
    for (const folder of [logs, state]) rmSync(folder, { recursive: true, force: true });
    mkdirSync(logs, { recursive: true });
    this.#began = currentMinute();
    this.#written = this.#began - historyMinutes;
    this.#goOn();
  }

  close(): void {
    clearInterval(this.#timer);
  }

  #goOn(): void {
    const scenario = this.#scenario;
    if (scenario === undefined) return;
    const texts = new Map<string, string[]>();
    for (const now = currentMinute(); this.#written < now; this.#written += 1) {
      const minute = { number: this.#written, age: this.#began - this.#written, scenario };
      for (const [file, lines] of Object.entries(this.#options.linesOf(minute))) {
        if (lines.length === 0) continue;
        const text = texts.get(file) ?? [];
        texts.set(file, text);
        text.push(...lines.map((line) => `${line}\n`));
      }
    }
    for (const [file, text] of texts) {
      const path = join(this.#options.logs, file);
      mkdirSync(dirname(path), { recursive: true });
      appendFileSync(path, text.join(''));
    }
  }
}

function currentMinute(): number {
  return Math.floor(Date.now() / minuteMs);
}

/** ISO 8601 of a moment of a minute. */
export function timeIn(minute: number, second: number): string {
  return new Date(minute * minuteMs + second * 1_000).toISOString();
}
