import { describe, expect, it } from 'vitest';
import { runDay } from '/work/main/lib/cli/day.ts';
import { demoRunbook } from '/work/main/lib/cli/demo-runbook.ts';
import type { RoundReport } from '/work/main/lib/cli/records.ts';
import { outcomeOf, showDay } from '/work/main/lib/cli/show-day.ts';
import { repetitionsOf } from '/work/main/lib/cli/day.ts';
import { hostCheck, routine, signOff } from '/work/main/lib/runbook/builders.ts';
import { compile } from '/work/main/lib/runbook/compile.ts';
import { heading, outstanding, report, verdict } from '/work/main/lib/runbook/reports.ts';
import { businessDays, everyDay } from '/work/main/lib/runbook/schedule.ts';
import type { Runbook } from '/work/main/lib/runbook/types.ts';
import { fixture, sampleRunbook } from '/work/main/test/lib/runbook/sample-runbook.ts';

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
  it('dumps', async () => {
    const { day, ended, page } = await drive('2026-12-07', 'host-lost');
    console.log(page.join('\n'), ended.length, day.notifications.length);
    const holiday = await drive('2026-12-25', 'healthy');
    console.log(holiday.page.join('\n'), holiday.day.log);
  });
});
