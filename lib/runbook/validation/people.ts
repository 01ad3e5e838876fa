import { z } from 'zod';
import { type Path, type Problems, refusal } from '../problems.ts';
import type { Channel, Contact, Priority, PriorityPolicy, Role, Runbook } from '../types.ts';
import { checkReference, checkReferences } from './references.ts';
import {
  distinctList,
  fields,
  httpsUrl,
  line,
  oneOf,
  ordinaryId,
  priority,
  reference,
  unconfigured,
} from './values.ts';

const whereContactsAre = 'write it in contacts.json, as contacts.example.json shows';

/** A field of a contact that somebody has filled in. */
function configured(of: string) {
  const error = refusal(`${of} instead of the placeholder`, whereContactsAre);
  return line(of).refine((value) => !value.includes(unconfigured), { error, abort: true });
}

const contact = fields({
  name: configured('the name'),
  email: configured('the email address')
    .refine((value) => z.regexes.email.test(value), {
      error: refusal('an email address such as operations@example.com', 'correct it, or remove the field'),
    })
    .exactOptional(),
  phone: configured('the phone number')
    .refine((value) => /^\+[1-9]\d{6,14}$/.test(value), {
      error: refusal(
        'a phone number in E.164 such as +12025550100',
        'write + and the country code, and no spaces, or remove the field',
      ),
    })
    .exactOptional(),
  https: configured('the address of the chat or paging tool')
    .pipe(httpsUrl('correct it, or remove the field'))
    .exactOptional(),
}).refine((value) => Object.values(addressField).some((field) => value[field] !== undefined), {
  error: refusal('at least one of email, phone and https', whereContactsAre),
});

const role = fields({ title: line('the title of the role'), contacts: distinctList('contacts', reference('contact')) });

const policy = fields({
  meaning: line('what the priority means'),
  tell: distinctList('roles', reference('role')),
  channels: distinctList('channels', oneOf(['email', 'sms', 'https'])),
});

/** The field of a contact that each channel needs. */
const addressField = { email: 'email', sms: 'phone', https: 'https' } as const satisfies Record<Channel, keyof Contact>;

const ownPriority: Priority = 'P1';

/** Those sections that parsed; `undefined` stands for a broken one, about which nothing more can be said. */
interface People {
  readonly contacts: ReadonlyMap<string, Contact | undefined>;
  readonly roles: ReadonlyMap<string, Role | undefined>;
}

/** @returns the priorities that the runbook defines; a broken one is `undefined` */
export function validatePeople(runbook: Runbook, problems: Problems): ReadonlyMap<string, unknown> {
  const contacts = problems.parseRecord(['contacts'], ordinaryId, contact, runbook.contacts);
  const roles = problems.parseRecord(['roles'], ordinaryId, role, runbook.roles);
  const policies = problems.parseRecord(['priorities'], priority, policy, runbook.priorities);

  for (const id of roles.keys()) {
    checkReferences(problems, ['roles', id, 'contacts'], 'contact', runbook.roles[id]?.contacts, contacts);
  }
  for (const [id, policy] of policies) {
    const told = Reflect.get(Object(Reflect.get(runbook.priorities, id)), 'tell');
    checkReferences(problems, ['priorities', id, 'tell'], 'role', told, roles);
    if (policy) checkReach(problems, ['priorities', id], policy, { contacts, roles });
  }
  if (policies.size > 0 && !policies.has(ownPriority)) {
    const expected = "the priority that Rounds gives its own failures, like a round that it can't send";
    problems.add(['priorities', ownPriority], undefined, refusal(expected, 'say who is told then, and how'));
  }
  checkWatchers(runbook, problems, { contacts, roles });
  return policies;
}

/** Every channel has to reach somebody, and everybody who is to be told has to be reached by some channel. */
function checkReach(
  problems: Problems,
  path: Path,
  policy: Pick<PriorityPolicy, 'tell' | 'channels'>,
  people: People,
): void {
  const told = policy.tell.map((roleId) => addressesOf(roleId, people));
  for (const [index, channel] of policy.channels.entries()) {
    if (told.some((addresses) => addresses === undefined || addresses.has(channel))) continue;
    const fix = `give one of them the field \`${addressField[channel]}\`, or remove the channel`;
    problems.add([...path, 'channels', index], channel, refusal('a channel that reaches a contact of its roles', fix));
  }
  for (const [index, addresses] of told.entries()) {
    if (addresses === undefined || policy.channels.some((channel) => addresses.has(channel))) continue;
    const expected = `a role with a contact that can be reached by ${policy.channels.join(' or ')}`;
    problems.add([...path, 'tell', index], policy.tell[index], refusal(expected, 'add the address, or a channel'));
  }
}

function checkWatchers(runbook: Runbook, problems: Problems, people: People): void {
  const watchers = problems.parse(['watchers'], reference('role'), runbook.watchers);
  if (watchers === undefined) return;
  checkReference(problems, ['watchers'], 'role', watchers, people.roles);
  const addresses = addressesOf(watchers, people);
  if (addresses === undefined || addresses.has('email')) return;
  const expected = 'a role with a contact that has an email address';
  problems.add(
    ['watchers'],
    watchers,
    refusal(expected, 'add the address: failures of Rounds itself are told by email'),
  );
}

/** The channels that reach a role; `undefined` when that cannot be said, since something of it was refused. */
function addressesOf(roleId: string, { contacts, roles }: People): ReadonlySet<Channel> | undefined {
  const reached = new Set<Channel>();
  const role = roles.get(roleId);
  if (!role) return undefined;
  for (const contactId of role.contacts) {
    const contact = contacts.get(contactId);
    if (!contact) return undefined;
    for (const channel of ['email', 'sms', 'https'] as const) {
      if (contact[addressField[channel]] !== undefined) reached.add(channel);
    }
  }
  return reached;
}
