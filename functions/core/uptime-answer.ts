import { type Answer, measured } from './answer.ts';
import { medianOf } from './baseline.ts';
import type { UptimeQuestion } from './plan.ts';
import type { Round } from './round.ts';
import { type Iso, isoOf, msOf } from './time.ts';

/** A verdict stands for so many of the usual distances of its rounds: one that fails or is late leaves no gap. */
const standsFor = 2;

/** How long a verdict stands where it is the only one, in milliseconds: nobody knows how usual its distance is. */
const onlyOneMs = 3_600_000;

/**
 * How long before a time its rounds are read too, in milliseconds: twice the longest usual distance, as long as what they
 * found can stand.
 */
export const uptimeLookBackMs = 8 * 3_600_000;

/** Downtime is asked for at so many moments of the window, at least a minute apart: it begins and ends on minutes. */
const momentsLimit = 1_440;

const minuteMs = 60_000;

/** What a round has found, until the next one. */
interface Span {
  readonly from: number;
  /** Share of the fleet's hosts that are down, 0 to 1. */
  readonly down: number;
  readonly isRecheck: boolean;
}

/** A time of which something is known, in milliseconds, and how much of it was a problem, weighed with the share of hosts. */
interface Known {
  readonly knownMs: number;
  readonly problemMs: number;
}

/** Whether a silence or maintenance is about a check at a time. */
export type IsDown = (check: string, at: Iso) => boolean;

/** How well one check was over a time. */
export interface CheckUptime {
  readonly check: string;
  /** Of the time of which something is known, the share that was a problem, 0 to 1; absent where nothing is known. */
  readonly problemShare?: number;
  /** Of how much of the time something is known, in whole percent, rounded down. */
  readonly knownPercent: number;
}

/**
 * For what share of a time checks were well, by Icinga DB's rule for services: CRITICAL and UNKNOWN are problems and
 * WARNING is none, a problem in a downtime is none either, and time of which nothing is known yet (there: PENDING) is
 * no part of the whole; 100 * (total - problem) / total. Over a fleet each time counts by the share of its hosts; one
 * that is lost or missing is down. A verdict stands until the check's next one, but at most for twice the usual
 * distance of the check's rounds (their median; where there is but one, an hour): after that nothing is known.
 *
 * @param rounds also those shortly before `from`, whose verdicts still stand then
 * @see https://github.com/Icinga/icingadb/blob/main/schema/pgsql/schema.sql its function get_sla_ok_percent
 * @see https://icinga.com/docs/icinga-db/latest/doc/10-Sla-Reporting/#computing-sla-ok-percent
 */
export function uptimesOf(
  checks: readonly string[],
  rounds: readonly Round[],
  from: Iso,
  to: Iso,
  isDown: IsDown,
): CheckUptime[] {
  const window = { from: msOf(from), to: msOf(to) };
  return checks.map((check) => {
    const { knownMs, problemMs } = knownOf(spansOf(check, rounds), window, (ms) => isDown(check, isoOf(ms)));
    const knownPercent = Math.floor((100 * knownMs) / (window.to - window.from));
    return { check, knownPercent, ...(knownMs > 0 && { problemShare: problemMs / knownMs }) };
  });
}

/**
 * What the uptimes of checks say, all together and each. Percentages are rounded down, so that 100 means no failure at
 * all.
 * @param titles of the checks, by id
 */
export function uptimeAnswer(
  { checks, hours }: UptimeQuestion,
  rounds: readonly Round[],
  from: Iso,
  to: Iso,
  isDown: IsDown,
  titles: Readonly<Record<string, string>>,
): Answer {
  const found = uptimesOf(checks, rounds, from, to, isDown);
  const told = found
    .map(({ check, problemShare, knownPercent }) => {
      const title = titles[check] ?? check;
      if (problemShare === undefined) return `nothing is known of ${title}`;
      return `${title} ${uptimeText(problemShare)} (${knownPercent}% of the time known)`;
    })
    .join(', ');
  const all = overallShare(found);
  if (all === undefined) return { status: 'UNKNOWN', text: `uptime of the last ${hours} h: ${told}`, metrics: [] };

  const metrics = found.flatMap(({ check, problemShare }) =>
    problemShare === undefined ? [] : [measured(`uptime_${check}`, percentOf(problemShare), '%')],
  );
  return {
    // A mean of the others must not stand for one of which nothing is known.
    status: found.some(({ problemShare }) => problemShare === undefined) ? 'UNKNOWN' : 'OK',
    text: `uptime of the last ${hours} h: ${uptimeText(all)}; ${told}`,
    metrics: [measured('uptime', percentOf(all), '%'), ...metrics],
  };
}

