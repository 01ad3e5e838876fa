import { strict as assert } from 'node:assert';
import fc from 'fast-check';
import { noteField, operatorField } from '../../functions/core/console/actions.ts';
import { widgetNames } from '../../functions/core/console/surface.ts';
import { noteSubjects } from '../../functions/core/reports/records.ts';
import { act } from '../../functions/flow/act.ts';
import { showConsole } from '../../functions/flow/console.ts';
import { alertKey, signOffKey } from '../../functions/flow/keys.ts';
import { answerWidget } from '../../functions/flow/widget-answer.ts';
import { skeletonOf, tokensOf } from '../functions/core/console/html-tokens.ts';
import { exampleAlert } from '../functions/core/example-alert.ts';
import { asked, consolePlan, endpoints, now, number, putHead } from '../functions/flow/console-stage.ts';
import { hostileText, isClean, oddValue, type Secret, secret, shows } from './hostile.ts';
import { type MemoryStage, memoryStage } from './memory-stage.ts';
import { type Property, property } from './property.ts';

/** A platform whose disk is full and whose access review is asked for. */
async function consoleStage(): Promise<MemoryStage> {
  const stage = memoryStage(consolePlan, now);
  const { table } = stage.services;
  await table.put(alertKey('disk'), 0, exampleAlert);
  await table.put(signOffKey(asked), 0, asked);
  await putHead(stage, exampleAlert);
  return stage;
}

/** What the buttons of the console send. */
const buttons = [
  ...['acknowledge', 'resolve'].map((action) => ({ widget: 'incidents', action, incident: number })),
  { widget: 'incidents', action: 'note', incident: number, about: 'cause' },
  { widget: 'incidents', action: 'silence', check: 'disk', minutes: 60 },
  { widget: 'incidents', action: 'end-silence', silence: 's-0a1b2c' },
  ...['sign-off', 'find-wrong'].map((action) => ({
    widget: 'checklist',
    action,
    id: asked.id,
    slot: asked.slot,
    after: 0,
  })),
] as const;

type Members = Readonly<Record<string, unknown>>;

const fields = [
  'widget',
  'action',
  'incident',
  'about',
  'check',
  'minutes',
  'silence',
  'id',
  'slot',
  'after',
  'by',
] as const;

/** Near to what is meant: other types, other partitions, more of it. */
const nearValue: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom<unknown>(number, 'DAILY-20261123-0001', 'DAILY-20261123-002', 'disk', 'load', 'fleet-app', 'cause'),
  fc.constantFrom<unknown>(60, 240, 60.0, '60', 61, [60], 'access-review', asked.slot, 0, 1, -0, '0', 1e21),
  fc.constantFrom(
    `${number}#1`,
    `incident#${number}`,
    `${asked.slot}#access-review`,
    'round#morning',
    's-0a1b2c',
    'all',
  ),
  fc.constantFrom(`${number}\n`, ` ${number}`, `${number}\0`, `${number}\u200b`, 'dısk', 'DISK', 'access-review '),
  fc.constantFrom<unknown>({ toString: 'x' }, [number], ['disk'], new String(number)),
);

const forged: fc.Arbitrary<Members> = fc
  .tuple(
    fc.constantFrom<Members>(...buttons),
    fc.array(
      fc.tuple(fc.oneof(fc.constantFrom(...fields), fc.constantFrom('__proto__', 'x')), fc.oneof(nearValue, oddValue)),
      {
        maxLength: 2,
      },
    ),
    fc.option(fc.constantFrom(...fields), { freq: 6 }),
  )
  .map(([button, changes, dropped]) => {
    const members = new Map<string, unknown>(Object.entries(button));
    for (const [name, value] of changes) members.set(name, value);
    if (dropped) members.delete(dropped);
    // As JSON brings it: own members, whatever they are called.
    return JSON.parse(JSON.stringify(Object.fromEntries(members))) as Members;
  });

const written = fc.record(
  {
    [operatorField]: fc.oneof({ weight: 3, arbitrary: fc.constant('ann') }, hostileText, oddValue),
    [noteField(number)]: fc.oneof(hostileText, oddValue),
    [noteField('disk')]: fc.oneof(hostileText, fc.constant('moving it')),
    [noteField(asked.id, asked.slot)]: hostileText,
    __proto__x: oddValue,
  },
  { requiredKeys: [operatorField] },
);

const context: fc.Arbitrary<Members> = fc.oneof(
  { weight: 6, arbitrary: written.map((all) => ({ forms: { all }, width: 800, height: 400 })) },
  fc.record(
    { forms: oddValue, width: oddValue, height: oddValue, theme: oddValue, timeRange: oddValue },
    { requiredKeys: [] },
  ),
  fc.record({
    timeRange: fc.record({ mode: oddValue, start: oddValue, end: oddValue, zoom: oddValue }, { requiredKeys: [] }),
  }),
);

const numberForm = /^DAILY-20261123-0*1$/;

