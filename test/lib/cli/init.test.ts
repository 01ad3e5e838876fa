import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { init } from '../../../lib/cli/init.ts';
import { withPlatform } from '../../../lib/cli/platforms-file.ts';
import type { RunReport } from '../../../lib/cli/records.ts';
import { root } from '../../markdown.ts';
import { scratchFolder } from '../../scratch-folder.ts';
import { type Ended, projectCopy, roundsIn, runIn } from './project-copy.ts';

// Each of them waits for a program that is started.
vi.setConfig({ testTimeout: 60_000 });

const ownContacts = { fossawork: { 'primary-operations': { name: 'Petra', email: 'petra@example.com' } } };

const made = [
  'lib/runbooks/web-shop/runbook.ts',
  'lib/runbooks/web-shop/checks/files-waiting.sh',
  'lib/runbooks/web-shop/checks/plugin.sh',
  'test/lib/runbooks/web-shop/runbook.test.ts',
];

describe('a runbook that rounds init has made', () => {
  let folder = '';
  let ended: Ended;
  beforeAll(async () => {
    folder = projectCopy();
    writeFileSync(join(folder, 'contacts.json'), JSON.stringify(ownContacts));
    ended = await roundsIn(folder, 'init', 'web-shop', '--name', 'Ann\'s "Web" Shop', '--time-zone', 'Europe/Berlin');
  });

  it('is said to be there, with what was made, what was changed, and what comes next', () => {
    expect(ended).toMatchObject({ exitCode: 0, stderr: '' });
    for (const path of [...made, 'lib/runbooks/platforms.ts', 'contacts.example.json', 'contacts.json'])
      expect(ended.stdout).toContain(`  ${path}\n`);
    expect(ended.stdout).toContain('npm start -- --platform web-shop --once\n');
  });

  it('has contacts that have still to be filled in, beside those that were there', () => {
    const contacts = JSON.parse(readFileSync(join(folder, 'contacts.json'), 'utf8'));
    expect(contacts).toMatchObject(ownContacts);
    expect(contacts['web-shop'].operations).toEqual({
      name: '[CONFIGURE]',
      phone: '[CONFIGURE]',
      email: '[CONFIGURE]',
    });
  });

  it('is formatted, linted and typed like the rest', async () => {
    const sources = [...made.filter((path) => path.endsWith('.ts')), 'lib/runbooks/platforms.ts'];
    const config = { extends: './tsconfig.json', include: [...sources, 'lib/**/*.d.ts'] };
    writeFileSync(join(folder, 'tsconfig.new.json'), JSON.stringify(config));
    const files = [...sources, 'contacts.example.json', 'contacts.json'];
    const ends = await Promise.all([
      runIn(folder, 'tsc', ['--noEmit', '--project', 'tsconfig.new.json']),
      runIn(folder, 'biome', ['ci', '--error-on-warnings', '--vcs-enabled=false', ...files]),
    ]);
    for (const { exitCode, stdout, stderr } of ends) expect(exitCode, stdout + stderr).toBe(0);
  });

  it('has a check that shellcheck has nothing against', () => {
    const { status, stdout, error } = spawnSync('shellcheck', ['-x', join(folder, made[1] ?? '')], {
      encoding: 'utf8',
    });
    if (error) return console.warn('shellcheck is not installed: a new check is not held against it');
    expect({ status, stdout }).toEqual({ status: 0, stdout: '' });
  });

  it('passes its tests', async () => {
    const { exitCode, stdout, stderr } = await runIn(folder, 'vitest', ['run', 'test/lib/runbooks/web-shop']);
    expect(exitCode, stdout + stderr).toBe(0);
    expect(stdout).toMatch(/Tests .*6 passed/);
  });

  it('can be synthesized', async () => {
    const context = JSON.stringify({
      platform: 'web-shop',
      contacts: 'contacts.example.json',
      allowUnconfiguredContacts: true,
    });
    // The rules of CloudFormation are slow, and those of cdk-nag hold for the stack whatever its runbook.
    const env = { CDK_OUTDIR: join(folder, 'cdk.out'), CDK_CONTEXT_JSON: context, CDK_VALIDATION: 'false' };
    const { exitCode, stdout, stderr } = await runIn(folder, 'node', ['--import', 'tsx', 'bin/app.ts'], env);
    expect(exitCode, stdout + stderr).toBe(0);
    expect(readdirSync(join(folder, 'cdk.out'))).toContain('Rounds-web-shop.template.json');
  });

  it('runs its morning on demo hosts, where all is well', async () => {
    const { exitCode, stdout } = await roundsIn(folder, 'start', '--platform', 'web-shop', '--json');
    const report: RunReport = JSON.parse(stdout);
    expect(report.rounds[0]?.verdicts).toMatchObject([{ check: 'files-waiting', status: 'OK' }]);
    expect(report.results).toHaveLength(2);
    expect(report.incidents).toEqual([]);
    expect(exitCode).toBe(0);
  });

  it('stands in the help with its routines and its scenarios', async () => {
    expect((await roundsIn(folder, 'run', '--help')).stdout).toContain('  web-shop: morning, monitoring\n');
    expect((await roundsIn(folder, 'start', '--help')).stdout).toContain('  web-shop: healthy, host-lost, no-hosts\n');
  });

  it('is made only once', async () => {
    const { exitCode, stderr } = await roundsIn(folder, 'init', 'web-shop');
    expect({ exitCode, stderr }).toEqual({
      exitCode: 1,
      stderr: 'rounds: There is a folder lib/runbooks/web-shop already. Choose another id.\n',
    });
  });
});

