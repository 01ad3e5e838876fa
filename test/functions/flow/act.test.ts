import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Alert } from '../../../functions/core/alert.ts';
import { noteField } from '../../../functions/core/console/actions.ts';
import type { IncidentNote } from '../../../functions/core/reports/records.ts';
import type { AskedSignOff } from '../../../functions/core/sign-off.ts';
import { act } from '../../../functions/flow/act.ts';
import { alertKey, recordKey, signOffKey, silenceKey } from '../../../functions/flow/keys.ts';
import { readSilences } from '../../../functions/flow/surroundings.ts';
import { answerWidget } from '../../../functions/flow/widget-answer.ts';
import { ServiceError } from '../../../lib/local/service.ts';
import { exampleAlert, exampleIncident, openedAt } from '../core/example-alert.ts';
import { asked, calls, endpoints, number, startConsoleCloud } from './console-stage.ts';
import type { SmallCloud } from './small-cloud.ts';

const lines: string[] = [];
let cloud: SmallCloud;
beforeEach(async () => {
  vi.spyOn(console, 'log').mockImplementation((line) => void lines.push(line));
  cloud = await startConsoleCloud();
});
afterEach(() => vi.restoreAllMocks());

/** Presses a button. @param fields what stands in the widget's form */
function press(parameters: object, fields: object = { operator: 'ann' }, context: object = {}): Promise<string> {
  const event = { ...parameters, widgetContext: { forms: { all: fields }, width: 800, height: 400, ...context } };
  return answerWidget(cloud.services, () => act(cloud.services, event, endpoints.act));
}

const alert = async () => (await cloud.services.table.get<Alert>(alertKey('disk')))?.body;
const signatures = async () => (await cloud.services.table.get<AskedSignOff>(signOffKey(asked)))?.body.signatures;
const dueOf = async (key: { pk: string; sk: string }) =>
  (await cloud.items()).find(({ pk, sk }) => pk === key.pk && sk === key.sk)?.dueAt;

const acknowledge = { widget: 'incidents', action: 'acknowledge', incident: number };
const signOff = { widget: 'checklist', action: 'sign-off', id: 'access-review', slot: openedAt, after: 0 };
const signOffField = noteField('access-review', openedAt);

describe('a button of an incident', () => {
  it('acknowledges it, which the tick goes on with at once, and shows it so', async () => {
    const html = await press(acknowledge);
    expect(html).toContain(`Done: ${number} (Disk usage) is acknowledged by ann`);
    expect(html).toContain('<b>ann has it</b>');
    expect((await alert())?.incident).toMatchObject({ acknowledged: { by: 'ann' }, notices: 2 });
    expect(await dueOf(alertKey('disk'))).toBe((await alert())?.incident?.acknowledged?.at);
    expect(html).toContain(`endpoint="${endpoints.act}"`);
  });

  it('resolves it', async () => {
    expect(await press({ ...acknowledge, action: 'resolve' })).toContain(
      `Done: ${number} (Disk usage) is resolved by ann`,
    );
    expect((await alert())?.incident).toBeUndefined();
  });

  it('is told the truth where it is over already', async () => {
    await press({ ...acknowledge, action: 'resolve' }, { operator: 'bob' });
    const resolved = await alert();
    expect(await press(acknowledge)).toContain(`Not done: ${number} is over already: there is nothing to acknowledge.`);
    expect(await alert()).toEqual(resolved);
  });

  it('that two people press at once is done for one, and the other is told who was faster, on our clock', async () => {
    const pages = await Promise.all(['ann', 'bob'].map((operator) => press(acknowledge, { operator })));
    const winner = (await alert())?.incident?.acknowledged?.by;
    expect(pages.filter((html) => html.includes('Done: ') && !html.includes('Not done'))).toHaveLength(1);
    const refused = pages.filter((html) => html.includes('Not done: ')).join();
    expect(refused).toContain(
      `${winner} has acknowledged ${number} (Disk usage) already, less than a minute ago (08:10 GMT+1)`,
    );
  });

  it('adds a note, which stands in its field no more', async () => {
    const fields = { operator: 'ann', [`note-${number}`]: 'the log was full\nof errors', 'note-disk': 'moving it' };
    const html = await press({ action: 'note', incident: number, about: 'cause' }, fields);
    expect(html).toContain(`Done: cause is recorded with ${number}, by ann`);
    const notes = await cloud.services.table.query<IncidentNote>({ ...recordKey(number, 0), from: 'note#', limit: 9 });
    expect(notes.map(({ body }) => body)).toEqual([
      {
        by: 'ann',
        at: expect.stringContaining('2026-11-23T07:10:'),
        about: 'cause',
        text: 'the log was full\nof errors',
      },
    ]);
    expect(html).toContain('>moving it</textarea>');
    expect(html).not.toContain('of errors</textarea>');
  });

  it('adds a note to the incident, however its number is written', async () => {
    const fields = { operator: 'ann', 'note-DAILY-20261123-000001': 'cause: a log' };
    const html = await press({ action: 'note', incident: 'DAILY-20261123-000001', about: 'note' }, fields);
    expect(html).toContain(`Done: note is recorded with ${number}, by ann`);
    const notes = await cloud.services.table.query<IncidentNote>({ ...recordKey(number, 0), from: 'note#', limit: 9 });
    expect(notes).toHaveLength(1);
  });

  it('means the number, and no check whose id looks like one', async () => {
    await cloud.services.table.put(alertKey('cpu-100'), 0, { ...exampleAlert, check: 'cpu-100' });
    const html = await press({ ...acknowledge, incident: 'cpu-100' });
    expect(html).toContain('Not done: There is no incident &#39;cpu-100&#39;. Open are: DAILY-20261123-001');
    const other = await cloud.services.table.get<Alert>(alertKey('cpu-100'));
    expect(other?.body.incident).toEqual(exampleIncident);
  });

  it('leaves what somebody is writing where it is', async () => {
    expect(await press(acknowledge, { operator: 'ann', [`note-${number}`]: 'half a sent' })).toContain(
      '>half a sent</textarea>',
    );
  });
});

