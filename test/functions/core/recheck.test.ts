import { describe, expect, it } from 'vitest';
import type { Alert } from '../../../functions/core/alert.ts';
import { recheckFor, recheckOf } from '../../../functions/core/recheck.ts';
import { type RunningRound, recheckDelayMs, softMs } from '../../../functions/core/round.ts';
import { examplePlan } from './example-plan.ts';

const nonce = 'f'.repeat(32);
const sentAt = '2026-11-23T07:00:02.000Z';

const round: RunningRound = {
  routine: 'morning',
  slot: '2026-11-23T07:00:00.000Z',
  nonce: '0'.repeat(32),
  requestedAt: '2026-11-23T07:00:01.000Z',
  status: 'running',
  commandId: 'c-1',
  sentAt,
  deadlineAt: '2026-11-23T07:05:02.000Z',
};

function bad(check: string, hosts: readonly string[], rest: Partial<Alert> = {}, total = hosts.length): Alert {
  const facts = { title: check, headline: check, round: 'r', population: 200, worst: [] };
  return {
    check,
    status: 'CRITICAL',
    since: sentAt,
    observedAt: sentAt,
    facts: { ...facts, troubled: { total, named: hosts } },
    soft: { attempt: 1, attempts: 3, priority: 'P2', openedAt: sentAt },
    parked: [],
    outbox: [],
    ...rest,
  };
}

const hostsOf = (count: number) => Array.from({ length: count }, (_, index) => `i-${index}`);
const recheckedOf = (...alerts: Alert[]) => recheckOf(examplePlan, round, alerts, nonce)?.recheck;

describe('the recheck of a round', () => {
  it('is a round of its own a minute later, for the bad checks and hosts only', () => {
    expect(recheckOf(examplePlan, round, [bad('load', ['i-2', 'i-1']), bad('disk', ['i-1'])], nonce)).toEqual({
      routine: 'morning',
      slot: '2026-11-23T07:01:02.000Z',
      requestedAt: '2026-11-23T07:01:02.000Z',
      nonce,
      recheck: { checks: ['disk', 'load'], hosts: ['i-1', 'i-2'], populations: { disk: 200, load: 200 } },
      status: 'sending',
    });
  });

  const older = '2026-11-23T06:00:02.000Z';
  const { soft: _none, ...hard } = bad('disk', ['i-1']);
  it.each<[what: string, alerts: readonly Alert[]]>([
    ['nothing is bad', []],
    ['what is bad is an incident already', [hard]],
    ['what is soft is from another round', [bad('disk', ['i-1'], { observedAt: older })]],
    ['what is soft are the hosts themselves', [bad('fleet-app', ['i-1'])]],
    ['what is soft is judged from the records', [bad('overnight', [])]],
    ['what is soft is no check of the routine', [bad('backup', ['i-1'])]],
  ])('is not made where %s', (_what, alerts) => {
    expect(recheckOf(examplePlan, round, alerts, nonce)).toBeUndefined();
  });

  it.each<[what: string, alerts: readonly Alert[], hosts: number]>([
    ['50 hosts by name', [bad('disk', hostsOf(50))], 50],
    ['the whole fleet for 51', [bad('disk', hostsOf(51))], 0],
    ['the hosts of two checks together', [bad('disk', hostsOf(30)), bad('load', ['i-1', 'a'])], 31],
    ['the whole fleet where two checks have more together', [bad('disk', hostsOf(50)), bad('load', ['a'])], 0],
    ['the whole fleet where not every bad host is known by name', [bad('disk', ['i-1'], {}, 2)], 0],
    ['the whole fleet where that is so of one check', [bad('disk', ['i-1']), bad('load', ['i-1'], {}, 300)], 0],
  ])('asks %s', (_what, alerts, hosts) => {
    expect(recheckedOf(...alerts)?.hosts).toHaveLength(hosts);
  });

  it('can be asked for at any time, whatever the alerts are', () => {
    const at = '2026-11-23T10:58:30.000Z';
    expect(recheckFor(examplePlan, 'morning', [hard], at, nonce)).toMatchObject({
      slot: at,
      recheck: { hosts: ['i-1'] },
    });
    expect(recheckFor(examplePlan, 'morning', [bad('overnight', [])], at, nonce)).toBeUndefined();
  });
});

it('a soft problem waits for the round that found it, the minute, and the recheck', () => {
  expect(softMs(examplePlan, 'morning')).toBe(recheckDelayMs + 2 * 300_000 + 300_000);
});
