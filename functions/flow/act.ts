import { cleanText, redact } from '../core/clean.ts';
import { type Action, operatorField } from '../core/console/actions.ts';
import type { Surface, WidgetName } from '../core/console/surface.ts';
import { entryLimits } from '../core/entry-limits.ts';
import { type Html, html } from '../core/html.ts';
import type { Plan } from '../core/plan.ts';
import { clockText, isoOf } from '../core/time.ts';
import { actionOf, noteFieldOf, widgetFor } from './action-event.ts';
import { commandNumbered } from './command-incident.ts';
import { drawWidget } from './console.ts';
import { giveSignOff } from './give-sign-off.ts';
import { addNote } from './incident-notes.ts';
import type { RecordServices } from './services.ts';
import { addSilence, endSilence, newSilence } from './silences.ts';
import { membersOf, surfaceOf, widgetOf } from './widget-event.ts';

/** What has become of what a person wanted, for the person. */
type Answer = NonNullable<Surface['answer']>;

/** A person who does something, and what he has written about it. */
interface Deed {
  readonly action: Action;
  readonly by: string;
  readonly note: string;
}

/**
 * Does what a button asks for, and draws its widget anew, with what has become of it.
 * @param ownArn of this function, which the buttons of the widget call
 * @throws {EventError} when no button of ours sends such an event: then nothing is done
 */
export async function act(services: RecordServices, event: unknown, ownArn: string): Promise<Html | string> {
  const members = membersOf('event', event);
  if (members.get('describe') === true) return describeAct(services.plan);
  const action = actionOf(services.plan, members);
  const widget = members.get('widget') === undefined ? widgetFor(action) : widgetOf(members);
  // Buttons that call the console show documents, beside which nobody acts.
  const surfaceNow = () => surfaceOf(members, services.now(), { console: '', act: ownArn });
  const { forms } = surfaceNow();
  const field = noteFieldOf(action);
  const note = field === undefined ? '' : textIn(forms, field);
  const answer = await answerTo(services, action, textIn(forms, operatorField), note);
  // What was said is on record: nobody says it twice because it still stands in its field.
  const left = Object.entries(forms).filter(([name]) => name !== field);
  const shown = answer.isDone ? Object.fromEntries(left) : forms;
  // At a moment at which it is done: what comes later than what is looked at is not shown.
  return drawAnswer(services, widget, { ...surfaceNow(), forms: shown, answer }, answer);
}

/** What is done is done: where the widget cannot be drawn its reader learns of it all the same, and does it only once. */
async function drawAnswer(
  services: RecordServices,
  widget: WidgetName,
  surface: Surface,
  { isDone, text }: Answer,
): Promise<Html> {
  try {
    return await drawWidget(services, widget, surface);
  } catch (error) {
    services.journal.failure('a widget could not be drawn after somebody has acted', error, { widget });
    return html`<p role="status"><b>${isDone ? 'Done' : 'Not done'}: ${text}</b></p><p>What is so now could not be shown: refresh the widget.</p>`;
  }
}

function describeAct({ platform }: Plan): string {
  return `## Rounds: ${platform.name}\n\nDoes what the buttons of the console ask for. It is no widget: choose the console function.\n`;
}

function textIn(forms: Surface['forms'], field: string): string {
  return Object.hasOwn(forms, field) ? (forms[field] ?? '').trim() : '';
}

async function answerTo(services: RecordServices, action: Action, name: string, text: string): Promise<Answer> {
  const by = oneLine(name);
  if (by === '') return refused('Write your name: it is recorded with what you do. Nothing was changed.');
  const tooLong = lengthRefusal('Your name', by, entryLimits.name) ?? lengthRefusal('The note', text, limitOf(action));
  if (tooLong) return refused(tooLong);
  const answer = await doIt(services, { action, by, note: redact(text) });
  services.journal.info('somebody has acted in the console', { ...action, by, ...answer });
  return { ...answer, text: onOurClock(services, answer.text) };
}

async function doIt(services: RecordServices, { action, by, note }: Deed): Promise<Answer> {
  switch (action.action) {
    case 'acknowledge':
    case 'resolve': {
      const { isDone, answer } = await commandNumbered(services, action.action, action.incident, by);
      return { isDone, text: answer };
    }
    case 'note': {
      const { isDone, answer } = await addNote(services, action.incident, { by, about: action.about, text: note });
      return { isDone, text: answer };
    }
    case 'silence': {
      const reason = oneLine(note);
      if (reason === '') return refused('Write into the note why nobody is to be told. Nothing was changed.');
      const until = isoOf(services.now() + action.minutes * 60_000);
      const told = newSilence(services, { by, reason, until, checks: [action.check] });
      const { silence, answer } = await addSilence(services, told);
      return { isDone: silence !== undefined, text: answer };
    }
    case 'end-silence': {
      const { silence, answer } = await endSilence(services, action.silence, by);
      return { isDone: silence !== undefined, text: answer };
    }
    case 'sign-off':
    case 'find-wrong':
      return signOff(services, action, { by, note: oneLine(note), isGood: action.action === 'sign-off' });
  }
}

async function signOff(
  services: RecordServices,
  { id, slot, after }: Extract<Action, { readonly id: string }>,
  said: Parameters<typeof giveSignOff>[2],
): Promise<Answer> {
  const signed = await giveSignOff(services, { id, slot }, said, after);
  if (!signed) return refused(`Nobody was asked for '${id}' in the slot ${slot}. Nothing was changed.`);
  const hint = signed.lacksNote ? ' Write it into the field, and press again.' : '';
  return { isDone: signed.next !== undefined, text: `${signed.answer}${hint}` };
}

/** What a person has written, safe to keep and to show. */
function oneLine(text: string): string {
  return cleanText(redact(text).replace(/\s+/g, ' ').trim(), Number.POSITIVE_INFINITY);
}

function limitOf({ action }: Action): number {
  switch (action) {
    case 'note':
      return entryLimits.incidentNote;
    case 'silence':
      return entryLimits.silenceReason;
    default:
      return entryLimits.signOffNote;
  }
}

/** Cutting what somebody has to say would be worse than asking for less. */
function lengthRefusal(what: string, text: string, most: number): string | undefined {
  const { length } = Array.from(text);
  return length > most
    ? `${what} has ${length} characters, and ${most} are kept. Nothing was changed: shorten it.`
    : undefined;
}

/** The records name times in UTC; people read those of their platform. */
function onOurClock({ plan, now }: RecordServices, text: string): string {
  const today = isoOf(now());
  return text.replaceAll(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/g, (iso) => {
    try {
      return clockText(iso, plan.timeZone, today);
    } catch {
      return iso;
    }
  });
}

function refused(text: string): Answer {
  return { isDone: false, text };
}
