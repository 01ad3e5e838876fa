import { randomBytes } from 'node:crypto';
import { ageText } from '../../functions/core/age.ts';
import { covers, type Silence } from '../../functions/core/silence.ts';
import { clockText, type Iso } from '../../functions/core/time.ts';
import { readAlerts } from './alert-reports.ts';
import type { Connection } from './connection.ts';
import { oneLine } from './one-line.ts';
import type { Outcome } from './outcome.ts';
import { endOf, type PeriodOptions } from './period.ts';
import { type CheckState, checkStates, newestRoundOfEach } from './platform-state.ts';
import { changeSilences, readSilences, type SilenceReport } from './silence-item.ts';

export interface SilenceOptions extends PeriodOptions {
  readonly all?: boolean;
  readonly reason?: string;
  readonly by: string;
  readonly dryRun?: boolean;
}

const reasonCharacters = 200;

/** Tells not to tell of some checks, or only shows what that would be. @throws {Error} */
export async function silence(
  connection: Connection,
  checks: readonly string[],
  options: SilenceOptions,
  timeZone: string,
): Promise<Outcome> {
  const { table, now } = connection;
  const from = now();
  const planned = plannedSilence(checks, options, from);
  const states = checkStates(await readAlerts(table), await newestRoundOfEach(table));
  refuseUnknown(checks, states);
  const matched = states.filter(({ check }) => covers(planned, check));
  const unheard = checks.filter((check) => !states.some((state) => state.check === check));
  if (!options.dryRun) {
    await changeSilences(table, from, (stored) => [...stored, planned]);
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
export async function endSilence({ table, now }: Connection, id: string): Promise<Outcome> {
  const at = now();
  const silences = await changeSilences(table, at, (stored) => {
    const found = stored.find((each) => each.id === id);
    if (!found || found.until <= at) {
      const inForce = stored.filter(({ until }) => until > at).map((each) => each.id);
      const instead = inForce.length > 0 ? `In force are: ${inForce.join(', ')}.` : 'No silence is in force.';
      throw new Error(
        found
          ? `The silence ${id} has ended already, at ${found.until}. ${instead}`
          : `There is no silence '${id}'. ${instead}`,
      );
    }
    return stored.map((each) => (each === found ? { ...each, until: at } : each));
  });
  const ended = silences.find((each) => each.id === id);
  const answer = `The silence ${id} has ended. What is still bad and was not told is told in the next minutes.`;
  return { isDone: true, lines: [answer], data: { silence: ended } };
}

export function silenceText(
  { id, by, from, until, reason, checks, isInForce }: SilenceReport,
  timeZone: string,
): string {
  const what = checks.length === 0 ? 'all checks' : checks.join(', ');
  const when = isInForce
    ? `until ${clockText(until, timeZone)}`
    : `ended, ${clockText(from, timeZone)} to ${clockText(until, timeZone)}`;
  return `  ${id}  ${what}, ${when}, by ${by}: ${reason}`;
}

function plannedSilence(checks: readonly string[], options: SilenceOptions, from: Iso): Silence {
  if ((checks.length === 0) !== (options.all === true)) {
    const got = options.all ? 'both checks and --all' : 'no check';
    throw new Error(`rounds silence got ${got}; expected checks, or --all. Write rounds silence disk --for 2h ...`);
  }
  const reason = oneLine(options.reason ?? '', reasonCharacters);
  if (reason === '') {
    throw new Error('--reason got nothing; expected why nobody is to be told. Write --reason "database move".');
  }
  const until = endOf(options, from);
  return {
    id: `s-${randomBytes(3).toString('hex')}`,
    by: options.by,
    reason,
    from,
    until,
    checks: [...new Set(checks)],
  };
}

/** A misspelt check would be silent for nobody. Fleets and routines that have never been bad, and a new platform, are not known. */
function refuseUnknown(checks: readonly string[], states: readonly CheckState[]): void {
  const known = states.map(({ check }) => check);
  const unknown = checks.filter((check) => !known.includes(check) && !/^(?:fleet|round)-/.test(check));
  if (unknown.length === 0 || known.length === 0) return;
  throw new Error(
    `There is no check ${unknown.map((check) => `'${check}'`).join(', ')}; known are: ${known.sort().join(', ')}, fleet-FLEET for the hosts of a fleet, and round-ROUTINE for Rounds itself.`,
  );
}

function stateText({ check, status, since, incident }: CheckState, now: Iso): string {
  const age = since && status !== 'OK' ? ` for ${ageText(since, now)}` : '';
  return `${check}: ${status}${age}${incident === undefined ? '' : `, incident ${incident} is open`}`;
}
