import { nonceParameter } from '../../functions/contract.ts';
import { partition, resultsKey, roundKey } from '../../functions/flow/keys.ts';
import { LocalClock } from '../../lib/local/clock.ts';
import type { LocalCloud } from '../../lib/local/cloud.ts';
import { startLocalCloud } from '../../lib/local/local-cloud.ts';
import { type SimulatedHandler, simulatedHosts } from '../../lib/local/ssm/host.ts';
import { type Assembly, synthesize } from '../../lib/synthesize.ts';
import { benchRunbook, fleetTags, routineId } from './bench-runbook.ts';
import { DueIndexUnits } from './due-index.ts';
import { WrittenItems } from './written-items.ts';

/** Those of a round. */
export const functionNames = ['dispatch', 'collect', 'tick'] as const;

export type RoundFunction = (typeof functionNames)[number];

/** What the checks find on every host at once. */
export type Condition = 'healthy' | 'critical';

export interface SimulatedRound {
  readonly hosts: number;
  readonly checks: number;
  readonly condition: Condition;
}

/** What one round has cost, all functions together where nothing else is said. */
export interface RoundCost extends SimulatedRound {
  readonly calls: readonly OperationCount[];
  readonly functions: Readonly<Record<RoundFunction, { readonly invocations: number; readonly wallMs: number }>>;
  readonly readUnits: number;
  readonly writeUnits: {
    /** For the results of the hosts. */
    readonly hosts: number;
    /** For everything else, the due index with it. */
    readonly other: number;
  };
  /** `hosts`: packs of results, one for each page of SSM's list. */
  readonly items: { readonly hosts: number; readonly other: number; readonly incidents: number };
  /** Bytes of an average host's results, by DynamoDB's rules. */
  readonly hostBytes: number;
}

export interface OperationCount {
  readonly caller: RoundFunction;
  readonly operation: string;
  readonly count: number;
}

/** A Wednesday, between two slots. */
const startMs = Date.parse('2026-03-04T08:00:00Z');
const slot = new Date(startMs).toISOString();

/** Minutes in which the ticks may end a round that no event ended. */
const sweepMinutes = 10;

const writeUnitBytes = 1_024;

/** Synthesizes the platform into `folder`, once for all rounds with so many checks. */
export function synthesizeBench(checks: number, folder: string): Assembly {
  return synthesize({ runbook: benchRunbook(checks), placeholders: false }, folder);
}

/**
 * Runs one round over simulated hosts in a local cloud of its own.
 * @throws {Error} when the round was not collected
 */
export async function simulateRound(assembly: Assembly, round: SimulatedRound): Promise<RoundCost> {
  const dueIndex = new DueIndexUnits();
  const written = new WrittenItems();
  const cloud = await startLocalCloud({
    template: assembly.template,
    assetsFolder: assembly.folder,
    hosts: simulatedHosts(round.hosts, fleetTags, answers[round.condition]),
    clock: new LocalClock(startMs),
    intercept: (call) => {
      dueIndex.see(call);
      written.see(call);
      return 'pass';
    },
  });
  try {
    await runToItsEnd(cloud);
    return { ...round, ...(await costOf(cloud, round, { indexUnits: dueIndex.units, written })) };
  } finally {
    await cloud.close();
  }
}

/** What a minute costs in which nothing is owed. */
export async function simulateIdleTick({ template, folder }: Assembly): Promise<readonly OperationCount[]> {
  const cloud = await startLocalCloud({ template, assetsFolder: folder, hosts: { hosts: () => [] } });
  try {
    // The first one of a container also makes sure that every slot is waited for.
    await cloud.invoke('tick', {});
    const first = callsOf(cloud, 'tick');
    await cloud.invoke('tick', {});
    return callsOf(cloud, 'tick')
      .map((now) => ({
        ...now,
        count: now.count - (first.find(({ operation }) => operation === now.operation)?.count ?? 0),
      }))
      .filter(({ count }) => count > 0);
  } finally {
    await cloud.close();
  }
}

