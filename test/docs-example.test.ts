import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Template } from 'aws-cdk-lib/assertions';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { loadContacts } from '../lib/runbook/contacts.ts';
import type { Contacts, Runbook } from '../lib/runbook/types.ts';
import { synthesize } from '../lib/synthesize.ts';
import { documentAt, onlyBlock, root } from './markdown.ts';

const readme = documentAt('README.md');
const runbookPath = 'lib/runbooks/orders/runbook.ts';
const rulesPath = 'lib/runbooks/orders/alerts.ts';
const scriptPath = 'lib/runbooks/orders/checks/inbox.sh';

/** When the example was written: its holidays are complete for some years from then on. */
const written = '2026-11-21T12:00:00.000Z';

/** A checkout in which somebody has followed the README; what he does not write is linked. */
const checkout = mkdtempSync(join(tmpdir(), 'rounds-docs-'));

beforeAll(() => {
  mkdirSync(join(checkout, 'lib/runbooks/orders/checks'), { recursive: true });
  for (const linked of ['lib/runbook', 'functions', 'node_modules', 'package.json', 'biome.json'])
    symlinkSync(join(root, linked), join(checkout, linked));
  writeFileSync(join(checkout, runbookPath), onlyBlock(readme, 'ts'));
  writeFileSync(join(checkout, scriptPath), onlyBlock(readme, 'sh'), { mode: 0o755 });
  writeFileSync(join(checkout, 'contacts.json'), onlyBlock(readme, 'json'));
  writeFileSync(join(checkout, rulesPath), onlyBlock(documentAt('docs/alerts.md'), 'ts'));
  const config = { extends: join(root, 'tsconfig.json'), include: [runbookPath, rulesPath] };
  writeFileSync(join(checkout, 'tsconfig.json'), JSON.stringify(config));
});

afterAll(() => rmSync(checkout, { recursive: true }));

/** The runbook of the README, and what docs/alerts.md writes beside it. */
describe("the README's runbook", () => {
  test('compiles as strictly as the rest', () => {
    expect(faultsOf('tsc', ['--project', '.'])).toBe('');
  });

  test('is formatted and linted like the rest', () => {
    expect(faultsOf('biome', ['ci', '--error-on-warnings', '--vcs-enabled=false', 'lib/runbooks'])).toBe('');
  });

  test('synthesizes with the contacts of the README', async () => {
    const { contacts } = loadContacts('orders', { file: join(checkout, 'contacts.json') });
    const { template } = synthesize(
      { runbook: await orders(contacts), placeholders: false },
      join(checkout, 'cdk.out'),
      written,
    );
    const stack = Template.fromJSON(Object(template));
    stack.hasResourceProperties('AWS::Scheduler::Schedule', {
      ScheduleExpression: 'cron(0 8 ? * MON-FRI *)',
      ScheduleExpressionTimezone: 'Europe/Berlin',
    });
    stack.hasResourceProperties('AWS::SSM::Document', {
      Content: { mainSteps: [{ name: 'inbox' }, { name: 'load' }] },
    });
    stack.hasResourceProperties('AWS::SNS::Subscription', { Protocol: 'sms', Endpoint: '+12025550100' });
  });
});

describe("the README's check", () => {
  const folder = join(checkout, 'inbox');

  test('counts the orders of a folder, and none in an empty one', () => {
    mkdirSync(folder);
    expect(runCheck(folder)).toEqual({ status: 0, printed: `0 orders wait in ${folder} | 'waiting'=0;;;0\n` });
    writeFileSync(join(folder, '1.xml'), '');
    writeFileSync(join(folder, '2.xml'), '');
    expect(runCheck(folder)).toEqual({ status: 0, printed: `2 orders wait in ${folder} | 'waiting'=2;;;0\n` });
  });

  test.each([
    ['', '(no setting)'],
    [join(folder, '1.xml'), 'is a file'],
    [join(checkout, 'gone'), 'does not exist'],
  ])('is UNKNOWN when the folder %s %s', (path) => {
    const { status, printed } = runCheck(path);
    expect(status).toBe(3);
    expect(printed).toContain(`cannot open the folder '${path}'`);
  });
});

async function orders(contacts: Contacts): Promise<Runbook> {
  const module = await import(pathToFileURL(join(checkout, runbookPath)).href);
  return module.orders(contacts);
}

/** What a program that the project depends on has against the checkout. */
function faultsOf(program: string, args: readonly string[]): string {
  const path = join(checkout, 'node_modules/.bin', program);
  const { status, stdout, stderr, error } = spawnSync(path, args, { cwd: checkout, encoding: 'utf8' });
  if (error) throw error;
  return status === 0 ? '' : `${program} ends with ${status}: ${stdout}${stderr}`;
}

function runCheck(folder: string) {
  const env = { ...process.env, ROUNDS_FOLDER: folder };
  const { status, stdout, error } = spawnSync(join(checkout, scriptPath), { encoding: 'utf8', env });
  if (error) throw error;
  return { status, printed: stdout };
}
