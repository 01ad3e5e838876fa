import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { Table } from '../../functions/adapters/dynamodb.ts';
import type { Plan } from '../../functions/core/plan.ts';
import { isoOf } from '../../functions/core/time.ts';
import type { LocalClock } from '../local/clock.ts';
import type { LocalCloud } from '../local/cloud.ts';
import { startConsole } from '../local/console/console.ts';
import { startLocalCloud } from '../local/local-cloud.ts';
import { type Repetition, rememberingHosts } from '../local/remembering-hosts.ts';
import { type Sandboxes, startSandboxes } from '../local/sandbox.ts';
import { compile } from '../runbook/compile.ts';
import type { Runbook } from '../runbook/types.ts';
import { synthesize } from '../synthesize.ts';
import { beat } from './heartbeat.ts';
import {
  isUnderWay,
  newestRounds,
  notificationsOf,
  type RunReport,
  readIncidents,
  readResults,
  readRoundReport,
} from './records.ts';

/** A round that has not ended by then never will: the ticks of so many minutes have tried. */
const sweepMinutes = 60;

/** Rechecks of a round come one a minute; one that is planned for later belongs to something else. */
const recheckMinutes = 15;

const minuteMs = 60_000;

/** One platform's stack, running on this machine over demo hosts. */
export interface Demo {
  readonly plan: Plan;
  readonly cloud: LocalCloud;
  readonly hosts: Sandboxes;
  readonly table: Table;
  /** Address of the platform's dashboard in a browser, where it was asked for. */
  readonly consoleUrl?: string;
  close(): Promise<void>;
}

export interface DemoOptions {
  readonly runbook: Runbook;
  readonly scenario: string;
  /** @default real time */
  readonly clock?: LocalClock;
  /** Serve the platform's dashboard as well. @default false */
  readonly withConsole?: boolean;
  /** What the hosts need not really be asked each time. @default they are */
  readonly repetitions?: readonly Repetition[];
  /** Told of each step that takes its time. */
  readonly progress?: (step: string) => void;
  /** Ends the start after the step that it is in. */
  readonly signal?: AbortSignal;
}

/**
 * Starts a platform's stack, over the demo hosts of its fleets.
 * @throws {Error} that names the scenarios of the platform
 * @throws the signal's reason, with nothing left behind
 */
export async function startDemo({ runbook, scenario, progress, signal, ...options }: DemoOptions): Promise<Demo> {
  const begin = (step: string) => {
    signal?.throwIfAborted();
    progress?.(step);
  };
  const folder = await mkdtemp(join(tmpdir(), 'rounds-'));
  const closers = [() => rm(folder, { recursive: true, force: true, maxRetries: 5 })];
  const close = async () => {
    for (const closer of closers.reverse()) await closer();
  };
  try {
    begin(`starting the demo hosts (${scenario})`);
    const hosts = await startSandboxes({ runbook, scenario, folder: join(folder, 'hosts') });
    closers.push(() => hosts.close());
    begin('synthesizing the stack');
    const { template, folder: assetsFolder } = synthesize({ runbook, placeholders: false }, join(folder, 'cdk.out'));
    begin('starting the local cloud');
    const { clock, repetitions = [] } = options;
    const source = rememberingHosts(hosts, repetitions);
    const cloud = await startLocalCloud({ template, assetsFolder, hosts: source, ...(clock && { clock }) });
    closers.push(() => cloud.close());
    const plan = compile(runbook);
    const page = options.withConsole ? await startConsole({ cloud, plan }) : undefined;
    if (page) closers.push(() => page.close());
    signal?.throwIfAborted();
    const tableName = cloud.resource('AWS::DynamoDB::Table').ref;
    const client = new DynamoDBClient(cloud.clientFor('rounds'));
    const table = new Table(client, tableName);
    return { plan, cloud, hosts, table, ...(page && { consoleUrl: page.url }), close };
  } catch (error) {
    await close();
    // A Ctrl-C also ends the processes that this one has started: what failed by it is not the news.
    signal?.throwIfAborted();
    throw error;
  }
}

/**
 * Runs a routine now and waits for its end and for its rechecks; the clock moves on where only the tick can go on.
 * @param progress told when there are rechecks, which take their time
 * @throws {Error} when Rounds itself could not run the round
 */
export async function runRound(
  demo: Demo,
  routine: string,
  requestedBy: string,
  progress?: (step: string) => void,
): Promise<RunReport> {
  const { cloud, plan, table } = demo;
  await beat(cloud);
  const slot = isoOf(cloud.clock.now());
  const answer = await cloud.invoke('dispatch', { routine, slot, requestedBy });
  if (!answer.ok) throw new Error(`The dispatch function failed: ${answer.error.errorMessage}`);
  await cloud.settled();
  let round = await readRoundReport(table, plan, { routine, slot });
  for (let minute = 0; minute < sweepMinutes && round && isUnderWay(round); minute++) {
    await cloud.advanceTo(cloud.clock.now() + minuteMs);
    round = await readRoundReport(table, plan, { routine, slot });
  }
  if (!round) throw new Error(`The round ${routine}/${slot} was never recorded; see the log of the dispatch function.`);
  await finishRechecks(demo, routine, progress);
  return {
    rounds: [round],
    results: await readResults(table, plan, round),
    incidents: await readIncidents(table),
    notifications: notificationsOf(cloud.sns.deliveries),
  };
}

/** Lets the minutes pass in which the bad checks of a round are asked again. */
async function finishRechecks({ cloud, table }: Demo, routine: string, progress?: (step: string) => void) {
  const end = cloud.clock.now() + recheckMinutes * minuteMs;
  const isOwed = async () => {
    const rounds = await newestRounds(table, routine);
    return rounds.some((round) => round.recheck && isUnderWay(round) && round.slot <= isoOf(end));
  };
  if (!(await isOwed())) return;
  progress?.('rechecking what is bad');
  do {
    await cloud.advanceTo(cloud.clock.now() + minuteMs);
  } while (cloud.clock.now() < end && (await isOwed()));
}
