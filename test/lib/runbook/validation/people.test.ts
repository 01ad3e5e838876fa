import { expect, test } from 'vitest';
import { sampleRunbook } from '../sample-runbook.ts';
import { changed, problemsOf, testRefusals } from './refusals.ts';

const policy = {
  meaning: 'At once',
  channels: ['email'],
  delivery: 'immediately',
  levels: [{ tell: ['operations'], acknowledgeMinutes: 15 }],
};
const rotation = 'roles.duty.rotation';

const elevenLevels = Array.from({ length: 11 }, () => policy.levels[0]);
const turns = { every: 'week', from: '2026-11-02', at: '09:00', contacts: ['operator', 'chat'] };
const bothKinds = { title: 'On duty', contacts: ['operator'], rotation: turns };

/** As a message shows a long value. */
function cut(value: unknown): string {
  return `${JSON.stringify(value).slice(0, 80)}...`;
}

testRefusals([
  { set: 'contacts.operator.name', to: '', expected: 'the name' },
  { set: 'contacts.operator.name', to: '[CONFIGURE]', expected: 'the name instead of the placeholder' },
  { set: 'contacts.operator.phone', to: '[CONFIGURE]', expected: 'the phone number instead of the placeholder' },
  { set: 'contacts.operator.email', to: 'ops@[CONFIGURE]', expected: 'the email address instead of the placeholder' },
  { set: 'contacts.chat.https', to: '[CONFIGURE]', expected: 'instead of the placeholder' },
  { set: 'contacts.operator.email', to: 'olivia at example.com', expected: 'an email address such as' },
  { set: 'contacts.operator.phone', to: '202-555-0100', expected: 'E.164' },
  { set: 'contacts.operator.phone', to: '+1 202 555 0100', expected: 'E.164' },
  { set: 'contacts.operator.phone', to: '+02025550100', expected: 'E.164' },
  { set: 'contacts.chat.https', to: 'http://example.com/chat', expected: 'an https:// address' },
  { set: 'contacts.operator.pager', to: '555', expected: 'only fields that have a meaning' },
  { set: 'contacts.nobody', to: { name: 'Nobody' }, expected: 'at least one of email, phone and https' },
  {
    set: 'contacts.The Boss',
    to: { name: 'B', https: 'https://example.com' },
    at: 'contacts["The Boss"]',
    got: '"The Boss"',
    expected: 'kebab-case',
  },
  { set: 'roles.room.title', to: '', expected: 'the title of the role' },
  { set: 'roles.room.contacts', to: [], at: 'roles.room.contacts', expected: 'at least one of the contacts' },
  { set: 'roles.operations.contacts[1]', to: 'nobody', expected: "one of the runbook's contact ids (operator, chat)" },
  { set: 'roles.operations.contacts[1]', to: 'constructor', expected: "one of the runbook's contact ids" },
  { set: 'roles.operations.contacts[1]', to: 'operator', expected: 'contacts without duplicates' },
  {
    set: 'roles.room.contacts',
    to: undefined,
    at: 'roles.room',
    got: '{"title":"Operations room"}',
    expected: 'either',
  },
  { set: 'roles.duty', to: bothKinds, got: cut(bothKinds), expected: 'either contacts or a rotation' },
  { set: `${rotation}.every`, to: 'month', expected: 'one of day, week' },
  { set: `${rotation}.from`, to: '2026-11-31', expected: 'a date YYYY-MM-DD that exists' },
  { set: `${rotation}.at`, to: '9:00', expected: 'HH:MM' },
  { set: `${rotation}.contacts`, to: [], expected: 'a list of at least one contact' },
  { set: `${rotation}.contacts[1]`, to: 'nobody', expected: "one of the runbook's contact ids (operator, chat)" },
  { set: `${rotation}.overrides[0].contact`, to: 'nobody', expected: "one of the runbook's contact ids" },
  { set: `${rotation}.overrides[0].date`, to: 'tomorrow', expected: 'a date YYYY-MM-DD that exists' },
  {
    set: `${rotation}.overrides[1]`,
    to: { date: '2026-12-24', contact: 'chat' },
    expected: 'overrides without duplicates',
  },
  { set: 'priorities.P1.meaning', to: '', expected: 'what the priority means' },
  { set: 'priorities.P2.delivery', to: 'weekly', expected: 'one of immediately, same-day, next-business-day' },
  { set: 'priorities.P2.levels', to: [], expected: 'a list of 1 to 10 levels' },
  { set: 'priorities.P2.levels', to: elevenLevels, got: cut(elevenLevels), expected: 'a list of 1 to 10 levels' },
  { set: 'priorities.P2.levels[0].acknowledgeMinutes', to: 4, expected: 'minutes from 5 to 10080' },
  { set: 'priorities.P2.levels[0].acknowledgeMinutes', to: 10_081, expected: 'minutes from 5 to 10080' },
  { set: 'priorities.P1.repageMinutes', to: 14, expected: 'minutes from 15 to 10080' },
  { set: 'priorities.P1.repageMinutes', to: 10_081, expected: 'minutes from 15 to 10080' },
  {
    set: 'priorities.P1.levels[0].acknowledgeMinutes',
    to: undefined,
    expected: 'minutes after which levels[1] is told',
  },
  {
    set: 'priorities.P1.levels[1].acknowledgeMinutes',
    to: undefined,
    expected: 'minutes after which this level is told again, until somebody acknowledges a P1',
  },
  {
    set: 'priorities.P2.levels[1]',
    to: { tell: ['operations'] },
    at: 'priorities.P2.levels[0].acknowledgeMinutes',
    got: 'nothing',
    expected: 'minutes after which levels[1] is told',
  },
  {
    set: 'priorities.P1.levels[0].tell[1]',
    to: 'nobody',
    expected: "one of the runbook's role ids (operations, room, duty)",
  },
  { set: 'priorities.P1.levels[0].tell', to: [], expected: 'at least one of the roles' },
  { set: 'priorities.P1.channels', to: [], expected: 'at least one of the channels' },
  { set: 'priorities.P2.channels[0]', to: 'fax', expected: 'one of email, sms, https' },
  { set: 'priorities.P4', to: policy, got: '"P4"', expected: 'one of P0, P1, P2, P3' },
  { set: 'watchers', to: 'nobody', expected: "one of the runbook's role ids (operations, room, duty)" },
  { set: 'watchers', to: 'room', expected: 'a role with a contact that has an email address' },
  { set: 'watchers', to: '', expected: 'the id of a role' },
]);

