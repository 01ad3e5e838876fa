import { isoOf } from '../../functions/core/time.ts';
import { roundKey } from '../../functions/flow/keys.ts';
import { runTick } from '../../functions/flow/run-tick.ts';
import { handleCollect, handleDispatch } from './handlers.ts';
import { violationsOf } from './invariants.ts';
import type { Written } from './memory-dynamodb.ts';
import type { RunRecord } from './run-record.ts';
import type { Scenario } from './scenario.ts';
import { duplicatesIn } from './told-once.ts';
import { World } from './world.ts';

const minuteMs = 60_000;

/** How long a run may still find something to do after its end, in minutes. */
const restMinutes = 60;

/** Ticks that may follow from running every handler again. */
const settlingTicks = 100;

/** What a run came to. */
export interface Outcome {
  readonly violations: readonly string[];
  readonly record: RunRecord;
  /** Events until the run came to rest; what follows in the record is their repetition. */
  readonly events: number;
  readonly table: readonly Written[];
  readonly duplicates: number;
  readonly idleTicks: number;
  readonly virtualMs: number;
}

/** Runs a scenario to its end, and looks whether everything is as it has to be. */
export async function run(scenario: Scenario): Promise<Outcome> {
  const world = new World(scenario);
  await world.advanceTo(scenario.endAt);
  for (let minute = 0; minute < restMinutes && !world.isAtRest; minute++) await world.advanceTo(world.now + minuteMs);
  const { record } = world;
  const { plan, startAt } = scenario;
  const restless = world.isAtRest ? [] : [`I1: after ${restMinutes} quiet minutes something is still due`];
  const violations = [...restless, ...violationsOf({ plan, record, slots: world.triggers.slots, endAt: world.now })];
  const duplicates = duplicatesIn(record).length;
  const table = world.fakes.dynamodb.items();
  const virtualMs = world.now - startAt;
  const events = record.timeline.length;
  if (restless.length === 0) violations.push(...(await changedByRepetition(world)));
  return { violations, record, events, table, duplicates, idleTicks: world.triggers.idleTicks, virtualMs };
}

/** What happened in a run, one line an event. */
export function timelineOf({ record, events }: Outcome): string {
  return record.timeline
    .slice(0, events)
    .map(({ at, text }) => `${isoOf(at)} ${text}`)
    .join('\n');
}

/** I5: every handler is run again with every input that it had; then nothing is different. */
async function changedByRepetition(world: World): Promise<string[]> {
  const before = bodiesOf(world.fakes.dynamodb.items());
  const { publishes } = world.record;
  const told = publishes.length;
  for (const input of world.triggers.dispatched.values()) {
    // Of a firing that left nothing I6 asks what became; to repeat it would be to do it for the first time.
    const { pk, sk } = roundKey(input);
    if (before.has(`${pk} ${sk}`))
      await world.runAlone('dispatch', input, (services) => handleDispatch(services, input));
  }
  await world.runAlone('collect', 'every event again', (services) => handleCollect(services, world.triggers.collected));
  for (let tick = 0; tick === 0 || (tick < settlingTicks && !world.isAtRest); tick++) {
    await world.runAlone('tick', 'again', (services) => runTick(services, true));
  }
  const after = bodiesOf(world.fakes.dynamodb.items());
  const changed = [...new Set([...before.keys(), ...after.keys()])].filter((key) => before.get(key) !== after.get(key));
  return [
    ...changed.map((key) => `I5: ${key} was ${before.get(key)} and is ${after.get(key)} after every handler ran again`),
    ...publishes.slice(told).map(({ subject, contact }) => `I5: ${contact} was told again: ${subject}`),
  ];
}

/** What the items say, leases left aside. */
function bodiesOf(items: readonly Written[]): Map<string, string> {
  return new Map(
    items.map(({ pk, sk, body }) => {
      const parsed: unknown = JSON.parse(body);
      const isLeased = typeof parsed === 'object' && parsed !== null && 'lease' in parsed;
      return [`${pk} ${sk}`, isLeased ? JSON.stringify({ ...parsed, lease: undefined }) : body];
    }),
  );
}
