import { deliverAt } from '../../functions/core/delivery.ts';
import type { Plan, PriorityPolicy } from '../../functions/core/plan.ts';
import { onDuty } from '../../functions/core/rotation.ts';
import { clockText, type Iso, instantOf, isoOf, localTime, msOf } from '../../functions/core/time.ts';
import { compile } from './compile.ts';
import { type Problem, RunbookError, refusal } from './problems.ts';
import type { Runbook } from './types.ts';
import { urgentPriorities } from './validation/priorities.ts';

const minuteMs = 60_000;

/**
 * Walks a year of the calendar, its hours and its rotations, since what is right today may leave nobody to be told in
 * March.
 * @param from when the year begins: the present
 * @throws {RunbookError} when the holidays end within the year, when at any time of it a level of a priority reaches
 * nobody, or when of a P0 or P1 nobody is told within the deadline
 */
export function checkYear(runbook: Runbook, from: Iso): void {
  const plan = compile(runbook);
  const policies = Object.entries(plan.priorities);
  const problems = [
    ...holidayProblems(plan, from),
    ...policies.flatMap(([id, policy]) =>
      policy.levels.flatMap((_, level) => levelProblems(plan, { id, policy, level }, from)),
    ),
  ];
  if (problems.length > 0) throw new RunbookError(`The runbook ${JSON.stringify(runbook.id)}`, problems);
}

function holidayProblems({ calendar, timeZone }: Plan, from: Iso): Problem[] {
  const { holidays, holidaysThrough } = calendar;
  const end = localTime(from, timeZone).toPlainDate().add({ years: 1 }).toString();
  if (holidays.length === 0 || holidaysThrough >= end) return [];
  const fix = 'complete the holidays, and then move it: on a holiday that is not there, people are told as on any day';
  const expected = refusal(`holidays for a year from now, through ${end} or later`, fix);
  return [{ path: 'calendar.holidaysThrough', got: `"${holidaysThrough}"`, refusal: expected }];
}

/** A step of the escalation of one priority. */
interface Step {
  readonly id: string;
  readonly policy: PriorityPolicy;
  /** Its position. */
  readonly level: number;
}

/** Of a P0 and a P1 somebody has to hear in time; all else only has to reach somebody. */
function isTimed({ id, level }: Step): boolean {
  return level === 0 && urgentPriorities.some((urgent) => urgent === id);
}

/** The first moment of the year at which a level fails; the others are of the same kind. */
function levelProblems(plan: Plan, step: Step, from: Iso): Problem[] {
  const { id, policy, level } = step;
  const { tell, acknowledgeMinutes = 0 } = policy.levels[level] ?? { tell: [] };
  const roles = tell.flatMap((role) => plan.roles[role] ?? []);
  const path = `priorities.${id}.levels[${level}]`;
  const clock = (iso: Iso) => clockText(iso, plan.timeZone);

  for (const now of momentsOf(plan, step, from)) {
    const toldAt = deliverAt(policy.delivery, plan.calendar, plan.timeZone, now);
    const people = roles.flatMap((role) => onDuty(role, plan.timeZone, toldAt));
    const names = [...new Set(people)].map((contact) => plan.contacts[contact]?.name ?? contact).join(', ');
    const isReached = people.some((person) =>
      plan.contacts[person]?.channels.some((channel) => policy.channels.includes(channel)),
    );
    if (!isReached) {
      const expected = `somebody at any hour who can be reached by ${policy.channels.join(' or ')}`;
      const fix = 'add the address to contacts.json, or tell another role as well';
      return [{ path, got: `nobody at ${clock(toldAt)} (on duty: ${names})`, refusal: refusal(expected, fix) }];
    }
    if (isTimed(step) && msOf(toldAt) > msOf(now) + acknowledgeMinutes * minuteMs) {
      const got = `nobody at ${clock(now)}: ${names} would be told at ${clock(toldAt)}`;
      const expected = `somebody who is told of a ${id} within ${acknowledgeMinutes} minutes at any hour`;
      const fix = `write delivery: 'immediately', or allow more acknowledgeMinutes`;
      return [{ path, got, refusal: refusal(expected, fix) }];
    }
  }
  return [];
}

/**
 * The moments of a year from which on anything about a level is different: its beginning, the hand-overs, and where the
 * wait counts the hours of the calendar. From one of them to the next the same people are on duty, and every wait only
 * becomes shorter.
 */
function* momentsOf({ calendar, roles, timeZone }: Plan, step: Step, from: Iso): Generator<Iso> {
  const { levels, delivery } = step.policy;
  const handovers = (levels[step.level]?.tell ?? []).flatMap((id) => {
    const role = roles[id];
    return role && 'rotation' in role ? [role.rotation.at] : [];
  });
  const openings = { immediately: [], 'same-day': [calendar.wakingHours], 'next-business-day': [calendar.hours] };
  const hours = isTimed(step) ? openings[delivery].flatMap((each) => [each.from, each.to]) : [];
  const times = [...new Set([...handovers, ...hours])].sort();

  yield from;
  const start = localTime(from, timeZone);
  const end = start.add({ years: 1 }).epochMilliseconds;
  for (let day = 0; times.length > 0; day++) {
    const date = start.toPlainDate().add({ days: day });
    for (const time of times) {
      // One millisecond later: what happens at the very moment at which business opens is told then.
      const moment = instantOf(date, time, timeZone) + 1;
      if (moment > end) return;
      if (moment > start.epochMilliseconds) yield isoOf(moment);
    }
  }
}
