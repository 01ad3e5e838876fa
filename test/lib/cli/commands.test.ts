import { describe, expect, it } from 'vitest';
import type { Alert } from '../../../functions/core/alert.ts';
import type { AskedSignOff } from '../../../functions/core/sign-off.ts';
import { alertKey, signOffKey } from '../../../functions/flow/keys.ts';
import { exampleAlert, openedAt } from '../../functions/core/example-alert.ts';
import { putAlert, putRound, roundAt } from './platform.ts';
import { rounds as runCommand } from './rounds.ts';
import { startTableCloud, type TableCloud } from './table-cloud.ts';

/** The command line, for which the local table is AWS. */
function rounds(cloud: TableCloud, words: readonly string[], environment: Readonly<Record<string, string>> = {}) {
  return runCommand(words, { ...cloud.environment, ...environment });
}

const stack = ['--stack', 'Rounds-shop'];

async function startShop(): Promise<TableCloud> {
  const cloud = await startTableCloud(new Date().toISOString());
  await putAlert(cloud, exampleAlert);
  await putRound(cloud, roundAt(openedAt, { disk: 'CRITICAL' }), {
    'i-1': { name: 'app-1', results: { disk: ['OK', 'fine', {}] } },
    'i-2': { name: 'app-2', lost: 'gone' },
  });
  return cloud;
}