describe('a button of a silence', () => {
  const silence = { action: 'silence', check: 'disk', minutes: 240 };

  it('tells nobody of the check, and says until when on our clock', async () => {
    const html = await press(silence, { operator: 'ann', 'note-disk': 'clearing\nold logs' });
    expect(html).toMatch(/Done: Silence s-[0-9a-f]{6} holds until 12:10 GMT\+1\./);
    expect(await readSilences(cloud.services)).toMatchObject([
      { by: 'ann', reason: 'clearing old logs', checks: ['disk'] },
    ]);
    expect(await dueOf(silenceKey)).toMatch(/^2026-11-23T07:10:3/);
  });

  it('asks why', async () => {
    expect(await press(silence)).toContain('Not done: Write into the note why nobody is to be told.');
    expect(await readSilences(cloud.services)).toEqual([]);
  });

  it('ends it, once', async () => {
    await press(silence, { operator: 'ann', 'note-disk': 'x' });
    const [{ id = '' } = {}] = await readSilences(cloud.services);
    const end = { action: 'end-silence', silence: id };
    expect(await press(end, { operator: 'bob' })).toContain(`Done: The silence ${id} has ended.`);
    const [ended] = await readSilences(cloud.services);
    expect(ended).toMatchObject({
      by: 'ann',
      ended: { by: 'bob', planned: expect.stringMatching(/^2026-11-23T11:10/) },
    });
    cloud.clock.advanceTo(cloud.clock.now() + 1_000);
    expect(await press(end)).toContain(`Not done: The silence ${id} has ended already`);
  });
});

