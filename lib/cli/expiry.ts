import { retentionDays } from '../../functions/core/round.ts';
import { type Iso, msOf } from '../../functions/core/time.ts';

/** When what a person leaves in the table may be forgotten. */
export function expiryAt(now: Iso): { readonly expiresAt: number } {
  return { expiresAt: Math.ceil(msOf(now) / 1_000) + retentionDays * 86_400 };
}
