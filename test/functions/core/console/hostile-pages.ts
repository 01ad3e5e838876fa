import { strict as assert } from 'node:assert';
import type { Alert, Facts } from '../../../../functions/core/alert.ts';
import { noteField, operatorField } from '../../../../functions/core/console/actions.ts';
import type { WidgetData } from '../../../../functions/core/console/data.ts';
import type { Document } from '../../../../functions/core/reports/document.ts';
import type { ReportHead } from '../../../../functions/core/reports/records.ts';
import type { TroubledHost } from '../../../../functions/core/tally.ts';
import type { IncidentHead } from '../../../../functions/core/verdicts.ts';
import { parkedNotice } from '../example-alert.ts';
import { alert, asked, brokenRound, drawn, now, openAlert, round, signature, verdict } from './example-day.ts';
import { buttonsOf, skeletonOf, tokensOf } from './html-tokens.ts';

/** An incident that is over. */
export const exampleHead: IncidentHead = {
  number: 'DAILY-9',
  sequence: 1,
  check: 'disk',
  title: 'Disk usage',
  priority: 'P2',
  openedAt: now,
  resolvedAt: now,
};

export const exampleReport: ReportHead = {
  id: 'log',
  slot: now,
  title: 'Operations Log',
  period: { from: now, to: now },
  writtenAt: now,
  owed: [],
};

/** Everything that comes from hosts and people is the same text. */
function dataWith(text: string): readonly WidgetData[] {
  const host: TroubledHost = { host: text, name: text, status: 'CRITICAL', text, longText: text };
  const facts: Facts = {
    title: text,
    headline: text,
    round: text,
    population: 3,
    troubled: { total: 3, named: [text] },
    worst: [host, host],
  };
  const notice = { ...parkedNotice('problem').notice, openedAt: now };
  const parked = [parkedNotice('problem', { notice, heldBy: text })];
  const acknowledged = { by: text, at: now, sequence: 2 };
  const alerts: Alert[] = [
    openAlert('disk', { openedAt: now, acknowledged }, { facts, parked }),
    openAlert('overnight', { openedAt: now, number: 'DAILY-2' }, { facts }),
    alert('load', 'WARNING', { facts, since: '2026-11-23T08:00:00.000Z' }),
    ...Array.from({ length: 15 }, (_, index) =>
      openAlert(`c${index}`, { number: `DAILY-${index}`, priority: 'P3' }, { facts }),
    ),
  ];
  const rounds = [
    { ...round('morning', { disk: verdict('CRITICAL', text), load: verdict('OK', text) }), note: text },
    { ...brokenRound('pulse', 'failed', text), slot: now },
  ];
  const signOffs = [asked([signature({ by: text, note: text, isGood: false })])];
  const silences = [
    {
      id: 's-1',
      by: text,
      reason: text,
      from: '2026-11-23T08:00:00.000Z',
      until: '2026-11-23T10:00:00.000Z',
      checks: ['disk'],
    },
  ];
  const head = { ...exampleHead, title: text };
  const report = { ...exampleReport, title: text };
  const document: Document = {
    title: text,
    blocks: [
      { kind: 'fields', fields: [{ label: text, value: text, items: [text] }] },
      { kind: 'output', text },
    ],
  };
  return [
    { widget: 'status', expected: {}, alerts, rounds, signOffs },
    { widget: 'checklist', expected: {}, alerts, rounds, signOffs },
    { widget: 'incidents', alerts, heads: [head], silences },
    { widget: 'documents', reports: [report] },
    { widget: 'documents', reports: [], opened: { head: report, document } },
  ];
}

/** Every widget of which all that hosts and people say is this text. */
export function pagesWith(text: string): string[] {
  const forms = {
    [operatorField]: text,
    [noteField('disk')]: text,
    [noteField('reviewed', asked().slot)]: text,
    [text]: text,
  };
  return dataWith(text).map((data) => drawn(data, { forms, answer: { isDone: false, text } }));
}

const harmless = pagesWith('x');

/** What no text may change: the tags with their attributes, and what buttons ask for and of whom. */
export function expectOnlyText(pages: readonly string[]): void {
  for (const [index, page] of pages.entries()) {
    const plain = harmless[index] ?? '';
    assert.deepEqual(skeletonOf(page), skeletonOf(plain));
    const asks = (html: string) =>
      buttonsOf(html).map(({ parameters, endpoint, display }) => ({ parameters, endpoint, display }));
    assert.deepEqual(asks(page), asks(plain));
    for (const token of tokensOf(page)) {
      if (token.kind !== 'start') continue;
      assert.equal(token.attributes.href ?? 'https://example.com/procedure', 'https://example.com/procedure');
    }
    // What turns the direction of writing, or is invisible, makes text look like another one.
    assert.doesNotMatch(page, /[\p{Cf}\p{Surrogate}\u0000\u001b]/u);
  }
}
