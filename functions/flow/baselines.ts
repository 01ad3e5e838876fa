import type { Baselines } from '../core/baseline.ts';
import { withRound } from '../core/good-round.ts';
import type { Plan } from '../core/plan.ts';
import { checksOf, type Round, routineOf } from '../core/round.ts';
import type { Tally } from '../core/tally.ts';
import { baselineKey } from './keys.ts';
import type { Services } from './services.ts';

/** What a routine's rounds are held against; `undefined` before its first good round, and where nothing is. */
export async function readBaselines({ plan, table }: Services, routine: string): Promise<Baselines | undefined> {
  if (!hasBaselines(plan, routine)) return undefined;
  return (await table.get<Baselines>(baselineKey(routine)))?.body;
}

/** Adds a round to its routine's baselines, if it is a good one. Doing it again changes nothing. */
export async function storeBaselines({ plan, table }: Services, round: Round, tally: Tally): Promise<void> {
  const { routine, slot } = round;
  if (!hasBaselines(plan, routine)) return;
  const stored = await table.get<Baselines>(baselineKey(routine));
  const next = withRound(stored?.body, plan, routine, slot, tally);
  // Whoever is faster has a round at the same time; one round less makes no other baseline.
  if (next && next !== stored?.body) await table.put(baselineKey(routine), stored?.version ?? 0, next);
}

function hasBaselines(plan: Plan, routine: string): boolean {
  return checksOf(plan, routineOf(plan, routine)).some(
    ([, { source }]) => source.kind === 'host' && source.baselines.length > 0,
  );
}
