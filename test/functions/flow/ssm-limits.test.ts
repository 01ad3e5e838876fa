import { afterEach, describe, expect, it } from 'vitest';
import { readResults } from '../../../lib/cli/records.ts';
import type { InterceptedCall, Verdict } from '../../../lib/local/gateway.ts';
import { ServiceError } from '../../../lib/local/service.ts';
import { hostCheck, routine } from '../../../lib/runbook/builders.ts';
import { checkRules } from '../../../lib/runbook/rules.ts';
import { businessDays } from '../../../lib/runbook/schedule.ts';
import type { Runbook } from '../../../lib/runbook/types.ts';
import { script } from '../../../lib/runbooks/script.ts';
import {
  commandsSent,
  full,
  minute,
  mondayMorning,
  morning,
  plan,
  roundOf,
  type Stage,
  shop,
  startStage,
  told,
} from './stage.ts';

let stage: Stage;
afterEach(() => stage.close());

/** More than two pages of SSM's lists. */
const manyHosts = 120;

const throttled = new ServiceError('ThrottlingException', 'Rate exceeded');

/** Calls that each operation takes before its first refusal; the others are not throttled. */
const tokens: Readonly<Record<string, number>> = {
  SendCommand: 0,
  ListCommands: 1,
  ListCommandInvocations: 1,
  DescribeInstanceInformation: 1,
  BatchWriteItem: 2,
  Publish: 0,
  PutMetricData: 0,
};

/** What a bucket holds after a refusal: whoever is refused waits before he asks again. */
const refill = 10;

/** A token bucket for each operation. */
function tokenBuckets(): { intercept: (call: InterceptedCall) => Verdict; refused: Map<string, number> } {
  const left = new Map(Object.entries(tokens));
  const refused = new Map<string, number>();
  const intercept = ({ caller, operation }: InterceptedCall): Verdict => {
    const bucket = left.get(operation);
    if (bucket === undefined || !/dispatch|collect|tick/i.test(caller)) return 'pass';
    left.set(operation, bucket > 0 ? bucket - 1 : refill);
    if (bucket === 0) refused.set(operation, (refused.get(operation) ?? 0) + 1);
    return bucket > 0 ? 'pass' : throttled;
  };
  return { intercept, refused };
}

describe('services that throttle', () => {
  it('delay a round of 120 hosts, and lose nothing of it: no host, no page, no metric, and no second command', async () => {
    const { intercept, refused } = tokenBuckets();
    stage = await startStage({ hosts: manyHosts, intercept });
    stage.answer(77, 'disk', full);
    await morning(stage, 4);

    expect([...refused.keys()].sort()).toEqual(Object.keys(tokens).sort());
    expect(await commandsSent(stage)).toBe(1);
    const round = await roundOf(stage);
    expect(round).toMatchObject({ status: 'collected', hosts: { answered: manyHosts, lost: 0 } });
    const results = round ? await readResults(stage.table, plan, round) : [];
    expect(new Set(results.map(({ host }) => host)).size).toBe(manyHosts);
    expect(told(stage)).toEqual(['problem P2 DAILY-20261123-001 to ann@example.com']);
    expect(stage.cloud.metrics.all.map(({ name }) => name)).toContain('OpenIncidents');
  });

  it('for ever leave no silence: the round has failed, which is a P1 about ourselves and an alarm', async () => {
    // By this name the adapter knows it, and the SDK does not repeat it: what it would wait has been waited.
    const forEver = new ServiceError('RateExceeded', 'Rate exceeded');
    stage = await startStage({
      intercept: ({ operation }) => (operation === 'ListCommandInvocations' ? forEver : 'pass'),
    });
    await morning(stage, 3);
    expect(await roundOf(stage)).toMatchObject({ status: 'running' });
    stage.cloud.clock.advanceTo(mondayMorning + 60 * minute);
    await morning(stage, 62);

    expect(await roundOf(stage)).toMatchObject({ status: 'failed', reason: expect.stringContaining('30 minutes') });
    expect(told(stage)).toEqual([
      'problem P1 DAILY-20261123-001 to ann@example.com',
      'problem P1 DAILY-20261123-001 to bob@example.com',
    ]);
    const alarms = stage.cloud.sns.deliveries.filter(({ subject }) => subject?.includes('ALARM'));
    expect(alarms.map(({ endpoint }) => endpoint)).toContain('bob@example.com');
  });
});

const checkCount = 12;
const checkIds = Array.from({ length: checkCount }, (_, index) => `check-${index}`);

/** The shop with many checks, all with the usual rules: what is bad is asked again before it is told. */
const bigShop: Runbook = {
  ...shop,
  routines: [
    routine('morning', {
      title: 'Morning',
      fleet: 'app',
      schedule: businessDays.at('08:00'),
      checks: checkIds.map((id) =>
        hostCheck(id, {
          title: `Check ${id} of everything that a host can say of itself`,
          script: script('disk.sh'),
          settings: { diskPath: '/' },
          thresholds: [{ metric: 'disk_used', warning: '80', critical: '90' }],
          look: 'df -h',
          rules: checkRules,
        }),
      ),
    }),
  ],
};

/** Most messages to one address in any span of time. */
const caps: readonly (readonly [protocol: string, seconds: number, messages: number])[] = [
  ['email', 1, 1],
  ['sms', 60, 1],
  ['sms', 15 * 60, 5],
  ['sms', 60 * 60, 11],
];

/** Most of these times that lie within one span. */
function mostWithin(times: readonly number[], spanMs: number): number {
  return Math.max(0, ...times.map((from) => times.filter((at) => at >= from && at < from + spanMs).length));
}

describe('a storm of 160 hosts and 12 checks, with its rechecks', () => {
  it('makes no call that AWS would refuse, and no more messages to an address than it takes', async () => {
    const hosts = 160;
    stage = await startStage({ hosts, runbook: bigShop });
    // More values than one datum may have; of the last check as many hosts as one command may name.
    for (const [index, id] of checkIds.entries()) {
      const bad = index === checkCount - 1 ? 50 : hosts;
      for (let host = 0; host < bad; host++) {
        const text = `${'x'.repeat(200)} ${host}|'disk_used'=${91 + host / 100 + index}%`;
        stage.answer(host, id, [2, text]);
      }
    }
    await morning(stage, 6);

    const outcomes = new Set(stage.cloud.calls.recent.map(({ operation, outcome }) => `${operation} ${outcome}`));
    expect([...outcomes].filter((outcome) => !/ (ok|ConditionalCheckFailedException)$/.test(outcome))).toEqual([]);
    expect(await commandsSent(stage)).toBeGreaterThan(1);
    // Alarms are CloudWatch's own messages.
    const deliveries = stage.cloud.sns.deliveries.filter(({ attributes }) => attributes.incident);
    expect(deliveries.length).toBeGreaterThan(0);
    for (const [protocol, seconds, messages] of caps) {
      for (const endpoint of new Set(deliveries.map((delivery) => delivery.endpoint))) {
        const own = deliveries.filter((delivery) => delivery.endpoint === endpoint && delivery.protocol === protocol);
        const most = mostWithin(
          own.map(({ at }) => at),
          seconds * 1_000,
        );
        expect(most, `${protocol} to ${endpoint} in ${seconds} s`).toBeLessThanOrEqual(messages);
      }
    }
    for (const { failure } of deliveries) expect(failure).toBeUndefined();
  });
});
