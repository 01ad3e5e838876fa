import { parseArgs } from 'node:util';
import { type Outcome, run, timelineOf } from './run.ts';
import { randomScenario } from './scenario.ts';

const usage = 'Usage: npm run simulate -- [--seed N] [--runs N] [--verbose]';

const progressEveryMs = 2_000;
const dayMs = 86_400_000;

/** What all runs together have done. */
interface Totals {
  runs: number;
  calls: number;
  crashes: number;
  faults: number;
  publishes: number;
  duplicates: number;
  virtualMs: number;
}

async function simulate(firstSeed: number, runs: number, isVerbose: boolean): Promise<boolean> {
  const totals: Totals = { runs: 0, calls: 0, crashes: 0, faults: 0, publishes: 0, duplicates: 0, virtualMs: 0 };
  const startedAt = performance.now();
  let shownAt = startedAt;
  for (let seed = firstSeed; seed < firstSeed + runs; seed++) {
    const outcome = await run(randomScenario(seed));
    addTo(totals, outcome);
    if (isVerbose) print(timelineOf(outcome));
    if (outcome.violations.length > 0) {
      if (!isVerbose) print(timelineOf(outcome));
      print(`\nSeed ${seed} is not as it has to be:\n${outcome.violations.join('\n')}`);
      print(`\nReplay it with: npm run simulate -- --seed ${seed} --runs 1`);
      return false;
    }
    if (performance.now() - shownAt < progressEveryMs) continue;
    shownAt = performance.now();
    print(`${totals.runs} of ${runs} runs, ${rate(totals.runs, startedAt)} a second`);
  }
  print(summaryOf(totals, startedAt));
  return true;
}

function addTo(totals: Totals, { record, duplicates, virtualMs }: Outcome): void {
  totals.runs += 1;
  totals.calls += record.calls.length;
  totals.crashes += record.calls.filter(({ fault }) => fault === 'crash-before' || fault === 'crash-after').length;
  totals.faults += record.calls.filter(({ fault }) => fault !== undefined).length;
  totals.publishes += record.publishes.length;
  totals.duplicates += duplicates;
  totals.virtualMs += virtualMs;
}

function summaryOf(totals: Totals, startedAt: number): string {
  return [
    `runs            ${totals.runs}, ${rate(totals.runs, startedAt)} a second`,
    `virtual days    ${Math.round(totals.virtualMs / dayMs)}`,
    `calls           ${totals.calls}`,
    `faults          ${totals.faults}`,
    `calls crashed   ${totals.crashes}`,
    `pages sent      ${totals.publishes}`,
    `duplicates      ${totals.duplicates}, each of them across a fault`,
  ].join('\n');
}

function rate(runs: number, startedAt: number): string {
  return ((runs * 1_000) / (performance.now() - startedAt)).toFixed(1);
}

function print(text: string): void {
  console.log(text);
}

/** @throws {Error} for anything but a whole number */
function numberOf(text: string, option: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new Error(`--${option} is '${text}'; expected a whole number. ${usage}`);
}

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    runs: { type: 'string', default: '1000' },
    verbose: { type: 'boolean', default: false },
  },
});
const isSound = await simulate(numberOf(values.seed, 'seed'), numberOf(values.runs, 'runs'), values.verbose);
process.exitCode = isSound ? 0 : 1;