describe('the commands', () => {
  it('acknowledge once: the second one is told so on stderr, with exit code 1', async () => {
    const cloud = await startShop();
    const first = await rounds(cloud, ['ack', 'disk', ...stack], { ROUNDS_OPERATOR: 'ann' });
    expect(first).toEqual({
      exitCode: 0,
      stdout: 'DAILY-20261123-001 (Disk usage) is acknowledged by ann: nobody else is told to take it.\n',
      stderr: '',
    });
    const second = await rounds(cloud, ['ack', 'disk', '--by', 'bob\n', '--json', ...stack]);
    expect(second.exitCode).toBe(1);
    expect(second.stderr).toMatch(/^rounds: ann has acknowledged DAILY-20261123-001 \(Disk usage\) already, .*\n$/);
    expect(JSON.parse(second.stdout)).toMatchObject({ isDone: false, check: 'disk' });
    const stored = await cloud.table.get<Alert>(alertKey('disk'));
    expect(stored?.body.incident?.acknowledged?.by).toBe('ann');
  });

  it('resolve, silence and list, each with JSON for programs', async () => {
    const cloud = await startShop();
    const data = async (...words: string[]) => {
      const { exitCode, stdout } = await rounds(cloud, [...words, '--json', ...stack]);
      expect(exitCode).toBe(0);
      return JSON.parse(stdout);
    };
    expect(await data('incidents')).toMatchObject([{ number: 'DAILY-20261123-001', level: 1, status: 'open' }]);
    expect(await data('resolve', 'disk', '--by', 'ann')).toMatchObject({ isDone: true, check: 'disk' });
    expect(await data('silence', 'disk', '--for', '2h', '--reason', 'a test', '--by', 'ann')).toMatchObject({
      silence: { checks: ['disk'], by: 'ann', reason: 'a test' },
      matches: [{ check: 'disk' }],
    });
    const [silence] = await data('silence', '--list');
    expect(await data('silence', '--end', silence.id)).toMatchObject({ silence: { id: silence.id } });
  });

  it('show how things stand, with the exit code of a monitoring plugin', async () => {
    const cloud = await startShop();
    const { exitCode, stdout } = await rounds(cloud, ['status', '--json', ...stack]);
    expect(JSON.parse(stdout)).toMatchObject({
      place: 'the stack Rounds-shop in us-east-1',
      status: 'CRITICAL',
      incidents: [{ number: 'DAILY-20261123-001' }],
    });
    expect(exitCode).toBe(2);
  });

  it('end with 3 where status cannot find out', async () => {
    const { exitCode, stdout, stderr } = await rounds(await startShop(), ['status', '--stack', 'Rounds-shoe']);
    expect(stderr).toContain("--stack got 'Rounds-shoe', which has no table in us-east-1");
    expect({ exitCode, stdout }).toEqual({ exitCode: 3, stdout: '' });
  });

  it('show what is to be signed off, and sign it', async () => {
    const cloud = await startShop();
    const slot = '2026-11-23T07:00:00.000Z';
    const asked: AskedSignOff = {
      ...{ id: 'keys', routine: 'morning', slot, title: 'Keys', question: 'Keys', note: 'required' },
      ...{ dueAt: '2099-11-23T08:00:00.000Z', signatures: [] },
    };
    await cloud.table.put(signOffKey(asked), 0, asked);
    const list = await rounds(cloud, ['signoff', ...stack]);
    expect(list).toMatchObject({ exitCode: 0, stderr: '' });
    expect(list.stdout).toContain('    rounds signoff keys --note TEXT, or with --problem TEXT\n');
    expect(await rounds(cloud, ['signoff', 'keys', '--by', 'ann', '--note', 'all there', ...stack])).toEqual({
      exitCode: 0,
      stdout: `Keys (${slot}) is signed off by ann: all there\n`,
      stderr: '',
    });
    const second = await rounds(cloud, ['signoff', 'keys', '--by', 'bob', '--note', 'me too', '--json', ...stack]);
    expect(second.exitCode).toBe(1);
    expect(JSON.parse(second.stdout)).toMatchObject({ isDone: false, id: 'keys', slot });
    const all = await rounds(cloud, ['signoff', '--json', ...stack]);
    expect(JSON.parse(all.stdout)).toEqual([]);
  });

  it('export a line for each result, and say what only the runbook could tell', async () => {
    const span = ['--from', '2026-11-01T00:00Z', '--to', '2027-01-01T00:00Z'];
    const { exitCode, stdout, stderr } = await rounds(await startShop(), ['export', ...span, ...stack]);
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout)).toEqual({
      at: '2026-11-23T07:00:01.000Z',
      host: 'i-1',
      check: 'disk',
      status: 'OK',
      text: 'fine',
    });
    expect(stderr).toContain("has no platform 'shop': hosts that did not answer are left out");
  });

  it.each([
    [['ack', 'disc'], "There is no incident and no bad check 'disc'. Open are: DAILY-20261123-001 (check disk)."],
    [['ack', 'disk', '--by', ' '], '--by got nothing; expected who does it.'],
    [['silence', 'disk', '--reason', 'x', '--for', '2'], '--for got "2"; expected minutes, hours or days.'],
    [['signoff', 'keys'], "Nobody was asked for a sign-off 'keys'. Nothing is asked for."],
    [
      ['signoff', '--note', 'x'],
      'rounds signoff got something to say, and no id; expected an id, or nothing but --all.',
    ],
    [['signoff', 'keys', '--all'], "rounds signoff got both 'keys' and --all; expected an id, or nothing but --all."],
    [
      ['run', 'fossawork', 'health'],
      "--stack got 'Rounds-shop', which is the platform 'shop'; expected one of 'fossawork'.",
    ],
    [['run', 'fossawork', 'health', '--scenario', 'disk-full'], 'rounds run got both --stack and --scenario'],
    [['export', '--from', 'yesterday'], '--from got "yesterday"; expected an ISO 8601 time with Z or an offset.'],
    [['incidents', '--stack', 'Rounds-shoe'], "--stack got 'Rounds-shoe', which has no table in us-east-1"],
  ])('refuse %j in one sentence, with exit code 1', async (words, expected) => {
    const { exitCode, stdout, stderr } = await rounds(
      await startShop(),
      words.includes('--stack') ? words : [...words, ...stack],
    );
    expect(stderr).toContain(`rounds: ${expected}`);
    expect(stderr.trimEnd().split('\n')).toHaveLength(1);
    expect(stdout).toBe('');
    expect(exitCode).toBe(1);
  });
});
