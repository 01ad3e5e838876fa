import { parseScenario } from '../local/sandbox/scenario.ts';
import { compile } from '../runbook/compile.ts';
import { colorsFor } from './colors.ts';
import type { DayOptions } from './day.ts';
import { interruption } from './interruption.ts';
import type { RoundReport } from './records.ts';
import { print } from './show.ts';

interface DayFlags extends Pick<DayOptions, 'runbook' | 'date' | 'scenario'> {
  /** Print one object. */
  readonly json?: boolean;
}

/**
 * Drives a whole day of a platform on demo hosts, and shows it.
 * @returns the exit code
 * @throws {Interrupted} when a signal ended it; everything is cleaned up
 */
export async function runDayOnDemo({ json, ...options }: DayFlags): Promise<number> {
  parseScenario(options.runbook.id, options.scenario);
  // Loading it takes a second, for the CDK: the other commands do without.
  const { runDay } = await import('./day.ts');
  const { outcomeOf, showDay, timeOfDay } = await import('./show-day.ts');
  const { dim } = colorsFor(process.stderr);
  const tell = (line: string) => json || process.stderr.write(`${dim(line)}\n`);
  const { timeZone } = options.runbook;
  const last = new Map<string, string>();
  const onRound = (round: RoundReport) => {
    const outcome = outcomeOf(round);
    // What comes every five minutes is news only where it is another than before.
    if (last.get(round.routine) !== outcome) tell(`${timeOfDay(round.slot, timeZone)}  ${round.routine}: ${outcome}`);
    last.set(round.routine, outcome);
  };
  const day = await runDay({ ...options, progress: (step) => tell(`${step} ...`), onRound, signal: interruption() });
  print(json ? [JSON.stringify(day, null, 2)] : ['', ...showDay(day, compile(options.runbook))]);
  return day.rounds.every(({ status }) => status === 'collected' || status === 'skipped') ? 0 : 1;
}
