import type { Alert } from '../alert.ts';
import { type Html, html } from '../html.ts';
import type { PlanCheck, SignOff } from '../plan.ts';
import type { AskedSignOff, Signature } from '../sign-off.ts';
import type { Tone } from './badge.ts';
import { actionButton, noteInput } from './button.ts';
import { nameBytes, openText } from './incident-text.ts';
import type { Item } from './item.ts';
import type { RoutineDay } from './routine-day.ts';
import { isLater, momentText, momentWithAge, shown, startOfDay, type View } from './view.ts';

export type SignOffState = 'open' | 'overdue' | 'wrong' | 'signed';

/** Of what people write; more of it is cut. */
const noteCharacters = 500;
const noteBytes = 600;

/** How a sign-off stands at the moment that is looked at. */
export function signOffState(view: View, asked: AskedSignOff): SignOffState {
  const newest = newestSignature(view, asked);
  if (newest) return newest.isGood ? 'signed' : 'wrong';
  return asked.dueAt <= view.surface.at ? 'overdue' : 'open';
}

/**
 * What people are asked now, and were asked on the day that is looked at: of each sign-off the newest slot, since an
 * older one is asked for no more.
 * @param all the newest slot first
 */
export function presentSignOffs(view: View, all: readonly AskedSignOff[]): AskedSignOff[] {
  const newest = new Map<string, AskedSignOff>();
  for (const asked of all) {
    const isKnown = view.plan.checks[asked.id]?.source.kind === 'sign-off';
    if (isKnown && !isLater(view, asked.slot) && !newest.has(asked.id)) newest.set(asked.id, asked);
  }
  return [...newest.values()].filter((asked) => asked.slot >= startOfDay(view) || isAskedFor(view, asked));
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
  { later }: RoutineDay,
  asked: AskedSignOff | undefined,
  alert: Alert | undefined,
): Item {
  const { title, source } = check;
  if (!asked) {
    const when = later[0] === undefined ? '' : `asked at ${momentText(view, later[0])}`;
    return { tone: 'none', word: 'LATER', title, text: source.question, when };
  }
  const state = signOffState(view, asked);
  const isDone = state === 'signed' || view.surface.isPast;
  const open = alert && openText(view, alert);
  const isOfDay = asked.slot >= startOfDay(view);
  const text = html`${!isOfDay && html`<b>Of ${momentText(view, asked.slot)}:</b> `}${asked.question}${saidText(view, asked)}${open !== undefined && html`<br><b>${open}</b>`}`;
  return {
    ...faceOf[state],
    title,
    text,
    when: whenText(view, asked, state),
    ...(!isDone && { controls: controls(view, asked) }),
  };
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
  const { id, slot, title, note } = asked;
  const named = `${title}, ${momentText(view, slot)}`;
  const label = note === 'required' ? 'Note (needed)' : 'Note (needed where something is wrong)';
  return html`<div class="rounds-actions">${noteInput(view, id, { label, of: named, maxCharacters: noteCharacters })}${actionButton(
    view,
    'checklist',
    {
      label: 'Sign off',
      of: named,
      action: { action: 'sign-off', id, slot },
      confirmation: `Sign off "${named}" as in order? It is recorded with your name, the time and your note.`,
      isPrimary: true,
    },
  )}${actionButton(view, 'checklist', {
    label: 'Found wrong',
    of: named,
    action: { action: 'find-wrong', id, slot },
    confirmation: `Report "${named}" as wrong? An incident may be opened and people told; your note says what is wrong.`,
  })}</div>`;
}