describe('a button of a sign-off', () => {
  it('signs it, with a note, and shows it so', async () => {
    const html = await press(signOff, { operator: ' Ann  B. ', [signOffField]: ' two accounts\n removed ' });
    expect(html).toContain('Done: Access review (08:00 GMT+1) is signed off by Ann B.: two accounts removed');
    expect(html).toContain('SIGNED');
    expect(await signatures()).toMatchObject([{ by: 'Ann B.', note: 'two accounts removed', isGood: true }]);
    expect(await dueOf(signOffKey(asked))).toBe(openedAt);
  });

  it('says what is wrong, and needs a note for it', async () => {
    const wrong = { ...signOff, action: 'find-wrong' };
    expect(await press(wrong)).toContain('nothing was changed: add a note. Write it into the field, and press again.');
    expect(await signatures()).toEqual([]);
    await press(wrong, { operator: 'ann', [signOffField]: 'bob is still there' });
    expect(await signatures()).toMatchObject([{ by: 'ann', note: 'bob is still there', isGood: false }]);
  });

  it('is told of who was faster', async () => {
    await press(signOff, { operator: 'bob' });
    expect(await press(signOff)).toContain(
      'Not done: bob has signed off Access review (08:00 GMT+1) already, at 08:10 GMT+1',
    );
    expect(await signatures()).toMatchObject([{ by: 'bob' }]);
  });

  it('overrules nobody whom the page does not show yet, and goes by what it shows now', async () => {
    const wrong = { ...signOff, action: 'find-wrong' };
    await press(wrong, { operator: 'bob', [signOffField]: 'carl is still there' });
    const html = await press(signOff);
    expect(html).toContain('Not done: Access review (08:00 GMT+1) is reported as wrong by bob: carl is still there');
    expect(await signatures()).toMatchObject([{ by: 'bob', isGood: false }]);
    expect(await press({ ...signOff, after: 1 })).toContain('Done: ');
    expect(await signatures()).toMatchObject([{ by: 'bob' }, { by: 'ann', isGood: true }]);
  });

  it('is told where nobody was asked', async () => {
    const html = await press({ ...signOff, slot: '2026-11-22T07:00:00.000Z' });
    expect(html).toContain(
      'Not done: Nobody was asked for &#39;access-review&#39; in the slot 2026-11-22 08:00 GMT+1.',
    );
  });
});

describe('what is done', () => {
  it('is answered although the widget cannot be drawn, so that nobody does it twice', async () => {
    cloud.intercept(({ operation }) =>
      operation === 'Query' && calls(cloud).PutItem === before + 1
        ? new ServiceError('ProvisionedThroughputExceededException', 'slow down')
        : 'pass',
    );
    const before = calls(cloud).PutItem ?? 0;
    const note = { operator: 'ann', [`note-${number}`]: 'the log was full' };
    const html = await press({ action: 'note', incident: number, about: 'cause' }, note);
    expect(html).toContain(`Done: cause is recorded with ${number}, by ann`);
    expect(html).toContain('could not be shown');
    expect(cloud.services.journal.takeFailures()).toBe(1);
  });
});

describe('whoever acts', () => {
  it.each([
    ['has to write a name', {}],
    ['has to write a name that can be seen', { operator: ' \u202e\u200b\u0000 ' }],
  ])('%s', async (_what, fields) => {
    expect(await press(acknowledge, fields)).toContain('Not done: Write your name: it is recorded with what you do.');
    expect((await alert())?.incident).toEqual(exampleIncident);
  });

  it('is recorded without what a terminal or a page would obey, and without secrets', async () => {
    const html = await press(acknowledge, { operator: '\u001b[2J<b>ann</b>\npassword=hunter2' });
    expect(html).toContain('&lt;b&gt;ann&lt;/b&gt; password=[redacted]');
    expect((await alert())?.incident?.acknowledged?.by).toBe('<b>ann</b> password=[redacted]');
  });

  it('is asked to write less, rather than have it cut', async () => {
    expect(await press(acknowledge, { operator: 'a'.repeat(81) })).toContain(
      'Your name has 81 characters, and 80 are kept.',
    );
    const long = { operator: 'ann', [signOffField]: 'x'.repeat(501) };
    expect(await press(signOff, long)).toContain('The note has 501 characters, and 500 are kept. Nothing was changed');
    const note = { operator: 'ann', [`note-${number}`]: 'x'.repeat(2_001) };
    expect(await press({ action: 'note', incident: number, about: 'note' }, note)).toContain(
      'has 2001 characters, and 2000',
    );
    expect(await signatures()).toEqual([]);
  });

  it('stands in the log with what was done', async () => {
    await press(acknowledge);
    expect(JSON.parse(lines.at(-1) ?? '{}')).toMatchObject({
      ...{ level: 'INFO', message: 'somebody has acted in the console' },
      ...{ action: 'acknowledge', incident: number, by: 'ann', isDone: true },
    });
  });
});

