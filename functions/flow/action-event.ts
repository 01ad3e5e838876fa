import { type Action, noteField } from '../core/console/actions.ts';
import type { WidgetName } from '../core/console/surface.ts';
import { isKnownCheck } from '../core/observations.ts';
import type { Plan } from '../core/plan.ts';
import { noteSubjects } from '../core/reports/records.ts';
import { instant, matching, oneOf, refuse, wholeNumber } from './widget-event.ts';

/** How long people can silence a check by a button, in minutes: for longer there is the command line. */
const silenceMinutes = [60, 240, 1_440] as const;

const kinds = [
  'acknowledge',
  'resolve',
  'note',
  'silence',
  'end-silence',
  'sign-off',
  'find-wrong',
] as const satisfies readonly Action['action'][];

/**
 * What a button asks for, if it can be one of ours.
 * @throws {EventError} that says what no button of ours would send
 */
export function actionOf(plan: Plan, event: ReadonlyMap<string, unknown>): Action {
  const action = oneOf('action', event.get('action'), kinds);
  const incident = () =>
    matching('incident', event.get('incident'), /^[A-Za-z0-9-]{1,60}-\d{3,6}$/, `a number like ${plan.incidentFormat}`);
  switch (action) {
    case 'acknowledge':
    case 'resolve':
      return { action, incident: incident() };
    case 'note':
      return { action, incident: incident(), about: oneOf('about', event.get('about'), noteSubjects) };
    case 'silence': {
      const check = matching('check', event.get('check'), /^[a-z0-9-]{1,100}$/, 'the id of a check');
      if (!isKnownCheck(plan, check)) refuse('check', check, `a check of ${plan.platform.name}`);
      const minutes = silenceMinutes.find((each) => each === event.get('minutes'));
      return {
        action,
        check,
        minutes: minutes ?? refuse('minutes', event.get('minutes'), silenceMinutes.join(' or ')),
      };
    }
    case 'end-silence':
      return { action, silence: matching('silence', event.get('silence'), /^s-[0-9a-f]{6}$/, 'the id of a silence') };
    case 'sign-off':
    case 'find-wrong': {
      const id = matching('id', event.get('id'), /^[a-z0-9-]{1,100}$/, 'the id of a sign-off');
      const slot = instant('slot', event.get('slot'));
      return { action, id, slot, after: wholeNumber('after', event.get('after'), 0, 1_000) };
    }
  }
}

/** Where the buttons of an action stand. */
export function widgetFor({ action }: Action): WidgetName {
  return action === 'sign-off' || action === 'find-wrong' ? 'checklist' : 'incidents';
}

/** The field in which stands what goes with an action; none goes with some. */
export function noteFieldOf(action: Action): string | undefined {
  switch (action.action) {
    case 'note':
      return noteField(action.incident);
    case 'silence':
      return noteField(action.check);
    case 'sign-off':
    case 'find-wrong':
      return noteField(action.id, action.slot);
    case 'acknowledge':
    case 'resolve':
    case 'end-silence':
      return undefined;
  }
}
