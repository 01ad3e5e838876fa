import { spacingMs } from '../../../functions/core/round.ts';
import type { Figure, Promised } from '../figures.ts';
import { functionNames } from '../simulated-round.ts';
import type { ScaleCost } from './scale-round.ts';
import type { Scenario } from './timed-hosts.ts';

type Measure = (round: ScaleCost) => number;

/** What is promised of one round's figure: at most so much. */
interface Limit {
  readonly text: string;
  readonly of: (round: ScaleCost) => number;
}

/** Hosts in one page of SSM's lists, items in one batch of the table, data in one call of CloudWatch. */
const hostsPerCall = { list: 50, batch: 25, put: 1_000 } as const;

/** Calls of each kind beside those that grow with the hosts: early readings, and what each minute's tick calls. */
const constantCalls = 12;

/** All other calls: those of the round, of its alert and incident, and of each minute's tick. */
const otherCallsLimit = { round: 100, minute: 10 } as const;

/** Of what is not results: the round, alerts, incidents, mailboxes, the due index. */
const otherWriteUnits = { 'one fails': 100, 'all fail': 1_000 } as const;

const pageSecondsLimit = 5;
const stormInvocationsLimit = 200;

/** What one invocation reads to the end. */
const hostsOfOneInvocation = 10_000;

/** Invocations of collect beside that one: at the first failure, and one in reserve. */
const earlyReadingsLimit = 2;

/**
 * What a reading holds at most, in megabytes: a page of hosts, what V8 has not collected yet, and the ids of all. Before
 * its first invocation a process has about 60.
 */
const memoryLimit = { any: 160, ids: 0.5 } as const;
const memoryPromise: Limit = {
  text: `${memoryLimit.any}, and ${memoryLimit.ids} for the ids of each 1,000 hosts`,
  of: ({ hosts }) => memoryLimit.any + memoryLimit.ids * Math.ceil(hosts / 1_000),
};

/** Where the clock runs faster, what a processor computes counts too much. */
const pagePromise: Limit = {
  text: `${pageSecondsLimit}, in real time`,
  of: ({ isReal, speed }) => (isReal && speed === 1 ? pageSecondsLimit : Number.POSITIVE_INFINITY),
};

const lists = 'ListCommandInvocations';

/** While a host hangs all are read from time to time, for what only thresholds find. */
const listsLimit: Limit = {
  text: `hosts / ${hostsPerCall.list} at the end and at each sweep of all + ${constantCalls}`,
  of: ({ hosts, roundSeconds }) => {
    const sweeps = Math.ceil((roundSeconds * 1_000) / spacingMs(hosts));
    return Math.ceil(hosts / hostsPerCall.list) * (1 + sweeps) + constantCalls;
  },
};

const growing: Readonly<Record<string, number>> = {
  DescribeInstanceInformation: hostsPerCall.list,
  BatchWriteItem: hostsPerCall.batch,
  PutMetricData: hostsPerCall.put,
};

/** Figures of rounds in which one host fails while another one hangs. */
export function scaleFigures(rounds: readonly ScaleCost[]): Figure[] {
  const row = rowsOf(rounds);
  return [
    row(lists, callsOf(lists), listsLimit),
    ...Object.entries(growing).map(([operation, hosts]) =>
      row(operation, callsOf(operation), {
        text: `hosts / ${hosts.toLocaleString('en-US')} + ${constantCalls}`,
        of: (round) => Math.ceil(round.hosts / hosts) + constantCalls,
      }),
    ),
    row('other calls', otherCalls, {
      text: `${otherCallsLimit.round} + ${otherCallsLimit.minute} a minute`,
      of: ({ roundSeconds }) => otherCallsLimit.round + otherCallsLimit.minute * Math.ceil(roundSeconds / 60),
    }),
    row('calls refused (throttled)', ({ throttled }) => throttled, atMost(0)),
    row('write units', ({ writeUnits }) => writeUnits, unitsPromise('one fails')),
    row('write units a host', ({ writeUnits, hosts }) => writeUnits / hosts),
    row('read units', ({ readUnits }) => readUnits),
    row('bytes stored a host', ({ bytes, hosts }) => Math.round(bytes / hosts)),
    ...functionRows(rounds),
    row(
      'collect: early readings',
      ({ functions }) => functions.collect.invocations - 1,
      forOneInvocation(earlyReadingsLimit),
    ),
    row('invocations that read all hosts', ({ wholeReadings }) => wholeReadings, forOneInvocation(1)),
    row('collect: peak memory, MB', ({ functions }) => functions.collect.peakMegabytes, memoryPromise),
    row('... before its first invocation', ({ functions }) => functions.collect.idleMegabytes),
    row('tick: peak memory, MB', ({ functions }) => functions.tick.peakMegabytes, memoryPromise),
    row('seconds from failure to page', ({ pageSeconds }) => pageSeconds, pagePromise),
    row('seconds of the round', ({ roundSeconds }) => roundSeconds),
  ];
}

