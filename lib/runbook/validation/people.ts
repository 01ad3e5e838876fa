import { z } from 'zod';
import { addressField } from '../contacts.ts';
import { type Problems, refusal } from '../problems.ts';
import type { Runbook } from '../types.ts';
import { validatePriorities } from './priorities.ts';
import { checkReference } from './references.ts';
import { addressesOf, type People, validateRoles } from './roles.ts';
import { fields, httpsUrl, line, ordinaryId, reference, unconfigured } from './values.ts';

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

/** @returns also the priorities that the runbook defines; a broken one is `undefined` */
export function validatePeople(
  runbook: Runbook,
  problems: Problems,
): People & { readonly priorities: ReadonlyMap<string, unknown> } {
  const contacts = problems.parseRecord(['contacts'], ordinaryId, contact, runbook.contacts);
  const roles = validateRoles(runbook, problems, contacts);
  const priorities = validatePriorities(runbook, problems, { contacts, roles });
  checkWatchers(runbook, problems, { contacts, roles });
  return { contacts, roles, priorities };
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
