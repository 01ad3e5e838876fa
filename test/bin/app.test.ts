import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { scratchFolder } from '../scratch-folder.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const guard = 'CopyContactsExampleJsonToContactsJsonAndFillItIn';
const run = promisify(execFile);

/** Runs the app as `cdk synth -c ...` does. */
async function synth(context: Record<string, string>): Promise<{ readonly template: string }> {
  const folder = scratchFolder();
  await run(process.execPath, ['--import', 'tsx', 'bin/app.ts'], {
    cwd: root,
    // The rules of CloudFormation are slow, and `npm test` holds them against the stack by `cdk synth`.
    env: { ...process.env, CDK_OUTDIR: folder, CDK_CONTEXT_JSON: JSON.stringify(context), CDK_VALIDATION: 'false' },
  });
  return { template: readFileSync(join(folder, 'Rounds-fossawork.template.json'), 'utf8') };
}

function contactsFile(): string {
  const contact = { name: 'Petra Primary', email: 'petra@example.com', phone: '+12025550123' };
  const ids = ['primary-operations', 'system-administrator', 'security-officer'];
  const file = join(scratchFolder(), 'contacts.json');
  writeFileSync(file, JSON.stringify({ fossawork: Object.fromEntries(ids.map((id) => [id, contact])) }));
  return file;
}

describe('the app', () => {
  it('takes the contacts of a file', async () => {
    const { template } = await synth({ contacts: contactsFile(), platform: 'fossawork' });
    expect(template).toContain('petra@example.com');
    expect(template).not.toContain(guard);
  });

  it('lets fictional contacts be deployed only when that is asked for', async () => {
    const { template } = await synth({ allowUnconfiguredContacts: 'true' });
    expect(template).toContain('primary-operations@example.com');
    expect(template).not.toContain(guard);
  });

  it('refuses a platform that it does not know, and names those that it does', async () => {
    await expect(synth({ platform: 'fossawerk' })).rejects.toThrow(/got "fossawerk", expected one of fossawork/);
  });

  it('phones nobody: no version report, no notices, no telemetry', () => {
    expect(JSON.parse(readFileSync(join(root, 'cdk.json'), 'utf8'))).toMatchObject({
      versionReporting: false,
      notices: false,
      context: { 'cli-telemetry': false },
    });
  });
});
