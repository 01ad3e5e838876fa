import type { HostReport } from './invocation.ts';
import type { CheckResult } from './judge.ts';
import { type MetricValues, withValue } from './metric-values.ts';
import type { PriorityRule } from './plan.ts';
import { hostMatches } from './priority.ts';
import { type Status, worstOf } from './status.ts';

/** Hosts that a tally keeps by name; beyond it they are counted. Bounds the memory and the size of an alert. */
export const namedHostsLimit = 200;

/** Most hosts that SendCommand takes by their ids: https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_SendCommand.html */
export const commandHostsLimit = 50;

/** Of these the output is kept too: enough for a message, small enough for an item. */
export const hostsWithOutputLimit = 5;

/** Labels of a check's metrics that are counted: hosts can invent any number of them. */
const labelsLimit = 1_000;

/** One host that is not OK, for messages. */
export interface TroubledHost {
  readonly host: string;
  readonly name: string;
  readonly status: Exclude<Status, 'OK'>;
  readonly text: string;
  readonly longText: string;
}

/** Hosts by name up to a limit, and how many there are in all. */
export interface HostList {
  readonly total: number;
  readonly named: readonly string[];
}

/** What one check has found over the fleet so far. Grows with the limits above, never with the number of hosts. */
export interface CheckTally {
  readonly rules: readonly PriorityRule[];
  /** It stands for Rounds' own records, and no host was asked. */
  readonly isOwn?: true;
  readonly counts: Record<Status, number>;
  /** Hosts that match each of the rules. */
  readonly matches: number[];
  /** The worst hosts, with their output. */
  readonly worst: TroubledHost[];
  troubled: HostList;
  /** Hosts that are CRITICAL: as many as one command can name. */
  readonly critical: string[];
  /** What the first host that is well has said. */
  example?: string;
  /** By label. */
  readonly values: Map<string, MetricValues>;
}

/** What a round has seen so far; hosts are added one by one and not kept. */
export interface Tally {
  readonly checks: Map<string, CheckTally>;
  /** The fleet's own check: a host that answered is OK, a lost one CRITICAL. */
  readonly fleet: CheckTally;
  pending: number;
  /** Hosts that the command was sent to, as far as SSM says. */
  targets: number;
  /** Hosts that were registered too late for the round. */
  joined: number;
  /** Hosts that no check can say anything about: lost, still pending, or joined. */
  unjudged: HostList;
}

/** @param fleetRules the rules of the fleet's own check */
export function newTally(
  checks: readonly (readonly [id: string, check: { readonly rules: readonly PriorityRule[] }])[],
  fleetRules: readonly PriorityRule[],
): Tally {
  return {
    checks: new Map(checks.map(([id, { rules }]) => [id, newCheckTally(rules)])),
    fleet: newCheckTally(fleetRules),
    pending: 0,
    targets: 0,
    joined: 0,
    unjudged: { total: 0, named: [] },
  };
}

function newCheckTally(rules: readonly PriorityRule[]): CheckTally {
  return {
    rules,
    counts: { OK: 0, WARNING: 0, CRITICAL: 0, UNKNOWN: 0 },
    matches: rules.map(() => 0),
    worst: [],
    troubled: { total: 0, named: [] },
    critical: [],
    values: new Map(),
  };
}

/** Adds one host to the tally. */
export function addReport(tally: Tally, report: HostReport): void {
  const { host, name } = report;
  switch (report.kind) {
    case 'answered':
      addResult(tally.fleet, host, name, { status: 'OK', text: '', longText: '', metrics: [] });
      for (const [id, check] of tally.checks) {
        const result = report.results[id];
        if (!result) continue;
        addResult(check, host, name, result);
        addValues(check, result);
      }
      return;
    case 'lost':
      addResult(tally.fleet, host, name, { status: 'CRITICAL', text: report.reason, longText: '', metrics: [] });
      tally.unjudged = withHost(tally.unjudged, host);
      return;
    case 'pending':
      tally.pending += 1;
      tally.unjudged = withHost(tally.unjudged, host);
  }
}

/** Adds what our own records say to a check. */
export function addAnswer(
  tally: Tally,
  id: string,
  rules: readonly PriorityRule[],
  result: Omit<CheckResult, 'problems'>,
): void {
  const check: CheckTally = { ...newCheckTally(rules), isOwn: true };
  addResult(check, '', "Rounds' own records", result);
  addValues(check, result);
  tally.checks.set(id, check);
}

/** Hosts of which a check knows nothing. */
export function unjudgedOf({ unjudged }: Tally, { isOwn }: CheckTally): HostList {
  return isOwn ? { total: 0, named: [] } : unjudged;
}

/** Adds a host that came too late for the round: it is not lost, and nothing is known of it either. */
export function addJoined(tally: Tally, host: string): void {
  tally.joined += 1;
  tally.unjudged = withHost(tally.unjudged, host);
}

/** Hosts of the fleet that are registered, whether they answered or not. */
export function registeredHosts({ fleet: { counts }, joined }: Tally): number {
  return counts.OK + counts.CRITICAL + joined;
}

/** Hosts that the fleet's floor asks for and that do not exist. */
export function missingHosts(tally: Tally, floor: number): number {
  return Math.max(0, floor - registeredHosts(tally));
}

function addResult(
  check: CheckTally,
  host: string,
  name: string,
  { status, text, longText, metrics }: Omit<CheckResult, 'problems'>,
): void {
  check.counts[status] += 1;
  addMatches(check, 1, status, metrics);
  if (status === 'OK') {
    check.example ??= text;
    return;
  }
  check.troubled = withHost(check.troubled, host);
  if (status === 'CRITICAL' && check.critical.length < commandHostsLimit) check.critical.push(host);
  const worse = check.worst.findIndex((kept) => kept.status !== status && worstOf([kept.status, status]) === status);
  const place = worse === -1 ? check.worst.length : worse;
  check.worst.splice(place, 0, { host, name, status, text, longText });
  check.worst.length = Math.min(check.worst.length, hostsWithOutputLimit);
}

function addMatches(check: CheckTally, hosts: number, status: Status, metrics: CheckResult['metrics']): void {
  for (const [index, rule] of check.rules.entries()) {
    if (hostMatches(rule, status, metrics)) check.matches[index] = (check.matches[index] ?? 0) + hosts;
  }
}

function addValues(check: CheckTally, result: Pick<CheckResult, 'metrics'>): void {
  for (const { label, unit, value } of result.metrics) {
    if (check.values.size >= labelsLimit && !check.values.has(label)) continue;
    check.values.set(label, withValue(check.values.get(label), unit, value));
  }
}

function withHost(list: HostList, host: string): HostList {
  const named = list.named.length < namedHostsLimit ? [...list.named, host] : list.named;
  return { total: list.total + 1, named };
}

/** The tally with so many more critical hosts that nobody can name, because they do not exist. */
export function addMissing(check: CheckTally, missing: number, reason: string): CheckTally {
  if (missing === 0) return check;
  const { counts, troubled, worst } = check;
  const added: CheckTally = {
    ...check,
    matches: [...check.matches],
    counts: { ...counts, CRITICAL: counts.CRITICAL + missing },
    troubled: { ...troubled, total: troubled.total + missing },
    worst: [{ host: '', name: 'the fleet', status: 'CRITICAL', text: reason, longText: '' }, ...worst],
  };
  addMatches(added, missing, 'CRITICAL', []);
  return added;
}
