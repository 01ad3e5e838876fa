import { ageText } from '../../functions/core/age.ts';
import { entryLimits } from '../../functions/core/entry-limits.ts';
import { covers, type Silence } from '../../functions/core/silence.ts';
import { clockText, type Iso, msOf } from '../../functions/core/time.ts';
import { addSilence, endSilence as end, newSilence } from '../../functions/flow/silences.ts';
import { readAlerts } from '../../functions/flow/surroundings.ts';
import { didYouMean } from '../runbook/nearest.ts';
import { type Connection, recordsOf } from './connection.ts';
import { oneLine } from './one-line.ts';
import type { Outcome } from './outcome.ts';
import { endOf, type PeriodOptions } from './period.ts';
import { type CheckState, checkStates, newestRoundOfEach } from './platform-state.ts';
import { readSilences, type SilenceReport } from './silence-item.ts';

export interface SilenceOptions extends PeriodOptions {
  readonly all?: boolean;
  readonly reason?: string;
  readonly by: string;
  readonly dryRun?: boolean;
}

/** Tells not to tell of some checks, or only shows what that would be. @throws {Error} */
export async function silence(
  connection: Connection,
  checks: readonly string[],
  options: SilenceOptions,
  timeZone: string,
): Promise<Outcome> {
  const { table, now } = connection;
  const from = now();
  const planned = newSilence({ now: () => msOf(from) }, wantedSilence(checks, options, from));
  const states = checkStates(await readAlerts(table), await newestRoundOfEach(table));
  refuseUnknown(checks, states);
  const matched = states.filter(({ check }) => covers(planned, check));
  const unheard = checks.filter((check) => !states.some((state) => state.check === check));
  if (!options.dryRun) {
    const { silence: added, answer } = await addSilence(recordsOf(connection), planned);
    if (!added) throw new Error(`${answer} See them with rounds silence --list.`);
  }
  const what = `from now until ${clockText(planned.until, timeZone)} (${ageText(from, planned.until)}), by ${planned.by}: ${planned.reason}`;
  const lines = [
    options.dryRun ? `Would be silent ${what}` : `Silence ${planned.id}, ${what}`,
    ...matched.map((state) => `  ${stateText(state, from)}`),
    ...unheard.map((check) => `  ${check}: nothing is known of it yet`),
    ...(options.dryRun ? [] : [`End it early with: rounds silence --end ${planned.id}`]),
  ];
  return { isDone: true, lines, data: { silence: planned, isDryRun: options.dryRun === true, matches: matched } };
}

export async function listSilences(connection: Connection, timeZone: string): Promise<Outcome> {
  const silences = await readSilences(connection);
  const lines = silences.length === 0 ? ['No silence.'] : silences.map((each) => silenceText(each, timeZone));
  return { isDone: true, lines, data: silences };
}

/** Ends a silence now. @throws {Error} when there is none, or when it has ended */
export async function endSilence(connection: Connection, id: string, by: string): Promise<Outcome> {
  const { silence: ended, answer } = await end(recordsOf(connection), id, by);
  if (!ended) throw new Error(answer);
  return { isDone: true, lines: [answer], data: { silence: ended } };
}

export function silenceText(
  { id, by, from, until, ended, reason, checks, isInForce }: SilenceReport,
  timeZone: string,
): string {
  const what = checks.length === 0 ? 'all checks' : checks.join(', ');
  const when = isInForce
    ? `until ${clockText(until, timeZone)}`
    : `ended${ended ? ` by ${ended.by}` : ''}, ${clockText(from, timeZone)} to ${clockText(until, timeZone)}`;
  return `  ${id}  ${what}, ${when}, by ${by}: ${reason}`;
}

function wantedSilence(checks: readonly string[], options: SilenceOptions, from: Iso): Omit<Silence, 'id' | 'from'> {
  if ((checks.length === 0) !== (options.all === true)) {
    const got = options.all ? 'both checks and --all' : 'no check';
    throw new Error(`rounds silence got ${got}; expected checks, or --all. Write rounds silence disk --for 2h ...`);
  }
  const reason = oneLine(options.reason ?? '', entryLimits.silenceReason);
  if (reason === '') {
    throw new Error('--reason got nothing; expected why nobody is to be told. Write --reason "database move".');
  }
  return { by: options.by, reason, until: endOf(options, from), checks: [...new Set(checks)] };
}

/** A misspelt check would be silent for nobody. Fleets and routines that have never been bad, and a new platform, are not known. */
function refuseUnknown(checks: readonly string[], states: readonly CheckState[]): void {
  const known = states.map(({ check }) => check);
  const unknown = checks.filter((check) => !known.includes(check) && !/^(?:fleet|round)-/.test(check));
  if (unknown.length === 0 || known.length === 0) return;
  throw new Error(
    `There is no check ${unknown.map((check) => `'${check}'`).join(', ')}; known are: ${known.sort().join(', ')}, fleet-FLEET ` +
      `for the hosts of a fleet, and round-ROUTINE for Rounds itself.${didYouMean(unknown[0] ?? '', known)}`,
  );
}

function stateText({ check, status, since, incident }: CheckState, now: Iso): string {
  const age = since && status !== 'OK' ? ` for ${ageText(since, now)}` : '';
  return `${check}: ${status}${age}${incident === undefined ? '' : `, incident ${incident} is open`}`;
}
