import type { Plan, ReportPart } from '../plan.ts';
import { isJob, type Round } from '../round.ts';
import { trendChecks } from './report-needs.ts';
import { reportNamed } from './report-slots.ts';
import { subjectsOf } from './subjects.ts';

/** Every check of whose rounds a report has something to say. */
export function checksNamed(plan: Plan, id: string): ReadonlySet<string> {
  return new Set(reportNamed(plan, id).parts.flatMap((part) => checksIn(plan, part)));
}

function checksIn(plan: Plan, part: ReportPart): readonly string[] {
  switch (part.kind) {
    case 'verdict':
    case 'checklist':
      return subjectsOf(plan, part.of).flatMap(({ checks }) => checks);
    case 'figures':
      return part.figures.map(({ check }) => check);
    case 'uptime':
      return part.checks.map(({ check }) => check);
    case 'trend':
      return [part.check];
    case 'audit':
      return part.evidence.kind === 'rounds' ? subjectsOf(plan, part.evidence.of).flatMap(({ checks }) => checks) : [];
    case 'actions':
      return Object.keys(plan.checks).filter((check) => isJob(plan, check));
    case 'priorities':
      return trendChecks(plan);
    default:
      return [];
  }
}

/**
 * A round with nothing but what is needed of it: a month of them, one every five minutes, has to find room. Those that
 * somebody has asked for, and rechecks, are few, and stay whole.
 */
export function slimRound(round: Round, checks: ReadonlySet<string>): Round {
  if (round.status !== 'collected' || round.requestedBy || round.recheck) return round;
  const { verdicts, distributions, ...summary } = round.summary;
  const own = distributions && { distributions: only(distributions, checks) };
  return { ...round, summary: { ...summary, verdicts: only(verdicts, checks), ...own } };
}

function only<Value>(byCheck: Readonly<Record<string, Value>>, checks: ReadonlySet<string>): Record<string, Value> {
  return Object.fromEntries(Object.entries(byCheck).filter(([check]) => checks.has(check)));
}
