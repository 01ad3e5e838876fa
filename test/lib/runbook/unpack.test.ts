import { spawnSync } from 'node:child_process';
import { chownSync, existsSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readStepOutput } from '../../../functions/core/result-line.ts';
import { renderCheckScript, renderUnpack } from '../../../lib/runbook/check-script.ts';
import { scratchFolder } from '../../scratch-folder.ts';

const nonce = '0123456789abcdef0123456789abcdef';
const host = 'i-00000000000000001';
/** Of the folder of a command: what somebody can know who sees a list of processes. */
const name = `rounds-${nonce.slice(0, 16)}-${host}`;
const nobody = 65_534;

/** The two folders under which a command's own may lie, the first one first. */
function bases(): readonly [first: string, second: string] {
  const folder = scratchFolder();
  const [first, second] = [join(folder, 'run-rounds'), join(folder, 'state', 'run')];
  for (const base of [first, second]) mkdirSync(base, { recursive: true });
  return [first, second];
}

/** A folder of the command's name that somebody else has made, with a wrapper that says that all is well. */
function plant(base: string): string {
  const trap = join(scratchFolder(), 'trap');
  mkdirSync(trap);
  const wrapper = join(trap, 'wrapper');
  writeFileSync(wrapper, `echo owned; printf 'ROUNDS/1 ${nonce} exit=0 stdout=0 stderr=0\\n'; exit 0\n`);
  giveAway(trap, wrapper);
  symlinkSync(trap, join(base, name));
  return trap;
}

const isRoot = process.getuid?.() === 0;

/** Only root can give a file away. */
function giveAway(...paths: readonly string[]): void {
  if (isRoot) for (const path of paths) chownSync(path, nobody, nobody);
}

/** The first step of a document, and then the step of a check, on a host with these folders. */
function runSteps([first, second]: readonly [string, string]) {
  const env = { PATH: process.env.PATH, ROUNDS_STATE_FOLDER: join(second, '..'), AWS_SSM_INSTANCE_ID: host };
  const run = (text: string) =>
    spawnSync('sh', ['-c', text.replaceAll('/run/rounds', first)], { encoding: 'utf8', env });
  const script = '#!/bin/sh\necho checked; exit 1\n';
  const unpacked = run(renderUnpack({ check: script }, nonce));
  const step = run(renderCheckScript({ file: 'check', script, settings: {}, timeoutSeconds: 20, nonce }));
  return { unpacked, step: readStepOutput(step.stdout, nonce), said: step.stdout };
}

describe('the scripts of a command', () => {
  it('are put beside a folder of their name that somebody else has linked there, and only they are run', () => {
    const both = bases();
    const trap = plant(both[0]);
    const { unpacked, step, said } = runSteps(both);
    expect(unpacked).toMatchObject({ status: 0, stdout: '' });
    expect(step).toMatchObject({ exitCode: 1, stdout: 'checked' });
    expect(said).not.toContain('owned');
    expect(readdirSync(trap)).toEqual(['wrapper']);
  });

  it('are put nowhere, and nothing is run, where somebody else has taken every place', () => {
    const both = bases();
    const traps = both.map(plant);
    const { unpacked, step, said } = runSteps(both);
    expect(unpacked).toMatchObject({ status: 3, stdout: expect.stringContaining('no scripts could be written') });
    expect(step).toMatchObject({ exitCode: 3, stdout: expect.stringContaining('its scripts are not on the host') });
    expect(said).not.toContain('owned');
    for (const trap of traps) expect(readdirSync(trap)).toEqual(['wrapper']);
  });

  it.skipIf(!isRoot)('are put into no folder that belongs to somebody else, who could change them there', () => {
    const both = bases();
    giveAway(both[0]);
    const { step } = runSteps(both);
    expect(step).toMatchObject({ exitCode: 1, stdout: 'checked' });
    expect(existsSync(join(both[1], name))).toBe(true);
    expect(readdirSync(both[0])).toEqual([]);
  });
});
