import { type Baselines, baselinesOf, medianOf } from './baseline.ts';
import type { Plan } from './plan.ts';
import { checksOf, routineOf } from './round.ts';
import { verdictOf } from './status.ts';
import type { Tally } from './tally.ts';
import type { Iso } from './time.ts';

/**
 * The baselines with one round more: with the medians of the checks that are well in it. A round that is in them
 * already, an older one, and one in which nothing is well change nothing.
 */
export function withRound(
  known: Baselines | undefined,
  plan: Plan,
  routine: string,
  slot: Iso,
  { checks, unjudged }: Tally,
): Baselines | undefined {
  if (known && slot <= known.slot) return known;
  let isGood = false;
  const medians: Record<string, Record<string, readonly number[]>> = {};
  for (const [id, check] of checksOf(plan, routineOf(plan, routine))) {
    const found = checks.get(id);
    const isWell = found && verdictOf(found.counts, unjudged) === 'OK';
    for (const { metric, rounds, medians: before } of baselinesOf(id, check, known)) {
      const median = isWell ? medianOf([...(found.values.get(metric)?.counts ?? [])]) : undefined;
      isGood ||= median !== undefined;
      medians[id] = { ...medians[id], [metric]: median === undefined ? before : [...before, median].slice(-rounds) };
    }
  }
  return isGood ? { slot, medians } : known;
}
