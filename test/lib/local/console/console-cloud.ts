import { onTestFinished } from 'vitest';
import { LocalClock } from '../../../../lib/local/clock.ts';
import type { LocalCloud } from '../../../../lib/local/cloud.ts';
import { startConsole } from '../../../../lib/local/console/console.ts';
import type { Answers, Questions } from '../../../../lib/local/console/wire.ts';
import type { JsonObject } from '../../../../lib/local/service.ts';
import { fixtureCloud } from '../fixtures/cloud.ts';
import { fixtureResources, fixtureTemplate, lambda } from '../fixtures/template.ts';

/** When every cloud here begins. */
export const begin = Date.parse('2026-11-20T13:00:00Z');

/** What stands beside the type in a widget of a dashboard. */
export interface DashboardWidget {
  readonly type: string;
  readonly properties: JsonObject;
}

/** A local cloud with a dashboard of some widgets, and with a function `Widget` for custom ones. */
export function cloudWith(widgets: readonly DashboardWidget[]): Promise<LocalCloud> {
  const placed = widgets.map((widget, index) => ({ x: 0, y: index * 6, width: 12, height: 6, ...widget }));
  const Dashboard = {
    Type: 'AWS::CloudWatch::Dashboard',
    Properties: { DashboardBody: JSON.stringify({ widgets: placed }) },
  };
  const template = fixtureTemplate({ ...fixtureResources, Widget: lambda('widget'), Dashboard });
  return fixtureCloud({ template, clock: new LocalClock(begin) });
}

/** ARN of the function of custom widgets. */
export const widgetFunction = 'arn:aws:lambda:us-east-1:000000000000:function:Rounds-Widget';

/** A console that is closed when the test ends. Returns its address. */
export async function consoleOf(cloud: LocalCloud): Promise<string> {
  const { url, close } = await startConsole({ cloud, port: 0 });
  onTestFinished(close);
  return url;
}

/** Asks as the page does. */
export async function ask<Name extends keyof Questions>(
  url: string,
  name: Name,
  question: Questions[Name],
): Promise<Answers[Name]> {
  const response = await post(`${url}api/${name}`, question);
  if (!response.ok) throw new Error(await response.text());
  return (await response.json()) as Answers[Name];
}

export function post(address: string, question: unknown, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(address, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(question),
  });
}
