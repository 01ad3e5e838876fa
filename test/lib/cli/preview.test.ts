import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type PreviewFlags, runPreview } from '../../../lib/cli/preview.ts';

const runbook = join(import.meta.dirname, 'two-routines.ts');
const now = '2026-10-09T16:00:00.000Z';

async function shown(flags: PreviewFlags): Promise<string> {
  return (await runPreview(runbook, flags, now)).lines.join('\n');
}

const operations = 'primary-operations (Primary Operations Contact)';
const administrator = 'system-administrator (System Administrator)';

describe('rounds preview', () => {
  it('shows FossaWork over a weekend with a holiday on Monday', async () => {
    expect(await shown({ from: '2026-10-10', days: '4' })).toBe(`FossaWork V2, on the clock of America/New_York

Sat 2026-10-10
  Health check  00:00 04:00 08:00 12:00 16:00 20:00

Sun 2026-10-11
  Health check  00:00 04:00 08:00 12:00 16:00 20:00

Mon 2026-10-12 (Columbus Day)
  Morning Operations  08:00 skipped: Columbus Day is a holiday
  Health check        00:00 04:00 08:00 12:00 16:00 20:00

Tue 2026-10-13
  Morning Operations  08:00
  Health check        00:00 04:00 08:00 12:00 16:00 20:00`);
  });

  it('shows who is told of a P2 on a Saturday night before a Monday holiday', async () => {
    expect(
      await shown({ at: '2026-10-10T22:30', check: 'disk', status: 'CRITICAL', hosts: 'some' }),
    ).toBe(`Disk Usage CRITICAL on 1 of 2 hosts, from Sat 2026-10-10 22:30 EDT on; nobody acknowledges
  Sun 2026-10-11 00:00 EDT  Health check finds it: bad result 1 of 3
  Sun 2026-10-11 00:01 EDT  recheck finds it: bad result 2 of 3
  Sun 2026-10-11 00:02 EDT  recheck finds it: bad result 3 of 3
  Sun 2026-10-11 00:02 EDT  P2 problem waits until Sun 2026-10-11 07:00 EDT: people are told from 07:00 to 22:00
  Sun 2026-10-11 07:00 EDT  P2 problem, level 1, by sms and email to ${operations}, ${administrator}: Disk Usage CRITICAL on 1 of 2 hosts
  Sun 2026-10-11 11:00 EDT  P2 reminder, level 1, by sms and email to ${operations}, ${administrator}: nobody has acknowledged in 240 minutes
  Sun 2026-10-11 15:00 EDT  P2 reminder, level 1, by sms and email to ${operations}, ${administrator}: nobody has acknowledged in 240 minutes
  And so on 240 minutes after each reminder, until somebody acknowledges or it is well.`);
  });

  it('shows that a P3 of that Saturday is told on Tuesday, and why', async () => {
    expect(
      await shown({ at: '2026-10-10T12:00', check: 'disk', status: 'WARNING' }),
    ).toBe(`Disk Usage WARNING on all 2 hosts, from Sat 2026-10-10 12:00 EDT on; nobody acknowledges
  Sat 2026-10-10 12:00 EDT  Health check finds it: bad result 1 of 3
  Sat 2026-10-10 12:01 EDT  recheck finds it: bad result 2 of 3
  Sat 2026-10-10 12:02 EDT  recheck finds it: bad result 3 of 3
  Sat 2026-10-10 12:02 EDT  P3 problem waits until Tue 2026-10-13 08:00 EDT, when business opens: saturday is not a business day, sunday is not a business day, Columbus Day is a holiday
  Tue 2026-10-13 08:00 EDT  P3 digest, level 1, by email to ${operations}: Disk Usage WARNING on all 2 hosts
  Nobody is told again until it is well.`);
  });

  it('shows the day on which the clocks go forward', async () => {
    expect(await shown({ from: '2027-03-14', days: '1' })).toBe(`FossaWork V2, on the clock of America/New_York

Sun 2027-03-14 (23 hours: the clocks go forward)
  Health check  00:00 04:00 08:00 12:00 16:00 20:00`);
  });

  it('shows a same-day page across the night in which the clocks go back', async () => {
    const page = `P2 problem, level 1, by sms and email to ${operations}, ${administrator}`;
    const lines = await shown({ at: '2026-10-31T23:00', check: 'disk', status: 'CRITICAL', hosts: 'some' });
    expect(lines.split('\n').slice(1, 6)).toEqual([
      '  Sun 2026-11-01 00:00 EDT  Health check finds it: bad result 1 of 3',
      '  Sun 2026-11-01 00:01 EDT  recheck finds it: bad result 2 of 3',
      '  Sun 2026-11-01 00:02 EDT  recheck finds it: bad result 3 of 3',
      '  Sun 2026-11-01 00:02 EDT  P2 problem waits until Sun 2026-11-01 07:00 EST: people are told from 07:00 to 22:00',
      `  Sun 2026-11-01 07:00 EST  ${page}: Disk Usage CRITICAL on 1 of 2 hosts`,
    ]);
  });

  it('says that nobody is told where no rule matches', async () => {
    const lines = await shown({ at: '2026-10-09T08:00', check: 'overnight', status: 'CRITICAL' });
    expect(lines.split('\n').at(-1)).toBe('  No priority rule matches: nobody is told.');
  });

  it('begins now, and takes an instant with an offset as it is', async () => {
    expect(await shown({ days: '1' })).toContain('Fri 2026-10-09\n  Health check  12:00 16:00 20:00');
    expect(await shown({ days: '1', from: '2026-10-09T22:00+02:00' })).toContain(
      'Fri 2026-10-09\n  Health check  16:00 20:00',
    );
  });

  it('gives the same as data', async () => {
    const { data } = await runPreview(runbook, { from: '2026-10-12', days: '1' }, now);
    expect(data).toMatchObject({
      platform: 'fossawork',
      timeZone: 'America/New_York',
      days: [
        { date: '2026-10-12', holiday: 'Columbus Day', routines: [{ routine: 'morning' }, { routine: 'health' }] },
      ],
    });
    const failure = { at: '2026-10-12T08:00', check: 'disk', status: 'WARNING' } as const;
    expect((await runPreview(runbook, failure, now)).data).toMatchObject({
      failure: { at: '2026-10-12T12:00:00.000Z', hosts: 'all' },
      steps: [
        { kind: 'found', by: 'Health check', attempt: { number: 1, of: 3 } },
        {},
        {},
        { kind: 'waits' },
        { kind: 'told' },
      ],
      ending: 'nothing-due',
    });
  });

  it.each<[PreviewFlags, string]>([
    [{ days: '0' }, '--days got "0"; expected a whole number from 1 to 92'],
    [
      { from: 'tomorrow' },
      '--from got "tomorrow"; expected an ISO 8601 time, on the clock of America/New_York or with Z',
    ],
    [{ at: '2026-10-10', check: 'disk' }, 'A failure needs --at, --check and --status; got no --status'],
    [{ at: '2026-10-10', check: 'disk', status: 'OK' }, '--status got "OK"; expected WARNING, CRITICAL or UNKNOWN'],
    [{ at: '2026-10-10', check: 'disk', status: 'WARNING', hosts: '3' }, '--hosts got "3"; expected all or some'],
  ])('refuses %j', async (flags, message) => {
    await expect(shown(flags)).rejects.toThrow(message);
  });
});
