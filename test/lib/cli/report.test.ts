import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { incidentKey } from '../../../functions/core/incident-number.ts';
import type { Plan } from '../../../functions/core/plan.ts';
import type { ReportHead } from '../../../functions/core/reports/records.ts';
import { signOffsOf } from '../../../functions/core/sign-off.ts';
import { type Iso, isoOf } from '../../../functions/core/time.ts';
import type { IncidentHead } from '../../../functions/core/verdicts.ts';
import {
  alertKey,
  partition,
  recordKey,
  reportHeadKey,
  reportKey,
  signOffKey,
  slotKey,
} from '../../../functions/flow/keys.ts';
import { showIncidentReport } from '../../../lib/cli/incident-report.ts';
import { noteIncident } from '../../../lib/cli/note.ts';
import type { Outcome } from '../../../lib/cli/outcome.ts';
import { listReports, showReport } from '../../../lib/cli/report.ts';
import { examplePlan } from '../../functions/core/example-plan.ts';
import { letterOf } from '../../functions/core/letters.ts';
import { scratchFolder } from '../../scratch-folder.ts';
import { startTableCloud, type TableCloud } from './table-cloud.ts';

const zone = 'Europe/Berlin';

/** The table's clock begins at 08:10 of this Monday, in Berlin. */
const today = '2026-11-23T07:00:00.000Z';
const slots = {
  thursday: '2026-11-19T17:00:00.000Z',
  friday: '2026-11-20T17:00:00.000Z',
  monday: '2026-11-23T17:00:00.000Z',
};

const plan: Plan = {
  ...examplePlan,
  calendar: { ...examplePlan.calendar, holidays: [{ date: '2026-11-18', name: 'Prayer Day' }] },
  checks: {
    ...examplePlan.checks,
    access: {
      ...{ title: 'Access', rules: [], dependsOn: [] },
      source: { kind: 'sign-off', question: 'Is it well?', dueMinutes: 60, note: 'optional' },
    },
  },
  routines: {
    morning: {
      ...{ title: 'Morning', schedule: { days: 'business-days', at: ['08:00'] }, checks: ['access'], remedies: [] },
      deadlineSeconds: 60,
    },
  },
  reports: {
    log: {
      title: 'Daily log',
      schedule: { days: 'business-days', at: ['18:00'] },
      tell: [],
      parts: [{ kind: 'notes', of: ['morning/access'] }],
    },
    review: {
      title: 'Review',
      schedule: { days: { every: 'week', on: 'friday' }, at: ['12:00'] },
      tell: [],
      parts: [{ kind: 'operator' }],
    },
  },
};

/** The platform runs since then. */
async function shop(since: Iso = '2026-11-01T00:00:00.000Z'): Promise<TableCloud> {
  const cloud = await startTableCloud();
  await cloud.table.put(slotKey('morning'), 0, { slot: today, expected: { since, schedule: '' } });
  return cloud;
}

async function keep({ table }: TableCloud, slot: Iso, changes: Partial<ReportHead> = {}): Promise<ReportHead> {
  const head: ReportHead = {
    ...{ id: 'log', slot, title: 'Daily log', writtenAt: slot, owed: [] },
    period: { from: slot, to: slot },
    ...changes,
  };
  await table.put(reportHeadKey(head), 0, head);
  const blocks = [{ kind: 'text', text: `what was so at ${slot}` }];
  await table.put(reportKey(head), 0, { title: `${head.title} - kept`, blocks });
  return head;
}

async function saySomething({ table }: TableCloud): Promise<void> {
  const [asked] = signOffsOf(plan, 'morning', today);
  const signatures = [{ by: 'ann', at: today, note: 'two accounts removed', isGood: true }];
  if (asked) await table.put(signOffKey(asked), 0, { ...asked, signatures });
}

const textOf = ({ lines }: Outcome) => lines.join('\n');

