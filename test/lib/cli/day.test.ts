import { describe, expect, it } from 'vitest';
import { runDay } from '../../../lib/cli/day.ts';
import { demoRunbook } from '../../../lib/cli/demo-runbook.ts';
import type { RoundReport } from '../../../lib/cli/records.ts';
import { outcomeOf, showDay } from '../../../lib/cli/show-day.ts';
import { repetitionsOf } from '../../../lib/cli/day.ts';
import { hostCheck, routine, signOff } from '../../../lib/runbook/builders.ts';
import { compile } from '../../../lib/runbook/compile.ts';
import { heading, outstanding, report, verdict } from '../../../lib/runbook/reports.ts';
import { businessDays, everyDay } from '../../../lib/runbook/schedule.ts';
import type { Runbook } from '../../../lib/runbook/types.ts';
import { fixture, sampleRunbook } from '../runbook/sample-runbook.ts';

const fine = hostCheck('fine', { title: 'Fine', script: fixture('fine.sh'), look: 'ls' });
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
      parts: [heading('Morning'), verdict('Hosts', ['morning/fine'], { good: 'WELL', bad: 'ILL' }), outstanding('Open')],
    }),
  ],
};
const plan = compile(runbook);

async function drive(date: string, scenario: string) {
  const ended: RoundReport[] = [];
  const { signal } = new AbortController();
  const onRound = (round: RoundReport) => void ended.push(round);
  const day = await runDay({ runbook, date, scenario, progress: () => {}, onRound, signal });
  return { day, ended, page: showDay(day, plan) };
}

describe('a driven day', { timeout: 90_000 }, () => {
  it('runs every round of its schedules, tells who is told, and ends with the log, which nobody has signed', async () => {
    const { day, ended, page } = await drive('2026-12-07', 'host-lost');
    expect(day.rounds.map(({ routine, slot }) => `${slot.slice(0, 16)} ${routine}`).sort()).toEqual([
      '2026-12-06T23:00 often',
      ...Array.from({ length: 23 }, (_, hour) => `2026-12-07T${String(hour).padStart(2, '0')}:00 often`),
      '2026-12-07T07:00 morning',
    ].sort());
    expect(ended).toEqual(day.rounds);
  });
});
