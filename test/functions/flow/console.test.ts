import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Alert } from '../../../functions/core/alert.ts';
import { type WidgetName, widgetNames } from '../../../functions/core/console/surface.ts';
import type { Round } from '../../../functions/core/round.ts';
import { readWidget, showConsole } from '../../../functions/flow/console.ts';
import { alertKey, reportHeadKey, reportKey, roundKey, signOffKey, slotKey } from '../../../functions/flow/keys.ts';
import { answerWidget } from '../../../functions/flow/widget-answer.ts';
import { surfaceOf } from '../../../functions/flow/widget-event.ts';
import { ServiceError } from '../../../lib/local/service.ts';
import { roundAt } from '../../lib/cli/platform.ts';
import { exampleAlert, exampleIncident, openedAt } from '../core/example-alert.ts';
import {
  asked,
  calls,
  consolePlan,
  endpoints,
  now,
  number,
  putHead,
  startConsoleCloud,
  startStorm,
} from './console-stage.ts';
import type { SmallCloud } from './small-cloud.ts';

const hour = 3_600_000;
const at = Date.parse(now);

let cloud: SmallCloud;
beforeEach(async () => {
  vi.spyOn(console, 'log').mockReturnValue();
  cloud = await startConsoleCloud();
});
afterEach(() => vi.restoreAllMocks());

/** What CloudWatch sends for the last three hours, with changes. */
function eventOf(widget: WidgetName, context: object = {}) {
  const timeRange = { mode: 'relative', start: at - 3 * hour, end: at };
  return {
    widget,
    widgetContext: { theme: 'light', width: 800, height: 400, timeRange, forms: { all: {} }, ...context },
  };
}

function show(event: unknown, { services } = cloud): Promise<string> {
  return answerWidget(services, () => showConsole(services, event, endpoints));
}

/** What a widget would be drawn from. */
function read<Name extends WidgetName>(widget: Name, range?: { start: number; end: number; zoom?: object }) {
  const timeRange = range ?? { start: at - 3 * hour, end: at };
  const surface = surfaceOf(new Map([['widgetContext', { timeRange }]]), cloud.services.now(), endpoints);
  return readWidget(cloud.services, widget, surface) as Promise<
    Extract<Awaited<ReturnType<typeof readWidget>>, { widget: Name }>
  >;
}

