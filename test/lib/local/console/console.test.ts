import { createServer } from 'node:http';
import { describe, expect, it, onTestFinished } from 'vitest';
import { startConsole } from '../../../../lib/local/console/console.ts';
import type { AskedRange, CustomQuestion } from '../../../../lib/local/console/wire.ts';
import { fixtureCloud } from '../fixtures/cloud.ts';
import { ask, begin, cloudWith, consoleOf, post, widgetFunction } from './console-cloud.ts';

const range: AskedRange = { shown: { mode: 'relative', ms: 3_600_000 } };

const surface = { theme: 'dark', width: 600, height: 200, forms: { operator: 'ann' } } as const;

const custom = {
  type: 'custom',
  properties: { endpoint: widgetFunction, title: 'Incidents', params: { widget: 'incidents' } },
};

const beat = {
  type: 'metric',
  properties: {
    view: 'timeSeries',
    metrics: [['Test', 'Beat', { stat: 'Sum', period: 60 }]],
    annotations: { horizontal: [{ value: 3, label: 'CRITICAL above', color: '#d62728', yAxis: 'left' }] },
  },
};

function question(asked: Partial<CustomQuestion> = {}): CustomQuestion {
  return { widget: 'widget-1', range, ...surface, ...asked };
}

describe('the dashboard', () => {
  it('is shown with each widget in its place', async () => {
    const url = await consoleOf(await cloudWith([custom, beat]));
    const { widgets, title, timeZone } = await ask(url, 'dashboard', {});
    expect({ title, timeZone }).toEqual({ title: 'Rounds-Dashboard', timeZone: 'UTC' });
    expect(widgets).toEqual([
      {
        ...{ id: 'widget-1', x: 0, y: 0, width: 12, height: 6 },
        shows: { type: 'custom', title: 'Incidents', updatesOn: { refresh: true, resize: true, timeRange: true } },
      },
      {
        ...{ id: 'widget-2', x: 0, y: 6, width: 12, height: 6 },
        shows: {
          ...{ type: 'graph', title: '', isStacked: false, axis: {} },
          lines: [{ value: 3, label: 'CRITICAL above', color: '#d62728' }],
        },
      },
    ]);
  });

  it.each([
    [{ type: 'log', properties: { query: 'x' } }, 'type: got "log", expected text, custom, alarm or metric'],
    [{ type: 'text', properties: { markdown: 'x', font: 'y' } }, '(top level): Unrecognized key: "font"'],
    [{ type: 'metric', properties: { ...beat.properties, view: 'pie' } }, 'view: '],
    [{ type: 'metric', properties: { ...beat.properties, metrics: [[{ expression: 'RATE(m1)' }]] } }, '"expression"'],
    [{ type: 'custom', properties: { title: 'x' } }, 'endpoint: '],
  ])('says on the widget what of it is not understood: %j', async (widget, problem) => {
    const url = await consoleOf(await cloudWith([beat, widget]));
    const { widgets } = await ask(url, 'dashboard', {});
    expect(widgets.map(({ shows }) => shows.type)).toEqual(['graph', 'refused']);
    const shows = widgets[1]?.shows;
    expect(shows?.type === 'refused' && shows.problems.join()).toContain(problem);
  });

  it('is what the console cannot do without', async () => {
    await expect(startConsole({ cloud: await fixtureCloud() })).rejects.toThrow('one AWS::CloudWatch::Dashboard');
  });
});

