import { sweptHosts } from '../../functions/core/round.ts';
import type { FunctionName } from '../../lib/constructs/bundle.ts';
import { contactCount } from './bench-runbook.ts';
import { functionNames, type RoundCost } from './simulated-round.ts';

/** One figure of several rounds, and what is promised of it, if anything is. */
export interface Figure {
  readonly name: string;
  /** One for each round. */
  readonly values: readonly number[];
  readonly promise?: Promised;
}

export interface Promised {
  readonly text: string;
  readonly held: boolean;
}

/** A promise by the name that people know it by. */
export interface NamedPromise {
  readonly name: string;
  readonly promise: Promised | undefined;
}

type Rounds = readonly RoundCost[];

type Promising = (rounds: Rounds, values: readonly number[]) => Promised;

/** Hosts in one page of SSM's list operations. */
const hostsPerPage = 50;

const pagesOf = ({ hosts }: RoundCost) => Math.ceil(hosts / hostsPerPage);
const pages = exactly('hosts / 50, rounded up', pagesOf);

/** Of many hosts those that have failed are read first, and told of, before all are. */
const isTwofold = ({ hosts }: RoundCost) => hosts > sweptHosts;
const answers = exactly(
  `hosts / 50, and 1 of more than ${sweptHosts} hosts`,
  (round) => pagesOf(round) + (isTwofold(round) ? 1 : 0),
);

/** The results of few hosts are a unit as well. */
const atMostOneUnit: Promising = (_, values) => ({ text: 'at most 1', held: values.every((value) => value <= 1) });

/** Of every other operation it is only promised that its count does not grow with the checks. */
const promisedCounts: Readonly<Record<string, Promising>> = {
  SendCommand: exactly('1', () => 1),
  ListCommandInvocations: answers,
  DescribeInstanceInformation: pages,
};

/** Figures of rounds in which everything is well. */
export function healthyFigures(rounds: Rounds): Figure[] {
  const figure = figuresOf(rounds);
  return [
    ...operationsIn(rounds).map(([caller, operation]) =>
      figure(
        `${caller}: ${operation}`,
        (round) => countCalls(round, { caller, operation }),
        promisedCounts[operation] ?? sameForAll('checks'),
      ),
    ),
    figure('items of results', ({ items }) => items.hosts, pages),
    figure('bytes a host', ({ hostBytes }) => hostBytes),
    figure('write units a host', resultUnits, atMostOneUnit),
    figure('write units beside', ({ writeUnits }) => writeUnits.other, sameForAll('hosts')),
    figure('read units', ({ readUnits }) => readUnits, sameForAll('hosts')),
    ...functionFigures(rounds),
  ];
}

/** Figures of rounds in which every check is critical on every host. */
export function criticalFigures(rounds: Rounds): Figure[] {
  const figure = figuresOf(rounds);
  return [
    figure(
      'incidents',
      ({ items }) => items.incidents,
      exactly('1 a check', ({ checks }) => checks),
    ),
    figure(
      'collect: Publish',
      (round) => countCalls(round, { operation: 'Publish' }),
      exactly(`1 a contact, 2 of more than ${sweptHosts} hosts`, (round) => contactCount * (isTwofold(round) ? 2 : 1)),
    ),
    figure('all calls', (round) => countCalls(round)),
    figure('write units a host', resultUnits, atMostOneUnit),
    figure('write units beside', ({ writeUnits }) => writeUnits.other),
    figure('read units', ({ readUnits }) => readUnits),
    ...functionFigures(rounds),
  ];
}

function resultUnits({ writeUnits, hosts }: RoundCost): number {
  return writeUnits.hosts / hosts;
}

/** Calls of a round that match every member of `filter`. */
export function countCalls(
  { calls }: RoundCost,
  { caller, operation }: { readonly caller?: FunctionName; readonly operation?: string } = {},
): number {
  return calls
    .filter((call) => (caller ?? call.caller) === call.caller && (operation ?? call.operation) === call.operation)
    .reduce((sum, { count }) => sum + count, 0);
}

function functionFigures(rounds: Rounds): Figure[] {
  const figure = figuresOf(rounds);
  const invoked = functionNames.filter((name) => rounds.some(({ functions }) => functions[name].invocations > 0));
  return invoked.flatMap((name) => [
    figure(`${name}: invocations`, ({ functions }) => functions[name].invocations),
    figure(`${name}: wall time, ms`, ({ functions }) => functions[name].wallMs),
  ]);
}

function figuresOf(rounds: Rounds) {
  return (name: string, measure: (round: RoundCost) => number, promise?: Promising): Figure => {
    const values = rounds.map(measure);
    return { name, values, ...(promise && { promise: promise(rounds, values) }) };
  };
}

/** Every operation that any of the rounds has called, in the order in which a round calls them. */
function operationsIn(rounds: Rounds): (readonly [FunctionName, string])[] {
  const found = new Map(
    rounds.flatMap(({ calls }) =>
      calls.map(({ caller, operation }) => [`${caller} ${operation}`, [caller, operation] as const]),
    ),
  );
  return [...found.values()];
}

function exactly(text: string, expected: (round: RoundCost) => number): Promising {
  return (rounds, values) => ({ text, held: rounds.every((round, index) => values[index] === expected(round)) });
}

/** The figure may differ between rounds, but not because one has more hosts, or more checks, than another. */
function sameForAll(varied: 'hosts' | 'checks'): Promising {
  const fixed = varied === 'hosts' ? 'checks' : 'hosts';
  return (rounds, values) => ({
    text: `same for all ${varied}`,
    held: rounds.every((round, index) =>
      rounds.every((peer, peerIndex) => round[fixed] !== peer[fixed] || values[index] === values[peerIndex]),
    ),
  });
}
