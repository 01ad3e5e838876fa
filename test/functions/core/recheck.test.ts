import { describe, expect, it } from 'vitest';
import type { Alert } from '../../../functions/core/alert.ts';
import type { Plan, PlanCheck } from '../../../functions/core/plan.ts';
import { recheckFor, recheckOf } from '../../../functions/core/recheck.ts';
import { type RunningRound, recheckDelayMs, softMs } from '../../../functions/core/round.ts';
import { newTally, type Tally } from '../../../functions/core/tally.ts';
import { examplePlan, usualRules } from './example-plan.ts';

const nonce = 'f'.repeat(32);

/** The example with `backup`, which the job `make-backup` mends, as it does `archive`; `logs`, which `tidy` does; and the latter. */
const plan = planWith({
  backup: { remedy: 'make-backup' },
  archive: { remedy: 'make-backup' },
  logs: { remedy: 'tidy' },
  tidy: { changes: 'removes old files' },
  'make-backup': { changes: 'makes a backup' },
});

function planWith(sources: Readonly<Record<string, object>>): Plan {
  const { disk } = examplePlan.checks;
  if (!disk) throw new Error('the example has no disk');
  const checks = Object.entries(sources).map(([id, more]) => {
    const check: PlanCheck = { ...disk, title: id, source: { ...disk.source, ...more } as PlanCheck['source'] };
    return [id, check] as const;
  });
  const morning = { ...examplePlan.routines.morning, checks: ['archive', 'disk', 'load', 'backup', 'logs', 'tidy'] };
  return {
    ...examplePlan,
    checks: { ...examplePlan.checks, ...Object.fromEntries(checks) },
    routines: { morning: { ...morning, remedies: ['make-backup'] } as NonNullable<Plan['routines'][string]> },
  };
}
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

/** What the round itself has found CRITICAL, by check. */
function tallyOf(critical: Readonly<Record<string, readonly string[]>> = {}): Tally {
  const tally = newTally(
    Object.entries(plan.checks).filter(([, { source }]) => source.kind === 'host'),
    usualRules,
  );
  for (const [check, hosts] of Object.entries(critical)) tally.checks.get(check)?.critical.push(...hosts);
  return tally;
}

const hostsOf = (count: number) => Array.from({ length: count }, (_, index) => `i-${index}`);
const roundsOf = (alerts: readonly Alert[], of = round, tally = tallyOf()) =>
  recheckOf(plan, of, alerts, tally, () => nonce);
const recheckedOf = (...alerts: Alert[]) => roundsOf(alerts)[0]?.recheck;

describe('the recheck of a round', () => {
  it('is a round of its own a minute later, for the bad checks and hosts only', () => {
    expect(roundsOf([bad('load', ['i-2', 'i-1']), bad('disk', ['i-1'])])).toEqual([
      {
        routine: 'morning',
        slot: '2026-11-23T07:01:02.000Z',
        requestedAt: '2026-11-23T07:01:02.000Z',
        nonce,
        recheck: { checks: ['disk', 'load'], hosts: ['i-1', 'i-2'], populations: { disk: 200, load: 200 } },
        status: 'sending',
      },
    ]);
  });

  const older = '2026-11-23T06:00:02.000Z';
  const { soft: _none, ...hard } = bad('disk', ['i-1']);
  it.each<[what: string, alerts: readonly Alert[]]>([
    ['nothing is bad', []],
    ['what is bad is an incident already', [hard]],
    ['what is soft is from another round', [bad('disk', ['i-1'], { observedAt: older })]],
    ['what is soft are the hosts themselves', [bad('fleet-app', ['i-1'])]],
    ['what is soft is judged from the records', [bad('overnight', [])]],
    ['what is soft is no check of the routine', [bad('other', ['i-1'])]],
    ['what is soft is a job', [bad('tidy', ['i-1'])]],
  ])('is not made where %s', (_what, alerts) => {
    expect(roundsOf(alerts)).toEqual([]);
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
    expect(recheckFor(plan, 'morning', [bad('overnight', []), bad('tidy', ['i-1'])], at, nonce)).toBeUndefined();
  });
});

