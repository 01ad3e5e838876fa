import { expect, it, onTestFinished } from 'vitest';
import type { ReportHead } from '../../../functions/core/reports/records.ts';
import { notificationsOf } from '../../../lib/cli/records.ts';
import { listReports } from '../../../lib/cli/report.ts';
import { compile } from '../../../lib/runbook/compile.ts';
import { actions, checklist, heading, issues, report } from '../../../lib/runbook/reports.ts';
import { businessDays } from '../../../lib/runbook/schedule.ts';
import type { Runbook } from '../../../lib/runbook/types.ts';
import { full, minute, mondayMorning, shop, startStage } from './stage.ts';

const runbook: Runbook = {
  ...shop,
  reports: [
    report('log', {
      title: 'Morning log',
      schedule: businessDays.at('08:05'),
      tell: ['operations', 'lead'],
      parts: [heading('Morning'), checklist('morning'), issues('Issues'), actions],
    }),
  ],
};

it('a report is written and mailed by its schedule, and what SNS has refused is mailed by the tick', async () => {
  let refused = 0;
  const stage = await startStage({
    runbook,
    intercept: ({ operation, caller }) => {
      if (operation !== 'Publish' || !/report/i.test(caller)) return 'pass';
      refused += 1;
      // The first one, with all tries of the SDK.
      return refused <= 2 ? 'drop-before' : 'pass';
    },
  });
  onTestFinished(() => stage.close());
  const { cloud, table } = stage;
  const mails = () =>
    notificationsOf(cloud.sns.deliveries).flatMap(({ kind, subject, endpoints, texts }) =>
      kind === 'report' ? [{ to: endpoints, subject, text: texts.email ?? '' }] : [],
    );
  stage.answer(1, 'disk', full);
  await cloud.advanceTo(mondayMorning + 6 * minute);
  expect(mails().map(({ to, subject }) => [to, subject])).toEqual([
    [{ email: 'bob@example.com' }, 'Demo Shop: Morning log 2026-11-23'],
  ]);
  const connection = { table, place: 'a test', platform: 'shop', now: () => '2026-11-23T07:05:30.000Z' };
  const { data } = await listReports(connection, compile(runbook), 'UTC');
  expect(data).toMatchObject({ kept: [{ id: 'log', owed: ['ann'] } satisfies Partial<ReportHead>] });

  await cloud.advanceTo(mondayMorning + 9 * minute);
  const [first, second, ...others] = mails();
  expect(others).toEqual([]);
  expect(second?.to).toEqual({ email: 'ann@example.com' });
  expect(second?.text).toBe(first?.text);
  expect(first?.text).toContain('DAILY-20261123-001');
  expect(first?.text).toContain('97%');
  const failures = cloud.log('Report').filter(({ text }) => text.includes('"level":"ERROR"'));
  expect(failures.map(({ text }) => JSON.parse(text).message)).toEqual(['a report was refused by SNS']);
  const counted = cloud.metrics.samples({ namespace: 'Rounds', name: 'Failures', dimensions: { Platform: 'shop' } });
  expect(counted).toHaveLength(1);
}, 60_000);
