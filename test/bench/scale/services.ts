/** The process of the services: serves one round to the functions, which are processes of their own, and measures it. */
import { partition, roundKey } from '../../../functions/flow/keys.ts';
import type { LocalCloud } from '../../../lib/local/cloud.ts';
import type { InterceptedCall, Verdict } from '../../../lib/local/gateway.ts';
import { startLocalCloud } from '../../../lib/local/local-cloud.ts';
import type { JsonObject } from '../../../lib/local/service.ts';
import { inProgress } from '../../../lib/local/ssm/status.ts';
import { contactCount, routineId } from '../bench-runbook.ts';
import { DueIndexUnits } from '../due-index.ts';
import { functionNames, type RoundFunction } from '../simulated-round.ts';
import { itemsIn, keyOf, WrittenItems } from '../written-items.ts';
import { FastClock } from './fast-clock.ts';
import { FunctionProcess } from './function-process.ts';
import type { FunctionCost, ScaleCost, ScaleRound, ServicesAnswer, ServicesTask } from './scale-round.ts';
import { type TimedHosts, timedHosts } from './timed-hosts.ts';
import { Wire } from './wire.ts';

/** A Wednesday. */
const slotMs = Date.parse('2026-03-04T06:00:00Z');

/** The services are there a moment before the slot. */
const leadMs = 1_000;

/** How late SSM announces what happens: an assumption, AWS publishes nothing. */
const eventLagMs = [500, 1_000] as const;

/** How often what is due is looked for, in real time. */
const lookMs = 5;

/** How long nothing may happen before a round that is collected counts as done with: events come late. */
const quietMs = 3_000;

/** A round that has not been collected by then will not be. */
const limitMs = 30 * 60_000;

process.once('message', async (task: ServicesTask) => {
  const answer = await run(task).then(
    (cost): ServicesAnswer => ({ cost }),
    (error: Error): ServicesAnswer => ({ error: error.stack ?? error.message }),
  );
  process.send?.(answer, () => process.exit());
});
process.once('disconnect', () => process.exit());

async function run({ template, assetsFolder, round }: ServicesTask): Promise<ScaleCost> {
  const clock = new FastClock(slotMs - leadMs, round.speed);
  const hosts = timedHosts(round, clock);
  const processes: FunctionProcess[] = [];
  const watch = new RoundWatch(clock, round);
  const cloud = await startLocalCloud({
    template,
    assetsFolder,
    hosts,
    clock,
    intercept: (call) => watch.see(call),
    deliver: (event, put) => {
      // Of hosts that begin no rule of ours wants to know: with 100,000 of them they would only be in the way.
      if (event.detail.status !== inProgress.status) void late(clock, round).then(() => put(event));
    },
    startThread: (bootstrap, options) => {
      const started = new FunctionProcess(bootstrap, options, clock);
      processes.push(started);
      return started;
    },
  });
  try {
    clock.begin();
    cloud.run(lookMs);
    const roundSeconds = await untilCollected(cloud, watch, processes);
    return { ...round, roundSeconds, ...costOf(cloud, { hosts, watch, processes }) };
  } finally {
    await cloud.close();
  }
}

/** Sees every call of the functions on its way: what it writes, and when people are told. */
class RoundWatch {
  readonly wire: Wire;
  readonly dueIndex = new DueIndexUnits();
  readonly written = new WrittenItems();
  readonly incidents = new Set<string>();
  /** When the topic of each contact took its first message. */
  readonly toldAt = new Map<string, number>();
  collectedAt: number | undefined;
  /** So many have worked on the round since its list was begun for the last time. */
  wholeReadings = 0;
  #lease: string | undefined;
  readonly #clock: FastClock;
  readonly #isReal: boolean;

  constructor(clock: FastClock, { isReal }: ScaleRound) {
    this.#clock = clock;
    this.#isReal = isReal;
    this.wire = new Wire(clock);
  }

  async see(call: InterceptedCall): Promise<Verdict> {
    const verdict = this.#isReal ? await this.wire.pass(call) : 'pass';
    if (verdict !== 'pass') return verdict;
    this.dueIndex.see(call);
    this.written.see(call);
    if (call.operation === 'Publish') this.#noteTold(String(call.input.TopicArn));
    if (call.operation === 'ListCommandInvocations') this.#noteListing(call.input);
    if (call.service === 'dynamodb') for (const item of itemsIn(call.operation, call.input)) this.#lookAt(item);
    return 'pass';
  }

  #noteTold(topic: string): void {
    if (!this.toldAt.has(topic)) this.toldAt.set(topic, this.#clock.now());
  }

