import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { nonceParameter } from '../../../functions/contract.ts';
import { chargesOf } from '../../../lib/cost/charges.ts';
import { roundUsage } from '../../../lib/cost/round-usage.ts';
import {
  functionMs,
  functionsBeside,
  itemOverheadBytes,
  memoryMegabytes,
  ownAlarms,
  pack,
} from '../../../lib/cost/usage.ts';
import type { LocalCloud } from '../../../lib/local/cloud.ts';
import type { InterceptedCall } from '../../../lib/local/gateway.ts';
import { startLocalCloud } from '../../../lib/local/local-cloud.ts';
import { simulatedHosts } from '../../../lib/local/ssm/host.ts';
import { compile } from '../../../lib/runbook/compile.ts';
import { type Assembly, synthesize } from '../../../lib/synthesize.ts';
import { benchRunbook, fleetTags, routineId } from '../../bench/bench-runbook.ts';
import { DueIndexUnits } from '../../bench/due-index.ts';
import { latencies } from '../../bench/scale/wire.ts';
import { scratchFolder } from '../../scratch-folder.ts';

/** What is estimated may be so many times as much as is counted, or as little. */
const factor = 1.5;

const hosts = 100;
const checks = 5;
const runbook = benchRunbook(checks);
const plan = compile(runbook);

let assembly: Assembly;
let cloud: LocalCloud;
const dueIndex = new DueIndexUnits();

/** A round of hosts that are all well: each check prints as many values as the model takes for granted. */
beforeAll(async () => {
  assembly = synthesize({ runbook, placeholders: false }, join(scratchFolder(), 'cdk.out'));
  cloud = await startLocalCloud({
    template: assembly.template,
    assetsFolder: assembly.folder,
    hosts: simulatedHosts(hosts, fleetTags, ({ hostId, stepName, parameters }) => {
      const [used, free, rate] = ['used', 'free', 'rate'].map((value) => figureOf(`${hostId} ${stepName} ${value}`));
      const text = `disk of / ${used}% used: ${free} MiB free | disk_used=${used}% free=${free}MB rate=${rate}`;
      const resultLine = `ROUNDS/1 ${parameters[nonceParameter.name]} exit=0 stdout=${text.length + 1} stderr=0`;
      return { exitCode: 0, stdout: `${resultLine}\n${text}\n\n` };
    }),
    intercept: (call) => {
      dueIndex.see(call);
      measure(call);
      return 'pass';
    },
  });
  await cloud.invoke('dispatch', { routine: routineId, slot: new Date(cloud.clock.now()).toISOString() });
  await cloud.settled();
}, 60_000);

afterAll(() => cloud?.close());

test.each([
  ['write units', () => cloud.dynamodb.units.write + dueIndex.units, () => usage().writeUnits],
  ['read units', () => cloud.dynamodb.units.read, () => usage().readUnits],
  ['bytes that stay', () => [...sizes.values()].reduce((sum, bytes) => sum + bytes, 0), () => usage().storedBytes],
])('the %s of a round are about what the local cloud counts', (_what, counted, estimated) => {
  const [found, expected] = [counted(), estimated()];
  expect(found).toBeGreaterThan(0);
  expect(Math.max(expected / found, found / expected), `estimated ${expected}, counted ${found}`).toBeLessThan(factor);
});

test.each([
  ['PutMetricData', 1],
  ['SendCommand', 1],
  ['ListCommandInvocations', hosts / pack.hosts],
])('a round has as many calls of %s as is estimated', (operation, expected) => {
  expect(cloud.calls.count({ operation })).toBe(expected);
});

test('a page of hosts takes as long as the calls that it makes, and makes no others', () => {
  const pageCalls = ['ListCommandInvocations', 'DescribeInstanceInformation', 'BatchWriteItem'];
  const pages = hosts / pack.hosts;
  const byPage = cloud.calls.counts.filter(({ count, service }) => service !== 'dynamodb' && count === pages);
  expect(byPage.map(({ operation }) => operation)).toEqual(pageCalls.slice(0, 2));
  expect(functionMs.page).toBe(pageCalls.reduce((sum, operation) => sum + (latencies[operation] ?? Number.NaN), 0));
});

test('the metrics of a round are those that are estimated', () => {
  const counted = cloud.metrics.all.filter(({ namespace }) => namespace === 'Rounds').length;
  const month = { plan, hosts: new Map([['hosts', hosts]]), incidents: 0 };
  const estimated = chargesOf(month).filter(({ price }) => price === 'metrics');
  // Each is sent in one hour of the day; the heartbeat in all of them, and not here.
  const hoursOfDay = estimated
    .filter(({ of }) => of !== 'the tick of every minute')
    .reduce((sum, { quantity }) => sum + quantity * 24, 0);
  expect(hoursOfDay).toBeCloseTo(counted, 6);
});

test('functions, their memory and the alarms are those of the stack', () => {
  const resources = Object.entries(Object(assembly.template).Resources as Record<string, Resource>);
  const memory = resources.flatMap(([id, { Type, Properties }]) => {
    return Type === 'AWS::Lambda::Function'
      ? [[/(Dispatch|Collect|Tick|Console|Act)/.exec(id)?.[1]?.toLowerCase(), Properties.MemorySize]]
      : [];
  });
  expect(memory).toHaveLength(functionsBeside);
  expect(Object.fromEntries(memory)).toMatchObject({
    ...{ tick: memoryMegabytes.tick, dispatch: memoryMegabytes.dispatch, collect: memoryMegabytes.collect },
  });
  expect(resources.filter(([, { Type }]) => Type === 'AWS::CloudWatch::Alarm')).toHaveLength(
    ownAlarms + functionsBeside,
  );
  expect(resources.filter(([, { Type }]) => Type === 'AWS::KMS::Key')).toHaveLength(1);
  expect(resources.filter(([, { Type }]) => Type === 'AWS::CloudWatch::Dashboard')).toHaveLength(1);
});

interface Resource {
  readonly Type: string;
  readonly Properties: { readonly MemorySize?: number };
}

function usage() {
  return roundUsage(plan, routineId, hosts);
}

/** Bytes of the items of rounds and their results, by key: what was written last of each. */
const sizes = new Map<string, number>();

function measure({ service, operation, input }: InterceptedCall): void {
  if (service !== 'dynamodb' || !['PutItem', 'BatchWriteItem'].includes(operation)) return;
  const requests = Object.values(Object(input.RequestItems ?? {})).flat();
  const items = operation === 'PutItem' ? [input.Item] : requests.map((request) => Object(request).PutRequest.Item);
  for (const item of items as Record<string, Record<string, string>>[]) {
    const key = `${item.pk?.S} ${item.sk?.S}`;
    if (/^(round|result)#/.test(key)) sizes.set(key, sizeOf(item) + itemOverheadBytes);
  }
}

function sizeOf(item: Readonly<Record<string, Record<string, string>>>): number {
  return Object.entries(item).reduce((sum, [name, value]) => {
    const bytes =
      value.B === undefined ? Buffer.byteLength(String(Object.values(value)[0])) : Buffer.byteLength(value.B, 'base64');
    return sum + name.length + bytes;
  }, 0);
}

/** Below every threshold: the same for the same question, and otherwise as unlike as values of hosts are. */
function figureOf(question: string): string {
  const number = createHash('sha256').update(question).digest().readUInt32BE();
  return ((50 * number) / 2 ** 32).toPrecision(4);
}
