import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { roundsProgram } from '../../../lib/cli/program.ts';
import { exampleAlert, openedAt } from '../../functions/core/example-alert.ts';
import { scratchFolder } from '../../scratch-folder.ts';
import { putAlert, putRound, roundAt } from './platform.ts';
import { rounds } from './rounds.ts';
import { startTableCloud, tableName } from './table-cloud.ts';

const results = join(scratchFolder(), 'results.jsonl');
writeFileSync(results, '{"at":"2026-11-20T22:00:00.000Z","host":"i-1","check":"disk","status":"CRITICAL"}\n');

/** A command line of each command, and what it prints. */
const shapes: Readonly<Record<string, readonly [words: string, shape: 'an object' | 'a list']>> = {
  status: ['--stack Rounds-shop', 'an object'],
  incidents: ['--stack Rounds-shop', 'a list'],
  ack: ['disk --stack Rounds-shop', 'an object'],
  resolve: ['load --stack Rounds-shop', 'an object'],
  silence: ['--list --stack Rounds-shop', 'a list'],
  signoff: ['--stack Rounds-shop', 'a list'],
  note: ['disk full --stack Rounds-shop', 'an object'],
  log: ['--stack Rounds-fossawork', 'an object'],
  report: ['--stack Rounds-fossawork', 'an object'],
  export: ['--stack Rounds-shop', 'a list'],
  check: ['-- true', 'an object'],
  preview: ['fossawork', 'an object'],
  cost: ['fossawork', 'a list'],
  replay: [`--runbook fossawork --results ${results}`, 'a list'],
  completion: ['bash', 'an object'],
};

/** What makes files, or demo hosts, is seen to print an object in tests of its own. */
const elsewhere = ['start', 'run', 'init'];

test('every command prints JSON, and is run here or in a test of its own', () => {
  const names = roundsProgram().commands.map((command) => command.name());
  expect([...Object.keys(shapes), ...elsewhere].sort()).toEqual([...names].sort());
});

test('with --json each command prints one object or one list, and nothing else', async () => {
  const cloud = await startTableCloud(new Date().toISOString());
  await cloud.createTable(tableName.replace('shop', 'fossawork'));
  await putAlert(cloud, exampleAlert);
  await putAlert(cloud, { ...exampleAlert, check: 'load' });
  await putRound(cloud, roundAt(openedAt, { disk: 'CRITICAL' }), {
    'i-1': { name: 'app-1', results: { disk: ['CRITICAL', 'full', {}] } },
  });
  const printed: (readonly [name: string, shape: string])[] = [];
  for (const [name, [words]] of Object.entries(shapes)) {
    // Before the command that check runs.
    const { stdout, stderr } = await rounds([name, '--json', ...words.split(' ')], cloud.environment);
    printed.push([name, shapeOf(stdout || stderr)]);
  }
  const expected = Object.entries(shapes).map(([name, [, shape]]) => [name, shape]);
  expect(printed).toEqual(expected);
});

test('an export of nothing is an empty list, and without --json no line', async () => {
  const { environment } = await startTableCloud();
  const words = 'export --from 2020-01-01T00:00Z --to 2020-01-02T00:00Z --stack Rounds-shop'.split(' ');
  expect((await rounds([...words, '--json'], environment)).stdout).toBe('[]\n');
  expect((await rounds(words, environment)).stdout).toBe('');
});

function shapeOf(text: string): string {
  try {
    const value: unknown = JSON.parse(text);
    if (Array.isArray(value)) return 'a list';
    return typeof value === 'object' && value !== null ? 'an object' : typeof value;
  } catch {
    return `no JSON: ${text}`;
  }
}
