import { randomBytes } from 'node:crypto';
import type { Silence } from '../core/silence.ts';
import { type Iso, isoOf } from '../core/time.ts';
import { silenceKey } from './keys.ts';
import type { Records } from './services.ts';

/** Silences in one item, those that have ended included: well under its 400 KB. */
const silencesLimit = 100;

/** How long an ended silence is kept, in milliseconds: reports and `rounds export` tell of it. */
const keptMs = 90 * 86_400_000;

/**
 * When the tick looks at all alerts because of a change, in milliseconds: a round that is being collected now may still
 * have read the silences as they were.
 */
const settleMs = 30_000;

/** How often a change is tried again because somebody else was faster. */
const tries = 10;

/** What has become of it, for the person. */
export interface SilenceChange {
  /** The silence as it is now; absent where nothing changes. */
  readonly silence?: Silence;
  readonly answer: string;
}

/** A silence that begins now, and that nobody has heard of yet. */
export function newSilence({ now }: Pick<Records, 'now'>, told: Omit<Silence, 'id' | 'from'>): Silence {
  return { id: `s-${randomBytes(3).toString('hex')}`, from: isoOf(now()), ...told };
}

/** Tells not to tell, from now on. */
export function addSilence(records: Records, silence: Silence): Promise<SilenceChange> {
  return change(records, (stored, now) => {
    const kept = withinLimit([...stored, silence], now);
    if (kept) return { kept, silence, answer: `Silence ${silence.id} holds until ${silence.until}.` };
    return { answer: `${silencesLimit} silences are in force, and there can be no more: end one first.` };
  });
}

/**
 * Ends a silence now.
 * @param by who does
 */
export function endSilence(records: Records, id: string, by: string): Promise<SilenceChange> {
  return change(records, (stored, now) => {
    const found = stored.find((each) => each.id === id);
    if (!found || found.until <= now) {
      const inForce = stored.filter(({ until }) => until > now).map((each) => each.id);
      const instead = inForce.length > 0 ? `In force are: ${inForce.join(', ')}.` : 'No silence is in force.';
      const why = found ? `The silence ${id} has ended already, at ${found.until}.` : `There is no silence '${id}'.`;
      return { answer: `${why} ${instead}` };
    }
    const silence: Silence = { ...found, until: now, ended: { by, planned: found.until } };
    return {
      kept: stored.map((each) => (each === found ? silence : each)),
      silence,
      answer: `The silence ${id} has ended. What is still bad and was not told is told in the next minutes.`,
    };
  });
}

/** A change, and all silences after it. */
type Planned = SilenceChange & { readonly kept?: readonly Silence[] };

/** Compare-and-set of the one item. */
async function change(
  { table, now }: Records,
  plan: (stored: readonly Silence[], now: Iso) => Planned,
): Promise<SilenceChange> {
  for (let attempt = 0; attempt < tries; attempt++) {
    const at = now();
    const stored = await table.get<readonly Silence[]>(silenceKey);
    const recent = (stored?.body ?? []).filter(({ until }) => until > isoOf(at - keptMs));
    const { kept, ...changed } = plan(recent, isoOf(at));
    if (!kept) return changed;
    const dueAt = isoOf(at + settleMs);
    if (await table.put(silenceKey, stored?.version ?? 0, kept, { dueAt })) return changed;
  }
  throw new Error(`The silences were changed by others ${tries} times in a row; try it again.`);
}

/** Of those that have ended the oldest give way; `undefined` where too many are in force. */
function withinLimit(silences: readonly Silence[], now: Iso): readonly Silence[] | undefined {
  const ended = silences.filter(({ until }) => until <= now).sort((one, other) => (one.until < other.until ? -1 : 1));
  const surplus = new Set(ended.slice(0, Math.max(0, silences.length - silencesLimit)));
  const kept = silences.filter((each) => !surplus.has(each));
  return kept.length <= silencesLimit ? kept : undefined;
}
