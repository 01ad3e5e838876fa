import { describe, expect, it } from 'vitest';
import type { Status } from '../../../functions/core/status.ts';
import { repetitionsOf, runDay } from '../../../lib/cli/day.ts';
import type { RoundReport } from '../../../lib/cli/records.ts';
import { outcomeOf, showDay } from '../../../lib/cli/show-day.ts';
import { hostCheck, job, routine, signOff } from '../../../lib/runbook/builders.ts';
import { compile } from '../../../lib/runbook/compile.ts';
import { heading, outstanding, report, verdict } from '../../../lib/runbook/reports.ts';
import { businessDays, everyDay } from '../../../lib/runbook/schedule.ts';
import type { Runbook } from '../../../lib/runbook/types.ts';
import { fixture, sampleRunbook } from '../runbook/sample-runbook.ts';

const fine = hostCheck('fine', { title: 'Fine', script: fixture('fine.sh'), look: 'ls' });
const mend = job('mend', { title: 'Mend', script: fixture('fine.sh'), changes: 'mends', look: 'ls' });
const other = hostCheck('other', { title: 'Other', script: fixture('fine.sh'), look: 'ls' });

/** In Berlin, with Christmas as a holiday. */
const runbook: Runbook = {
  ...sampleRunbook(),
  maintenance: [],
  routines: [
    routine('morning', {
      title: 'Morning',
      fleet: 'app',
      schedule: businessDays.at('08:00'),
      checks: [fine, signOff('seen', { title: 'Seen', dueMinutes: 60 })],
    }),
    routine('often', { title: 'Often', fleet: 'app', schedule: everyDay.everyHours(1), checks: [other] }),
  ],
  reports: [
    report('log', {
      title: 'Log of the day',
      schedule: businessDays.at('20:00'),
      tell: ['operations'],
      parts: [
        heading('Morning'),
        verdict('Hosts', ['morning/fine'], { good: 'WELL', bad: 'ILL' }),
        outstanding('Open'),
      ],
    }),
  ],
};
const plan = compile(runbook);

async function drive(date: string, scenario: string) {
  const ended: RoundReport[] = [];
  const { signal } = new AbortController();
  const onRound = (round: RoundReport) => void ended.push(round);
  const day = await runDay({ runbook, date, scenario, progress: () => {}, onRound, signal });
  expect(ended).toEqual(day.rounds);
  return { day, page: showDay(day, plan).map((line) => line.trimEnd()) };
}

describe('a driven day', { timeout: 90_000 }, () => {
  it('runs the rounds of its schedules, tells who is told, and ends with the log, which nobody has signed', async () => {
    const { day, page } = await drive('2026-12-07', 'host-lost');
    const hours = Array.from({ length: 24 }, (_, hour) => `often ${Date.UTC(2026, 11, 6, 23 + hour)}`);
    const slots = day.rounds.map(({ routine, slot }) => `${routine} ${Date.parse(slot)}`);
    expect(slots.sort()).toEqual([`morning ${Date.UTC(2026, 11, 7, 7)}`, ...hours].sort());
    expect(page.slice(0, 15)).toEqual([
      'Sample (sample), 2026-12-07, scenario host-lost',
      '',
      'Rounds',
      '  often    00:00 GMT+1 to 23:00 GMT+1, 24 rounds  UNKNOWN other',
      '  morning  08:00 GMT+1                            UNKNOWN fine',
      '  The hosts were really asked for often every 4 hours, and gave the same answer in between.',
      '',
      'Incidents',
      '  DAILY-20261207-001  P2  open  Application hosts, since 2026-12-07 00:00 GMT+1',
      expect.stringMatching(
        /^ {2}DAILY-20261207-002 {2}P3 {2}open {2}Seen, since 2026-12-07 09:00 GMT\+1; operations is told/,
      ),
      '',
      'Messages',
      expect.stringMatching(
        /^ {2}07:00 GMT\+1 {2}\[P2\] Sample: Application hosts: 1 of 2 hosts lost .* \(to operations\)$/,
      ),
      '  20:00 GMT+1  Sample: Log of the day 2026-12-07 (to operations)',
      '',
    ]);
    expect(page[15]).toBe('# Log of the day - 2026-12-07');
    expect(page.join('\n')).toMatch(/DAILY-20261207-002 P3 Seen: not signed off/);
    expect(day.log).toMatchObject({ id: 'log', slot: '2026-12-07T19:00:00.000Z', isKept: true });
  });

  it('shows on a holiday that nothing runs but what runs on every day, and that there is no log', async () => {
    const { day, page } = await drive('2026-12-25', 'healthy');
    expect(page).toEqual([
      'Sample (sample), 2026-12-25, scenario healthy',
      '',
      'Rounds',
      '  often    00:00 GMT+1 to 23:00 GMT+1, 24 rounds  OK 1 check',
      '  morning  08:00 GMT+1                            skipped: Christmas Day is a holiday',
      '  The hosts were really asked for often every 4 hours, and gave the same answer in between.',
      '',
      'Incidents',
      '  none',
      '',
      'Messages',
      '  none',
      '',
      "No log: of the report 'log' of sample there is none of 2026-12-25.",
    ]);
    expect(day.log).toBeNull();
  });
});

it('asks the hosts less often only for what comes more often than every two hours, without what runs on none', () => {
  const { routines } = runbook;
  const [morning, often] = routines;
  const two = routine('two', { title: 'Two', fleet: 'app', schedule: everyDay.everyHours(2), checks: [other] });
  const five = routine('five', {
    title: 'Five',
    fleet: 'app',
    schedule: everyDay.everyMinutes(5),
    checks: [{ ...fine, remedy: mend }, signOff('seen', { title: 'Seen' }), other],
  });
  expect(repetitionsOf({ routines: [morning, often, two, five].filter((each) => each !== undefined) })).toEqual({
    often: { steps: ['other'], repeats: 3 },
    five: { steps: ['mend', 'fine', 'other'], repeats: 47 },
  });
});

it.each<[round: Partial<RoundReport>, expected: string]>([
  [{ verdicts: [] }, 'people are asked'],
  [{ status: 'skipped', reason: 'sunday is not a business day' }, 'skipped: sunday is not a business day'],
  [{ verdicts: verdictsOf('OK', 'OK') }, 'OK 2 checks'],
  [{ verdicts: verdictsOf('WARNING', 'CRITICAL', 'OK', 'CRITICAL') }, 'CRITICAL check-1, check-3; WARNING check-0'],
])('a round comes to one line: %j', (round, expected) => {
  const collected = { platform: 'shop', routine: 'morning', title: 'Morning', slot: '', status: 'collected' } as const;
  expect(outcomeOf({ ...collected, verdicts: [], ...round })).toBe(expected);
});

function verdictsOf(...statuses: readonly Status[]): RoundReport['verdicts'] {
  const counts = { OK: 0, WARNING: 0, CRITICAL: 0, UNKNOWN: 0 };
  return statuses.map((status, index) => ({ check: `check-${index}`, title: 'Check', status, counts, text: '' }));
}
