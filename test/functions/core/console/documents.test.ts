import { describe, expect, it } from 'vitest';
import type { ReportHead } from '../../../../functions/core/reports/records.ts';
import { drawn, surface } from './example-day.ts';
import { buttonsOf, textOf } from './html-tokens.ts';

const head: ReportHead = {
  id: 'log',
  slot: '2026-11-20T17:30:00.000Z',
  title: 'Operations Log',
  period: { from: '2026-11-19T17:30:00.000Z', to: '2026-11-20T17:30:00.000Z' },
  writtenAt: '2026-11-20T17:30:05.000Z',
  owed: [],
};

describe('the kept reports', () => {
  it('are listed with their dates', () => {
    expect(textOf(drawn({ widget: 'documents', reports: [head] }))).toContain(
      'Operations Log Fri 2026-11-20 written Fri 2026-11-20 18:30 GMT+1 Open',
    );
  });

  it('open above the page', () => {
    expect(buttonsOf(drawn({ widget: 'documents', reports: [head] }))).toEqual([
      {
        label: 'Open',
        of: 'Operations Log, Fri 2026-11-20',
        parameters: { widget: 'documents', report: 'log', slot: head.slot },
        display: 'popup',
        endpoint: surface.endpoints.console,
        confirmation: undefined,
      },
    ]);
  });

  it('can be read in the past as well', () => {
    expect(buttonsOf(drawn({ widget: 'documents', reports: [head] }, { isPast: true }))).toHaveLength(1);
  });

  it('are counted where they are too many', () => {
    const reports = Array.from({ length: 40 }, () => head);
    expect(textOf(drawn({ widget: 'documents', reports }))).toContain('and 20 older');
  });

  it('are none at first', () => {
    expect(textOf(drawn({ widget: 'documents', reports: [] }))).toBe('No report is kept yet.');
  });
});

it('the report that is opened stands alone', () => {
  const document = { title: 'Log of Friday', blocks: [{ kind: 'text', text: 'All was well.' } as const] };
  expect(textOf(drawn({ widget: 'documents', reports: [head], opened: { head, document } }))).toBe(
    'Log of Friday All was well.',
  );
});
