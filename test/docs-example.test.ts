import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Template } from 'aws-cdk-lib/assertions';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { loadContacts } from '../lib/runbook/contacts.ts';
import type { Routine, Runbook } from '../lib/runbook/types.ts';
import { synthesize } from '../lib/synthesize.ts';
import { documentAt, onlyBlock, root } from './markdown.ts';

const guide = documentAt('docs/write-a-runbook.md');
const writeACheck = documentAt('docs/write-a-check.md');
const runbookPath = 'lib/runbooks/orders/runbook.ts';
const rulesPath = 'lib/runbooks/orders/alerts.ts';
const routinesPath = 'lib/runbooks/orders/routines.ts';
const scriptPath = 'lib/runbooks/orders/checks/inbox.sh';
const libraryScriptPath = 'lib/runbooks/orders/checks/inbox.py';

/** When the example was written: its holidays are complete for some years from then on. */
const written = '2026-11-21T12:00:00.000Z';

/** A checkout in which somebody has followed the guide; what he does not write is linked. */
const checkout = mkdtempSync(join(tmpdir(), 'rounds-docs-'));

beforeAll(() => {
  mkdirSync(join(checkout, 'lib/runbooks/orders/checks'), { recursive: true });
  for (const linked of [
    'lib/runbook',
    'lib/runbooks/script.ts',
    'functions',
    'node_modules',
    'package.json',
    'biome.json',
  ])
    symlinkSync(join(root, linked), join(checkout, linked));
  symlinkSync(join(root, 'lib/runbooks/scripts/plugin.py'), join(checkout, 'lib/runbooks/orders/checks/plugin.py'));
  writeFileSync(join(checkout, runbookPath), onlyBlock(guide, 'ts'));
  writeFileSync(join(checkout, scriptPath), onlyBlock(guide, 'sh'), { mode: 0o755 });
  writeFileSync(join(checkout, 'contacts.json'), onlyBlock(guide, 'json'));
  writeFileSync(join(checkout, rulesPath), onlyBlock(documentAt('docs/alerts.md'), 'ts'));
  writeFileSync(join(checkout, routinesPath), onlyBlock(writeACheck, 'ts'));
  writeFileSync(join(checkout, libraryScriptPath), onlyBlock(writeACheck, 'python'), { mode: 0o755 });
  const config = { extends: join(root, 'tsconfig.json'), include: [runbookPath, rulesPath, routinesPath] };
  writeFileSync(join(checkout, 'tsconfig.json'), JSON.stringify(config));
});

afterAll(() => rmSync(checkout, { recursive: true }));

/** The runbook of docs/write-a-runbook.md, and what docs/alerts.md and docs/write-a-check.md write beside it. */
describe("the guide's runbook", () => {
  test('compiles as strictly as the rest', () => {
    expect(faultsOf('tsc', ['--project', '.'])).toBe('');
  });

  test('is formatted and linted like the rest', () => {
    expect(faultsOf('biome', ['ci', '--error-on-warnings', '--vcs-enabled=false', 'lib/runbooks'])).toBe('');
  });

  test('synthesizes with the contacts of the guide', async () => {
    const stack = synthesized(await orders());
    stack.hasResourceProperties('AWS::Scheduler::Schedule', {
      ScheduleExpression: 'cron(0 8 ? * MON-FRI *)',
      ScheduleExpressionTimezone: 'Europe/Berlin',
    });
    stack.hasResourceProperties('AWS::SSM::Document', {
      Content: { mainSteps: [{ name: 'Unpack' }, { name: 'inbox' }, { name: 'load' }, { name: 'Tidy' }] },
    });
    stack.hasResourceProperties('AWS::SNS::Subscription', { Protocol: 'sms', Endpoint: '+12025550100' });
  });

  test('synthesizes with the routines of docs/write-a-check.md, which run when they say', async () => {
    const own = await orders();
    const { routines } = await import(pathToFileURL(join(checkout, routinesPath)).href);
    const added: readonly Routine[] = routines;
    const stack = synthesized({ ...own, routines: [...own.routines, ...added] });
    const times = Object.values(stack.findResources('AWS::Scheduler::Schedule')).map(
      ({ Properties }) => Properties.ScheduleExpression,
    );
    expect(times).toEqual(
      expect.arrayContaining(['cron(0,15,30,45 * ? * MON-FRI *)', 'cron(0 14 ? * FRI *)', 'cron(0 10 ? * 2#1 *)']),
    );
    const documents = Object.values(stack.findResources('AWS::SSM::Document')).map(({ Properties }) =>
      Properties.Content.mainSteps.map(({ name }: { readonly name: string }) => name),
    );
    expect(documents).toEqual(
      expect.arrayContaining([
        ['Unpack', 'import', 'backlog', 'Tidy'],
        ['Unpack', 'import', 'Tidy'],
      ]),
    );
  });
});

describe.each([
  ['docs/write-a-runbook.md', scriptPath, "cannot open the folder ''"],
  ['docs/write-a-check.md', libraryScriptPath, 'setting ROUNDS_FOLDER is missing'],
])('the check of %s', (_, script, withoutFolder) => {
  const folder = mkdtempSync(join(checkout, 'inbox-'));

  test('counts the orders of a folder, and none in an empty one', () => {
    expect(runCheck(script, folder)).toEqual({ status: 0, printed: `0 orders wait in ${folder} | 'waiting'=0;;;0\n` });
    writeFileSync(join(folder, '1.xml'), '');
    writeFileSync(join(folder, '2.xml'), '');
    expect(runCheck(script, folder)).toEqual({ status: 0, printed: `2 orders wait in ${folder} | 'waiting'=2;;;0\n` });
  });

  test.each([
    ['', 'is not set'],
    [join(folder, '1.xml'), 'is a file'],
    [join(checkout, 'gone'), 'does not exist'],
  ])('is UNKNOWN when the folder %s %s', (path) => {
    const { status, printed } = runCheck(script, path);
    expect(status).toBe(3);
    expect(printed).toContain(path === '' ? withoutFolder : `cannot open the folder '${path}'`);
  });
});

async function orders(): Promise<Runbook> {
  const { contacts } = loadContacts('orders', { file: join(checkout, 'contacts.json') });
  const module = await import(pathToFileURL(join(checkout, runbookPath)).href);
  return module.orders(contacts);
}

function synthesized(runbook: Runbook): Template {
  const { template } = synthesize({ runbook, placeholders: false }, join(checkout, 'cdk.out'), written);
  return Template.fromJSON(Object(template));
}

/** What a program that the project depends on has against the checkout. */
function faultsOf(program: string, args: readonly string[]): string {
  const path = join(checkout, 'node_modules/.bin', program);
  const { status, stdout, stderr, error } = spawnSync(path, args, { cwd: checkout, encoding: 'utf8' });
  if (error) throw error;
  return status === 0 ? '' : `${program} ends with ${status}: ${stdout}${stderr}`;
}

function runCheck(script: string, folder: string) {
  // Python would leave compiled copies of the library beside it.
  const env = { ...process.env, ROUNDS_FOLDER: folder, PYTHONDONTWRITEBYTECODE: '1' };
  const { status, stdout, error } = spawnSync(join(checkout, script), { encoding: 'utf8', env });
  if (error) throw error;
  return { status, printed: stdout };
}