describe('a report that is kept', () => {
  it('is shown as it was written: the newest, or that of a day', async () => {
    const cloud = await shop();
    for (const slot of [slots.thursday, slots.friday]) await keep(cloud, slot);
    const newest = await showReport(cloud, plan, 'log', {}, zone);
    expect(newest).toMatchObject({ isDone: true, remarks: [], data: { slot: slots.friday, isKept: true } });
    expect(textOf(newest)).toBe(`# Daily log - kept\n\nwhat was so at ${slots.friday}`);
    const older = await showReport(cloud, plan, 'log', { date: '2026-11-19' }, zone);
    expect(textOf(older)).toContain(`what was so at ${slots.thursday}`);
  });

  it('is found behind a thousand others', async () => {
    const cloud = await shop();
    await keep(cloud, slots.friday);
    const others = Array.from({ length: 1_000 }, (_, index) => {
      const head = { id: 'other', slot: isoOf(Date.parse(slots.friday) + (index + 1) * 60_000) };
      return { ...reportHeadKey(head), body: { ...head, title: 'Other', period: {}, writtenAt: head.slot, owed: [] } };
    });
    await cloud.table.putAll(others);
    const shown = await showReport(cloud, plan, 'log', { date: '2026-11-20' }, zone);
    expect(shown).toMatchObject({ remarks: [], data: { isKept: true } });
  });

  it('needs no runbook', async () => {
    const cloud = await shop();
    await keep(cloud, slots.friday);
    expect(textOf(await showReport(cloud, undefined, 'log', {}, zone))).toContain('what was so');
    await expect(showReport(cloud, undefined, 'log', { date: '2026-11-19' }, zone)).rejects.toThrow(
      "--date got 2026-11-19, of which no report 'log' is kept; the newest are of: 2026-11-20.",
    );
    await expect(showReport(cloud, undefined, 'log', { again: true }, zone)).rejects.toThrow(
      "The report 'log' is not in the runbook of this folder",
    );
    await expect(showReport(cloud, undefined, 'review', {}, zone)).rejects.toThrow(
      "There is no report 'review' of shop; there are: log, and lib/runbooks/platforms.ts has no platform 'shop'",
    );
  });

  it('stays as it is when it is made again', async () => {
    const cloud = await shop();
    await keep(cloud, slots.monday, { writtenAt: '2026-11-23T17:00:05.000Z' });
    await saySomething(cloud);
    const again = await showReport(cloud, plan, 'log', { date: '2026-11-23', again: true }, zone);
    expect(textOf(again)).toContain('two accounts removed');
    expect(again.remarks).toEqual([
      'made anew from the records; the one that is kept was written 2026-11-23 18:00 GMT+1',
    ]);
    expect(textOf(await showReport(cloud, plan, 'log', { date: '2026-11-23' }, zone))).toContain('what was so');
  });
});

describe('a report that is not kept', () => {
  it('is made from the records as they are, also of a day that is still running', async () => {
    const cloud = await shop();
    await saySomething(cloud);
    const before = await cloud.items();
    const shown = await showReport(cloud, plan, 'log', { date: '2026-11-23' }, zone);
    expect(shown).toMatchObject({
      remarks: ['not written yet: as things stand at 08:10 GMT+1'],
      data: {
        ...{ id: 'log', slot: slots.monday, title: 'Daily log', isKept: false },
        period: { from: slots.friday, to: slots.monday },
        document: { title: 'Daily log - 2026-11-23' },
      },
    });
    expect(textOf(shown)).toContain('two accounts removed');
    expect(await cloud.items()).toEqual(before);
  });

  it.each([
    ['the newest slot that has passed', '2026-11-01T00:00:00.000Z', slots.friday],
    ['the first day of a new platform', '2026-11-22T00:00:00.000Z', slots.monday],
  ])('is without a date that of %s', async (_what, since, slot) => {
    expect((await showReport(await shop(since), plan, 'log', {}, zone)).data).toMatchObject({ slot });
  });

  it.each([
    [
      '2026-11-18',
      "on which there is no report 'log': Prayer Day is a holiday; the newest are of: 2026-11-23, 2026-11-20",
    ],
    ['2026-11-22', 'sunday is not a business day'],
    [
      '2026-11-24',
      'which is still to come; the newest are of: 2026-11-23, 2026-11-20, 2026-11-19, 2026-11-17, 2026-11-16.',
    ],
    ['9999-12-31', 'which is still to come; the newest are of: 2026-11-23'],
    ['2026-11-20T08:00', "on which there is no report 'log'"],
    ['2020-01-06', 'of which nothing is on record; write a day from 2026-11-01 on.'],
    ['2026-11-20T25:00', 'expected a day as YYYY-MM-DD'],
    ['2026-02-30', 'expected a day as YYYY-MM-DD'],
    ['friday', 'expected a day as YYYY-MM-DD. Write --date 2026-11-23, or'],
  ])('of %s is refused', async (date, expected) => {
    await expect(showReport(await shop(), plan, 'log', { date }, zone)).rejects.toThrow(expected);
  });

  it('is that of a time where a day has several', async () => {
    const { log } = plan.reports;
    const twice = { ...plan, reports: { log: { ...log, schedule: { days: 'every-day', at: ['08:00', '18:00'] } } } };
    const slotOf = async (date: string) =>
      (await showReport(await shop(), twice as Plan, 'log', { date }, zone)).data as { readonly slot: Iso };
    expect(await slotOf('2026-11-20T08:00')).toMatchObject({ slot: '2026-11-20T07:00:00.000Z' });
    expect(await slotOf('2026-11-20T18:00')).toMatchObject({ slot: slots.friday });
    expect(await slotOf('2026-11-20')).toMatchObject({ slot: slots.friday });
  });

  it('of a name that is none is refused, with those that there are', async () => {
    const cloud = await shop();
    await keep(cloud, slots.friday, { id: 'former' });
    await expect(showReport(cloud, plan, 'health', {}, zone)).rejects.toThrow(
      "There is no report 'health' of shop; there are: log, review, former. See: rounds report.",
    );
  });

  it('can be written into a file for a browser', async () => {
    const cloud = await shop();
    await saySomething(cloud);
    const html = join(scratchFolder(), 'log.html');
    const { lines } = await showReport(cloud, plan, 'log', { date: '2026-11-23', html }, zone);
    expect(lines).toEqual([`Daily log of 2026-11-23 is written to ${html}.`]);
    expect(readFileSync(html, 'utf8')).toMatch(/^<!doctype html>[\s\S]*two accounts removed/i);
    const nowhere = join(html, 'log.html');
    await expect(showReport(cloud, plan, 'log', { html: nowhere }, zone)).rejects.toThrow(
      `--html got '${nowhere}', which cannot be written`,
    );
  });
});

