import type { Plan } from '../../functions/core/plan.ts';
import { msOf } from '../../functions/core/time.ts';
import { randomDisturbances, undisturbed } from './disturbances.ts';
import { type FaultPlan, noFaults, randomFaults, randomOutages } from './faults.ts';
import { broken, fine, SimulatedHost, unclear, worrying } from './hosts.ts';
import { acknowledges, randomActs } from './people.ts';
import { Random } from './random.ts';
import { simulatedPlan } from './simulated-plan.ts';
import { firstTickMs } from './triggers.ts';
import type { WorldOptions } from './world.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

/** How long after the last disturbance everything has to have come to rest. */
const calmMs = 3 * hourMs;

export interface Scenario extends WorldOptions {
  readonly endAt: number;
}

/** A Monday in Berlin, shortly before the rounds of eight o'clock. */
const monday = msOf('2026-11-23T06:57:30.000Z');

/**
 * One morning without anything unforeseen: one of three hosts has a full disk for three results, and its service fails
 * on all hosts; somebody takes it, and later all is well.
 */
export function standardScenario(faults: FaultPlan = noFaults): Scenario {
  const hosts = hostsOf(3);
  const [first] = hosts;
  first?.setAnswer('disk', monday, broken);
  first?.setAnswer('disk', monday + 20 * minuteMs, fine);
  for (const host of hosts) {
    host.setAnswer('service', monday, broken);
    host.setAnswer('service', monday + 50 * minuteMs, fine);
  }
  return {
    plan: simulatedPlan,
    hosts,
    startAt: monday,
    calmAt: monday + hourMs,
    endAt: monday + 5 * hourMs,
    random: new Random(1),
    faults,
    disturbances: undisturbed,
    acts: [acknowledges(monday + 8 * minuteMs, 'ann', 'service')],
  };
}

/** Days on which something about the calendar is odd: a weekend, a holiday, clocks that change. */
const starts = [
  '2026-11-23T05:00:00.000Z',
  '2026-11-20T14:00:00.000Z',
  '2026-11-24T20:00:00.000Z',
  '2026-10-24T18:00:00.000Z',
  '2027-03-27T18:00:00.000Z',
] as const;

/** What kind of time a run is about. */
interface Period {
  readonly hours: readonly [least: number, most: number];
  /** How often the watch looks. */
  readonly everyMinutes: number;
  /** How long trouble lasts, and how long it stays away. */
  readonly badMinutes: readonly [number, ...number[]];
  readonly goodMinutes: readonly [number, ...number[]];
}

/** Some is gone before the recheck, some stays for hours. */
const days: Period = {
  hours: [14, 36],
  everyMinutes: 240,
  badMinutes: [1, 3, 60, 300, 600],
  goodMinutes: [2, 30, 240],
};

/** So many results and messages that checks flap and caps are reached. */
const busyHours: Period = { hours: [2, 5], everyMinutes: 10, badMinutes: [4, 10, 20, 60], goodMinutes: [4, 10, 20] };

/** A time with hosts that come, go and fail, people, disturbances and faults: all from the seed. */
export function randomScenario(seed: number): Scenario {
  const random = new Random(seed);
  const period = random.chance(0.85) ? days : busyHours;
  const startAt = msOf(random.pick(starts)) + random.integer(0, 120) * minuteMs;
  const calmAt = startAt + random.integer(...period.hours) * hourMs;
  const hosts = hostsOf(random.integer(3, 5));
  for (const host of hosts) giveCourse(host, period, random, startAt, calmAt);
  const contacts = Object.keys(simulatedPlan.contacts);
  const disturbed = { from: startAt + firstTickMs, until: calmAt };
  const rate = random.pick([0, 0.002, 0.01, 0.03]);
  return {
    plan: planWith(period.everyMinutes),
    hosts,
    startAt,
    calmAt,
    endAt: calmAt + calmMs,
    random: random.fork(),
    faults: randomFaults(random.fork(), rate, disturbed, randomOutages(random, startAt, calmAt, contacts)),
    disturbances: random.chance(0.2) ? undisturbed : randomDisturbances(random.fork(), disturbed.from),
    acts: randomActs(random, startAt, calmAt),
  };
}

function planWith(everyMinutes: number): Plan {
  const { watch, ...routines } = simulatedPlan.routines;
  return watch
    ? {
        ...simulatedPlan,
        routines: { ...routines, watch: { ...watch, schedule: { days: 'every-day', everyMinutes } } },
      }
    : simulatedPlan;
}

function hostsOf(count: number): SimulatedHost[] {
  return Array.from({ length: count }, (_, index) => new SimulatedHost(index, { Role: 'app' }));
}

function giveCourse(host: SimulatedHost, period: Period, random: Random, from: number, until: number): void {
  if (random.chance(0.1)) {
    host.setConnection(0, 'terminated');
    host.setConnection(random.integer(from, until), 'online');
  } else if (random.chance(0.3)) {
    const at = random.integer(from, until);
    host.setConnection(at, random.pick(['lost', 'silent', 'terminated']));
    if (random.chance(0.7)) host.setConnection(at + random.integer(5, 600) * minuteMs, 'online');
  }
  for (const check of Object.keys(simulatedPlan.checks)) {
    let at = from + random.integer(0, (until - from) / (2 * minuteMs)) * minuteMs;
    while (at < until && random.chance(0.8)) {
      host.setAnswer(check, at, random.pick([worrying, broken, broken, unclear]));
      at += random.pick(period.badMinutes) * minuteMs;
      host.setAnswer(check, at, fine);
      at += random.pick(period.goodMinutes) * minuteMs;
    }
  }
}
