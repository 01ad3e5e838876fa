import { entryLimits } from '../entry-limits.ts';
import { type Html, html } from '../html.ts';
import type { PlanCheck, SignOff } from '../plan.ts';
import type { AskedSignOff, Signature } from '../sign-off.ts';
import { noteField } from './actions.ts';
import type { Tone } from './badge.ts';
import { actionButton, noteInput } from './button.ts';
import type { KnownAlert } from './check-item.ts';
import { headlineOf, nameBytes, openText } from './incident-text.ts';
import { type Item, withAlert } from './item.ts';
import type { RoutineDay } from './routine-day.ts';
import { isLater, momentText, momentWithAge, shown, startOfDay, type View } from './view.ts';

export type SignOffState = 'open' | 'overdue' | 'wrong' | 'signed';

const noteBytes = 600;

/** How a sign-off stands at the moment that is looked at. */
export function signOffState(view: View, asked: AskedSignOff): SignOffState {
  const newest = newestSignature(view, asked);
  if (newest) return newest.isGood ? 'signed' : 'wrong';
  return asked.dueAt <= view.surface.at ? 'overdue' : 'open';
}

/**
 * What people are asked now, and were asked on the day that is looked at: of each sign-off of a routine the newest slot,
 * since an older one is asked for no more.
 * @param all the newest slot first
 */
export function presentSignOffs(view: View, all: readonly AskedSignOff[]): AskedSignOff[] {
  const newest = new Map<string, AskedSignOff>();
  for (const asked of all) {
    const { id, routine, slot } = asked;
    const key = `${routine}/${id}`;
    if (isOfRunbook(view, asked) && !isLater(view, slot) && !newest.has(key)) newest.set(key, asked);
  }
  return [...newest.values()].filter((asked) => asked.slot >= startOfDay(view) || isAskedFor(view, asked));
}

function isOfRunbook({ plan: { checks, routines } }: View, { id, routine }: AskedSignOff): boolean {
  return checks[id]?.source.kind === 'sign-off' && routines[routine]?.checks.includes(id) === true;
}

/** Nobody has found it in order. */
export function isAskedFor(view: View, asked: AskedSignOff): boolean {
  return signOffState(view, asked) !== 'signed';
}

function newestSignature(view: View, { signatures }: AskedSignOff): Signature | undefined {
  return signatures.findLast(({ at }) => !isLater(view, at));
}

const faceOf: Readonly<Record<SignOffState, { readonly tone: Tone; readonly word: string }>> = {
  open: { tone: 'info', word: 'TO SIGN OFF' },
  overdue: { tone: 'warning', word: 'OVERDUE' },
  wrong: { tone: 'critical', word: 'WRONG' },
  signed: { tone: 'ok', word: 'SIGNED' },
};

/** What people are asked in a routine, what they have said, and where they say it. */
export function signOffItem(
  view: View,
  check: PlanCheck & { readonly source: SignOff },
  day: RoutineDay,
  asked: AskedSignOff | undefined,
  alert: KnownAlert | undefined,
): Item {
  const { title, source } = check;
  if (!asked) {
    const text = html`${source.question}${standing(view, alert)}`;
    return withAlert({ ...unaskedFace(view, day), title, text }, alert);
  }
  const state = signOffState(view, asked);
  const isDone = state === 'signed' || view.surface.isPast;
  const isOfDay = asked.slot >= startOfDay(view);
  const text = html`${!isOfDay && html`<b>Of ${momentText(view, asked.slot)}:</b> `}${asked.question}${saidText(view, asked)}${standing(view, alert, state)}`;
  const item = { ...faceOf[state], title, text, when: whenText(view, asked, state) };
  return withAlert({ ...item, ...(!isDone && { controls: controls(view, asked) }) }, alert);
}

/** What nobody was asked in a slot that is over, nobody has confirmed. */
function unaskedFace(view: View, { over, due, later }: RoutineDay): Pick<Item, 'tone' | 'word' | 'when'> {
  if (over !== undefined) return { tone: 'unknown', word: 'NOT ASKED', when: `of ${momentText(view, over)}` };
  const next = due?.slot ?? later[0];
  if (next === undefined) return { tone: 'none', word: 'NOT ASKED', when: '' };
  return { tone: 'none', word: 'LATER', when: `asked at ${momentText(view, next)}` };
}

/** The incident, or what the alert says that the item itself does not: it may be of an older slot. */
function standing(view: View, alert: KnownAlert | undefined, state?: SignOffState): Html | undefined {
  if (!alert) return undefined;
  const isSaid = alert.status === 'OK' || state === 'overdue' || state === 'wrong';
  const text = openText(view, alert) ?? (isSaid ? undefined : headlineOf(view, alert));
  return text === undefined ? undefined : html`<br><b>${text}</b>`;
}

function whenText(view: View, asked: AskedSignOff, state: SignOffState): string {
  switch (state) {
    case 'open':
      return `until ${momentWithAge(view, asked.dueAt)}`;
    case 'overdue':
      return `since ${momentWithAge(view, asked.dueAt)}`;
    case 'wrong':
    case 'signed':
      return momentText(view, newestSignature(view, asked)?.at ?? asked.slot);
  }
}

function saidText(view: View, asked: AskedSignOff): Html | undefined {
  const newest = newestSignature(view, asked);
  if (!newest) return undefined;
  const { by, at, note, isGood } = newest;
  const said = `${isGood ? 'Signed off' : 'Found wrong'} by ${shown(by, nameBytes)}, ${momentText(view, at)}`;
  return html`<br><b>${said}${note === '' ? '' : ':'}</b> ${shown(note, noteBytes)}`;
}

function controls(view: View, asked: AskedSignOff): Html {
  const { id, slot, title, note, signatures } = asked;
  const after = signatures.length;
  const name = noteField(id, slot);
  const named = `${title}, ${momentText(view, slot)}`;
  const label = note === 'required' ? 'Note (needed)' : 'Note (needed where something is wrong)';
  return html`<div class="rounds-actions">${noteInput(view, { name, label, of: named, maxCharacters: entryLimits.signOffNote })}${actionButton(
    view,
    'checklist',
    {
      label: 'Sign off',
      of: named,
      action: { action: 'sign-off', id, slot, after },
      confirmation: `Sign off "${named}" as in order? It is recorded with your name, the time and your note.`,
      isPrimary: true,
    },
  )}${actionButton(view, 'checklist', {
    label: 'Found wrong',
    of: named,
    action: { action: 'find-wrong', id, slot, after },
    confirmation: `Report "${named}" as wrong? An incident may be opened and people told; your note says what is wrong.`,
  })}</div>`;
}
