import type { Random } from './random.ts';

/**
 * What happens to one call.
 * - `crash-before`, `crash-after`: the function is killed before, or after, the service did what it was asked.
 * - `lost-before`, `lost-after`: the call's time-out passes; the service has not, or has, done it.
 * - `repeated`: the answer got lost, so the SDK asked once more by itself.
 * - `partial-batch`: a batch is done by half.
 * - `slow`: done, after many seconds.
 */
export const faultKinds = [
  'crash-before',
  'crash-after',
  'lost-before',
  'lost-after',
  'repeated',
  'throttled',
  'unavailable',
  'denied',
  'partial-batch',
  'slow',
] as const;

export type Fault = (typeof faultKinds)[number];

/** A call that is about to be done. */
export interface CallSite {
  /** 1 for the first call of the run. */
  readonly number: number;
  readonly at: number;
  readonly operation: string;
  /** For whom a publish is. */
  readonly contact?: string;
}

export type FaultPlan = (site: CallSite) => Fault | undefined;

export const noFaults: FaultPlan = () => undefined;

/** The one fault of a run, at a call by its number. */
export function faultAt(number: number, fault: Fault): FaultPlan {
  return (site) => (site.number === number ? fault : undefined);
}

/** A service, or one contact's topic, that refuses everything for a while. */
export interface Outage {
  readonly operations: readonly string[];
  readonly contact?: string;
  readonly fault: Fault;
  readonly from: number;
  readonly until: number;
}

const ordinary = [
  'crash-before',
  'crash-after',
  'lost-before',
  'lost-after',
  'repeated',
  'throttled',
  'unavailable',
  'slow',
] as const satisfies Fault[];

/** Between two moments, faults at random calls and some outages. */
export function randomFaults(
  random: Random,
  rate: number,
  { from, until }: { readonly from: number; readonly until: number },
  outages: readonly Outage[],
): FaultPlan {
  return ({ at, operation, contact }) => {
    if (at < from || at >= until) return undefined;
    const outage = outages.find(
      (each) =>
        each.operations.includes(operation) &&
        (each.contact === undefined || each.contact === contact) &&
        each.from <= at &&
        at < each.until,
    );
    if (outage) return outage.fault;
    if (operation === 'BatchWriteItem' && random.chance(0.2)) return 'partial-batch';
    return random.chance(rate) ? random.pick(ordinary) : undefined;
  };
}

/** Some outages between two moments, of 2 to 40 minutes. */
export function randomOutages(random: Random, from: number, until: number, contacts: readonly string[]): Outage[] {
  const kinds: [Omit<Outage, 'from' | 'until'>, ...Omit<Outage, 'from' | 'until'>[]] = [
    { operations: ['Publish'], fault: 'unavailable' },
    { operations: ['PutMetricData'], fault: 'unavailable' },
    { operations: ['GetItem', 'PutItem', 'Query', 'BatchWriteItem'], fault: 'throttled' },
    { operations: ['SendCommand'], fault: 'throttled' },
    { operations: ['SendCommand'], fault: 'denied' },
    { operations: ['ListCommands', 'ListCommandInvocations', 'DescribeInstanceInformation'], fault: 'throttled' },
    ...contacts.map((contact) => ({ operations: ['Publish'], contact, fault: 'denied' }) as const),
  ];
  return Array.from({ length: random.integer(0, 3) }, () => {
    const begin = random.integer(from, until);
    return { ...random.pick(kinds), from: begin, until: begin + random.integer(2, 40) * 60_000 };
  });
}

/** The exception that the SDK throws for a fault; `undefined` where the call succeeds. */
export function exceptionOf(fault: Fault | undefined): Error | undefined {
  switch (fault) {
    case 'lost-before':
    case 'lost-after':
      return named('TimeoutError', 'The request took longer than its time-out.');
    case 'throttled':
      return named('ThrottlingException', 'Rate exceeded', 400);
    case 'unavailable':
      return named('InternalServerError', 'The service is not available.', 500);
    case 'denied':
      return named('AccessDeniedException', 'Not authorized to perform this action.', 403);
    default:
      return undefined;
  }
}

function named(name: string, message: string, httpStatusCode?: number): Error {
  return Object.assign(new Error(message), { name, $metadata: httpStatusCode ? { httpStatusCode } : {} });
}
