import { describe, expect, it } from 'vitest';
import type { Priority } from '../../../functions/core/plan.ts';
import { slotKey } from '../../../functions/flow/keys.ts';
import type { OpenIncident } from '../../../lib/cli/alert-reports.ts';
import type { CheckState } from '../../../lib/cli/platform-state.ts';
import { readLateSlots, standingOf } from '../../../lib/cli/standing.ts';
import { startTableCloud } from './table-cloud.ts';

const zone = 'Europe/Berlin';

function checks(...statuses: readonly CheckState['status'][]): CheckState[] {
  return statuses.map((status, index) => ({ check: `check-${index}`, status }));
}

function incident(priority: Priority): OpenIncident {
  return {
    ...{ number: 'DAILY-20261123-001', sequence: 1, check: 'check-0', title: 'Disk', priority, status: 'open' },
    ...{ openedAt: '2026-11-23T07:00:00.000Z', headline: 'full', hosts: { bad: 1, of: 2, worst: [] } },
    ...{ level: 1, told: [], parked: [] },
  };
}

describe('a platform as one result', () => {
  it.each([
    ['OK', checks('OK', 'OK'), [], '2 checks OK'],
    ['WARNING', checks('OK', 'WARNING'), [], '1 of 2 checks not OK'],
    ['WARNING', checks('OK', 'OK'), [incident('P3')], '1 incident open'],
    ['WARNING', checks('OK'), [incident('info')], '1 incident open'],
    ['UNKNOWN', checks('OK', 'UNKNOWN', 'WARNING'), [incident('P3')], '1 incident open, 2 of 3 checks not OK'],
    ['CRITICAL', checks('OK', 'UNKNOWN', 'CRITICAL'), [], '2 of 3 checks not OK'],
    ['CRITICAL', checks('OK', 'WARNING'), [incident('P3'), incident('P2')], '2 incidents open, 1 of 2 checks not OK'],
    ['CRITICAL', checks('UNKNOWN'), [incident('P0')], '1 incident open, 1 of 1 check not OK'],
  ] as const)('is %s with %j and %j', (status, states, incidents, text) => {
    expect(standingOf({ checks: states, incidents, late: [] }, zone)).toEqual({ status, text });
  });

  it.each([
    ['there is nothing', []],
    ['nothing was judged', checks('PENDING')],
    ['only a round could be sent', [{ check: 'round-morning', status: 'OK' }]],
  ] as const)('is UNKNOWN where %s', (_what, states) => {
    const { status, text } = standingOf({ checks: states, incidents: [], late: [] }, zone);
    expect(status).toBe('UNKNOWN');
    expect(text).toContain('nothing is known yet');
  });

  it('is not spoiled by what has still to be judged', () => {
    expect(standingOf({ checks: checks('OK', 'PENDING'), incidents: [], late: [] }, zone).status).toBe('OK');
  });

  it('is UNKNOWN where nothing goes on any more: what was well then may be anything now', async () => {
    const cloud = await startTableCloud('2026-11-23T07:30:00.000Z');
    await cloud.table.putAll([
      { ...slotKey('morning'), body: { slot: '2026-11-23T07:00:00.000Z' } },
      { ...slotKey('health'), body: { slot: '2026-11-23T07:15:00.000Z' } },
      { ...slotKey('clean-up'), body: { slot: null, isOnDemand: true } },
    ]);
    const late = await readLateSlots(cloud.table, '2026-11-23T07:30:00.000Z');
    expect(standingOf({ checks: checks('OK'), incidents: [], late }, zone)).toEqual({
      status: 'UNKNOWN',
      text: 'nothing goes on: the slot of morning at 2026-11-23 08:00 GMT+1 waits still',
    });
    expect(await readLateSlots(cloud.table, '2026-11-23T07:19:00.000Z')).toEqual([]);
  });
});