describe('a custom widget', () => {
  it('is asked for as CloudWatch asks', async () => {
    const cloud = await cloudWith([custom]);
    const url = await consoleOf(cloud);
    const zoom = { start: begin - 1_000, end: begin };
    const answer = await ask(url, 'custom', question({ range: { ...range, zoom } }));
    if (!answer.ok) throw new Error(answer.error);
    const { widgetContext, ...params } = answer.content as { widgetContext: { timeRange: { end: number } } };
    const { end } = widgetContext.timeRange;
    expect(end - begin).toBeLessThan(10_000);
    expect(params).toEqual({ widget: 'incidents' });
    expect(widgetContext).toEqual({
      dashboardName: 'Rounds-Dashboard',
      widgetId: 'widget-1',
      accountId: '000000000000',
      locale: 'en',
      timezone: { label: 'UTC', offsetISO: '+00:00', offsetInMinutes: 0 },
      period: 300,
      isAutoPeriod: true,
      timeRange: { mode: 'relative', start: end - 3_600_000, end, relativeStart: 3_600_000, zoom },
      theme: 'dark',
      linkCharts: true,
      title: 'Incidents',
      forms: { all: { operator: 'ann' } },
      params: { widget: 'incidents' },
      width: 600,
      height: 200,
    });
  });

  it('calls by a button the function that the button names, with its parameters instead of the own ones', async () => {
    const url = await consoleOf(await cloudWith([custom]));
    const call = { endpoint: widgetFunction, params: { action: 'acknowledge' } };
    const answer = await ask(url, 'custom', question({ call }));
    expect(answer).toMatchObject({
      ok: true,
      content: { action: 'acknowledge', widgetContext: { widgetId: 'widget-1' } },
    });
    expect(answer).not.toHaveProperty('content.widget');
  });

  it('may be shown of two times on the platform’s clock', async () => {
    const url = await consoleOf(await cloudWith([custom]));
    const shown = { mode: 'absolute', from: '2026-11-20T08:00', to: '2026-11-20T09:30' } as const;
    expect(await ask(url, 'custom', question({ range: { shown } }))).toMatchObject({
      content: {
        widgetContext: {
          timeRange: {
            mode: 'absolute',
            start: Date.parse('2026-11-20T08:00Z'),
            end: Date.parse('2026-11-20T09:30Z'),
          },
        },
      },
    });
  });

  it('has the error of its function', async () => {
    const url = await consoleOf(await cloudWith([custom]));
    const failing = question({ call: { endpoint: widgetFunction, params: { fail: 'no table' } } });
    expect(await ask(url, 'custom', failing)).toEqual({ ok: false, error: 'RangeError: no table' });
    const unknown = question({ call: { endpoint: `${widgetFunction}s`, params: {} } });
    expect(await ask(url, 'custom', unknown)).toEqual({
      ok: false,
      error: `The template has no function ${widgetFunction}s.`,
    });
  });
});

describe('the console', () => {
  it('has the graphs, the alarms and the messages of the cloud, at its time', async () => {
    const alarm = 'arn:aws:cloudwatch:us-east-1:000000000000:alarm:Rounds-BeatMissing';
    const cloud = await cloudWith([beat, { type: 'alarm', properties: { title: 'Alarms', alarms: [alarm] } }]);
    const url = await consoleOf(cloud);
    await cloud.invoke('Direct', {
      errands: [
        { do: 'measure', value: 2 },
        { do: 'publish', text: '<b>hello</b>' },
      ],
    });
    await cloud.advanceTo(begin + 10 * 60_000);
    const graph = await ask(url, 'graph', { widget: 'widget-1', range });
    expect(graph).toMatchObject({ times: [begin], series: [{ label: 'Beat', values: [2] }] });
    expect(graph.to).toBeGreaterThanOrEqual(begin + 10 * 60_000);
    expect(await ask(url, 'alarms', { widget: 'widget-2' })).toEqual([
      { name: 'Rounds-BeatMissing', description: 'No beat.', state: 'ALARM', since: expect.any(Number) },
    ]);
    const { count, messages } = await ask(url, 'messages', {});
    expect(count).toBe(messages.length);
    expect(messages.at(-1)).toMatchObject({ protocol: 'email', endpoint: 'ops@example.com', body: '<b>hello</b>' });
    expect(messages[0]?.subject).toMatch(/^ALARM: "Rounds-BeatMissing"/);
  });

  it.each([
    ['a widget', 'graph', { widget: 'widget-9', range }, 'Got the widget "widget-9", expected one of widget-1 to 2.'],
    [
      'a graph',
      'graph',
      { widget: 'widget-1', range },
      'The widget "widget-1" is drawn from custom, not from metrics.',
    ],
    ['a question', 'secrets', {}, 'Got the question "secrets", expected one of dashboard, custom, graph, alarms'],
    ['a range', 'graph', { widget: 'widget-2', range: { shown: { mode: 'relative', ms: -1 } } }, 'range.shown.ms: '],
    [
      'an end',
      'graph',
      { widget: 'widget-2', range: { shown: { mode: 'absolute', from: '2026-11-20T08:00', to: '2026-11-20T08:00' } } },
      'has no length',
    ],
    ['a member', 'custom', { ...question(), endpoint: widgetFunction }, 'Unrecognized key: "endpoint"'],
  ])('refuses %s that is none', async (_what, name, asked, error) => {
    const url = await consoleOf(await cloudWith([custom, beat]));
    const response = await post(`${url}api/${name}`, asked);
    expect(response.status).toBe(400);
    expect(await response.json()).toEqual({ error: expect.stringContaining(error) });
  });

  it('takes another port where the usual one is taken', async () => {
    const other = createServer();
    // Somebody's own console may have it already.
    await new Promise((resolve) => other.once('error', resolve).listen(4747, '127.0.0.1', () => resolve(undefined)));
    onTestFinished(() => void other.close());
    const { url, close } = await startConsole({ cloud: await cloudWith([]) });
    onTestFinished(close);
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/$/);
    expect(url).not.toContain(':4747');
    expect((await fetch(url)).status).toBe(200);
  });
});
