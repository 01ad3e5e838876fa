import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { App, Stack } from 'aws-cdk-lib';
import type { CfnDocument } from 'aws-cdk-lib/aws-ssm';
import { describe, expect, it } from 'vitest';
import { CheckDocuments } from '../../../lib/constructs/check-documents.ts';
import { hostCheck, incidentsCheck, job, pluginCheck, routine } from '../../../lib/runbook/builders.ts';
import { everyDay } from '../../../lib/runbook/schedule.ts';
import type { Check } from '../../../lib/runbook/types.ts';
import { script } from '../../../lib/runbooks/script.ts';
import { scratchFolder } from '../../scratch-folder.ts';
import { fixture, sampleRunbook } from '../runbook/sample-runbook.ts';
import { synthesized } from '../synthesized.ts';

const { resource, resources } = synthesized();
const { properties } = resource('AWS::SSM::Document', 'Documentsmorning');

describe('the documents', () => {
  it('are one for each routine, without a name of their own', () => {
    const documents = resources('AWS::SSM::Document');
    expect(documents.map(({ id }) => id.slice(0, -8))).toEqual(['Documentsmorning', 'Documentshealth']);
    for (const document of documents) expect(document.properties).not.toHaveProperty('Name');
  });

  it('are commands for every kind of host, and keep their ARN when they change', () => {
    expect(properties).toMatchObject({
      DocumentType: 'Command',
      DocumentFormat: 'JSON',
      TargetType: '/',
      UpdateMethod: 'NewVersion',
    });
  });

  it('say which platform and routine they belong to', () => {
    expect(properties.Tags).toEqual([
      { Key: 'rounds:platform', Value: 'sample' },
      { Key: 'rounds:routine', Value: 'morning' },
    ]);
  });

  it('take a nonce in 32 hexadecimal digits and names of their own steps, and no text that a caller could run', () => {
    const [type, description] = ['String', expect.any(String)];
    expect(properties.Content.schemaVersion).toBe('2.2');
    expect(properties.Content.parameters).toEqual({
      nonce: { type, description, allowedPattern: '^[0-9a-f]{32}$' },
      checks: { type, description, default: 'all', allowedPattern: '^(all|(disk)( (disk))*)$' },
    });
  });

  describe('admit as the checks to run', () => {
    const ids = ['disk', 'api', 'api-slow'].map((id) => checkOf(id, fixture('fine.sh')));
    const { allowedPattern } = contentOf(documentsOf(...ids)).parameters.checks;
    const pattern = new RegExp(allowedPattern);

    it.each(['all', 'disk', 'api-slow', 'api disk', 'disk api api-slow'])('%j', (checks) => {
      expect(pattern.test(checks)).toBe(true);
    });

    it.each([
      '',
      ' ',
      'all disk',
      'cpu',
      'dis',
      'disks',
      'disk cpu',
      ' disk',
      'disk ',
      'disk  api',
      'disk,api',
      'disk\tapi',
      'disk\napi',
      'disk\n$(id)',
      '$(id)',
      '`id`',
      "disk' 'x'; id; '",
      "'; reboot; '",
      'disk; id',
      'disk | api',
      'api*',
      'api.slow',
      '{{ nonce }}',
      'DISK',
    ])('never %j', (checks) => {
      expect(pattern.test(checks)).toBe(false);
    });
  });

  it('bring the scripts, have a step for each check that runs on hosts, called like the check, and tidy up', () => {
    const step = (name: string, timeoutSeconds: string) => ({
      action: 'aws:runShellScript',
      name,
      inputs: { timeoutSeconds, runCommand: expect.any(Array) },
    });
    expect(properties.Content.mainSteps).toEqual([step('Unpack', '30'), step('disk', '35'), step('Tidy', '30')]);
  });

  it('bring every script and library once, whatever the number of checks that use it', () => {
    const logins = checkOf('logins', script('log-events.py'));
    const one = contentOf(documentsOf(logins)).mainSteps[0].inputs.runCommand.join('\n').length;
    const three = ['a', 'b'].map((id) => ({ ...logins, id }));
    expect(contentOf(documentsOf(logins, ...three)).mainSteps[0].inputs.runCommand.join('\n')).toHaveLength(one);
  });

  it('are refused when two different scripts have one name', () => {
    const other = join(scratchFolder(), 'disk.sh');
    writeFileSync(other, '#!/bin/sh\nexit 0\n');
    expect(() => documentsOf(checkOf('disk', script('disk.sh')), checkOf('other', other))).toThrow(
      /^routine "nightly", check "other": got a second file with the name disk\.sh and another content;/,
    );
  });

  it('run the script with its settings, and take from the round its nonce, whether to run, and nothing else', () => {
    const lines: string[] = properties.Content.mainSteps[1].inputs.runCommand;
    const text = lines.join('\n');
    expect(text).toContain("ROUNDS_DISK_PATH='/'");
    expect(text.match(/\{\{.*?\}\}/g)).toEqual(['{{ checks }}', '{{ nonce }}']);
    expect(text).toMatch(/^#!\/bin\/sh\ncase .*'{{ checks }}'.*\nnonce='{{ nonce }}'\n/);
    expect(lines.every((line) => !line.includes('\n'))).toBe(true);
  });

  it('run a plugin of the host by its path, with each word quoted', () => {
    const command = ['/usr/lib/nagios/plugins/check_dummy', '2', "it's down"];
    const dummy = pluginCheck('dummy', { title: 'Dummy', command, timeoutSeconds: 10, look: 'true' });
    const [, step] = contentOf(documentsOf(dummy)).mainSteps;
    expect(step).toMatchObject({ name: 'dummy', inputs: { timeoutSeconds: '15' } });
    expect(step.inputs.runCommand.slice(-3)).toEqual([
      'begin "$nonce"',
      "run_check 10 '/usr/lib/nagios/plugins/check_dummy' '2' 'it'\\''s down'",
      '',
    ]);
  });

  it('have no precondition: a step that SSM skips would count as success', () => {
    for (const step of properties.Content.mainSteps) expect(step).not.toHaveProperty('precondition');
  });

  it('are not made for a routine that asks no host', () => {
    const overnight = incidentsCheck('overnight', { title: 'Night', covers: [], since: '18:00', priorities: ['P1'] });
    expect(documentsOf(overnight).names).toEqual({});
  });

  it('are refused over 64 KB, by the name of the routine and with the size', () => {
    const [fits, more] = [scriptOf(30 * 1024), scriptOf(31 * 1024, 'more.sh')];
    expect(() => documentsOf(checkOf('big', fits))).not.toThrow();
    expect(() => documentsOf(checkOf('big', fits), checkOf('bigger', more))).toThrow(
      /^routine "nightly": its SSM document has \d{5} bytes, 65536 are allowed\. Shorten/,
    );
  });

  it('are refused with the name of the check whose script no host could run', () => {
    expect(() => documentsOf(checkOf('perl', fixture('perl.pl')))).toThrow(/^routine "nightly", check "perl": /);
  });

  it('run a remedy before the checks, and only when it is asked by its name', () => {
    const backup = job('backup', { title: 'Backup', changes: 'writes', script: fixture('fine.sh'), look: 'ls' });
    const folder = { ...checkOf('folder', fixture('fine.sh')), remedy: backup };
    const [, first, second] = contentOf(documentsOf(folder)).mainSteps;
    expect([first.name, second.name]).toEqual(['backup', 'folder']);
    const text = first.inputs.runCommand.join('\n');
    expect(text).not.toContain(' all ');
    expect(second.inputs.runCommand.join('\n')).toContain("' all ' | ");
    expect(text).toContain("\nremember 'sample/backup'\nlock\n");
    expect(second.inputs.runCommand).not.toContain('lock');
  });
});

function documentsOf(...checks: Check[]): CheckDocuments {
  const schedule = everyDay.at('02:00');
  const nightly = routine('nightly', { title: 'Nightly', covers: [], fleet: 'app', schedule, checks });
  return new CheckDocuments(new Stack(new App()), 'Documents', {
    runbook: { ...sampleRunbook(), routines: [nightly] },
  });
}

function contentOf(documents: CheckDocuments): CfnDocument['content'] {
  return (documents.node.findChild('nightly') as CfnDocument).content;
}

function checkOf(id: string, script: string): Check {
  return hostCheck(id, { title: id, covers: [], script, settings: {}, thresholds: [], look: 'true' });
}

function scriptOf(bytes: number, name = 'check.sh'): string {
  const file = join(scratchFolder(), name);
  writeFileSync(file, `#!/bin/sh\n# ${randomBytes(bytes).toString('hex')}\n`);
  return file;
}
