import { describe, expect, it } from 'vitest';
import type { ReportPart } from '../../../../functions/core/plan.ts';
import { historyOf, metricsAsked } from '../../../../functions/core/reports/report-needs.ts';
import { at, planWith, reportPlan } from './example-records.ts';

const disk = { check: 'disk', metric: 'used', statistic: 'most' } as const;

describe('the metrics that reports ask for', () => {
  it('are those of figures and trends', () => {
    const plan = planWith([
      { kind: 'figures', figures: [{ label: 'Peak', ...disk }] },
      { kind: 'trend', label: 'Trend', ...disk, metric: 'free', days: 14 },
      { kind: 'actions' },
    ]);
    expect(metricsAsked(plan)).toMatchObject([
      { check: 'disk', metric: 'used' },
      { check: 'disk', metric: 'free' },
    ]);
  });
});

describe('the rounds that a report has to know', () => {
  const start = '2026-12-04 20:00';
  const period = { from: at(start), to: at('20:00') };

  it.each<[what: string, part: ReportPart, expected: Readonly<Record<string, string>>]>([
    ['none for fixed words', { kind: 'text', text: 'words' }, {}],
    ['none for incidents', { kind: 'issues', label: 'Issues' }, {}],
    [
      'the routines of a verdict',
      { kind: 'verdict', label: 'System', of: ['morning', 'evening/load'], good: 'PASS', bad: 'FAIL' },
      { morning: start, evening: start },
    ],
    [
      'every routine that runs the check of a figure',
      { kind: 'figures', figures: [{ label: 'Peak', ...disk }] },
      { morning: start, hourly: start },
    ],
    [
      'what is still so when the time of an uptime begins',
      { kind: 'uptime', label: 'Uptime', checks: [{ label: 'Load', check: 'load' }] },
      { morning: '2026-12-04 12:00', evening: '2026-12-04 12:00', cleanup: '2026-12-04 12:00' },
    ],
    [
      'whole days of a trend',
      { kind: 'trend', label: 'Trend', ...disk, days: 14 },
      { morning: '2026-11-24 00:00', hourly: '2026-11-24 00:00' },
    ],
    ['forecasts, for what comes first', { kind: 'priorities' }, { hourly: start }],
    [
      'the routines of an audit, whose rounds count where they have to have ended',
      { kind: 'audit', point: 'All done', evidence: { kind: 'rounds', of: ['morning'] } },
      { morning: '2026-12-04 19:25' },
    ],
    ['no round for an audit of incidents', { kind: 'audit', point: 'All done', evidence: { kind: 'incidents' } }, {}],
  ])('%s', (_what, part, expected) => {
    const history = historyOf(planWith([part]), 'daily', period);
    expect(history).toEqual(new Map(Object.entries(expected).map(([routine, from]) => [routine, at(from)])));
  });

  it('all of them for actions: a person may have asked for a round of any', () => {
    const history = historyOf(planWith([{ kind: 'actions' }]), 'daily', period);
    expect([...history.keys()]).toEqual(Object.keys(reportPlan.routines));
  });

  it('from as early as any part needs them', () => {
    const plan = planWith([
      { kind: 'trend', label: 'Trend', ...disk, days: 2 },
      { kind: 'verdict', label: 'System', of: ['hourly'], good: 'PASS', bad: 'FAIL' },
    ]);
    expect(historyOf(plan, 'daily', period).get('hourly')).toBe(at('2026-12-04 20:00'));
  });
});
