/**
 * The four states of the Nagios plugin API, in which Rounds judges everything.
 * @see https://nagios-plugins.org/doc/guidelines.html#AEN78
 */
export type Status = 'OK' | 'WARNING' | 'CRITICAL' | 'UNKNOWN';

/** A status that is not OK. */
export type Trouble = Exclude<Status, 'OK'>;

/** Exit code of each status, as the plugin API fixes it. */
export const exitCodeOf: Readonly<Record<Status, 0 | 1 | 2 | 3>> = { OK: 0, WARNING: 1, CRITICAL: 2, UNKNOWN: 3 };

/** The status that an exit code means: 0 to 3 by the plugin API, everything else is UNKNOWN. */
export function statusOfExitCode(exitCode: number): Status {
  switch (exitCode) {
    case 0:
      return 'OK';
    case 1:
      return 'WARNING';
    case 2:
      return 'CRITICAL';
    default:
      return 'UNKNOWN';
  }
}

/** All statuses, worst first. UNKNOWN stands above WARNING: what could not be checked may be anything. */
export const statuses: readonly Status[] = ['CRITICAL', 'UNKNOWN', 'WARNING', 'OK'];

/** The worst of some statuses; `undefined` when there is none, which is never "OK". */
export function worstOf(some: Iterable<Status>): Status | undefined {
  const present = new Set(some);
  return statuses.find((status) => present.has(status));
}

/** The verdict over a fleet: the worst status of any host, and UNKNOWN where hosts did not answer for it. */
export function verdictOf(counts: Readonly<Record<Status, number>>, unjudged: { readonly total: number }): Status {
  const found = statuses.filter((status) => counts[status] > 0);
  const worst = worstOf(unjudged.total > 0 ? [...found, 'UNKNOWN'] : found);
  return worst ?? 'UNKNOWN';
}
