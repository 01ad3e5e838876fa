import { expect, test } from 'vitest';
import { root } from '../../markdown.ts';
import { roundsIn } from './project-copy.ts';
import { rounds } from './rounds.ts';

/** What a command does, and how it ends then, has tests beside it. */
test.concurrent.each([
  [[], 1],
  [['begin'], 1],
  [['ack'], 1],
  [['ack', 'disk', '--all'], 1],
  // What judges as a monitoring plugin does, and cannot judge.
  [['status', '--help'], 0],
  [['status', '--al'], 3],
  [['check', '--bad', '--', 'true'], 3],
])('a command line that is not even begun, rounds %j, ends with %i', { timeout: 60_000 }, async (words, expected) => {
  const { exitCode, stdout, stderr } = await roundsIn(root, ...words);
  expect(exitCode, stdout + stderr).toBe(expected);
  expect(stderr === '').toBe(expected === 0);
});

test.each([
  // What compares as diff does, and cannot compare.
  ['replay --runbook nothing.ts --results nothing --against fossawork', 2],
  ['replay --runbook nothing.ts --results nothing', 1],
  ['preview nothing', 1],
  ['completion fish', 1],
  ['init Shop', 1],
])('rounds %s ends with %i', async (words, expected) => {
  const { exitCode, stdout, stderr } = await rounds(words.split(' '));
  expect({ exitCode, stdout }).toEqual({ exitCode: expected, stdout: '' });
  expect(stderr).toMatch(/^rounds: .*\bgot\b/s);
});