test('refuses a channel that reaches none of the contacts of the priority', () => {
  const runbook = changed(sampleRunbook(), 'contacts.operator.phone', undefined);
  expect(problemsOf(runbook)).toEqual([
    'priorities.P1.channels[0]: got "sms", expected a channel that reaches a contact of its roles; give one of them the field `phone`, or remove the channel',
  ]);
});

test('refuses a role that no channel of the priority reaches', () => {
  expect(problemsOf(changed(sampleRunbook(), 'priorities.P2.levels[0].tell', ['operations', 'room']))).toEqual([
    'priorities.P2.levels[0].tell[1]: got "room", expected a role with a contact that can be reached by email; add the address, or a channel',
  ]);
});

test('refuses a role of a later level that no channel of the priority reaches', () => {
  const runbook = changed(sampleRunbook(), 'priorities.P2.levels[0].acknowledgeMinutes', 60);
  expect(problemsOf(changed(runbook, 'priorities.P2.levels[1]', { tell: ['room'] }))).toEqual([
    expect.stringContaining('priorities.P2.levels[1].tell[0]: got "room", expected a role with a contact that can be'),
  ]);
});

test('accepts a channel that only reaches somebody of a later level, and somebody who has more turns than others', () => {
  const runbook = changed(sampleRunbook(), 'priorities.P1.levels[0].tell', ['room']);
  expect(problemsOf(changed(runbook, `${rotation}.contacts`, ['operator', 'chat', 'operator']))).toEqual([]);
});

test('accepts a level of a P2 or P3 that is told once, when it is the last', () => {
  const levels = [{ tell: ['operations'], acknowledgeMinutes: 5 }, { tell: ['duty'] }];
  expect(problemsOf(changed(sampleRunbook(), 'priorities.P2.levels', levels))).toEqual([]);
});

test('accepts a rotation as the watchers when somebody in it has an email address', () => {
  expect(problemsOf(changed(sampleRunbook(), 'watchers', 'duty'))).toEqual([]);
});

test('refuses a runbook without the priority of its own failures', () => {
  let runbook = changed(sampleRunbook(), 'priorities.P1', undefined);
  for (const rules of ['fleets.app.rules', 'routines[0].checks[0].rules', 'routines[1].checks[0].rules']) {
    runbook = changed(runbook, rules, []);
  }
  expect(problemsOf(runbook)).toEqual([
    "priorities.P1: got nothing, expected the priority that Rounds gives its own failures, like a round that it can't send; say who is told then, and how",
  ]);
});

test('says nothing about reach while a contact is refused, since its addresses are not known', () => {
  expect(problemsOf(changed(sampleRunbook(), 'contacts.operator', { name: 'Olivia', phone: 'unknown' }))).toEqual([
    expect.stringContaining('contacts.operator.phone: got "unknown"'),
  ]);
});

test('names an unknown contact of a role that is refused for something else', () => {
  const runbook = changed(sampleRunbook(), 'roles.operations', { title: '', contacts: ['nobody'] });
  expect(problemsOf(runbook)).toEqual([
    expect.stringContaining('roles.operations.title: got ""'),
    expect.stringContaining('roles.operations.contacts[0]: got "nobody"'),
  ]);
});
