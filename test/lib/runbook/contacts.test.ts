import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { compile } from '../../../lib/runbook/compile.ts';
import { loadContacts } from '../../../lib/runbook/contacts.ts';
import { sampleRunbook } from './sample-runbook.ts';

const unset = { name: '[CONFIGURE]', phone: '[CONFIGURE]', email: '[CONFIGURE]', https: '[CONFIGURE]' };
const real = { name: 'Olivia Operator', email: 'olivia@operators.example', phone: '+493012345678' };

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rounds-contacts-'));
  write('contacts.example.json', { sample: { 'primary-operations': unset, security: { ...unset, name: 'Sam' } } });
});
afterEach(() => rmSync(folder, { recursive: true }));

function write(name: string, content: unknown): string {
  const file = join(folder, name);
  writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
  return file;
}

const fictional = {
  contacts: {
    'primary-operations': {
      name: 'Primary operations (not configured)',
      email: 'primary-operations@example.com',
      phone: '+12025550100',
      https: 'https://example.com/primary-operations',
    },
    security: {
      name: 'Sam',
      email: 'security@example.com',
      phone: '+12025550101',
      https: 'https://example.com/security',
    },
  },
  placeholders: true,
};

describe('loadContacts', () => {
  test('takes contacts.json when there is one', () => {
    write('contacts.json', { sample: { operator: real } });
    expect(loadContacts('sample', { folder })).toEqual({ contacts: { operator: real }, placeholders: false });
  });

  test('takes fictional contacts in the shape of the example while there is no contacts.json', () => {
    expect(loadContacts('sample', { folder })).toEqual(fictional);
  });

  test('takes fictional contacts when that is allowed, whatever contacts.json holds', () => {
    write('contacts.json', { sample: { operator: real } });
    expect(loadContacts('sample', { folder, allowUnconfigured: true })).toEqual(fictional);
  });

  test('takes a file by its path', () => {
    const file = write('others.json', { sample: { operator: real } });
    expect(loadContacts('sample', { folder, file })).toEqual({ contacts: { operator: real }, placeholders: false });
  });

  test('leaves [CONFIGURE] in contacts.json for compile to refuse, by contact and field', () => {
    write('contacts.json', {
      sample: { operator: { ...real, phone: '[CONFIGURE]' }, chat: { name: 'C', https: unset.https } },
    });
    const { contacts, placeholders } = loadContacts('sample', { folder });
    expect(placeholders).toBe(false);
    const compiling = () => compile({ ...sampleRunbook(), contacts });
    expect(compiling).toThrow('- contacts.operator.phone: got "[CONFIGURE]", expected the phone number instead of');
    expect(compiling).toThrow('- contacts.chat.https: got "[CONFIGURE]", expected the address of the chat');
  });

  test.each<[string, unknown, string]>([
    [
      'is not JSON',
      '{ "sample": ',
      'contacts.json: got Unexpected end of JSON input, expected a readable JSON file; copy',
    ],
    ['knows another platform', { other: { operator: real } }, 'sample: got nothing, expected an object of contacts'],
    ['is no object', [], 'sample: got nothing, expected an object of contacts by their ids; add it'],
    ['has contacts in a list', { sample: [real] }, 'sample: got [{"name":"Olivia Operator"'],
    [
      'has a contact that is a text',
      { sample: { operator: 'Olivia' } },
      'sample.operator: got "Olivia", expected an object',
    ],
    [
      'has a number for a phone',
      { sample: { operator: { ...real, phone: 123 } } },
      'sample.operator.phone: got 123, expected a',
    ],
    [
      'has a misspelt field',
      { sample: { operator: { ...real, mail: 'x' } } },
      'sample.operator.mail: got "x", expected only',
    ],
    [
      'lacks a name',
      { sample: { operator: { email: 'x' } } },
      'sample.operator.name: got nothing, expected a text; write',
    ],
  ])('refuses a file that %s', (_, content, problem) => {
    write('contacts.json', content);
    expect(() => loadContacts('sample', { folder })).toThrow(problem);
    expect(() => loadContacts('sample', { folder })).toThrow(join(folder, 'contacts.json'));
  });

  test('refuses a file that was asked for and is missing', () => {
    const file = join(folder, 'missing.json');
    expect(() => loadContacts('sample', { folder, file })).toThrow(`${file}: got ENOENT: no such file or directory`);
  });
});
