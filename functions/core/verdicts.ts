import type { PlanRoutine } from './plan.ts';
import type { Verdict } from './round.ts';
import { verdictOf } from './status.ts';
import { type CheckTally, type Tally, unjudgedOf } from './tally.ts';
import type { Iso } from './time.ts';
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

/** Verdicts of all that a round has asked, in the order of the procedure. */
export function verdictsOf({ remedies, checks }: PlanRoutine, tally: Tally): Record<string, Verdict> {
  const verdicts = [...remedies, ...checks].flatMap((id) => {
    const check = tally.checks.get(id);
    if (!check) return [];
    const unjudged = unjudgedOf(tally, check);
    const status = verdictOf(check.counts, unjudged);
    const text = check.worst[0]?.text ?? wellText(check, unjudged.total);
    return [[id, { status, counts: check.counts, text }] as const];
  });
  return Object.fromEntries(verdicts);
}

function wellText({ counts, example }: CheckTally, unjudged: number): string {
  if (unjudged > 0) return `OK on ${counted(counts.OK, 'host')}; ${unjudged} did not answer`;
  return example ?? 'no host answered';
}