/** Whether a button of the page could have sent this, by what stands on the page. */
function isButton(event: Members): boolean {
  const { action, incident, about, check, minutes, id, slot, after } = event;
  const isNumber = typeof incident === 'string' && numberForm.test(incident);
  switch (action) {
    case 'acknowledge':
    case 'resolve':
      return isNumber;
    case 'note':
      return isNumber && noteSubjects.some((each) => each === about);
    case 'silence': {
      const checks = ['disk', 'load', 'overnight', 'access-review', 'fleet-app', 'round-morning', 'contacts'];
      return checks.some((each) => each === check) && [60, 240, 1_440].some((each) => each === minutes);
    }
    case 'sign-off':
    case 'find-wrong':
      return id === asked.id && slot === asked.slot && Number.isInteger(after);
    default:
      return false;
  }
}

/** Items that have changed. */
function changesOf(before: ReadonlyMap<string, string>, after: ReadonlyMap<string, string>): string[] {
  return [...new Set([...before.keys(), ...after.keys()])].filter((key) => before.get(key) !== after.get(key));
}

/** What a browser shows of it is text: it can be read as the strict HTML that our templates are written in. */
function expectPage(html: string): void {
  if (html.startsWith('## ')) return;
  for (const token of tokensOf(html)) {
    if (token.kind !== 'start') continue;
    const isOurs = ['console', 'act'].some((name) => token.attributes.endpoint === endpoints[name as 'act']);
    if (token.attributes.endpoint !== undefined) assert.ok(isOurs, `an action calls ${token.attributes.endpoint}`);
    for (const name of Object.keys(token.attributes)) assert.doesNotMatch(name, /^on/);
    assert.ok(!['script', 'iframe', 'img', 'object'].includes(token.name), `an element ${token.name}`);
  }
  assert.ok(isClean(html), 'the page holds a character that hides others');
  assert.ok(skeletonOf(html).length > 0);
}

async function expectOnlyButtonsDo([event, widgetContext, said]: [Members, Members, Secret]): Promise<void> {
  const stage = await consoleStage();
  const before = stage.items();
  const html = await answerWidget(stage.services, () =>
    act(stage.services, { ...event, widgetContext }, endpoints.act),
  );
  expectPage(html);
  const changes = changesOf(before, stage.items());
  if (changes.length > 0) {
    assert.ok(isButton(event), `what no button sends has changed ${changes}`);
    for (const key of changes) {
      assert.match(key, /^(?:alert disk|silence all|sign-off \S+#access-review|incident(?:#DAILY-20261123-001)? \S+)$/);
    }
    // Again: a button pressed twice, or a call that is replayed.
    const again = stage.items();
    await answerWidget(stage.services, () => act(stage.services, { ...event, widgetContext }, endpoints.act));
    const isOnce = !['note', 'silence'].some((each) => each === event.action);
    if (isOnce) assert.deepEqual(changesOf(again, stage.items()), [], 'it was done twice');
  }
  for (const line of stage.log) assert.ok(line.length < 20_000, 'a caller fills the log');
  for (const stored of [...stage.items().values(), ...stage.log]) assert.ok(!shows(stored, said), 'a secret is kept');
}

const note = fc.tuple(forged, context, secret).map(([event, context, said]): [Members, Members, Secret] => {
  const { forms } = context;
  const all = (forms as { readonly all?: unknown } | null | undefined)?.all;
  if (typeof all !== 'object' || all === null || Array.isArray(all)) return [event, context, said];
  const fieldsWithSecret = Object.fromEntries(
    [noteField(number), noteField('disk')].map((name) => [name, `see ${said.text} there`]),
  );
  return [event, { ...context, forms: { all: { ...all, ...fieldsWithSecret } } }, said];
});

const asksConsole: fc.Arbitrary<Members> = fc
  .record(
    {
      widget: fc.oneof({ weight: 5, arbitrary: fc.constantFrom<unknown>(...widgetNames) }, oddValue),
      describe: fc.oneof(fc.constant(true), oddValue),
      report: fc.oneof(fc.constantFrom('log', 'a#b', '../x'), oddValue),
      slot: fc.oneof(fc.constant(asked.slot), oddValue),
      widgetContext: fc.oneof({ weight: 4, arbitrary: context }, oddValue),
    },
    { requiredKeys: ['widget'] },
  )
  .map((event) => JSON.parse(JSON.stringify(event)) as Members);

export const eventProperties: readonly Property[] = [
  property(
    'nothing but what a button sends is done, once, and nothing it says is kept raw',
    { share: 4, most: 8_000 },
    note,
    expectOnlyButtonsDo,
  ),
  property(
    'the console answers any event with a harmless page, and changes nothing',
    { share: 4, most: 8_000 },
    asksConsole,
    async (event) => {
      const stage = await consoleStage();
      const before = stage.items();
      expectPage(await answerWidget(stage.services, () => showConsole(stage.services, event, endpoints)));
      assert.deepEqual(changesOf(before, stage.items()), []);
    },
  ),
];
