import { setTimeout } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import type { Intercept, InterceptedCall, Verdict } from '../../../lib/local/gateway.ts';
import { commandsSent, minute, mondayMorning, roundOf, type Stage, startStage } from './stage.ts';

/** Long enough for every lease to end and every retry to come, in minutes. */
const aftermath = 20;

let stage: Stage;
afterEach(() => stage?.close());

/** A morning on which one host has a full disk and another is lost. */
async function badMorning(intercept: Intercept, change?: (template: unknown) => unknown): Promise<Outcome> {
  stage = await startStage({ intercept, ...(change && { change }) });
  stage.answer(1, 'disk', [0, "full|'disk_used'=97%"]);
  const lost = stage.hosts.hosts()[2];
  if (lost) lost.connection = 'lost';
  await stage.cloud.advanceTo(mondayMorning + aftermath * minute);
  return outcome();
}

interface Outcome {
  readonly told: readonly string[];
  readonly table: readonly string[];
  readonly commands: number;
  readonly status: string | undefined;
}

async function outcome(): Promise<Outcome> {
  const items = await stage.cloud.items();
  return {
    told: deliveriesOf(stage),
    table: items.map((item) => timeless(JSON.stringify(item))).sort(),
    commands: await commandsSent(stage),
    status: (await roundOf(stage))?.status,
  };
}

/** One line for each incident in each message to each address. */
function deliveriesOf({ cloud }: Stage): string[] {
  return cloud.sns.deliveries.flatMap(({ endpoint, attributes }) =>
    (attributes.incident ?? []).map((incident, index) => `${attributes.kind?.[index]} ${incident} to ${endpoint}`),
  );
}

/** What two runs of the same morning cannot have in common: times, random ids, and how often something was written. */
function timeless(item: string): string {
  return (
    item
      .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'TIME')
      .replaceAll(/[0-9a-f]{32}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, 'ID')
      .replaceAll(/"(version|expiresAt)":\d+/g, '"$1":N')
      // How many messages it took; that none was told twice is counted by the messages themselves.
      .replaceAll(/\\"sent\\":\[.*?\]/g, 'SENT')
  );
}

function isOurs({ caller }: InterceptedCall): boolean {
  return /dispatch|collect|tick/i.test(caller);
}

/** The calls of an undisturbed morning, and what it comes to. */
async function undisturbed() {
  const calls: string[] = [];
  const result = await badMorning((call) => {
    if (isOurs(call)) calls.push(call.operation);
    return 'pass';
  });
  await stage.close();
  const collected = calls.lastIndexOf('PutItem');
  return { calls: calls.slice(0, collected + 1), ...result };
}

describe('a function that is killed between any two of its calls', () => {
  it('leaves the tick to come to the same table and the same notifications', async () => {
    const whole = await undisturbed();
    expect(whole.status).toBe('collected');
    expect(whole.told).toEqual([
      'problem DAILY-20261123-001 to ann@example.com',
      'problem DAILY-20261123-002 to ann@example.com',
      'problem DAILY-20261123-001 to +12025550100',
      'problem DAILY-20261123-002 to +12025550100',
    ]);
    expect(whole.calls.length).toBeGreaterThan(15);
    // Killed before a call, or after the one before it: the world is the same, and all else is forgotten.
    const kills = [['kill-before', 0] as const, ...whole.calls.map((_, index) => ['kill-after', index] as const)];
    for (const [verdict, index] of kills) {
      let count = -1;
      const disturbed = await badMorning((call) => {
        if (isOurs(call)) count += 1;
        return isOurs(call) && count === index ? verdict : 'pass';
      });
      await stage.close();
      const where = `${verdict} call ${index + 1}, ${whole.calls[index]}`;
      expect({ where, ...disturbed, told: [...new Set(disturbed.told)].sort() }).toEqual({
        where,
        table: whole.table,
        commands: whole.commands,
        status: 'collected',
        told: [...whole.told].sort(),
      });
      const most = Math.max(...disturbed.told.map((line) => disturbed.told.filter((each) => each === line).length));
      // Only a crash between a publish and its strike-out may tell somebody again, and then once.
      const isBetween = verdict === 'kill-after' && whole.calls[index] === 'Publish';
      expect({ where, most }).toEqual({ where, most: isBetween ? 2 : 1 });
    }
  }, 600_000);
});

describe('a function that outlives its time-out', () => {
  it('is ended in the middle of its reading, and the tick goes on from there, to the same end', async () => {
    const whole = await undisturbed();
    let isSlow = true;
    const late = await badMorning(async ({ caller, operation }): Promise<Verdict> => {
      if (isSlow && /collect/i.test(caller) && operation === 'ListCommandInvocations') {
        isSlow = false;
        await setTimeout(1_500);
      }
      return 'pass';
    }, withCollectTimeout(1));
    const log = stage.cloud.log('Collect').map(({ text }) => text);
    expect(log).toContainEqual(expect.stringContaining('Task timed out after 1.00 seconds'));
    expect({ ...late, told: [...late.told].sort() }).toEqual({
      ...{ table: whole.table, commands: whole.commands, status: 'collected' },
      told: [...whole.told].sort(),
    });
  });
});

/** The template, in which whoever collects has so many seconds. */
function withCollectTimeout(seconds: number) {
  return (template: unknown) => {
    const copy = structuredClone(template) as { Resources: Record<string, { Type: string; Properties: object }> };
    const functions = Object.entries(copy.Resources).filter(
      ([id, { Type: type }]) => type === 'AWS::Lambda::Function' && /collect/i.test(id),
    );
    for (const [, { Properties: properties }] of functions) Object.assign(properties, { Timeout: seconds });
    return copy;
  };
}
