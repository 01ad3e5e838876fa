import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { bundle } from '../../lib/constructs/bundle.ts';
import { compile } from '../../lib/runbook/compile.ts';
import { type Assembly, synthesize } from '../../lib/synthesize.ts';
import { scratchFolder } from '../scratch-folder.ts';
import { sampleRunbook } from './runbook/sample-runbook.ts';

const runbook = sampleRunbook();

function assemblyOf(changed = runbook, now?: string): Assembly {
  return synthesize({ runbook: changed, placeholders: false }, scratchFolder(), now);
}

function codeKeyOf({ template }: Assembly, name: string): string {
  const functions = Object.entries(Object(template).Resources).filter(([id]) => id.startsWith(`Functions${name}`));
  for (const [, resource] of functions) {
    const { Type, Properties } = Object(resource);
    if (Type === 'AWS::Lambda::Function') return Properties.Code.S3Key;
  }
  throw new Error(`the template has no function ${name}`);
}

describe('synthesize', () => {
  const assembly = assemblyOf();

  it('gives the same template in every folder, so that nothing deploys anew without a change', () => {
    expect(assemblyOf().template).toEqual(assembly.template);
  });

  it('gives a function a new key when the plan changes', () => {
    const changed = assemblyOf({ ...runbook, timeZone: 'Asia/Kathmandu' });
    expect(codeKeyOf(changed, 'Dispatch')).not.toBe(codeKeyOf(assembly, 'Dispatch'));
  });

  it.each([
    ['Dispatch', 'dispatch'],
    ['Collect', 'collect'],
    ['Tick', 'tick'],
  ] as const)('leaves the code of %s in the folder, under the key that the template names', (id, name) => {
    const folder = join(assembly.folder, `asset.${codeKeyOf(assembly, id).replace(/\.zip$/, '')}`);
    expect(readFileSync(join(folder, 'index.mjs'), 'utf8')).toBe(bundle(name, compile(runbook)).code);
  });

  it('refuses a runbook that is wrong, before anything is written', () => {
    expect(() => assemblyOf({ ...runbook, timeZone: 'Europe/Nowhere' })).toThrow(/timeZone/);
  });

  it('refuses a runbook that is not good for a year from now', () => {
    const ending = { ...runbook, calendar: { ...runbook.calendar, holidaysThrough: '2028-12-31' } };
    expect(() => assemblyOf(ending, '2027-12-31T12:00:00.000Z')).not.toThrow();
    expect(() => assemblyOf(ending, '2028-01-01T12:00:00.000Z')).toThrow(/calendar\.holidaysThrough/);
  });

  it('names nothing of this machine in the template', () => {
    expect(JSON.stringify(assembly.template)).not.toContain(process.cwd());
  });
});
