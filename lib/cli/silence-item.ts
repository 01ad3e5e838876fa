import type { Table } from '../../functions/adapters/dynamodb.ts';
import type { Silence } from '../../functions/core/silence.ts';
import { type Iso, isoOf, msOf } from '../../functions/core/time.ts';
import { silenceKey } from '../../functions/flow/keys.ts';
import type { Connection } from './connection.ts';

/** A silence, and whether it holds now. */
export interface SilenceReport extends Silence {
  readonly isInForce: boolean;
}

/** Silences in one item, those that have ended included: well under its 400 KB. */
const silencesLimit = 100;

/** How long an ended silence is kept: `rounds export` tells of it. */
const keptDays = 90;

/**
 * When the tick looks at all alerts because of a change, in milliseconds: a round that is being collected now may still
 * have read the silences as they were.
 */
const settleMs = 30_000;

/** How often a change is tried again because somebody else was faster. */
const tries = 10;

/** The silences that are kept: those in force first, then the others, the newest first. */
export async function readSilences({ table, now }: Connection): Promise<SilenceReport[]> {
  const at = now();
  const stored = (await table.get<readonly Silence[]>(silenceKey))?.body ?? [];
  const reports = stored.map((each) => ({ ...each, isInForce: each.from <= at && at < each.until }));
  return reports.sort(
    (one, other) => Number(other.isInForce) - Number(one.isInForce) || (one.from < other.from ? 1 : -1),
  );
}

/** Compare-and-set of the one item. @returns the silences as written */
export async function changeSilences(
  table: Table,
  now: Iso,
  change: (stored: readonly Silence[]) => readonly Silence[],
): Promise<readonly Silence[]> {
  const oldest = isoOf(msOf(now) - keptDays * 86_400_000);
  for (let attempt = 0; attempt < tries; attempt++) {
    const stored = await table.get<readonly Silence[]>(silenceKey);
    const changed = change(stored?.body ?? []).filter(({ until }) => until > oldest);
    const kept = withinLimit(changed, now);
    const dueAt = isoOf(msOf(now) + settleMs);
    if (await table.put(silenceKey, stored?.version ?? 0, kept, { dueAt })) return kept;
  }
  throw new Error(`The silences were changed by others ${tries} times in a row; try it again.`);
}

/** Of those that have ended the oldest give way. */
function withinLimit(silences: readonly Silence[], now: Iso): readonly Silence[] {
  const ended = silences.filter(({ until }) => until <= now).sort((one, other) => (one.until < other.until ? -1 : 1));
  const surplus = new Set(ended.slice(0, Math.max(0, silences.length - silencesLimit)));
  const kept = silences.filter((each) => !surplus.has(each));
  if (kept.length <= silencesLimit) return kept;
  throw new Error(`${silencesLimit} silences are in force, and there can be no more. End one: rounds silence --list.`);
}
