import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Status } from '../../../functions/core/status.ts';
import { type ResultReport, readResults, readRoundReport } from '../../../lib/cli/records.ts';
import type { JsonObject } from '../../../lib/local/service.ts';
import { changeInvocations, numberOf } from './changed-answers.ts';
import { mondaySlot, morning, plan, type Stage, startStage } from './stage.ts';

/** What a host says to both checks. */
interface Host {
  readonly disk?: (nonce: string) => string;
  readonly load?: (nonce: string) => string;
}

/** What the wrapper prints of a check. */
function printed(nonce: string, exitCode: number, text: string): string {
  return `ROUNDS/1 ${nonce} exit=${exitCode} stdout=${text.length + 1} stderr=0\n${text}\n`;
}

const noNonce = 'f'.repeat(32);
const well = "fine|'disk_used'=10%";
const whole = printed(noNonce, 0, well).length;

/** One host for each character after which its output is cut. The last one is whole. */
const cutHosts: readonly Host[] = Array.from({ length: whole + 1 }, (_, length) => ({
  disk: (nonce: string) => printed(nonce, 0, well).slice(0, length),
}));

/** Exit codes, whatever the text says. */
const exitCodes: readonly (readonly [exitCode: number, text: string, status: Status, says: RegExp])[] = [
  [0, 'CRITICAL - all is lost', 'OK', /^CRITICAL - all is lost$/],
  [1, 'OK - all is well', 'WARNING', /^OK - all is well$/],
  [2, 'OK - all is well', 'CRITICAL', /^OK - all is well$/],
  [3, 'OK - all is well', 'UNKNOWN', /^OK - all is well$/],
  [4, 'fine', 'UNKNOWN', /exit code 4; the plugin API knows 0 to 3 - fine/],
  [-1, 'fine', 'UNKNOWN', /ended abnormally \(exit code -1\)/],
  [124, 'fine', 'UNKNOWN', /timed out: the check was stopped after \d+ s/],
  [126, 'fine', 'UNKNOWN', /not executable, or not permitted/],
  [127, 'fine', 'UNKNOWN', /a program was not found/],
  [137, 'fine', 'UNKNOWN', /the check was killed/],
  [139, 'fine', 'UNKNOWN', /ended by signal 11/],
  [168, 'fine', 'UNKNOWN', /168, which asks SSM to end the document; it was not passed on/],
  [169, 'fine', 'UNKNOWN', /169, which asks SSM to end the document; it was not passed on/],
  [194, 'fine', 'UNKNOWN', /194, which asks SSM to reboot the host; it was not passed on/],
  [3010, 'fine', 'UNKNOWN', /exit code 3010; the plugin API knows 0 to 3/],
];

/** Values that are no numbers. */
const badValues = ['1e999%', '0x10', '1,5', 'nan', 'inf', '-inf', '-', '', '1.2.3', '--1', '+1', '٣'];

/** Result lines that are not those of this round, or not the first. */
const imitations: readonly (readonly [what: string, status: Status, disk: (nonce: string) => string])[] = [
  ['of another round', 'UNKNOWN', () => printed('0'.repeat(32), 0, well)],
  ['without a nonce', 'UNKNOWN', () => printed('', 0, well)],
  ['of another version', 'UNKNOWN', (nonce) => printed(nonce, 0, well).replace('ROUNDS/1', 'ROUNDS/2')],
  ['behind other text', 'UNKNOWN', (nonce) => `motd\n${printed(nonce, 0, well)}`],
  ['behind a real one that is worse', 'CRITICAL', (nonce) => printed(nonce, 2, `bad\n${printed(nonce, 0, 'fine')}`)],
];

const hosts: readonly Host[] = [
  ...cutHosts,
  ...exitCodes.map(([exitCode, text]) => ({ load: (nonce: string) => printed(nonce, exitCode, text) })),
  ...badValues.map((value) => ({ disk: (nonce: string) => printed(nonce, 0, `odd|disk_used=${value} other=7`) })),
  ...imitations.map(([, , disk]) => ({ disk })),
];

function answerOf(invocation: JsonObject): JsonObject {
  const host = hosts[numberOf(invocation)];
  const plugins = invocation.CommandPlugins as readonly JsonObject[];
  const CommandPlugins = plugins.map((plugin) => {
    const [, nonce = ''] = String(plugin.Output).split(' ');
    const says = plugin.Name === 'disk' ? host?.disk : host?.load;
    return says ? { ...plugin, Output: says(nonce) } : plugin;
  });
  return { ...invocation, CommandPlugins };
}

let stage: Stage;
let results: readonly ResultReport[] = [];

beforeAll(async () => {
  stage = await startStage({ hosts: hosts.length });
  changeInvocations(stage.cloud, answerOf);
  await morning(stage);
  const round = await readRoundReport(stage.table, plan, { routine: 'morning', slot: mondaySlot });
  results = round ? await readResults(stage.table, plan, round) : [];
});
afterAll(() => stage.close());

function resultsOf(check: string, some: readonly Host[]): readonly ResultReport[] {
  const ids = stage.hosts.hosts().map(({ id }) => id);
  return some.flatMap((host) => {
    const id = ids[hosts.indexOf(host)];
    return results.filter((result) => result.host === id && result.check === check);
  });
}

describe('output that SSM has cut', () => {
  it('is UNKNOWN wherever it is cut, never half-read: only the whole one is OK', () => {
    const found = resultsOf('disk', cutHosts);
    expect(found.map(({ status }) => status)).toEqual([...Array(whole).fill('UNKNOWN'), 'OK']);
    for (const { values } of found.slice(0, -1)) expect([undefined, 10]).toContain(values.disk_used);
  });
});

describe('an exit code', () => {
  it.each(exitCodes)('%i with the text "%s" is %s', (exitCode, text, status, says) => {
    const [result] = resultsOf(
      'load',
      hosts.filter(({ load }) => load?.(noNonce) === printed(noNonce, exitCode, text)),
    );
    expect(result).toMatchObject({ status, text: expect.stringMatching(says) });
  });
});

describe('a value that is no number', () => {
  it.each(badValues)('%j is refused and UNKNOWN, and the rest of the line is kept', (value) => {
    const [result] = resultsOf(
      'disk',
      hosts.filter(({ disk }) => disk?.(noNonce).includes(`disk_used=${value} `)),
    );
    expect(result).toMatchObject({ status: 'UNKNOWN', text: expect.stringMatching(/^disk_used: .* - odd$/) });
    expect(result?.values).toEqual({ other: 7 });
  });
});

describe('a result line', () => {
  it.each(imitations)('%s is never taken for ours: the check is %s', (_what, status, disk) => {
    const [result] = resultsOf(
      'disk',
      hosts.filter((host) => host.disk === disk),
    );
    expect(result).toMatchObject({ status, values: {} });
  });
});
