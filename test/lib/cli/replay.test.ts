import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runReplay } from '../../../lib/cli/replay.ts';
import { root } from '../../markdown.ts';
import { scratchFolder } from '../../scratch-folder.ts';

const folder = scratchFolder();

function fileOf(name: string, ...lines: readonly unknown[]): string {
  const file = join(folder, name);
  writeFileSync(file, lines.map((line) => JSON.stringify(line)).join('\n'));
  return file;
}

const disk = { check: 'disk', host: 'i-1', metrics: { disk_used: 83 } };
const results = fileOf(
  'results.jsonl',
  { ...disk, at: '2026-11-20T22:00:00.000Z', status: 'WARNING', text: 'disk_used is 83%, over 80%' },
  { ...disk, at: '2026-11-20T22:01:00.000Z', status: 'WARNING', text: 'disk_used is 83%, over 80%' },
  { ...disk, at: '2026-11-20T22:02:01.000Z', status: 'WARNING', text: 'disk_used is 83%, over 80%' },
  { ...disk, at: '2026-11-22T22:00:00.000Z', status: 'OK', metrics: { disk_used: 40 } },
  { at: '2026-11-24T15:00:00.000Z', host: 'i-1', check: 'services', status: 'CRITICAL' },
  { at: '2026-11-24T15:00:10.000Z', host: 'i-2', check: 'services', status: 'CRITICAL' },
  { at: '2026-11-24T15:05:00.000Z', command: 'ack', check: 'services', by: 'ann' },
  { at: '2026-11-24T16:00:00.000Z', host: 'i-1', check: 'services', status: 'OK' },
  { at: '2026-11-24T16:00:00.000Z', host: 'i-2', check: 'services', status: 'OK' },
);

function moduleOf(name: string, expression: string): string {
  const file = join(folder, name);
  const original = JSON.stringify(join(root, 'lib/runbooks/fossawork/runbook.ts'));
  writeFileSync(
    file,
    `import { fossawork } from ${original};\nexport const runbook = (contacts: never) => ${expression};`,
  );
  return file;
}

/** FossaWork with lower thresholds of the disk. */
const changed = moduleOf('changed.ts', "fossawork(contacts, { diskUsed: { warning: '60', critical: '82' } })");

/** FossaWork that tells of a P1 by SMS alone. */
const silent = moduleOf(
  'silent.ts',
  "(({ priorities, ...all }) => ({ ...all, priorities: { ...priorities, P1: { ...priorities.P1, channels: ['sms'] } } }))(fossawork(contacts))",
);

describe('rounds replay', () => {
  it('shows what would have been told, and a summary', async () => {
    const { isDone, lines } = await runReplay({ runbook: 'fossawork', results });
    expect(isDone).toBe(true);
    expect(lines).toEqual([
      '2026-11-23 08:00 EST  P3  digest    DAILY-20261120-001  disk      level 1  operations by email                                         it was over at 2026-11-22 17:00 EST',
      '2026-11-24 10:00 EST  P1  problem   DAILY-20261124-001  services  level 1  operations and administrator and security by sms and email  Service Status CRITICAL on all 2 hosts',
      '2026-11-24 11:00 EST  P1  recovery  DAILY-20261124-001  services  level 1  operations and administrator and security by sms and email  it is well',
      '',
      '3 notifications about 2 incidents',
      '    digest  problem  recovery',
      'P1  0       1        1',
      'P3  1       0        0',
    ]);
  });

  it('gives the same as data with the agreed keys and no others', async () => {
    const { data } = await runReplay({ runbook: 'fossawork', results });
    expect(data[0]).toEqual({
      at: '2026-11-23T13:00:00.000Z',
      kind: 'digest',
      incident: 'DAILY-20261120-001',
      check: 'disk',
      priority: 'P3',
      level: 1,
      roles: ['operations'],
      channels: ['email'],
      hosts: ['i-1'],
      reason: 'it was over at 2026-11-22T22:00:00.000Z',
    });
  });

  it('shows how another runbook differs, judging again where that is asked for', async () => {
    const flags = { runbook: changed, against: 'fossawork', results };
    expect((await runReplay(flags)).lines).toEqual([
      'No difference: the same people are told the same at the same times.',
    ]);
    const { isDone, lines, data } = await runReplay({ ...flags, rejudge: true, until: '2026-11-23' });
    expect(isDone).toBe(false);
    expect(lines[0]).toMatch(/^gained {2}2026-11-20 17:02 EST {2}P2 {2}problem .* Disk Usage CRITICAL on 1 host$/);
    expect(lines.at(-1)).toMatch(/^\d+ gained, 0 lost, 0 moved$/);
    expect(data[0]).toMatchObject({ change: 'gained', kind: 'problem', priority: 'P2', check: 'disk' });
  });

  it('shows what has moved with what it was before', async () => {
    const { lines, data } = await runReplay({ runbook: silent, against: 'fossawork', results });
    expect(lines[0]).toMatch(
      /^moved {2}2026-11-24 10:00 EST .* by sms {2}Service Status .* \(before: 2026-11-24 10:00 EST P1 problem to .* by sms and email\)$/,
    );
    expect(data[1]).toMatchObject({
      change: 'moved',
      kind: 'recovery',
      channels: ['sms'],
      before: { channels: ['sms', 'email'] },
    });
  });

  it('says so when nobody would have been told', async () => {
    const well = fileOf('well.jsonl', { ...disk, at: '2026-11-20T22:00:00.000Z', status: 'OK' });
    expect((await runReplay({ runbook: 'fossawork', results: well })).lines).toEqual(['Nobody is told anything.']);
  });

  it('refuses broken lines with exit code 1, and prints nothing', async () => {
    const broken = fileOf('broken.jsonl', { ...disk, at: '2026-11-20T22:00:00.000Z', status: 'OK' }, { ...disk });
    const args = ['--import', 'tsx', 'bin/rounds.ts', 'replay', '--runbook', 'fossawork', '--results', broken];
    const { code, stdout, stderr } = await new Promise<{ code: unknown; stdout: string; stderr: string }>((resolve) => {
      execFile(process.execPath, args, { cwd: root }, (error, stdout, stderr) =>
        resolve({ code: error?.code, stdout, stderr }),
      );
    });
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toContain(`${broken}:2: at: got nothing, expected an ISO 8601 time with Z or an offset`);
  });
});