/** Figures of rounds in which every check is critical on every host at once. */
export function stormFigures(rounds: readonly ScaleCost[], checks: number, contacts: number): Figure[] {
  const row = rowsOf(rounds);
  return [
    row(
      'function invocations',
      ({ functions }) => functionNames.reduce((sum, name) => sum + functions[name].invocations, 0),
      atMost(stormInvocationsLimit),
    ),
    row('invocations that read all hosts', ({ wholeReadings }) => wholeReadings, forOneInvocation(1)),
    row('incidents', ({ incidents }) => incidents, atMost(checks)),
    row('Publish', callsOf('Publish'), { text: '2 a contact', of: () => 2 * contacts }),
    row('ListCommandInvocations', callsOf('ListCommandInvocations')),
    row('all calls', ({ calls }) => calls.reduce((sum, { count }) => sum + count, 0)),
    row('calls refused (throttled)', ({ throttled }) => throttled),
    row('write units', ({ writeUnits }) => writeUnits, unitsPromise('all fail')),
    row('write units a host', ({ writeUnits, hosts }) => writeUnits / hosts),
    row('bytes stored a host', ({ bytes, hosts }) => Math.round(bytes / hosts)),
    ...functionRows(rounds),
    row('collect: peak memory, MB', ({ functions }) => functions.collect.peakMegabytes, memoryPromise),
    row('seconds from failure to page', ({ pageSeconds }) => pageSeconds, pagePromise),
    row('seconds of the round', ({ roundSeconds }) => roundSeconds),
  ];
}

function functionRows(rounds: readonly ScaleCost[]): Figure[] {
  const row = rowsOf(rounds);
  return functionNames.flatMap((name) => [
    row(`${name}: billed ms`, ({ functions }) => functions[name].billedMs),
    row(`${name}: longest invocation, ms`, ({ functions }) => functions[name].longestMs, {
      text: 'its time-out',
      of: ({ functions }) => functions[name].timeoutMs,
    }),
    row(`${name}: processor, ms`, ({ functions }) => functions[name].processorMs),
    row(`${name}: failed`, ({ functions }) => functions[name].errors, atMost(0)),
  ]);
}

function rowsOf(rounds: readonly ScaleCost[]) {
  return (name: string, measure: Measure, limit?: Limit): Figure => ({
    name,
    values: rounds.map(measure),
    ...(limit && { promise: promised(rounds, measure, limit) }),
  });
}

function promised(rounds: readonly ScaleCost[], measure: Measure, { text, of }: Limit): Promised {
  return { text: `at most ${text}`, held: rounds.every((round) => measure(round) <= of(round)) };
}

function unitsPromise(scenario: Scenario): Limit {
  const beside = otherWriteUnits[scenario];
  return { text: `1 a host + ${beside.toLocaleString('en-US')}`, of: ({ hosts }) => hosts + beside };
}

function forOneInvocation(limit: number): Limit {
  return {
    text: `${limit} up to ${hostsOfOneInvocation.toLocaleString('en-US')} hosts`,
    of: ({ hosts }) => (hosts <= hostsOfOneInvocation ? limit : Number.POSITIVE_INFINITY),
  };
}

function atMost(limit: number): Limit {
  return { text: String(limit), of: () => limit };
}

function callsOf(operation: string): Measure {
  return ({ calls }) =>
    calls.reduce((sum, { operation: called, count }) => sum + (called === operation ? count : 0), 0);
}

function otherCalls({ calls }: ScaleCost): number {
  return calls.reduce(
    (sum, { operation, count }) => sum + (operation === lists || operation in growing ? 0 : count),
    0,
  );
}
