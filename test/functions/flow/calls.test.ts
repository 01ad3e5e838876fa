import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { contactCount } from '../../bench/bench-runbook.ts';
import { type RoundCost, simulateRound, synthesizeBench } from '../../bench/simulated-round.ts';
import { scratchFolder } from '../../scratch-folder.ts';

/** More than two pages of SSM's lists, and more than one batch of events. */
const hosts = 120;

const folder = scratchFolder();
const one = synthesizeBench(1, join(folder, 'one'));
const ten = synthesizeBench(10, join(folder, 'ten'));

function callsOf({ calls }: RoundCost): Record<string, number> {
  return Object.fromEntries(calls.map(({ caller, operation, count }) => [`${caller} ${operation}`, count]));
}

describe('a healthy round', () => {
  it('calls as often as this for 120 hosts, whether they have 1 check or 10', async () => {
    const expected = {
      'dispatch PutItem': 2,
      // The slot that is waited for, and the next one.
      'dispatch GetItem': 1,
      'dispatch BatchWriteItem': 1,
      'dispatch SendCommand': 1,
      'collect Query': 2,
      // The round, and the silences.
      'collect GetItem': 2,
      'collect PutItem': 2,
      'collect ListCommands': 1,
      'collect ListCommandInvocations': 3,
      // A pack for each page of 50 hosts.
      'collect BatchWriteItem': 3,
      'collect DescribeInstanceInformation': 3,
      'collect PutMetricData': 1,
    };
    expect(callsOf(await simulateRound(one, { hosts, checks: 1, condition: 'healthy' }))).toEqual(expected);
    expect(callsOf(await simulateRound(ten, { hosts, checks: 10, condition: 'healthy' }))).toEqual(expected);
  });

  it('writes one item for 50 hosts, a quarter of a write unit each, and is dispatched and collected once', async () => {
    const { items, writeUnits, functions } = await simulateRound(ten, { hosts, checks: 10, condition: 'healthy' });
    expect(items).toEqual({ hosts: 3, other: 2, incidents: 0 });
    expect(writeUnits.hosts).toBeLessThanOrEqual(hosts / 4);
    expect([functions.dispatch.invocations, functions.collect.invocations, functions.tick.invocations]).toEqual([
      1, 1, 0,
    ]);
  });
});

describe('a round in which every check is critical on every host', () => {
  it.each([3, hosts])('opens one incident a check and sends each contact one message with %i hosts', async (count) => {
    const round = await simulateRound(ten, { hosts: count, checks: 10, condition: 'critical' });
    expect(round.items.incidents).toBe(10);
    expect(callsOf(round)).toMatchObject({ 'dispatch SendCommand': 1, 'collect Publish': contactCount });
  });

  it('collects its storm of events in batches', async () => {
    const { functions } = await simulateRound(one, { hosts, checks: 1, condition: 'critical' });
    expect(functions.collect.invocations).toBeLessThanOrEqual(3);
  });
});
