import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { Table } from '../../../functions/adapters/dynamodb.ts';
import { incidentKey } from '../../../functions/core/incident-number.ts';
import type { IncidentHead } from '../../../functions/core/verdicts.ts';
import { partition, recordKey, slotKey } from '../../../functions/flow/keys.ts';
import { roundsProgram } from '../../../lib/cli/program.ts';
import { letterOf } from '../../functions/core/letters.ts';
import { startTableCloud } from './table-cloud.ts';

const stack = ['--stack', 'Rounds-fossawork'];
const number = 'DAILY-20261123-001';

/** FossaWork with one incident, in what the commands take for AWS. */
async function startFossawork(): Promise<void> {
  const cloud = await startTableCloud(new Date().toISOString());
  const tableName = 'Rounds-fossawork-TableCD117FA1-1A2B3C4D5E6F7';
  await cloud.createTable(tableName);
  for (const [name, value] of Object.entries(cloud.environment)) vi.stubEnv(name, value);
  const table = new Table(new DynamoDBClient(cloud.client), tableName);
  const expected = { since: '2026-01-01T00:00:00.000Z', schedule: '' };
  await table.put(slotKey('morning'), 0, { slot: expected.since, expected });
  const { notice } = letterOf({ incident: number });
  const { check, title, priority, openedAt } = notice;
  const head: IncidentHead = { number, sequence: 1, check, title, priority, openedAt };
  await table.put({ pk: partition.incident, sk: incidentKey(number) }, 0, head);
  await table.put(recordKey(number, 1), 0, notice);
}

/** What the command line prints, run in this process. */
async function rounds(...words: string[]) {
  const printed = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    vi.spyOn(process[name], 'write').mockImplementation((text) => {
      printed[name] += text;
      return true;
    });
  }
  try {
    await roundsProgram().parseAsync(words, { from: 'user' });
    return { ...printed, exitCode: process.exitCode };
  } finally {
    process.exitCode = 0;
    vi.restoreAllMocks();
  }
}

afterEach(() => vi.unstubAllEnvs());

describe('the commands about reports', () => {
  it('show a log that is not written yet, and say so on stderr', async () => {
    await startFossawork();
    const { stdout, stderr, exitCode } = await rounds('log', '--date', '2026-01-05', ...stack);
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^# Daily Operations Log - 2026-01-05\n[\s\S]*\n## Morning Health Check\n/);
    expect(stdout).not.toContain('\u001b');
    expect(stderr).toMatch(/^rounds: not written yet: as things stand at \d\d:\d\d E[SD]T\n$/);
    const same = await rounds('report', 'log', '--date', '2026-01-05', '--json', ...stack);
    expect(JSON.parse(same.stdout)).toMatchObject({
      id: 'log',
      isKept: false,
      document: { blocks: expect.any(Array) },
    });
  });

  it('list those that there can be', async () => {
    await startFossawork();
    const { stdout } = await rounds('report', ...stack);
    expect(stdout).toMatch(/^Reports of fossawork\n {2}log +Daily Operations Log, next /);
    expect(stdout).toContain('No report is kept yet.\n');
  });

  it('add to an incident what its report and its issue record then have', async () => {
    await startFossawork();
    const noted = await rounds('note', number, 'seen', '--cause', 'debug log', '--by', 'ann', ...stack);
    expect(noted).toEqual({
      exitCode: 0,
      stdout: `note is recorded with ${number}, by ann: seen\ncause is recorded with ${number}, by ann: debug log\n`,
      stderr: '',
    });
    expect((await rounds('report', 'incident', number, ...stack)).stdout).toContain('Root Cause: debug log');
    const { stdout } = await rounds('report', 'incident', number, '--json', ...stack);
    expect(JSON.parse(stdout)).toMatchObject({ issue_id: number, operator: 'ann' });
  });

  it('say which incidents are open where one is meant that is none, with exit code 1', async () => {
    await startFossawork();
    for (const words of [
      ['note', 'DAILY-1', 'seen'],
      ['report', 'incident', 'DAILY-1'],
    ]) {
      const { stdout, stderr, exitCode } = await rounds(...words, ...stack);
      expect([stdout, exitCode]).toEqual(['', 1]);
      expect(stderr).toContain("rounds: There is no incident 'DAILY-1', and no check of that name has one.");
    }
  });

  it.each([
    [['report', 'incident'], 'rounds report incident got no number; expected one, or a check.'],
    [['report', 'log', 'yesterday'], "rounds report got 'yesterday' after 'log'; expected nothing. See --date."],
    [['note', number], 'rounds note got nothing to record; expected a text, or one of --impact, --cause, and so on.'],
  ])('refuse %j', async (words, expected) => {
    await expect(rounds(...words)).rejects.toThrow(expected);
  });
});