describe('the console', () => {
  it('draws what is open, with buttons that call the function that acts', async () => {
    const html = await show(eventOf('incidents'));
    expect(html).toContain(number);
    expect(html).toContain(`endpoint="${endpoints.act}"`);
    expect(html).toContain('&quot;action&quot;:&quot;acknowledge&quot;');
  });

  it.each(widgetNames)('draws %s, and writes nothing', async (widget) => {
    const { PutItem, BatchWriteItem } = calls(cloud);
    expect(await show(eventOf(widget))).toMatch(/^<style>|^<div/);
    expect(calls(cloud)).toMatchObject({ PutItem, BatchWriteItem });
  });

  it('describes itself to whoever adds a widget', async () => {
    expect(await show({ describe: true })).toMatch(/^## Rounds: Demo Shop[\s\S]*\*\*widget\*\*/);
  });

  it('says to the reader that it failed, and to its log why', async () => {
    cloud.intercept(() => new ServiceError('AccessDeniedException', 'no'));
    const failed = show(eventOf('status')).catch((error: Error) => error);
    expect(await failed).toMatchObject({ message: expect.stringContaining('see the log'), stack: '' });
    expect(cloud.services.journal.takeFailures()).toBe(1);
  });
});

describe('a round of the day', () => {
  const noon = '2026-11-23T11:00:00.000Z';
  const put = (...rounds: readonly Round[]) =>
    cloud.services.table.putAll(rounds.map((body) => ({ ...roundKey(body), body })));
  const newest = (slot: string) =>
    cloud.services.table.putAll([{ ...slotKey('morning'), body: { slot: '2026-11-24T07:00:00.000Z', newest: slot } }]);
  const slots = async (end = at) =>
    (await read('checklist', { start: end - hour, end })).rounds.map(({ slot }) => slot);

  it('is that of the schedule', async () => {
    await put(roundAt(openedAt, { disk: 'OK' }));
    expect(await slots()).toEqual([openedAt]);
    expect((await read('status')).rounds.map(({ slot }) => slot)).toEqual([openedAt]);
  });

  it('is the one that somebody has asked for since', async () => {
    const requested = '2026-11-23T07:05:12.345Z';
    await put(roundAt(openedAt, { disk: 'CRITICAL' }), roundAt(requested, { disk: 'OK' }));
    await newest(requested);
    expect(await slots()).toEqual([requested]);
  });

  it('is the one before, while the newest has just begun and nothing is known of it', async () => {
    const requested = '2026-11-23T07:09:12.345Z';
    const running = { ...roundAt(requested, {}), status: 'running' } as Round;
    await put(roundAt(openedAt, { disk: 'CRITICAL' }), running);
    await newest(requested);
    expect(await slots()).toEqual([openedAt]);
    cloud.clock.advanceTo(at + 3 * 60_000);
    expect(await slots(at + 3 * 60_000)).toEqual([requested]);
  });

  it('is not that of another day, nor one after a range that is past', async () => {
    await put(roundAt(openedAt, { disk: 'OK' }), roundAt('2026-11-20T07:00:00.000Z', { disk: 'OK' }));
    await newest(openedAt);
    expect(await slots(Date.parse('2026-11-20T12:00:00Z'))).toEqual(['2026-11-20T07:00:00.000Z']);
    cloud.clock.advanceTo(Date.parse(noon));
    expect(await slots(Date.parse('2026-11-23T06:59:00Z'))).toEqual([]);
    expect(await slots(Date.parse(noon))).toEqual([openedAt]);
  });
});

describe('the time that is looked at', () => {
  const surface = (timeRange: object) => surfaceOf(new Map([['widgetContext', { timeRange }]]), at, endpoints);

  it('is now, for a range that ended a moment ago', () => {
    expect(surface({ start: at - hour, end: at - 9 * 60_000 })).toMatchObject({ at: now, isPast: false });
  });

  it('is now, for a range that ends now, however long the page has stood', () => {
    const relative = { mode: 'relative', start: at - 3 * hour, end: at - hour };
    expect(surface(relative)).toMatchObject({ at: now, isPast: false });
    expect(surface({ ...relative, zoom: null })).toMatchObject({ at: now, isPast: false });
    expect(surface({ ...relative, mode: 'absolute' })).toMatchObject({ isPast: true });
    const zoom = { start: at - 3 * hour, end: at - 2 * hour };
    expect(surface({ ...relative, zoom })).toMatchObject({ at: '2026-11-23T05:10:00.000Z', isPast: true });
  });

  it('is the end of a range that is past', () => {
    const end = at - 11 * 60_000;
    expect(surface({ start: at - hour, end })).toMatchObject({ at: new Date(end).toISOString(), isPast: true });
  });

  it('is the end of the part that is zoomed into', () => {
    const zoom = { start: at - 2 * hour, end: at - hour };
    expect(surface({ start: at - 3 * hour, end: at, zoom })).toMatchObject({
      at: '2026-11-23T06:10:00.000Z',
      range: { from: '2026-11-23T05:10:00.000Z', to: '2026-11-23T06:10:00.000Z' },
      isPast: true,
    });
  });

  it('has no buttons when it is past: what was cannot be changed', async () => {
    const timeRange = { mode: 'absolute', start: at - 3 * hour, end: at - 11 * 60_000 };
    for (const widget of widgetNames) expect(await show(eventOf(widget, { timeRange }))).not.toContain('<cwdb-action');
  });

  it('chooses the incidents that were open in it', async () => {
    const resolved = {
      ...exampleAlert,
      incident: { ...exampleIncident, number: 'DAILY-20261120-001', openedAt: '2026-11-20T07:00:00.000Z' },
    };
    await putHead(cloud, resolved, '2026-11-20T09:00:00.000Z');
    const numbers = async (from: string, to: string) =>
      (await read('incidents', { start: Date.parse(from), end: Date.parse(to) })).heads.map((head) => head.number);
    expect(await numbers('2026-11-23T06:00:00Z', now)).toEqual([number]);
    expect(await numbers('2026-11-20T06:00:00Z', now)).toEqual([number, 'DAILY-20261120-001']);
    expect(await numbers('2026-11-20T08:00:00Z', '2026-11-20T08:30:00Z')).toEqual(['DAILY-20261120-001']);
    expect(await numbers('2026-11-20T09:00:01Z', '2026-11-20T10:00:00Z')).toEqual([]);
  });

  it('leaves out what people were asked later', async () => {
    await cloud.services.table.put(signOffKey({ ...asked, slot: '2026-11-20T07:00:00.000Z' }), 0, {
      ...asked,
      slot: '2026-11-20T07:00:00.000Z',
    });
    const end = Date.parse('2026-11-20T12:00:00Z');
    expect((await read('checklist', { start: end - hour, end })).signOffs.map(({ slot }) => slot)).toEqual([
      '2026-11-20T07:00:00.000Z',
    ]);
  });
});

describe('a report that somebody opens', () => {
  const head = {
    id: 'daily-log',
    slot: openedAt,
    title: 'Daily log',
    period: { from: openedAt, to: openedAt },
    writtenAt: openedAt,
    owed: [],
  };

  it('is read beside its head', async () => {
    const { table } = cloud.services;
    await table.put(reportHeadKey(head), 0, head);
    await table.put(reportKey(head), 0, { title: 'Daily log', blocks: [{ kind: 'text', text: 'All was <well>.' }] });
    expect(await show(eventOf('documents'))).toContain('Daily log');
    expect(await show({ ...eventOf('documents'), report: 'daily-log', slot: openedAt })).toContain(
      'All was &lt;well&gt;.',
    );
  });

  it('may be gone', async () => {
    const html = await show({ ...eventOf('documents'), report: 'daily-log', slot: openedAt });
    expect(html).toContain(`There is no report &#39;daily-log&#39; of ${openedAt}`);
  });
});

describe("an event that is none of CloudWatch's", () => {
  const context = (changes: object) => ({ widget: 'status', widgetContext: changes });

  it.each<[event: unknown, says: string]>([
    [undefined, 'event: got nothing; expected an object.'],
    [[], 'event: got a list; expected an object.'],
    [{}, 'widget: got nothing; expected one of status, checklist, incidents, upcoming and documents.'],
    [
      { widget: '<img src=x onerror=alert(1)>' },
      'widget: got &quot;&lt;img src=x onerror=alert(1)&gt;&quot;; expected',
    ],
    [{ widget: 'constructor' }, 'widget: got &quot;constructor&quot;'],
    [context([]), 'widgetContext: got a list; expected an object.'],
    [context({ theme: 1 }), 'theme: got the number 1; expected light or dark.'],
    [context({ width: '800' }), 'width: got &quot;800&quot;; expected a number from 0 to 20000.'],
    [context({ height: 1e9 }), 'height: got the number 1000000000'],
    [
      context({ timeRange: { start: 2, end: 1 } }),
      'timeRange.end: got the number 1; expected a number above timeRange.start, which is 2.',
    ],
    [context({ timeRange: { start: 0, end: 1e300 } }), 'timeRange.end: got the number 1e+300'],
    [context({ timeRange: { start: 0, end: 1, zoom: 'x' } }), 'timeRange.zoom: got &quot;x&quot;'],
    [
      context({ forms: { all: { operator: { toString: 'x' } } } }),
      'forms.all.operator: got a value of type object; expected text.',
    ],
    [{ widget: 'documents', report: '../x', slot: openedAt }, 'report: got &quot;../x&quot;'],
    [
      { widget: 'documents', report: 'x', slot: '2026-13-23T07:00:00.000Z' },
      'slot: got &quot;2026-13-23T07:00:00.000Z&quot;',
    ],
  ])('is refused with what is wrong: %j', async (event, says) => {
    const html = await show(event);
    expect(html).toContain(says);
    expect(html.length).toBeLessThan(600);
    expect(html).not.toContain('<img');
  });

  it('may lack everything but the name of the widget', async () => {
    expect(await show({ widget: 'status' })).toContain('open incident');
  });

  it('may speak of a theme that there is not yet', async () => {
    expect(await show(eventOf('upcoming', { theme: 'sepia' }))).toBe(await show(eventOf('upcoming')));
  });
});

describe('the console of 1,000 hosts and 50 open incidents of which pages wait', () => {
  it('is drawn from 10 calls, in less than 300 KB', async () => {
    const storm = await startStorm();
    const { parked } = (await storm.services.table.get<Alert>(alertKey('check-0')))?.body ?? {};
    expect(parked?.map(({ notice }) => notice.worst.length)).toEqual([5, 5, 5]);
    const before = calls(storm);
    let bytes = 0;
    for (const widget of widgetNames) bytes += Buffer.byteLength(await show(eventOf(widget), storm));
    const after = calls(storm);
    const called = Object.entries(after).map(([operation, count]) => [operation, count - (before[operation] ?? 0)]);
    expect(Object.fromEntries(called)).toEqual({
      Query: 7,
      BatchGetItem: 2,
      GetItem: 1,
      PutItem: 0,
      BatchWriteItem: 0,
    });
    expect(bytes).toBeLessThan(300 * 1_024);
    expect(bytes).toBeGreaterThan(50 * 1_024);
  });

  it('shows each check of the runbook, and what it does not know of any more only among the incidents', async () => {
    const gone = { ...exampleAlert, check: 'gone' };
    await cloud.services.table.put(alertKey('gone'), 0, gone);
    expect((await read('checklist')).alerts.map(({ check }) => check)).toEqual(['disk']);
    expect((await read('incidents')).alerts.map(({ check }) => check)).toEqual(['disk', 'gone']);
    expect(Object.keys(consolePlan.checks)).not.toContain('gone');
  });
});