/** The mean of the problem shares that are known; `undefined` where none is. */
export function overallShare(uptimes: readonly CheckUptime[]): number | undefined {
  const shares = uptimes.flatMap(({ problemShare }) => problemShare ?? []);
  return shares.length === 0 ? undefined : shares.reduce((sum, share) => sum + share, 0) / shares.length;
}

function knownOf(
  spans: readonly Span[],
  window: { readonly from: number; readonly to: number },
  isDown: (ms: number) => boolean,
): Known {
  const stands = standsFor * usualDistance(spans);
  let [knownMs, problemMs] = [0, 0];
  const stepMs = minuteMs * Math.ceil((window.to - window.from) / momentsLimit / minuteMs);
  for (const [index, span] of spans.entries()) {
    const next = spans[index + 1]?.from ?? Infinity;
    const [start, end] = [Math.max(span.from, window.from), Math.min(next, span.from + stands, window.to)];
    knownMs += Math.max(0, end - start);
    if (span.down === 0) continue;
    for (let at = start; at < end; ) {
      const until = Math.min(end, (Math.floor(at / stepMs) + 1) * stepMs);
      if (!isDown(Math.floor((at + until) / 2))) problemMs += (until - at) * span.down;
      at = until;
    }
  }
  return { knownMs, problemMs };
}

/** What the rounds say of a check, the oldest first. */
function spansOf(check: string, rounds: readonly Round[]): Span[] {
  const collected = rounds
    .filter((round) => round.status === 'collected')
    .toSorted((one, other) => (one.sentAt < other.sentAt ? -1 : 1));
  // Hosts that the last round of the fleet could not judge: a recheck does not ask them.
  let unjudged = 0;
  return collected.flatMap(({ sentAt, recheck, summary }) => {
    const verdict = summary.verdicts[check];
    if (!verdict) return [];
    const { lost, missing } = summary.hosts;
    const { OK, WARNING, CRITICAL, UNKNOWN } = verdict.counts;
    const isOfSome = recheck !== undefined && recheck.hosts.length > 0;
    if (!isOfSome) unjudged = lost + missing;
    const bad = CRITICAL + UNKNOWN + (isOfSome ? lost : 0);
    // Hosts that answered before and are not asked again were well.
    const judged = Math.max(OK + WARNING + bad, (isOfSome && recheck.populations[check]) || 0);
    const all = judged + unjudged;
    const down = all === 0 ? 1 : (bad + unjudged) / all;
    return [{ from: msOf(sentAt), down, isRecheck: recheck !== undefined }];
  });
}

function usualDistance(spans: readonly Span[]): number {
  const starts = spans.filter(({ isRecheck }) => !isRecheck).map(({ from }) => from);
  const distances = starts.slice(1).map((start, index) => [start - (starts[index] ?? start), 1] as const);
  return medianOf(distances) ?? onlyOneMs / standsFor;
}

/** Rounded down to three decimals; never 100 where there was a problem. */
function percentOf(problemShare: number): number {
  // 99.9 must not become 99.899 because no double is 99.9.
  return problemShare === 0 ? 100 : Math.min(99.999, Math.floor((1 - problemShare) * 100_000 + 1e-7) / 1_000);
}

/** An uptime in percent with two decimals, rounded down. */
export function uptimeText(problemShare: number): string {
  return `${(Math.floor(percentOf(problemShare) * 100 + 1e-7) / 100).toFixed(2)}%`;
}