/** A project with nothing but what is read and changed. */
function bareProject(changes: Readonly<Record<string, string>> = {}): string {
  const folder = scratchFolder();
  const platforms = readFileSync(join(root, 'lib/runbooks/platforms.ts'), 'utf8');
  const files = { 'lib/runbooks/platforms.ts': platforms, 'contacts.example.json': '{}', ...changes };
  mkdirSync(join(folder, 'lib/runbooks/scripts'), { recursive: true });
  for (const [path, text] of Object.entries(files)) writeFileSync(join(folder, path), text);
  return folder;
}

function contentOf(folder: string): Record<string, string> {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  return Object.fromEntries(
    entries.map((entry) => {
      const path = join(entry.parentPath, entry.name);
      return [path, entry.isFile() ? readFileSync(path, 'utf8') : ''];
    }),
  );
}

const shop = { id: 'shop', name: 'Shop', timeZone: 'Europe/Berlin', year: 2026 };

describe('rounds init', () => {
  it.each<[what: string, changes: Partial<typeof shop>, files: Record<string, string>, refusal: RegExp]>([
    [
      'an id with capitals',
      { id: 'Shop' },
      {},
      /ID: got "Shop", expected a kebab-case id of at most 20 characters; use/,
    ],
    ['an id that is too long', { id: 'a-shop-of-many-things' }, {}, /ID: got "a-shop-of-many-things", expected/],
    ['an id that leads elsewhere', { id: '../shop' }, {}, /ID: got "\.\.\/shop", expected/],
    ['a folder that is there', { id: 'scripts' }, {}, /There is a folder lib\/runbooks\/scripts already/],
    ['a name of two lines', { name: 'Web\nShop' }, {}, /--name: got "Web\\nShop", expected the name of the platform/],
    [
      'a name that fills a subject',
      { name: 'x'.repeat(61) },
      {},
      /--name: got .*expected at most 60 characters; choose/,
    ],
    [
      'an unknown time zone',
      { timeZone: 'Europe/Bonn' },
      {},
      /--time-zone: got "Europe\/Bonn", expected the name of an/,
    ],
    ['contacts of that id', {}, { 'contacts.json': '{ "shop": {} }' }, /contacts\.json has contacts of 'shop' already/],
    ['contacts that are no JSON', {}, { 'contacts.json': '{' }, /contacts\.json cannot be read: .* Mend it first/],
    ['contacts that are a list', {}, { 'contacts.json': '[]' }, /contacts\.json holds no object of platforms/],
    [
      'a list of platforms in other words',
      {},
      { 'lib/runbooks/platforms.ts': '' },
      /platforms\.ts is not written as it was/,
    ],
    ['a file in the place of a folder', {}, { test: '' }, /ENOTDIR/],
  ])('refuses %s, and changes nothing', async (_what, changes, files, refusal) => {
    const folder = bareProject(files);
    const before = contentOf(folder);
    await expect(init({ ...shop, ...changes }, folder)).rejects.toThrow(refusal);
    expect(contentOf(folder)).toEqual(before);
  });

  it('adds a platform where the linter wants it, whatever it is called', async () => {
    const folder = projectCopy();
    const file = join(folder, 'lib/runbooks/platforms.ts');
    const delivered = readFileSync(file, 'utf8');
    const ids = ['a', 'new', 'gold', 'gold-2', 'gold-10', 'gold-escrow-2', 'goldfish', 'fossawork2', 'zoo', 'x9-y'];
    const text = ids.reduce((before, id) => withPlatform(before, id) ?? '', delivered);
    for (const id of ids) expect(text).toMatch(new RegExp(`^  '?${id}'?: \\w+Runbook,$`, 'm'));
    writeFileSync(file, text);
    const { exitCode, stdout, stderr } = await runIn(folder, 'biome', ['ci', '--vcs-enabled=false', file]);
    expect(exitCode, stdout + stderr).toBe(0);
    rmSync(file);
  });
});
