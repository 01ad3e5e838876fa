import { addressField, contactsOf } from '../contacts.ts';
import { type Problems, refusal } from '../problems.ts';
import type { Channel, Contact, Role, Runbook } from '../types.ts';
import { checkReference, checkReferences } from './references.ts';
import { date, distinctList, fields, line, list, oneOf, ordinaryId, reference, timeOfDay } from './values.ts';

const override = fields({ date, contact: reference('contact') });

const noTurns = refusal('a list of at least one contact', 'add whose turn it is first');

const rotation = fields({
  every: oneOf(['day', 'week']),
  from: date,
  at: timeOfDay,
  // Somebody may have more turns than others.
  contacts: list('contacts', reference('contact')).min(1, { error: noTurns }),
  overrides: distinctList('overrides', override, (entry) => entry.date).exactOptional(),
});

const role = fields({
  title: line('the title of the role'),
  contacts: distinctList('contacts', reference('contact')).exactOptional(),
  rotation: rotation.exactOptional(),
}).refine(({ contacts, rotation }) => (contacts === undefined) !== (rotation === undefined), {
  error: refusal('either contacts or a rotation', 'write one of them'),
});

/** Those sections that parsed; `undefined` stands for a broken one, about which nothing more can be said. */
export interface People {
  readonly contacts: ReadonlyMap<string, Contact | undefined>;
  readonly roles: ReadonlyMap<string, Role | undefined>;
}

/** @returns the roles by id; a broken one is `undefined` */
export function validateRoles(
  runbook: Runbook,
  problems: Problems,
  contacts: People['contacts'],
): ReadonlyMap<string, Role | undefined> {
  const parsed = problems.parseRecord(['roles'], ordinaryId, role, runbook.roles);
  for (const id of parsed.keys()) {
    const { contacts: ids, rotation } = Object(runbook.roles[id]);
    checkReferences(problems, ['roles', id, 'contacts'], 'contact', ids, contacts);
    const path = ['roles', id, 'rotation'];
    checkReferences(problems, [...path, 'contacts'], 'contact', rotation?.contacts, contacts);
    if (!Array.isArray(rotation?.overrides)) continue;
    for (const [index, entry] of rotation.overrides.entries()) {
      checkReference(problems, [...path, 'overrides', index, 'contact'], 'contact', entry?.contact, contacts);
    }
  }
  // What has parsed is a role, whose two kinds the schema's own type doesn't tell apart.
  return new Map([...parsed.keys()].map((id) => [id, parsed.get(id) && runbook.roles[id]]));
}

/** The channels that reach somebody of a role; `undefined` when that cannot be said, since something was refused. */
export function addressesOf(roleId: string, { contacts, roles }: People): ReadonlySet<Channel> | undefined {
  const reached = new Set<Channel>();
  const role = roles.get(roleId);
  if (!role) return undefined;
  for (const contactId of contactsOf(role)) {
    const contact = contacts.get(contactId);
    if (!contact) return undefined;
    for (const channel of ['email', 'sms', 'https'] as const) {
      if (contact[addressField[channel]] !== undefined) reached.add(channel);
    }
  }
  return reached;
}
