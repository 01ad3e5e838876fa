import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { Problems, RunbookError, refusal } from './problems.ts';
import type { Channel, Contact, Contacts, Role } from './types.ts';
import { fields, unconfigured } from './validation/values.ts';

/** The field of a contact that each channel needs. */
export const addressField = { email: 'email', sms: 'phone', https: 'https' } as const satisfies Record<
  Channel,
  keyof Contact
>;

/** Ids of all contacts who answer for a role, be it only for a day. */
export function contactsOf(role: Role): readonly string[] {
  if ('contacts' in role) return role.contacts;
  const { contacts, overrides = [] } = role.rotation;
  return [...new Set([...contacts, ...overrides.map(({ contact }) => contact)])];
}

export interface ContactsOptions {
  /**
   * The contacts file; it has to be there.
   * @default contacts.json in `folder`, where it may be missing
   */
  readonly file?: string | undefined;
  /** Take the fictional contacts, whatever files there are. @default false */
  readonly allowUnconfigured?: boolean;
  /** Where contacts.json and contacts.example.json are. @default the project's root */
  readonly folder?: string;
}

export interface LoadedContacts {
  readonly contacts: Contacts;
  /** Whether these are fictional contacts, with which a stack may be looked at and not deployed. */
  readonly placeholders: boolean;
}

/**
 * A platform's contacts, which are no part of its runbook: from contacts.json, or while there is none, fictional ones in
 * the shape of contacts.example.json. A `[CONFIGURE]` that contacts.json still holds is refused by `compile`.
 * @throws {RunbookError} when the file cannot be read, or does not hold contacts of the platform
 */
export function loadContacts(platform: string, options: ContactsOptions = {}): LoadedContacts {
  const folder = options.folder ?? fileURLToPath(new URL('../..', import.meta.url));
  const file = options.file ?? join(folder, 'contacts.json');
  if (options.allowUnconfigured || (options.file === undefined && !existsSync(file))) {
    const example = readContacts(join(folder, 'contacts.example.json'), platform);
    return { contacts: fictional(example), placeholders: true };
  }
  return { contacts: readContacts(file, platform), placeholders: false };
}

const text = z.string({ error: refusal('a text', 'write it in quotation marks, or remove the field') });

/** The shape alone: what the texts say is validated with the runbook. */
const contact = fields({
  name: text,
  email: text.exactOptional(),
  phone: text.exactOptional(),
  https: text.exactOptional(),
});

const byContact = z.record(z.string(), contact, {
  error: refusal('an object of contacts by their ids', 'add it as contacts.example.json shows'),
});

function readContacts(file: string, platform: string): Contacts {
  const content = parseFile(file);
  const problems = new Problems();
  const contacts = problems.parse([platform], byContact, Reflect.get(Object(content), platform));
  problems.throwIfAny(`The contacts file ${file}`);
  return contacts ?? {};
}

function parseFile(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    const got = error instanceof Error ? error.message : String(error);
    const fix = 'copy contacts.example.json to contacts.json and fill it in';
    throw new RunbookError('The contacts', [{ path: file, got, refusal: refusal('a readable JSON file', fix) }]);
  }
}

/**
 * Every `[CONFIGURE]` replaced by a value that can belong to nobody.
 * @see https://www.rfc-editor.org/rfc/rfc2606#section-3 for example.com; 555-0100 to 555-0199 are NANPA's for fiction
 */
function fictional(contacts: Contacts): Contacts {
  return Object.fromEntries(
    Object.entries(contacts).map(([id, contact], index) => {
      const words = id.replaceAll('-', ' ');
      const values: Required<Contact> = {
        name: `${words.slice(0, 1).toUpperCase()}${words.slice(1)} (not configured)`,
        email: `${id}@example.com`,
        phone: `+120255501${String(index).padStart(2, '0')}`,
        https: `https://example.com/${id}`,
      };
      return [id, replaced(contact, values)];
    }),
  );
}

function replaced(contact: Contact, values: Required<Contact>): Contact {
  const field = (name: keyof Contact) => (contact[name]?.includes(unconfigured) ? { [name]: values[name] } : {});
  return { ...contact, ...field('name'), ...field('email'), ...field('phone'), ...field('https') };
}
