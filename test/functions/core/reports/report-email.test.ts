import { describe, expect, it } from 'vitest';
import type { Plan } from '../../../../functions/core/plan.ts';
import type { Document } from '../../../../functions/core/reports/document.ts';
import { markdownOf } from '../../../../functions/core/reports/markdown.ts';
import type { ReportHead } from '../../../../functions/core/reports/records.ts';
import { reportEmail } from '../../../../functions/core/reports/report-email.ts';
import { examplePlan } from '../example-plan.ts';
import { exampleDocument } from './example-document.ts';

const plan: Plan = {
  ...examplePlan,
  reports: {
    'daily-log': {
      title: 'Daily Operations Log',
      schedule: { days: 'business-days', at: ['23:30'] },
      tell: ['operations', 'administrator'],
      parts: [],
    },
  },
};

const head: ReportHead = {
  id: 'daily-log',
  slot: '2026-12-07T23:30:00.000Z',
  title: 'Daily Operations Log',
  period: { from: '2026-12-06T23:30:00.000Z', to: '2026-12-07T23:30:00.000Z' },
  writtenAt: '2026-12-07T23:30:05.000Z',
  owed: ['ann'],
};

const command = 'rounds report daily-log --date 2026-12-08 --stack Rounds-demo';

function outputOf(lines: number): Document {
  return { title: 'Log', blocks: [{ kind: 'output', text: '"'.repeat(70).concat('\n').repeat(lines) }] };
}

describe('reportEmail', () => {
  it('says whose report it is and of which day, on the clock of the platform', () => {
    const { subject, sms, https, attributes } = reportEmail(plan, head, exampleDocument);
    expect(subject).toBe('Demo Shop: Daily Operations Log 2026-12-08');
    expect(sms).toBe('Demo Shop: Daily Operations Log 2026-12-08 is written');
    expect(JSON.parse(https)).toEqual({
      kind: 'report',
      report: 'daily-log',
      title: 'Daily Operations Log',
      date: '2026-12-08',
      slot: head.slot,
      period: head.period,
      platform: 'Demo Shop',
    });
    expect(attributes).toEqual({ incident: [], kind: ['report'], priority: [], role: ['operations', 'administrator'] });
  });

  it('holds the whole document, and says how to see it again', () => {
    const { email } = reportEmail(plan, head, exampleDocument);
    const schedule = { days: 'every-day', everyMinutes: 240 } as const;
    const often = { ...plan, reports: { 'daily-log': { ...plan.reports['daily-log'], schedule } } } as Plan;
    expect(reportEmail(often, head, exampleDocument).email).toContain('--date 2026-12-08T00:30 --stack');
    expect(email).toBe(`${markdownOf(exampleDocument)}\nTo see it again: ${command}\n`);
  });

  it('is one that SNS takes however long the report is, cut at the end of a line, and says how to read the rest', () => {
    const { email, sms, https, attributes } = reportEmail(plan, head, outputOf(5_000));
    expect(Buffer.byteLength(JSON.stringify({ default: email, email, sms, https }))).toBeLessThan(255_000);
    expect(JSON.stringify(attributes).length).toBeLessThan(1_000);
    expect(email.length).toBeGreaterThan(50_000);
    const end = `\n\`\`\`\n\nThe rest is too long for an email. To read all of it: ${command}\n\nTo see it again: ${command}\n`;
    expect(email).toMatch(/^# Log\n\n```\n("{70}\n)+```\n\nThe rest/);
    expect(email.slice(-end.length)).toBe(end);
  });

  it('ends no output that has ended before the cut', () => {
    const [output] = outputOf(10).blocks;
    const items = Array.from({ length: 5_000 }, () => 'x'.repeat(70));
    const { email } = reportEmail(plan, head, {
      title: 'Log',
      blocks: [output ?? { kind: 'list', items: [] }, { kind: 'list', items }],
    });
    expect(email).toMatch(/- x{70}\n\nThe rest/);
  });

  it('can be told where the runbook has the report no more', () => {
    expect(reportEmail(examplePlan, head, exampleDocument).attributes.role).toEqual([]);
  });
});
