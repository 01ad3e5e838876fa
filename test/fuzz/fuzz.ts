import { parseArgs } from 'node:util';
import { casesOf, properties } from './properties.ts';
import { type Finding, findingText } from './property.ts';

const usage = "Usage: npm run fuzz -- [--cases N] [--seed N] [--only 'part of a name' [--path PATH]]";

/** Cases of one property between two lines of progress. */
const batchSize = 5_000;

const progressEveryMs = 5_000;

interface Options {
  readonly cases: number;
  readonly seed: number;
  readonly only: string;
  readonly path: string | undefined;
}

/** @returns how many cases were run, and what was found */
async function fuzz({ cases, seed, only, path }: Options): Promise<{ done: number; findings: readonly Finding[] }> {
  const chosen = properties.filter(({ name }) => name.includes(only));
  if (chosen.length === 0) throw new Error(`No property has '${only}' in its name. ${usage}`);
  const findings: Finding[] = [];
  let done = 0;
  let shownAt = performance.now();
  for (const [property, count] of casesOf(chosen, cases)) {
    const startedAt = performance.now();
    let finding: Finding | undefined;
    for (let start = 0; start < count && !finding; start += batchSize) {
      const size = Math.min(batchSize, count - start);
      // Each batch has a seed of its own, by which it alone can be seen again.
      finding = await property.run(size, seed + start / batchSize, path);
      done += size;
      if (performance.now() - shownAt < progressEveryMs) continue;
      shownAt = performance.now();
      print(`${done} of ${cases} cases: ${property.name}`);
    }
    const seconds = ((performance.now() - startedAt) / 1_000).toFixed(1);
    if (finding) findings.push(finding);
    print(
      finding ? findingText(finding) : `holds for ${String(count).padStart(7)} cases (${seconds} s): ${property.name}`,
    );
  }
  return { done, findings };
}

function print(text: string): void {
  console.log(text);
}

/** @throws {Error} for anything but a whole number */
function numberOf(text: string, option: string): number {
  if (/^-?\d{1,10}$/.test(text)) return Number(text);
  throw new Error(`--${option} is '${text}'; expected a whole number. ${usage}`);
}

const { values } = parseArgs({
  options: {
    cases: { type: 'string', default: '10000' },
    seed: { type: 'string' },
    only: { type: 'string', default: '' },
    path: { type: 'string' },
  },
});
const seed = values.seed === undefined ? Date.now() % 1_000_000_000 : numberOf(values.seed, 'seed');
const cases = numberOf(values.cases, 'cases');
print(`seed ${seed}`);
const startedAt = performance.now();
const { done, findings } = await fuzz({ cases, seed, only: values.only, path: values.path });
const seconds = (performance.now() - startedAt) / 1_000;
print(`${done} cases in ${seconds.toFixed(0)} s, ${findings.length} properties that do not hold; seed ${seed}`);
if (findings.length > 0) process.exitCode = 1;
