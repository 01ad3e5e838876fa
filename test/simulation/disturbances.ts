import { readMs } from '../../functions/core/round.ts';
import type { Random } from './random.ts';

/** What goes wrong around the functions, as often as it is asked. */
export interface Disturbances {
  /** Delays of a slot's firings in milliseconds: none for a firing that is lost, several for one that is repeated. */
  firings(): readonly number[];
  /** Delays of a status event's deliveries, in the same way. */
  events(): readonly number[];
  losesTick(now: number): boolean;
  /** A tick is run although nothing is due. */
  runsIdleTick(): boolean;
  /** The next tick runs in a container that knows nothing. */
  isContainerReplaced(): boolean;
  /** How far the clock of an invocation is wrong. */
  skewMs(): number;
  readonly longestSkewMs: number;
  /** How long an invocation reads pages of answers. */
  readMs(): number;
}

export const undisturbed: Disturbances = {
  firings: () => [500],
  events: () => [1_000],
  losesTick: () => false,
  runsIdleTick: () => false,
  isContainerReplaced: () => false,
  skewMs: () => 0,
  longestSkewMs: 0,
  readMs: () => readMs,
};

const minuteMs = 60_000;
const usualSkewMs = 4_000;
const longestSkewMs = 3 * minuteMs;

/** Everything that is possible, each by its own chance; ticks are lost from a moment on. */
export function randomDisturbances(random: Random, from: number): Disturbances {
  let ticksFrom = 0;
  return {
    firings: () => {
      if (random.chance(0.08)) return [];
      const delayMs = random.chance(0.9) ? random.integer(0, 2_000) : random.integer(0, 40 * minuteMs);
      return random.chance(0.1) ? [delayMs, delayMs + random.integer(0, 3 * minuteMs)] : [delayMs];
    },
    events: () => {
      if (random.chance(0.15)) return [];
      const delayMs = random.chance(0.9) ? random.integer(0, 5_000) : random.integer(0, 60 * minuteMs);
      return random.chance(0.15) ? [delayMs, random.integer(0, 10 * minuteMs)] : [delayMs];
    },
    losesTick: (now) => {
      if (now < from) return false;
      if (now >= ticksFrom && random.chance(0.01)) ticksFrom = now + random.integer(1, 30) * minuteMs;
      return now < ticksFrom;
    },
    runsIdleTick: () => random.chance(0.005),
    isContainerReplaced: () => random.chance(0.03),
    skewMs: () => {
      if (random.chance(0.9)) return 0;
      const most = random.chance(0.9) ? usualSkewMs : longestSkewMs;
      return random.integer(-most, most);
    },
    longestSkewMs,
    readMs: () => (random.chance(0.2) ? 0 : readMs),
  };
}