  /** Only who holds the round's lease lists its hosts; who goes on where another one has ended gives a token. */
  #noteListing({ Filters, NextToken }: JsonObject): void {
    if (this.collectedAt === undefined && !Filters && !NextToken) this.wholeReadings = 1;
  }

  #lookAt(item: JsonObject): void {
    const { pk, sk = '' } = keyOf(item);
    if (pk === partition.incident) this.incidents.add(sk);
    if (pk !== roundKey({ routine: routineId, slot: '' }).pk) return;
    const { body } = item as { readonly body?: { readonly S?: string } };
    const { status, lease } = JSON.parse(body?.S ?? '{}');
    if (status === 'collected') this.collectedAt ??= this.#clock.now();
    const taken = lease && JSON.stringify(lease);
    if (this.collectedAt === undefined && taken && taken !== this.#lease) {
      this.#lease = taken;
      this.wholeReadings += 1;
    }
  }
}

/** @returns seconds after the slot */
async function untilCollected(
  cloud: LocalCloud,
  watch: RoundWatch,
  processes: readonly FunctionProcess[],
): Promise<number> {
  let quietSince = cloud.clock.now();
  for (;;) {
    await new Promise((resolve) => setTimeout(resolve, lookMs));
    const now = cloud.clock.now();
    const isBusy = processes.some(({ isRunning }) => isRunning) || cloud.messages('Events').length > 0;
    if (isBusy || watch.collectedAt === undefined) quietSince = now;
    else if (now - quietSince > quietMs) return (watch.collectedAt - slotMs) / 1_000;
    if (now > slotMs + limitMs) {
      const logged = functionNames.flatMap((name) => cloud.log(name).slice(-5)).map(({ text }) => text);
      throw new Error(`The round was not collected in ${limitMs / 60_000} minutes:\n${logged.join('\n')}`);
    }
  }
}

function costOf(
  cloud: LocalCloud,
  measured: {
    readonly hosts: TimedHosts;
    readonly watch: RoundWatch;
    readonly processes: readonly FunctionProcess[];
  },
): Omit<ScaleCost, keyof ScaleRound | 'roundSeconds'> {
  const { watch, processes } = measured;
  const { read, write } = cloud.dynamodb.units;
  const failures = measured.hosts
    .hosts()
    .flatMap(({ failing, answeredAt }) => (failing > 0 && answeredAt ? [answeredAt] : []));
  const firstFailure = failures.reduce((first, at) => Math.min(first, at), Number.POSITIVE_INFINITY);
  const toldAt = [...watch.toldAt.values()];
  const everybodyTold = toldAt.length < contactCount ? Number.POSITIVE_INFINITY : Math.max(...toldAt);
  return {
    calls: functionNames.flatMap((caller) =>
      cloud.calls.counts
        .filter((count) => count.caller === physicalName(cloud, caller))
        .map(({ operation, count }) => ({ caller, operation, count })),
    ),
    throttled: sum([...watch.wire.throttled.values()]),
    functions: {
      dispatch: functionCost(cloud, 'dispatch', processes),
      collect: functionCost(cloud, 'collect', processes),
      tick: functionCost(cloud, 'tick', processes),
    },
    readUnits: read,
    writeUnits: write + watch.dueIndex.units,
    bytes: sum(watch.written.sizes()),
    incidents: watch.incidents.size,
    wholeReadings: watch.wholeReadings,
    pageSeconds: (everybodyTold - firstFailure) / 1_000,
  };
}

function functionCost(cloud: LocalCloud, name: RoundFunction, processes: readonly FunctionProcess[]): FunctionCost {
  const { MemorySize, Timeout } = cloud.resource('AWS::Lambda::Function', name).properties;
  const own = processes.filter(({ functionName }) => functionName === physicalName(cloud, name));
  const durations = own.flatMap(({ invocations }) => invocations.map(({ durationMs }) => durationMs));
  const megabytes = (kilobytes: readonly number[]) => Math.round(Math.max(0, ...kilobytes) / 1_024);
  const dimensions = { FunctionName: physicalName(cloud, name) };
  return {
    invocations: durations.length,
    billedMs: Math.round(sum(durations)),
    longestMs: Math.round(Math.max(0, ...durations)),
    timeoutMs: Number(Timeout) * 1_000,
    memoryMegabytes: Number(MemorySize),
    processorMs: Math.round(sum(own.map(({ latest }) => latest.processorMs))),
    peakMegabytes: megabytes(own.map(({ latest }) => latest.peakKilobytes)),
    idleMegabytes: megabytes(own.map(({ idle }) => idle.peakKilobytes)),
    errors: sum(cloud.metrics.samples({ namespace: 'AWS/Lambda', name: 'Errors', dimensions }).map((each) => each.sum)),
  };
}

function physicalName(cloud: LocalCloud, name: RoundFunction): string {
  return cloud.resource('AWS::Lambda::Function', name).ref;
}

async function late(clock: FastClock, { isReal }: ScaleRound): Promise<void> {
  const [from, to] = eventLagMs;
  if (isReal) await clock.pass(from + Math.random() * (to - from));
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
