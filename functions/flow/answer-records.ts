import type { Answer } from '../core/answer.ts';
import { previousBusinessTime } from '../core/calendar.ts';
import { type Distribution, distributionOf } from '../core/distribution.ts';
import { incidentsAnswer } from '../core/incidents-answer.ts';
import { judgeAnswer } from '../core/judge.ts';
import { metricAnswer } from '../core/metric-answer.ts';
import type { Plan, RecordQuestion } from '../core/plan.ts';
import { metricsAsked } from '../core/reports/report-needs.ts';
import { checksOf, type Round, type RunningRound, routineOf } from '../core/round.ts';
import { roundsAnswer } from '../core/rounds-answer.ts';
import { mutedBy } from '../core/silence.ts';
import { addAnswer, type Tally } from '../core/tally.ts';
import { type Iso, laterBy } from '../core/time.ts';
import { trendAnswer } from '../core/trend-answer.ts';
import { uptimeAnswer, uptimeLookBackMs } from '../core/uptime-answer.ts';
import { incidentsBetween } from './incidents.ts';
import { partition, roundKey } from './keys.ts';
import type { Services } from './services.ts';
import type { SlotWatch } from './slot-watch.ts';
import { readSilences } from './surroundings.ts';

/** Rounds of one routine that one question reads at most: a year of one an hour, or a month of one every five minutes. */
const roundsLimit = 9_600;

const hourMs = 3_600_000;

/** How long a routine counts as new, in milliseconds: longer than most take to come round. */
const newMs = 4 * hourMs;

/** More routines than these are not looked at. */
const routinesLimit = 1_000;

/**
 * Adds to a tally what our own records say to the questions of its routine. One that cannot be answered keeps nothing
 * else from being judged, and is UNKNOWN.
 */
export async function answerRecords(services: Services, round: RunningRound, tally: Tally): Promise<void> {
  const { plan, journal } = services;
  for (const [id, { source, rules }] of checksOf(plan, routineOf(plan, round.routine))) {
    if (source.kind === 'host' || source.kind === 'sign-off') continue;
    let answer: Answer;
    try {
      answer = await answerTo(services, source, round);
    } catch (error) {
      journal.failure('our own records could not be read', error, { check: id });
      answer = { status: 'UNKNOWN', text: 'our own records could not be read; see the log', metrics: [] };
    }
    addAnswer(tally, id, rules, judgeAnswer(answer, source.thresholds));
  }
}

async function answerTo(services: Services, question: RecordQuestion, { slot, sentAt }: RunningRound): Promise<Answer> {
  const { plan } = services;
  const title = (check: string) => plan.checks[check]?.title ?? check;
  const since = (time: string) => previousBusinessTime(slot, time, plan.calendar, plan.timeZone);
  switch (question.kind) {
    case 'incidents': {
      const from = since(question.since);
      return incidentsAnswer(question, from, await incidentsBetween(services, from, sentAt), plan.timeZone);
    }
    case 'rounds': {
      const from = since(question.since);
      const expected = await expectedSince(services);
      const rounds = await roundsBetween(services, [...expected.keys()], from, slot);
      return roundsAnswer(plan, rounds, from, slot, expected);
    }
    case 'uptime': {
      const from = laterBy(-question.hours * hourMs, slot);
      // What was so before stands until the first round of the window.
      const rounds = await collectedOf(services, question.checks, laterBy(-uptimeLookBackMs, from), slot);
      const silences = await readSilences(services);
      const isDown = (check: string, at: Iso) => mutedBy(check, at, plan, silences) !== undefined;
      const titles = Object.fromEntries(question.checks.map((check) => [check, title(check)]));
      return tooNew(
        services,
        rounds,
        slot,
        question.checks,
        uptimeAnswer(question, rounds, from, slot, isDown, titles),
      );
    }
    case 'metric': {
      const from = laterBy(-question.hours * hourMs, slot);
      const rounds = await collectedOf(services, [question.check], from, slot);
      return tooNew(services, rounds, slot, [question.check], metricAnswer(question, rounds, title(question.check)));
    }
    case 'trend': {
      const from = laterBy(-question.days * 24 * hourMs, slot);
      return trendAnswer(question, await collectedOf(services, [question.check], from, slot), title(question.check));
    }
  }
}

/** What cannot be known is UNKNOWN; of a routine whose first rounds are still to come that is nobody's fault. */
async function tooNew(
  services: Services,
  rounds: readonly Round[],
  slot: Iso,
  checks: readonly string[],
  answer: Answer,
): Promise<Answer> {
  if (rounds.length > 0 || answer.status !== 'UNKNOWN') return answer;
  const expected = await expectedSince(services);
  const isNew = routinesOf(services.plan, checks).every((id) => (expected.get(id) ?? slot) > laterBy(-newMs, slot));
  return isNew ? { ...answer, status: 'OK', notYet: 'all' } : answer;
}

/** The collected rounds of every routine that runs one of some checks. */
async function collectedOf(services: Services, checks: readonly string[], from: Iso, to: Iso): Promise<Round[]> {
  return (await roundsBetween(services, routinesOf(services.plan, checks), from, to)).filter(
    ({ status }) => status === 'collected',
  );
}

function routinesOf({ routines }: Plan, checks: readonly string[]): readonly string[] {
  const asking = Object.entries(routines).filter(([, routine]) => routine.checks.some((id) => checks.includes(id)));
  return asking.map(([id]) => id);
}

/** The oldest first. */
async function roundsBetween({ table }: Services, routines: readonly string[], from: Iso, to: Iso): Promise<Round[]> {
  const range = { from, to, newestFirst: true, limit: roundsLimit, isWhole: true };
  const found = await Promise.all(
    routines.map((routine) => table.query<Round>({ pk: roundKey({ routine, slot: '' }).pk, ...range })),
  );
  const rounds = found.flat().map(({ body }) => body);
  return rounds.sort((one, other) => (one.slot < other.slot ? -1 : 1));
}

/** Since when the rounds of each routine are expected as they are now: a new deployment owes nothing of the past. */
export async function expectedSince({ table }: Pick<Services, 'table'>): Promise<ReadonlyMap<string, Iso>> {
  const watches = await table.query<SlotWatch>({ pk: partition.slot, limit: routinesLimit });
  return new Map(
    watches.flatMap(({ sk, body }) => (body.slot && body.expected ? [[sk, body.expected.since] as const] : [])),
  );
}

/** Of a round, what later questions to the records and reports ask for. */
export function distributionsOf(plan: Plan, tally: Tally): Record<string, Record<string, Distribution>> {
  const questions = Object.values(plan.checks).flatMap(({ source }) =>
    source.kind === 'metric' || source.kind === 'trend' ? [source] : [],
  );
  const kept: Record<string, Record<string, Distribution>> = {};
  for (const { check, metric } of [...questions, ...metricsAsked(plan)]) {
    const values = tally.checks.get(check)?.values.get(metric);
    if (!values) continue;
    const { unit, counts, least, most, sum } = values;
    const exact = { least, most, sum: Math.min(Math.max(sum, -Number.MAX_VALUE), Number.MAX_VALUE) };
    kept[check] = { ...kept[check], [metric]: { ...distributionOf(unit, counts), ...exact } };
  }
  return kept;
}
