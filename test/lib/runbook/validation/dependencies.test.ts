import { expect, test } from 'vitest';
import { hostCheck } from '../../../../lib/runbook/builders.ts';
import type { Runbook } from '../../../../lib/runbook/types.ts';
import { fixture, sampleRunbook } from '../sample-runbook.ts';
import { changed, problemsOf, testRefusals } from './refusals.ts';

const dependsOn = 'routines[0].checks[0].dependsOn';

testRefusals(
  [
    { set: `${dependsOn}[0]`, to: 'dsik', expected: "one of the runbook's check ids (disk, fleet-app)" },
    { set: `${dependsOn}[0]`, to: 'fleet-database', expected: "one of the runbook's check ids (disk, fleet-app)" },
    { set: `${dependsOn}[0]`, to: 'overnight', expected: "one of the runbook's check ids (disk, fleet-app)" },
    { set: `${dependsOn}[0]`, to: 'disk', expected: 'another check; remove it: no check waits for itself' },
    { set: `${dependsOn}[1]`, to: 'fleet-app', expected: 'checks without duplicates' },
    { set: dependsOn, to: 'fleet-app', expected: 'a list of checks' },
  ],
  () => ({ ...sampleRunbook(), routines: sampleRunbook().routines.slice(0, 1) }),
);

/** The sample with these checks and what each depends on. */
function waiting(dependencies: Readonly<Record<string, readonly string[]>>): Runbook {
  const checks = Object.entries(dependencies).map(([id, dependsOn]) =>
    hostCheck(id, { title: id, script: fixture('fine.sh'), look: 'true', dependsOn }),
  );
  return changed(sampleRunbook(), 'routines[0].checks', checks);
}

test.each([
  [{ a: ['b'], b: ['a'] }, ['routines[0].checks[0].dependsOn: got "a -> b -> a"']],
  [{ z: ['b'], a: ['z'], b: ['c', 'fleet-app'], c: ['b'] }, ['routines[0].checks[2].dependsOn: got "b -> c -> b"']],
  [{ a: ['d', 'b'], b: ['c'], c: ['a'], d: [] }, ['routines[0].checks[0].dependsOn: got "a -> b -> c -> a"']],
  [
    { a: ['b'], b: ['a'], c: ['d'], d: ['c'] },
    ['routines[0].checks[0].dependsOn: got "a -> b -> a"', 'routines[0].checks[2].dependsOn: got "c -> d -> c"'],
  ],
])('refuses the circles of %j, each at its first check', (dependencies, circles) => {
  expect(problemsOf(waiting(dependencies))).toEqual(
    circles.map((circle) =>
      expect.stringContaining(`${circle}, expected checks that do not wait for each other in a circle; remove`),
    ),
  );
});

test.each([
  { a: ['b', 'c'], b: ['d'], c: ['d'], d: ['disk'] },
  { a: [], b: ['a', 'fleet-app'], c: ['a', 'b'] },
])('accepts %j, in which nothing waits for itself', (dependencies) => {
  expect(problemsOf(waiting(dependencies))).toEqual([]);
});