describe('an event that no button sends', () => {
  const everything = async () => JSON.stringify(await cloud.items());

  it.each<[parameters: object, says: string]>([
    [
      {},
      'action: got nothing; expected one of acknowledge, resolve, note, silence, end-silence, sign-off and find-wrong.',
    ],
    [{ action: 'toString' }, 'action: got &quot;toString&quot;'],
    [{ action: 'acknowledge' }, 'incident: got nothing; expected a number like DAILY-YYYYMMDD-NNN.'],
    [{ action: 'acknowledge', incident: 'disk' }, 'incident: got &quot;disk&quot;'],
    [{ action: 'acknowledge', incident: `${number}\n` }, 'incident: got'],
    [
      { action: 'note', incident: number, about: 'gossip' },
      'about: got &quot;gossip&quot;; expected one of note, impact',
    ],
    [{ action: 'silence', check: 'disc', minutes: 60 }, 'check: got &quot;disc&quot;; expected a check of Demo Shop.'],
    [
      { action: 'silence', check: 'disk', minutes: 525_600 },
      'minutes: got the number 525600; expected 60 or 240 or 1440.',
    ],
    [{ action: 'silence', check: 'disk', minutes: '60' }, 'minutes: got &quot;60&quot;'],
    [{ action: 'end-silence', silence: 's-xyz' }, 'silence: got &quot;s-xyz&quot;; expected the id of a silence.'],
    [{ action: 'sign-off', id: '../all', slot: openedAt }, 'id: got &quot;../all&quot;'],
    [{ action: 'sign-off', id: 'access-review', slot: '2026-11-23T08:00+01:00' }, 'slot: got'],
    [{ action: 'sign-off', id: 'access-review', slot: '2026-02-30T07:00:00.000Z' }, 'slot: got'],
    [{ ...signOff, after: undefined }, 'after: got nothing; expected a whole number from 0 to 1000.'],
    [{ ...signOff, after: -1 }, 'after: got the number -1'],
    [{ ...signOff, after: 0.5 }, 'after: got the number 0.5'],
    [{ ...signOff, after: 1_001 }, 'after: got the number 1001'],
    [{ ...acknowledge, widget: 'all' }, 'widget: got &quot;all&quot;'],
  ])('is refused with what is wrong: %j', async (parameters, says) => {
    const before = await everything();
    expect(await press(parameters)).toContain(says);
    expect(await everything()).toBe(before);
  });

  it('is refused whatever CloudWatch would have said of the page', async () => {
    expect(await press(acknowledge, { operator: 'ann' }, { width: 'wide' })).toContain('width: got &quot;wide&quot;');
    expect((await alert())?.incident).toEqual(exampleIncident);
  });

  it('never does anything, and never fails, whatever it is', async () => {
    const { PutItem } = calls(cloud);
    await fc.assert(
      fc.asyncProperty(fc.jsonValue(), async (event) => {
        expect(await answerWidget(cloud.services, () => act(cloud.services, event, endpoints.act))).toMatch(
          /^<p role="alert">/,
        );
      }),
      { numRuns: 300 },
    );
    expect(calls(cloud)).toMatchObject({ PutItem });
  });

  it('does nothing without a name, or with anything that no button sends', async () => {
    const before = await everything();
    const odd = fc.oneof(
      fc.constantFrom(number, 'disk', openedAt, 'access-review', 60, -1, '', null, '__proto__'),
      fc.jsonValue({ maxDepth: 1 }),
    );
    const actions = fc.constantFrom(
      'acknowledge',
      'resolve',
      'note',
      'silence',
      'end-silence',
      'sign-off',
      'find-wrong',
      'describe',
      1,
    );
    const parameters = fc.record(
      {
        ...{ action: actions, incident: odd, about: odd, check: odd, minutes: odd },
        ...{ silence: odd, id: odd, slot: odd, after: odd, widget: odd },
      },
      { requiredKeys: ['action'] },
    );
    const nobody = fc.oneof(
      fc.constantFrom({}, { operator: '' }, { operator: 1 }, { operator: '\u200b' }),
      fc.jsonValue({ maxDepth: 1 }),
    );
    await fc.assert(
      fc.asyncProperty(parameters, nobody, async (event, all) => {
        const context = { forms: { all } };
        const html = await answerWidget(cloud.services, () =>
          act(cloud.services, { ...event, widgetContext: context }, endpoints.act),
        );
        expect(html).toMatch(/^<p role="alert">|Not done: /);
      }),
      { numRuns: 100 },
    );
    expect(await everything()).toBe(before);
  });

  it('is told what the function is for', async () => {
    expect(await press({ describe: true })).toContain('It is no widget');
  });
});