describe('the list of reports', () => {
  it('names those that can be made, and those that are kept, the newest first', async () => {
    const cloud = await shop();
    await keep(cloud, slots.thursday);
    await keep(cloud, slots.friday, { owed: ['ann', 'bob'] });
    const { lines, data } = await listReports(cloud, plan, zone);
    expect(lines).toEqual([
      'Reports of shop',
      '  log     Daily log, next 2026-11-23 18:00 GMT+1',
      '  review  Review, next 2026-11-27 12:00 GMT+1',
      '',
      'Kept, the newest first',
      '  2026-11-20  log  Daily log, written 2026-11-20 18:00 GMT+1, not mailed yet to ann and bob',
      '  2026-11-19  log  Daily log, written 2026-11-19 18:00 GMT+1',
      '',
      'To read one: rounds report log --date 2026-11-20',
    ]);
    expect(data).toMatchObject({ reports: [{ id: 'log' }, { id: 'review' }], kept: [{ slot: slots.friday }, {}] });
  });

  it('says so where there is none', async () => {
    expect((await listReports(await shop(), undefined, zone)).lines).toEqual(['No report is kept yet.']);
  });
});

describe('an incident', () => {
  const number = 'DAILY-20261123-001';
  const { notice } = letterOf({ incident: number });

  async function withIncident(): Promise<TableCloud> {
    const cloud = await shop();
    const { check, title, priority, openedAt } = notice;
    const head: IncidentHead = { number, sequence: 1, check, title, priority, openedAt };
    await cloud.table.put({ pk: partition.incident, sk: incidentKey(number) }, 0, head);
    await cloud.table.put(recordKey(number, 1), 0, notice);
    await cloud.table.put(alertKey('disk'), 0, { check: 'disk', incident: { number } });
    return cloud;
  }

  it.each([number, 'disk'])('gets notes by %s, which its report and its issue record have', async (name) => {
    const cloud = await withIncident();
    const cause = { about: 'cause', text: 'debug log\nleft on' } as const;
    const noted = await noteIncident(cloud, name, [cause, { about: 'follow-up', text: 'watch it' }], 'ann');
    expect(noted).toMatchObject({
      isDone: true,
      lines: [
        `cause is recorded with ${number}, by ann: debug log\nleft on`,
        `follow-up is recorded with ${number}, by ann: watch it`,
      ],
      data: { incident: number },
    });
    const shown = await showIncidentReport(cloud, plan, name, {});
    expect(textOf(shown)).toContain('Root Cause: debug log left on');
    expect(textOf(shown)).toContain('- [ ] watch it');
    expect(shown.data).toMatchObject({ issue_id: number, follow_up_required: true, operator: 'ann' });
  });

  it('that is none is refused, with those that are open', async () => {
    const cloud = await withIncident();
    const answer = `There is no incident 'load', and no check of that name has one. Open are: ${number} (check disk).`;
    const refused = { isDone: false, lines: [answer], data: { isDone: false, answer } };
    expect(await showIncidentReport(cloud, plan, 'load', {})).toEqual(refused);
    expect(await noteIncident(cloud, 'load', [{ about: 'note', text: 'x' }], 'ann')).toEqual(refused);
  });

  it('keeps the notes that were taken before one is refused', async () => {
    const cloud = await withIncident();
    const notes = ['first', ' ', 'third'].map((text) => ({ about: 'note', text }) as const);
    expect(await noteIncident(cloud, number, notes, 'ann')).toMatchObject({
      isDone: false,
      lines: [expect.stringContaining('got no text')],
      remarks: [`note is recorded with ${number}, by ann: first`],
    });
  });

  it.each([
    [{ date: '2026-11-23' }, 'got --date'],
    [{ again: true }, 'got --again'],
  ])('takes no %j', async (options, got) => {
    await expect(showIncidentReport(await withIncident(), plan, number, options)).rejects.toThrow(got);
  });

  it('has no report where the runbook is not known', async () => {
    await expect(showIncidentReport(await withIncident(), undefined, number, {})).rejects.toThrow(
      "lib/runbooks/platforms.ts has no platform 'shop'",
    );
  });
});
