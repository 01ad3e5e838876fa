import { Temporal } from 'temporal-polyfill';
import { onDemand, type Plan } from '../../functions/core/plan.ts';
import { slotOn } from '../../functions/core/reports/report-slots.ts';
import type { Round } from '../../functions/core/round.ts';
import { nextSlot } from '../../functions/core/slots.ts';
import { type Iso, isoOf } from '../../functions/core/time.ts';
import { roundKey } from '../../functions/flow/keys.ts';
import { LocalClock } from '../local/clock.ts';
import type { Repetition } from '../local/remembering-hosts.ts';
import { parseScenario } from '../local/sandbox/scenario.ts';
import { remediesOf, runsOnHosts } from '../runbook/compile.ts';
import type { Runbook } from '../runbook/types.ts';
import type { Demo } from './demo.ts';
import { beat } from './heartbeat.ts';
import { unlessAborted } from './interruption.ts';
import {
  type IncidentReport,
  isUnderWay,
  type NotificationReport,
  notificationsOf,
  type RoundReport,
  readIncidents,
  roundReport,
} from './records.ts';

/** What one day was like, in the shape of `--json`. */
export interface DayReport {
  readonly platform: string;
  readonly date: string;
  readonly scenario: string;
  /** Those that the schedules asked for, in the order of time. */
  readonly rounds: readonly RoundReport[];
  readonly incidents: readonly IncidentReport[];
  readonly notifications: readonly NotificationReport[];
  /** The report `log` of the day; null where the runbook has none, or none on such a day. */
  readonly log: (Readonly<Record<string, unknown>> & { readonly text: string }) | null;
  /** Routines whose hosts were really asked so seldom, and repeated their answer in between. */
  readonly repeated: { readonly routines: readonly string[]; readonly everyMinutes: number };
}

export interface DayOptions {
  readonly runbook: Runbook;
  /** Local date, `YYYY-MM-DD`. */
  readonly date: string;
  readonly scenario: string;
  /** Told of each step that takes its time. */
  readonly progress: (step: string) => void;
  /** Told of each round that has ended, in the order of time. */
  readonly onRound: (round: RoundReport) => void;
  readonly signal: AbortSignal;
}

const minuteMs = 60_000;

/** The clock is driven by so much at a time; in between, what has ended is told. */
const strideMs = 30 * minuteMs;

/** What comes more often than every two hours is really asked so seldom, in minutes: a day is to take seconds. */
const oftenMinutes = 120;
const reallyMinutes = 240;

/** Rounds of one routine in a day, rechecks included: at most one a minute of each. */
const roundsLimit = 3_000;

/** The id that a runbook gives to the operations log. */
export const logId = 'log';

/**
 * Drives the clock of a demo through a whole day of a platform, as fast as its checks run.
 * @throws {Error} before anything is started, when there is no such date or scenario
 * @throws the signal's reason; everything is cleaned up
 */
export async function runDay({ runbook, date, scenario, progress, onRound, signal }: DayOptions): Promise<DayReport> {
  const day = dayOf(date, runbook.timeZone);
  parseScenario(runbook.id, scenario);
  const { startDemo } = await import('./demo.ts');
  const clock = new LocalClock(day.from - minuteMs);
  const repetitions = repetitionsOf(runbook);
  const demo = await startDemo({ runbook, scenario, progress, signal, clock, repetitions: Object.values(repetitions) });
  try {
    progress(`driving ${date}`);
    await unlessAborted(drive(demo, day, onRound, signal), signal);
    const { cloud, plan, table } = demo;
    return {
      platform: runbook.id,
      date,
      scenario,
      rounds: await roundsOf(demo, Object.keys(plan.routines), day),
      incidents: await readIncidents(table),
      notifications: notificationsOf(cloud.sns.deliveries),
      log: await logOf(demo, date),
      repeated: { routines: Object.keys(repetitions), everyMinutes: reallyMinutes },
    };
  } finally {
    // A day that is ended in the middle has calls under way: what fails by it is not the news.
    await demo.close().catch((error: unknown) => {
      if (!signal.aborted) throw error;
    });
  }
}

