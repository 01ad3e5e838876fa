import { join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { startDemo } from '../../../lib/cli/demo.ts';
import { demoRunbook } from '../../../lib/cli/demo-runbook.ts';
import { keepGoing, showNextSlots } from '../../../lib/cli/keep-going.ts';
import { loadPlan } from '../../../lib/replay/load-plan.ts';

const plan = await loadPlan(join(import.meta.dirname, 'two-routines.ts'));

afterEach(() => vi.restoreAllMocks());

test.each([
  ['in the evening', '2026-11-20T22:00:00Z', ['2026-11-20 20:00 EST  Health', '2026-11-23 08:00 EST  Morning']],
  [
    'before the morning round',
    '2026-11-23T12:30:00Z',
    ['2026-11-23 08:00 EST  Morning', '2026-11-23 08:00 EST  Health'],
  ],
])('the next slot of each routine is shown with its title, the soonest first: %s', (_when, now, expected) => {
  const lines = showNextSlots(plan, now);
  expect(lines).toEqual(expected.map((line) => expect.stringContaining(line)));
  expect(lines).toHaveLength(Object.keys(plan.routines).length);
});

test('no alarm of Rounds itself rings while the schedules go on', async () => {
  const written: string[] = [];
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => written.push(String(text)) > 0);
  const demo = await startDemo({ runbook: demoRunbook('fossawork'), scenario: 'healthy' });
  const stop = new AbortController();
  try {
    const ended = keepGoing(demo, stop.signal);
    await vi.waitFor(() => expect(written.join('')).toContain('Ctrl-C ends'), 20_000);
    await demo.cloud.advanceTo(demo.cloud.clock.now() + 3 * 60_000);
    stop.abort();
    await ended;
    const alarms = demo.cloud.alarms.statuses.filter(({ state }) => state === 'ALARM');
    expect(alarms.map(({ alarm }) => alarm.name)).toEqual([]);
    expect(demo.cloud.sns.deliveries.filter(({ subject }) => subject?.startsWith('ALARM'))).toEqual([]);
  } finally {
    stop.abort();
    await demo.close();
  }
}, 60_000);
