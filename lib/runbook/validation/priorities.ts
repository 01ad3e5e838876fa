import { addressField } from '../contacts.ts';
import { type Path, type Problems, refusal } from '../problems.ts';
import type { Priority, PriorityPolicy, Runbook } from '../types.ts';
import { checkReferences } from './references.ts';
import { addressesOf, type People } from './roles.ts';
import { distinctList, fields, line, list, longestMinutes, oneOf, priority, reference, whole } from './values.ts';

const level = fields({
  tell: distinctList('roles', reference('role')),
  acknowledgeMinutes: whole('minutes', 5, longestMinutes, 'write how long people have to acknowledge').exactOptional(),
});

const mostLevels = 10;
const levelsError = refusal(
  `a list of 1 to ${mostLevels} levels`,
  'write who is told first, and then who is told next',
);

const policy = fields({
  meaning: line('what the priority means'),
  channels: distinctList('channels', oneOf(['email', 'sms', 'https'])),
  delivery: oneOf(['immediately', 'same-day', 'next-business-day']),
  levels: list('levels', level).min(1, { error: levelsError }).max(mostLevels, { error: levelsError }),
  repageMinutes: whole('minutes', 15, longestMinutes, 'write when an acknowledgement is forgotten').exactOptional(),
});

const ownPriority: Priority = 'P1';

/** Those of which somebody has to say that he has heard of it. */
export const urgentPriorities: readonly Priority[] = ['P0', 'P1'];

/** @returns the priorities that the runbook defines; a broken one is `undefined` */
export function validatePriorities(
  runbook: Runbook,
  problems: Problems,
  people: People,
): ReadonlyMap<string, PriorityPolicy | undefined> {
  const policies = problems.parseRecord(['priorities'], priority, policy, runbook.priorities);
  for (const [id, policy] of policies) {
    const path = ['priorities', id];
    const { levels } = Object(Reflect.get(runbook.priorities, id));
    for (const [index, level] of (Array.isArray(levels) ? levels : []).entries()) {
      checkReferences(problems, [...path, 'levels', index, 'tell'], 'role', level?.tell, people.roles);
    }
    if (!policy) continue;
    checkDeadlines(problems, path, id, policy);
    checkReach(problems, path, policy, people);
  }
  if (policies.size > 0 && !policies.has(ownPriority)) {
    const expected = "the priority that Rounds gives its own failures, like a round that it can't send";
    problems.add(['priorities', ownPriority], undefined, refusal(expected, 'say who is told then, and how'));
  }
  return policies;
}

/** Without its minutes a level is the last one that is told, and is told once. */
function checkDeadlines(problems: Problems, path: Path, id: string, { levels }: PriorityPolicy): void {
  const isUrgent = urgentPriorities.some((urgent) => urgent === id);
  for (const [index, { acknowledgeMinutes }] of levels.entries()) {
    if (acknowledgeMinutes !== undefined) continue;
    const isLast = index === levels.length - 1;
    if (isLast && !isUrgent) continue;
    const expected = isLast
      ? `minutes after which this level is told again, until somebody acknowledges a ${id}`
      : `minutes after which levels[${index + 1}] is told`;
    problems.add([...path, 'levels', index, 'acknowledgeMinutes'], undefined, refusal(expected, 'add them'));
  }
}

/** Every channel has to reach somebody, and everybody who is to be told has to be reached by some channel. */
function checkReach(problems: Problems, path: Path, { levels, channels }: PriorityPolicy, people: People): void {
  const told = levels.flatMap(({ tell }, level) =>
    tell.map((role, index) => ({
      role,
      path: [...path, 'levels', level, 'tell', index],
      addresses: addressesOf(role, people),
    })),
  );
  for (const [index, channel] of channels.entries()) {
    if (told.some(({ addresses }) => addresses === undefined || addresses.has(channel))) continue;
    const fix = `give one of them the field \`${addressField[channel]}\`, or remove the channel`;
    problems.add([...path, 'channels', index], channel, refusal('a channel that reaches a contact of its roles', fix));
  }
  for (const { role, path, addresses } of told) {
    if (addresses === undefined || channels.some((channel) => addresses.has(channel))) continue;
    const expected = `a role with a contact that can be reached by ${channels.join(' or ')}`;
    problems.add(path, role, refusal(expected, 'add the address, or a channel'));
  }
}
