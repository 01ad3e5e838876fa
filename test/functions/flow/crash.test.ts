import { afterEach, describe, expect, it } from 'vitest';
import type { InterceptedCall, Verdict } from '../../../lib/local/gateway.ts';
import { commandsSent, minute, mondayMorning, roundOf, type Stage, startStage } from './stage.ts';

/** Long enough for every lease to end and every retry to come, in minutes. */
const aftermath = 20;

let stage: Stage;
afterEach(() => stage?.close());

/** A morning on which one host has a full disk and another is lost. */
async function badMorning(intercept: (call: InterceptedCall) => Verdict): Promise<Outcome> {
  stage = await startStage({ intercept });
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
      const duplicates = Math.sign(disturbed.told.length - whole.told.length);
      // Only a crash between a publish and its strike-out may tell somebody twice, and then once.
      const isBetween = verdict === 'kill-after' && whole.calls[index] === 'Publish';
      expect({ where, duplicates }).toEqual({ where, duplicates: isBetween ? 1 : 0 });
    }
  }, 600_000);
});
