import { type Reported, reportedIn } from '../metric-answer.ts';
import type { Figure, Plan, ReportPart } from '../plan.ts';
import type { Round } from '../round.ts';
import { counted } from '../words.ts';
import type { Block, Field } from './document.ts';
import type { ReportRecords } from './records.ts';
import { type Clock, clockOf, isWithin } from './report-clock.ts';
import { lastDue } from './standing.ts';
import { statisticOf, valueText } from './statistic.ts';
import { routinesRunning } from './subjects.ts';

type Known = Reported & { readonly distribution: NonNullable<Reported['distribution']> };

/** A line for each figure; of one that no host has reported it says why. */
export function figuresBlocks(
  plan: Plan,
  { figures }: Extract<ReportPart, { kind: 'figures' }>,
  records: ReportRecords,
): Block[] {
  return [{ kind: 'fields', fields: figures.map((figure) => fieldOf(plan, figure, records)) }];
}

function fieldOf(plan: Plan, { label, check, metric, statistic }: Figure, records: ReportRecords): Field {
  const routines = routinesRunning(plan, [check]);
  const rounds = records.rounds.filter(
    ({ routine, slot, recheck }) => routines.includes(routine) && !recheck && isWithin(slot, records.period),
  );
  const reported = reportedIn(rounds, check, metric);
  const value = statisticOf(reported, statistic);
  const known = reported.filter((each): each is Known => each.distribution !== undefined);
  const newest = known.at(-1);
  if (!value || !newest) {
    const why =
      reported.length === 0 ? 'no round was collected' : `no host reported it in ${counted(reported.length, 'round')}`;
    return { label, value: `not known: ${why}`, status: 'UNKNOWN' };
  }
  const areHosts = plan.checks[check]?.source.kind === 'host';
  const clock = clockOf(plan, records.period);
  const due = routines.flatMap((routine) => lastDue(plan, routine, records) ?? []).sort();
  const since = sinceText(newest, due.at(-1), rounds, clock);
  const remarks =
    statistic === 'latest' || statistic === 'total'
      ? [
          ...(areHosts ? hostsText(newest, statistic) : []),
          `as of ${clock(newest.slot)}${since === undefined ? '' : `: ${since}`}`,
        ]
      : [
          ...roundsText(known, rounds, areHosts),
          ...(since === undefined ? [] : [`until ${clock(newest.slot)}: ${since}`]),
        ];
  return { label, value: [valueText(value), ...remarks].join(', ') };
}

/** Of which hosts a value is, where there are several. */
function hostsText({ distribution: { count }, hosts }: Known, statistic: 'latest' | 'total'): string[] {
  if (hosts <= 1) return [];
  const which = statistic === 'latest' ? 'the highest' : 'the sum';
  return [`${count > 1 ? `${which} of ` : 'of '}${count < hosts ? `${count} of ` : ''}${counted(hosts, 'host')}`];
}

/** Of how many of the rounds that were to report it a value is, and in how many not all hosts did. */
function roundsText(known: readonly Known[], rounds: readonly Round[], areHosts: boolean): string[] {
  const asked = rounds.filter(({ status }) => ['collected', 'failed', 'missed'].includes(status)).length;
  const some = areHosts ? known.filter(({ distribution, hosts }) => distribution.count < hosts).length : 0;
  return [
    ...(known.length < asked ? [`reported in ${known.length} of ${counted(asked, 'round')}`] : []),
    ...(some > 0 ? [`in ${counted(some, 'round')} not by all hosts`] : []),
  ];
}

/** Why nothing newer is known than a value, where rounds have come or were due since. */
function sinceText(
  { slot }: Known,
  due: string | undefined,
  rounds: readonly Round[],
  clock: Clock,
): string | undefined {
  const newer = rounds.filter((round) => round.slot > slot && round.status !== 'skipped');
  const last = newer.at(-1);
  if (last && (due === undefined || last.slot >= due)) return `the round of ${clock(last.slot)} ${whyNot[last.status]}`;
  return due !== undefined && due > slot ? `no round of ${clock(due)} is on record` : undefined;
}

const whyNot: Readonly<Record<Round['status'], string>> = {
  collected: 'did not report it',
  skipped: 'was skipped',
  failed: 'failed',
  missed: 'was missed',
  sending: 'had not been sent yet',
  running: 'was still under way',
};