async function runToItsEnd(cloud: LocalCloud): Promise<void> {
  const answer = await cloud.invoke('dispatch', { routine: routineId, slot });
  if (!answer.ok) throw new Error(`The dispatch function failed: ${answer.error.errorMessage}`);
  await cloud.settled();
  let status = await roundStatus(cloud);
  for (let minute = 0; status === 'running' && minute < sweepMinutes; minute++) {
    await cloud.advanceTo(cloud.clock.now() + 60_000);
    status = await roundStatus(cloud);
  }
  if (status !== 'collected')
    throw new Error(`The round ended as ${status}; expected collected. See the functions' logs.`);
}

/** Read past the gateway, so that nothing is counted. */
async function roundStatus(cloud: LocalCloud): Promise<string> {
  const { pk } = roundKey({ routine: routineId, slot });
  const item = (await cloud.items()).find((candidate) => candidate.pk === pk);
  return JSON.parse(String(item?.body ?? '{}')).status ?? 'unknown';
}

async function costOf(
  cloud: LocalCloud,
  { hosts }: SimulatedRound,
  { indexUnits, written }: { readonly indexUnits: number; readonly written: WrittenItems },
): Promise<Omit<RoundCost, keyof SimulatedRound>> {
  const items = await cloud.items();
  const sizes = written.sizes(resultsKey({ routine: routineId, slot }).pk);
  const { read, write } = cloud.dynamodb.units;
  const hostUnits = sum(sizes.map((bytes) => Math.ceil(bytes / writeUnitBytes)));
  return {
    calls: functionNames.flatMap((name) => callsOf(cloud, name)),
    functions: {
      dispatch: runsOf(cloud, 'dispatch'),
      collect: runsOf(cloud, 'collect'),
      tick: runsOf(cloud, 'tick'),
    },
    readUnits: read,
    writeUnits: { hosts: hostUnits, other: write - hostUnits + indexUnits },
    items: {
      hosts: sizes.length,
      other: items.length - sizes.length,
      incidents: items.filter((item) => item.pk === partition.incident).length,
    },
    hostBytes: Math.round(sum(sizes) / hosts),
  };
}

function callsOf(cloud: LocalCloud, name: RoundFunction): OperationCount[] {
  return cloud.calls.counts
    .filter(({ caller }) => caller === physicalName(cloud, name))
    .map(({ operation, count }) => ({ caller: name, operation, count }));
}

function runsOf(cloud: LocalCloud, name: RoundFunction) {
  const dimensions = { FunctionName: physicalName(cloud, name) };
  const samples = cloud.metrics.samples({ namespace: 'AWS/Lambda', name: 'Duration', dimensions });
  return { invocations: samples.length, wallMs: Math.round(sum(samples.map((sample) => sample.sum))) };
}

function physicalName(cloud: LocalCloud, name: RoundFunction): string {
  return cloud.resource('AWS::Lambda::Function', name).ref;
}

/** What the wrapper prints for a disk that is full, or not: another value on each host, as real hosts have. */
const answers: Readonly<Record<Condition, SimulatedHandler>> = {
  healthy: ({ hostId, parameters }) => answer(0, `${20 + (indexOf(hostId) % 500) / 10}`, parameters),
  critical: ({ hostId, parameters }) => answer(2, `${95 + (indexOf(hostId) % 50) / 10}`, parameters),
};

function answer(exitCode: number, used: string, parameters: Readonly<Record<string, string>>) {
  const text = `disk of / ${used}% used: 24 GiB of 40 GiB free | 'disk_used'=${used}%;;;0;100`;
  const resultLine = `ROUNDS/1 ${parameters[nonceParameter.name]} exit=${exitCode} stdout=${text.length + 1} stderr=0`;
  return { exitCode, stdout: `${resultLine}\n${text}\n\n` };
}

function indexOf(hostId: string): number {
  return Number.parseInt(hostId.slice('i-'.length), 16);
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