describe('a remedy', () => {
  const name = `morning/${round.slot}`;
  const { soft: _none, ...hard } = bad('backup', ['i-1', 'i-2']);
  const newlyBad = (check: string, hosts: readonly string[], rest: Partial<Alert> = {}) => ({
    ...hard,
    ...bad(check, hosts, { criticalIn: name, ...rest }),
  });

  it('runs before its check, on the hosts that are CRITICAL, in a round of which everybody sees who asked', () => {
    const rounds = roundsOf([newlyBad('backup', ['i-1', 'i-2'])], round, tallyOf({ backup: ['i-1', 'i-2'] }));
    expect(rounds).toEqual([
      {
        routine: 'morning',
        slot: '2026-11-23T07:01:02.000Z',
        requestedAt: '2026-11-23T07:01:02.000Z',
        nonce,
        requestedBy: 'the check backup',
        recheck: {
          checks: ['make-backup', 'backup'],
          remedies: ['make-backup'],
          hosts: ['i-1', 'i-2'],
          populations: { backup: 200 },
        },
        status: 'sending',
      },
    ]);
  });

  it('runs though what it mends is an incident already, which a mere recheck does not ask about', () => {
    const alert = { ...hard, criticalIn: name };
    expect(roundsOf([alert], round, tallyOf({ backup: ['i-1'] }))).toMatchObject([{ recheck: { hosts: ['i-1'] } }]);
  });

  it.each<[what: string, alert: Alert, of: RunningRound]>([
    ['another round has found it CRITICAL', newlyBad('backup', ['i-1'], { criticalIn: 'morning/before' }), round],
    ['it has never been CRITICAL', bad('backup', ['i-1'], { status: 'UNKNOWN' }), round],
    [
      'it has run just now',
      newlyBad('backup', ['i-1']),
      { ...round, recheck: { checks: ['backup'], hosts: ['i-1'], populations: {} } },
    ],
  ])('does not run where %s', (_what, alert, of) => {
    const rounds = roundsOf([alert], of, tallyOf({ backup: ['i-1'] }));
    expect(rounds.map(({ recheck }) => recheck?.checks)).toEqual([['backup']]);
    expect(rounds[0]?.recheck).not.toHaveProperty('remedies');
    expect(rounds[0]).not.toHaveProperty('requestedBy');
  });

  it('runs on no host that is bad otherwise, of which nothing is known then', () => {
    const alert = newlyBad('backup', ['i-1', 'i-2', 'i-3']);
    const [only] = roundsOf([alert], round, tallyOf({ backup: ['i-2'] }));
    expect(only?.recheck).toMatchObject({ hosts: ['i-2'], unasked: { backup: { total: 2, named: ['i-1', 'i-3'] } } });
  });

  it('runs on 50 hosts at most, never on the whole fleet, and nothing is known of the others then', () => {
    const hosts = hostsOf(300);
    const alert = { ...newlyBad('backup', []), facts: { ...hard.facts, troubled: { total: 300, named: hosts } } };
    const [only, ...others] = roundsOf([alert as Alert], round, tallyOf({ backup: hosts }));
    expect(only?.recheck?.hosts).toEqual(hosts.slice(0, 50));
    expect(only?.recheck?.unasked).toEqual({ backup: { total: 250, named: hosts.slice(50) } });
    expect(others).toEqual([]);
  });

  it('does not run where nobody can say on which host it would', () => {
    expect(roundsOf([newlyBad('backup', [])], round, tallyOf())).toEqual([]);
  });

  it('runs once for two checks that have the same, on the hosts of both', () => {
    const alerts = [newlyBad('backup', ['i-1']), newlyBad('archive', ['i-2'])];
    expect(roundsOf(alerts, round, tallyOf({ backup: ['i-1'], archive: ['i-2'] }))).toMatchObject([
      {
        requestedBy: 'the check backup and archive',
        recheck: {
          checks: ['make-backup', 'archive', 'backup'],
          hosts: ['i-1', 'i-2'],
        },
      },
    ]);
  });

  it('runs on none of the hosts of another one, nor of what is only asked again', () => {
    const alerts = [newlyBad('backup', ['i-1']), newlyBad('logs', ['i-2']), bad('disk', ['i-3'])];
    const rounds = roundsOf(alerts, round, tallyOf({ backup: ['i-1'], logs: ['i-2'], disk: ['i-3'] }));
    expect(rounds.map(({ recheck }) => [recheck?.checks, recheck?.hosts])).toEqual([
      [['make-backup', 'backup'], ['i-1']],
      [['tidy', 'logs'], ['i-2']],
      [['disk'], ['i-3']],
    ]);
  });
});

it('a soft problem waits for the round that found it, the minute, and the recheck', () => {
  expect(softMs(examplePlan, 'morning')).toBe(recheckDelayMs + 2 * 300_000 + 300_000);
});
