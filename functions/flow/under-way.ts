import { ServiceFailure } from '../adapters/adapter-error.ts';
import type { Baselines } from '../core/baseline.ts';
import { type HostPack, reportsIn, type SilentHost } from '../core/host-pack.ts';
import { type Invocation, readInvocation } from '../core/invocation.ts';
import type { askedOf, RunningRound } from '../core/round.ts';
import { addJoined, addReport, type Tally } from '../core/tally.ts';
import type { Services } from './services.ts';

/** A reading under way: what is known of the hosts so far. */
export interface UnderWay {
  readonly round: RunningRound & { readonly commandId: string };
  readonly checks: ReturnType<typeof askedOf>;
  readonly baselines: Baselines | undefined;
  /** Nothing is waited for any more. */
  readonly isTimeUp: boolean;
  /** The hosts that were asked, where these were not the whole fleet. */
  readonly asked: readonly string[] | undefined;
  readonly tally: Tally;
  readonly seen: Set<string>;
  /** Hosts that did not answer and may be lost, or gone. */
  readonly silent: Map<string, SilentHost>;
}

/** Judges a page. @returns what it says of hosts that no page before has listed */
export function add(
  { seen, asked, checks, round, isTimeUp, baselines, tally, silent }: UnderWay,
  page: readonly Invocation[],
) {
  const unseen = page.filter(({ host }) => !seen.has(host));
  for (const { host } of unseen) seen.add(host);
  const reports = unseen
    .filter(({ host }) => !asked || asked.includes(host))
    .map((invocation) => readInvocation(invocation, checks, round.nonce, isTimeUp, baselines));
  for (const report of reports) {
    if (report.kind === 'lost') silent.set(report.host, { name: report.name, lost: report.reason });
    else addReport(tally, report);
  }
  return reports;
}

/** Adds what is kept of a page. */
export function addPack({ tally, seen, silent }: UnderWay, pack: HostPack): void {
  // Where a page was packed twice, by readings that have found other hosts on it, none of them counts twice.
  const isNew = (host: string) => !seen.has(host);
  for (const report of reportsIn(pack)) {
    if (!isNew(report.host) && !silent.has(report.host)) continue;
    seen.add(report.host);
    silent.delete(report.host);
    addReport(tally, report);
  }
  for (const [host, lost] of Object.entries(pack.silent ?? {}).filter(([host]) => isNew(host))) {
    seen.add(host);
    silent.set(host, lost);
  }
  for (const host of pack.joined?.filter(isNew) ?? []) {
    seen.add(host);
    addJoined(tally, host);
  }
}

/** The same call may succeed later. */
export function isPassing(error: unknown): boolean {
  return error instanceof ServiceFailure && error.retryable;
}

/** SSM does not know a page's name: it may be old, or of another list. */
export function isTokenRefused(error: unknown): boolean {
  return error instanceof ServiceFailure && error.code === 'InvalidNextToken';
}

/** Whether the next page is left to another invocation. */
export function isLate({ now, readUntil }: Services): boolean {
  return now() >= readUntil;
}