/** Epoch milliseconds; `to` is the midnight at its end. */
interface Day {
  readonly from: number;
  readonly to: number;
}

function dayOf(text: string, timeZone: string): Day {
  try {
    // Temporal also takes times, and other calendars.
    if (!/^\d{4}-\d\d-\d\d$/.test(text)) throw new RangeError('not a date alone');
    const date = Temporal.PlainDate.from(text);
    const midnight = (each: Temporal.PlainDate) => each.toZonedDateTime(timeZone).epochMilliseconds;
    return { from: midnight(date), to: midnight(date.add({ days: 1 })) };
  } catch {
    throw new Error(`--day got "${text}"; expected a date that exists. Write --day 2026-12-07.`);
  }
}

/** By routine: what of a day would take many minutes. */
export function repetitionsOf({ routines }: Pick<Runbook, 'routines'>): Readonly<Record<string, Repetition>> {
  return Object.fromEntries(
    routines.flatMap((routine) => {
      const { id, schedule, checks } = routine;
      if (schedule === onDemand || !('everyMinutes' in schedule) || schedule.everyMinutes >= oftenMinutes) return [];
      const steps = [...remediesOf(routine), ...checks.filter(runsOnHosts)].map((check) => check.id);
      return [[id, { steps, repeats: reallyMinutes / schedule.everyMinutes - 1 }] as const];
    }),
  );
}

async function drive(demo: Demo, day: Day, onRound: DayOptions['onRound'], signal: AbortSignal): Promise<void> {
  const { cloud, plan } = demo;
  const shown = new Set<string>();
  await beat(cloud);
  let last = day.from - minuteMs;
  // What is planned for the midnight at its end belongs to the next day.
  while (last < day.to - 1 && !signal.aborted) {
    const now = Math.min(last + strideMs, day.to - 1);
    await cloud.advanceTo(now);
    for (const round of await roundsOf(demo, dueIn(plan, last, now), { from: last, to: now + 1 })) {
      const key = `${round.routine} ${round.slot}`;
      if (!shown.has(key)) onRound(round);
      shown.add(key);
    }
    last = now;
  }
}

/** Routines with a slot after `from`, up to `to`. */
function dueIn({ routines, calendar, timeZone }: Plan, from: number, to: number): string[] {
  return Object.entries(routines).flatMap(([id, { schedule }]) => {
    const isDue = schedule !== onDemand && nextSlot(schedule, calendar, timeZone, isoOf(from)) <= isoOf(to);
    return isDue ? id : [];
  });
}

/** Rounds of some routines with a slot in a time, without those that only asked again. */
async function roundsOf({ plan, table }: Demo, routines: readonly string[], { from, to }: Day): Promise<RoundReport[]> {
  const of = async (routine: string) => {
    const range = { from: isoOf(from), to: isoOf(to - 1), limit: roundsLimit };
    const { pk } = roundKey({ routine, slot: '' });
    return (await table.query<Round>({ pk, ...range })).map(({ body }) => body);
  };
  return (await Promise.all(routines.map(of)))
    .flat()
    .filter((round) => !round.recheck && !isUnderWay(round))
    .sort((one, other) => (one.slot < other.slot ? -1 : 1))
    .map((round) => roundReport(plan, round));
}

async function logOf({ plan, table, cloud }: Demo, date: string): Promise<DayReport['log']> {
  if (!Object.hasOwn(plan.reports, logId) || slotOn(plan, logId, date) === undefined) return null;
  const { showReport } = await import('./report.ts');
  const now = (): Iso => isoOf(cloud.clock.now());
  const connection = { table, place: 'demo hosts', platform: plan.platform.id, now };
  const { lines, data } = await showReport(connection, plan, logId, { date }, plan.timeZone);
  return { ...Object(data), text: lines.join('\n') };
}
