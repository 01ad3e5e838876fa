import type { Plan, RecordCheck } from './plan.ts';
import { checksOf, routineOf, type Verdict } from './round.ts';
import { verdictOf } from './status.ts';
import type { CheckTally, Tally } from './tally.ts';
import { clockText, type Iso } from './time.ts';
import { counted } from './words.ts';

/** What the table keeps of an incident for lists; its records stand beside it. */
export interface IncidentHead {
  readonly number: string;
  /** Of the newest notice that is in it. */
  readonly sequence: number;
  readonly check: string;
  readonly title: string;
  readonly priority: string;
  readonly openedAt: Iso;
  readonly resolvedAt?: Iso;
}

/** Verdicts of all host checks of a routine, in the order of the procedure. */
export function hostVerdicts(plan: Plan, routine: string, tally: Tally): Record<string, Verdict> {
  const verdicts = checksOf(plan, routineOf(plan, routine)).flatMap(([id]) => {
    const check = tally.checks.get(id);
    if (!check) return [];
    const status = verdictOf(check.counts, tally.unjudged);
    const text = check.worst[0]?.text ?? wellText(check, tally.unjudged.total);
    return [[id, { status, counts: check.counts, text }] as const];
  });
  return Object.fromEntries(verdicts);
}

/** The verdict of a check on our own incidents. */
export function incidentsVerdict(
  check: RecordCheck,
  since: Iso,
  heads: readonly IncidentHead[],
  timeZone: string,
): Verdict {
  const found = heads.filter(
    (head) => head.openedAt >= since && check.priorities.some((priority) => priority === head.priority),
  );
  const status = found.length > 0 ? 'CRITICAL' : 'OK';
  const period = `${check.priorities.join(' or ')} since ${clockText(since, timeZone)}`;
  const named = found.map((head) => `${head.number} ${head.title}${head.resolvedAt ? ' (resolved)' : ' (open)'}`);
  const text =
    found.length > 0
      ? `${counted(found.length, 'incident')} of ${period}: ${named.join('; ')}`
      : `no incident of ${period}`;
  const counts = { OK: 0, WARNING: 0, CRITICAL: 0, UNKNOWN: 0, [status]: 1 };
  return { status, counts, text };
}

function wellText({ counts, example }: CheckTally, unjudged: number): string {
  if (unjudged > 0) return `OK on ${counted(counts.OK, 'host')}; ${unjudged} did not answer`;
  return example ?? 'no host answered';
}
