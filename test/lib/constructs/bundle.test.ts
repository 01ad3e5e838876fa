import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { bundle } from '../../../lib/constructs/bundle.ts';
import { compile } from '../../../lib/runbook/compile.ts';
import { scratchFolder } from '../../scratch-folder.ts';
import { sampleRunbook } from '../runbook/sample-runbook.ts';

const plan = compile(sampleRunbook());

describe.each(['dispatch', 'collect', 'tick'] as const)('the bundle of %s', (name) => {
  const { code, bytes } = bundle(name, plan);

  it('is at most 450 KB, since loading it is what a cold start waits for', () => {
    expect(bytes).toBeLessThanOrEqual(450 * 1024);
  });

  it('is the same every time, whatever the machine', () => {
    expect(bundle(name, plan).code).toBe(code);
    expect(code).not.toContain(process.cwd());
  });

  it('carries the plan, and changes with it', () => {
    expect(code).toContain(plan.procedureUrl);
    expect(bundle(name, { ...plan, timeZone: 'Asia/Kathmandu' }).code).not.toBe(code);
  });

  it('carries no address of a contact: only topics know those', () => {
    expect(code).not.toContain('olivia@example.com');
  });

  it('is a module that Node can import, with the handler that Lambda calls', async () => {
    const file = join(scratchFolder(), 'index.mjs');
    writeFileSync(file, code);
    const module = await import(pathToFileURL(file).href);
    expect(module.handler).toBeTypeOf('function');
  });
});
