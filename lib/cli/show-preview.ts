import { Temporal } from 'temporal-polyfill';
import type { Parked } from '../../functions/core/alert.ts';
import { closedBecause } from '../../functions/core/calendar.ts';
import type { Plan } from '../../functions/core/plan.ts';
import { reasonOf } from '../../functions/core/story.ts';
import { clockText, type Iso, localTime } from '../../functions/core/time.ts';
import { counted } from '../../functions/core/words.ts';
import type { Duty, PlannedRoutine, PlannedWindow, PreviewDay } from '../replay/calendar-preview.ts';
import type { Failure } from '../replay/failure.ts';
import { type FailurePreview, type FailureStep, followedDays } from '../replay/failure-preview.ts';
import type { Notification } from '../replay/virtual-platform.ts';
import { columns } from './columns.ts';

/** More slots of a routine in a day are counted, not listed. */
const listedSlots = 12;

const weekdays = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];

/** Day by day what comes. */
export function showDays({ platform, timeZone }: Plan, days: readonly PreviewDay[]): string[] {
  const head = `${platform.name}, on the clock of ${timeZone}`;
  return [head, ...days.flatMap((day) => ['', ...showDay(day, timeZone)])];
}

function showDay({ date, holiday, hours, routines, duty, maintenance }: PreviewDay, timeZone: string): string[] {
  const clocks = hours === undefined ? undefined : `${hours} hours: the clocks go ${hours < 24 ? 'forward' : 'back'}`;
  const notes = [holiday, clocks].filter((note) => note !== undefined);
  return [
    `${dayText(date)}${notes.length > 0 ? ` (${notes.join('; ')})` : ''}`,
    ...columns([
      ...routines.map((routine) => [`  ${routine.title}`, slotsText(routine, timeZone)]),
      ...duty.map((each) => [`  ${each.title}`, dutyText(each, timeZone)]),
      ...maintenance.map((window) => [`  ${window.title}`, windowText(window, timeZone)]),
    ]),
    ...(routines.length === 0 ? ['  no rounds'] : []),
  ];
}

function slotsText({ slots, skipped }: PlannedRoutine, timeZone: string): string {
  const times = slots.map(({ at, note }) => `${timeText(at, timeZone)}${note === undefined ? '' : ` (${note})`}`);
  const listed =
    slots.length <= listedSlots ? times.join(' ') : `${slots.length} rounds from ${times[0]} to ${times.at(-1)}`;
  return skipped === undefined ? listed : `${listed} skipped: ${skipped}`;
}

function dutyText({ turns }: Duty, timeZone: string): string {
  return turns
    .map(({ from, contacts }, index) => `${index > 0 ? `from ${timeText(from, timeZone)} ` : ''}${contacts.join(', ')}`)
    .join(', ');
}

function windowText({ from, until, checks }: PlannedWindow, timeZone: string): string {
  const about = checks.length === 0 ? 'nothing' : `nothing of ${checks.join(', ')}`;
  return `${timeText(from, timeZone)} to ${timeText(until, timeZone)} maintenance: ${about} is told`;
}

/** Who is told what of a failure, when, and how it goes on. */
export function showFailure(plan: Plan, failure: Failure, { headline, steps, ending }: FailurePreview): string[] {
  const begins = `${headline}, from ${momentText(failure.at, plan.timeZone)} on; nobody acknowledges`;
  const rows = steps.map((step) => [`  ${momentText(step.at, plan.timeZone)}`, stepText(plan, step)]);
  return [begins, ...columns(rows), `  ${endingText(plan, steps, ending)}`];
}

function stepText(plan: Plan, step: FailureStep): string {
  switch (step.kind) {
    case 'found':
      return `${step.by} finds it${step.attempt ? `: bad result ${step.attempt.number} of ${step.attempt.of}` : ''}`;
    case 'waits':
      return parkedText(plan, step.at, step.parked);
    case 'told':
      return toldText(plan, step.notification);
  }
}

function toldText({ roles, timeZone }: Plan, notification: Notification): string {
  const { at, priority, kind, level, to, channels } = notification;
  const people = to.map(({ contact, role }) => `${contact} (${roles[role]?.title ?? role})`).join(', ');
  return `${priority} ${kind}, level ${level}, by ${channels.join(' and ')} to ${people}: ${reasonOf(notification, timeZone, at)}`;
}

function parkedText(plan: Plan, at: Iso, { notice, notBefore, heldBy }: Parked): string {
  const waits = `${notice.priority} ${notice.kind} waits until ${momentText(notBefore, plan.timeZone)}`;
  if (heldBy !== undefined) return `${waits}: ${heldBy}`;
  const { from, to } = plan.calendar.wakingHours;
  if (plan.priorities[notice.priority]?.delivery === 'same-day')
    return `${waits}: people are told from ${from} to ${to}`;
  const closed = closures(plan, at, notBefore);
  return `${waits}, when business opens${closed.length > 0 ? `: ${closed.join(', ')}` : ''}`;
}

/** Why no business is done on the days from one instant to another. */
function closures({ calendar, timeZone }: Plan, from: Iso, to: Iso): string[] {
  const reasons: string[] = [];
  const end = localTime(to, timeZone).toPlainDate();
  let date = localTime(from, timeZone).toPlainDate();
  for (; Temporal.PlainDate.compare(date, end) < 0; date = date.add({ days: 1 })) {
    const reason = closedBecause(date, calendar);
    if (reason !== undefined && !reasons.includes(reason)) reasons.push(reason);
  }
  return reasons;
}

function endingText(plan: Plan, steps: readonly FailureStep[], ending: FailurePreview['ending']): string {
  switch (ending) {
    case 'never-found':
      return `No round of the next ${followedDays} days asks for it: nobody is told.`;
    case 'nobody-told':
      return 'No priority rule matches: nobody is told.';
    case 'nothing-due':
      return 'Nobody is told again until it is well.';
    case 'reminders-go-on': {
      const last = steps.findLast((step) => step.kind === 'told')?.notification;
      const minutes = last && plan.priorities[last.priority]?.levels.at(-1)?.acknowledgeMinutes;
      return `And so on${minutes === undefined ? '' : ` ${counted(minutes, 'minute')} after each reminder`}, until somebody acknowledges or it is well.`;
    }
    case 'limit':
      return `What comes after ${followedDays} days is not shown.`;
  }
}

function dayText(date: string): string {
  return `${weekdays[Temporal.PlainDate.from(date).dayOfWeek - 1]} ${date}`;
}

function timeText(at: Iso, timeZone: string): string {
  return localTime(at, timeZone).toPlainTime().toString({ smallestUnit: 'minute' });
}

/** `Sat 2026-11-21 08:00 EST` */
function momentText(at: Iso, timeZone: string): string {
  const day = weekdays[localTime(at, timeZone).dayOfWeek - 1];
  return `${day} ${clockText(at, timeZone)}`;
}
