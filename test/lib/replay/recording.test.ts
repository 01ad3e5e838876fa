import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readRecording } from '../../../lib/replay/recording.ts';
import { scratchFolder } from '../../scratch-folder.ts';

const folder = scratchFolder();

function fileOf(...lines: readonly unknown[]): string {
  const file = join(folder, 'results.jsonl');
  writeFileSync(file, lines.map((line) => `${typeof line === 'string' ? line : JSON.stringify(line)}\n`).join(''));
  return file;
}

const at = '2026-11-23T10:00:00.000Z';
const result = { at, host: 'i-1', check: 'disk', status: 'OK' } as const;
const silence = { at, command: 'silence', check: '*', by: 'ann', until: '2026-11-23T11:00:00.000Z' } as const;

describe('a recording', () => {
  it('is sorted by time, and keeps the order of what happened at once', async () => {
    const file = fileOf(
      { ...result, at: '2026-11-23T11:00:00+01:00', host: 'i-3' },
      '',
      silence,
      { ...result, host: 'i-2', text: 'fine', metrics: { used: 20 } },
      { ...result, at: '2026-11-23T09:59:59.999Z' },
    );
    const { results, commands } = await readRecording(file);
    expect(results.map(({ host }) => host)).toEqual(['i-1', 'i-3', 'i-2']);
    expect(results[2]).toEqual({ ...result, at: Date.parse(at), host: 'i-2', metrics: { used: 20 }, isOwn: true });
    expect(commands).toEqual([{ ...silence, at: Date.parse(at), until: Date.parse(silence.until) }]);
  });

  it.each([
    ['of a threshold, where its text begins with what one found', 'used is 93%, over 90% - full', undefined],
    ['of the check itself, where it begins otherwise', 'HTTP 500', true],
  ])('says that a status is that %s', async (_name, text, isOwn) => {
    const { results } = await readRecording(fileOf({ ...result, status: 'CRITICAL', text, metrics: { used: 93 } }));
    expect(results[0]?.isOwn).toBe(isOwn);
  });

  it.each<[unknown, string]>([
    ['{"at": ', 'got "{\\"at\\": ", expected a JSON object; correct the line or remove it'],
    [[], 'got [], expected an object with the fields at, host, check, status, text, metrics; write it as one'],
    [
      { ...result, at: '2026-11-23 10:00' },
      'at: got "2026-11-23 10:00", expected an ISO 8601 time with Z or an offset',
    ],
    [{ ...result, at: '2026-02-30T10:00:00Z' }, 'at: got "2026-02-30T10:00:00Z", expected an ISO 8601 time'],
    [{ ...result, host: '' }, 'host: got "", expected the name of a host'],
    [{ ...result, status: 'BAD' }, 'status: got "BAD", expected one of CRITICAL, UNKNOWN, WARNING, OK'],
    [{ ...result, metrics: { used: '20' } }, 'metrics: used: got "20", expected a number'],
    [{ ...result, exit: 2 }, 'exit: got 2, expected only fields that have a meaning'],
    [{ ...silence, until: undefined }, 'until: got nothing, expected when the silence ends'],
    [{ ...silence, command: 'ack' }, 'check: got "*", expected the check of the incident'],
    [{ ...silence, command: 'mute' }, 'command: got "mute", expected one of ack, resolve, silence'],
  ])('refuses %j', async (line, problem) => {
    const file = fileOf(result, line);
    await expect(readRecording(file)).rejects.toThrow(`${file}:2: ${problem}`);
  });

  it('lists ten broken lines, and counts the others', async () => {
    const broken = Array.from({ length: 13 }, () => ({ ...result, status: 'BAD' }));
    const error = await readRecording(fileOf(...broken)).catch(({ message }) => message);
    expect(error.split('\n')).toHaveLength(12);
    expect(error).toMatch(/results\.jsonl:10: .*\nand 3 more$/);
  });

  it('of nothing, and a file that is not there, are refused', async () => {
    await expect(readRecording(fileOf(silence))).rejects.toThrow('got no result; expected one JSON object a line');
    await expect(readRecording(join(folder, 'nothing.jsonl'))).rejects.toThrow('expected a file that can be read');
  });
});
