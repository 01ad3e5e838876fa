import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, mkdir, readFile, symlink, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { writeFiles } from '../procfs.ts';
import { type Outcome, runScript, temporaryFolder } from '../run-script.ts';

/** apt 2.6 of Debian 12 and apt 2.4 of Ubuntu 22.04, `-s --with-new-pkgs upgrade`. */
const aptUpgrades = `NOTE: This is only a simulation!
      apt-get needs root privileges for real execution.
Reading package lists...
Calculating upgrade...
The following packages have been kept back:
  docker-ce
The following packages will be upgraded:
  bash libgcrypt20 libssl3 linux-image-amd64
Inst bash [5.2.15-2+b8] (5.2.15-2+b13 Debian:12.15/oldstable [amd64])
Inst libgcrypt20 [1.10.1-3] (1.10.1-3+deb12u1 Debian:12.15/oldstable, Debian-Security:12/oldstable-security [amd64]) []
Inst libssl3 [3.0.2-0ubuntu1.10] (3.0.2-0ubuntu1.15 Ubuntu:22.04/jammy-updates, Ubuntu:22.04/jammy-security [amd64])
Inst linux-image-6.1.0-44-amd64 (6.1.164-1 Debian-Security:12/oldstable-security [amd64])
Inst linux-image-amd64 [6.1.119-1] (6.1.164-1 Debian-Security:12/oldstable-security [amd64])
Inst my-security-tool [1.0] (1.1 Debian:12.15/oldstable [amd64])
Conf bash (5.2.15-2+b13 Debian:12.15/oldstable [amd64])
5 upgraded, 1 newly installed, 0 to remove and 1 not upgraded.`;
const aptNothing = 'Reading package lists...\n0 upgraded, 0 newly installed, 0 to remove and 0 not upgraded.';

/** dnf 4.14 of Amazon Linux 2023. */
const dnfUpdates = `
kernel.x86_64                       6.1.77-99.164.amzn2023          amazonlinux
openssl-libs.x86_64                 1:3.0.8-1.amzn2023.0.11         amazonlinux
python3-a-very-long-name-of-package.noarch
                                    2.0-1.amzn2023                  amazonlinux
tzdata.noarch                       2024a-1.amzn2023.0.1            amazonlinux
Obsoleting Packages
old-tool.x86_64                     1.0-1.amzn2023                  amazonlinux
    older-tool.x86_64               0.9-1.amzn2023                  @System
`;
const dnfAdvisories = `ALAS2023-2024-500 important/Sec. kernel-6.1.77-99.164.amzn2023.x86_64
ALAS2023-2024-519 medium/Sec.    kernel-6.1.79-99.167.amzn2023.x86_64
ALAS2023-2024-531 low/Sec.       openssl-libs-1:3.0.8-1.amzn2023.0.11.x86_64
`;

type Answer = readonly [text: string, exitCode?: number];

/** What every host has; package managers are the difference. */
const commonTools = ['awk', 'cat', 'date', 'sleep', 'sort', 'stat', 'timeout'];

/** Those, and the tools of this host alone, each the lines of a shell script. */
async function toolsOf(host: Readonly<Record<string, string>>): Promise<string> {
  const folder = await temporaryFolder();
  for (const name of commonTools) {
    const path = execFileSync('sh', ['-c', 'command -v "$1"', 'sh', name], { encoding: 'utf8' }).trim();
    await symlink(path, join(folder, name));
  }
  for (const [name, script] of Object.entries(host)) {
    await writeFile(join(folder, name), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  }
  return folder;
}

const says = ([text, exitCode = 0]: Answer) => `cat <<'END'\n${text}\nEND\nexit ${exitCode}`;

async function aged(path: string, days: number): Promise<void> {
  const seconds = Date.now() / 1000 - days * 86_400;
  await utimes(path, seconds, seconds);
}

/** Runs the check on a host with apt whose lists came so many days ago. */
async function apt(answer: Answer, days = 0.5): Promise<Outcome> {
  const listFolder = join(await temporaryFolder(), 'lists');
  await writeFiles(listFolder, { deb_InRelease: 'Date: x' });
  // The archive has made them before.
  await aged(join(listFolder, 'deb_InRelease'), days + 100);
  await aged(listFolder, days);
  const onlyTools = await toolsOf({ 'apt-get': says(answer) });
  return await runScript('packages.sh', { maxListAgeDays: 7, timeoutSeconds: 5, listFolder }, { onlyTools });
}

/** Runs the check on a host with dnf; `rpm` answers for Amazon Linux 2023 where that is asked for. */
async function dnf(update: Answer, advisories: Answer, days = 0.5, amazon = ''): Promise<Outcome> {
  const listFolder = await temporaryFolder();
  const list = join(listFolder, 'dnf/amazonlinux-1234/repodata/repomd.xml');
  await writeFiles(listFolder, { 'dnf/amazonlinux-1234/repodata/repomd.xml': '<repomd/>' });
  await aged(list, days);
  const onlyTools = await toolsOf({
    rpm: `echo '${amazon}'`,
    dnf: `[ "${amazon}" = '' ] || case $* in *--releasever=latest*) ;; *) exit 0 ;; esac
case $* in *check-update*) ${says(update)} ;; esac
${says(advisories)}`,
  });
  return await runScript('packages.sh', { maxListAgeDays: 7, timeoutSeconds: 5, listFolder }, { onlyTools });
}

describe('packages.sh with apt', () => {
  test('counts updates, and those for security by where they come from', async () => {
    expect(await apt([aptUpgrades])).toEqual({
      exitCode: 0,
      text:
        '3 security updates wait, 5 updates in all (lists 0.5 days old): ' +
        'libgcrypt20, libssl3, linux-image-amd64; 1 more are held back',
      metrics: { security: '3', updates: '5' },
    });
  });

  test('is OK on a host that is up to date', async () => {
    expect(await apt([aptNothing])).toEqual({
      exitCode: 0,
      text: '0 security updates wait, 0 updates in all (lists 0.5 days old)',
      metrics: { security: '0', updates: '0' },
    });
  });

  test('names five of many', async () => {
    const lines = Array.from({ length: 300 }, (_, at) => `Inst p${at} [1] (2 Debian-Security:12/x-security [amd64])`);
    const outcome = await apt([
      `${lines.join('\n')}\n300 upgraded, 0 newly installed, 0 to remove and 0 not upgraded.`,
    ]);
    expect(outcome.metrics.security).toBe('300');
    expect(outcome.text).toMatch(/: p0, p1, p2, p3, p4 and 295 more$/);
  });

  test('is UNKNOWN when the lists are too old, whatever they say', async () => {
    const outcome = await apt([aptNothing], 7.1);
    expect(outcome).toMatchObject({ exitCode: 3, metrics: {} });
    expect(outcome.text).toMatch(/^the lists of packages are 7\.1 days old, .* run apt-get update/);
    expect(await apt([aptNothing], 6.9)).toMatchObject({ exitCode: 0 });
  });

  test('takes the stamp of the last update for the age where there is one', async () => {
    const listFolder = join(await temporaryFolder(), 'lists');
    await writeFiles(listFolder, { deb_InRelease: 'x', '../periodic/update-success-stamp': '' });
    for (const path of [join(listFolder, 'deb_InRelease'), listFolder]) await aged(path, 30);
    const onlyTools = await toolsOf({ 'apt-get': says([aptNothing]) });
    const outcome = await runScript('packages.sh', { maxListAgeDays: 7, timeoutSeconds: 5, listFolder }, { onlyTools });
    expect(outcome).toMatchObject({ exitCode: 0, text: expect.stringContaining('lists 0.0 days old') });
  });

  test('is UNKNOWN when there are no lists, as in an image that was cleaned', async () => {
    const listFolder = await temporaryFolder();
    await mkdir(join(listFolder, 'partial'));
    const onlyTools = await toolsOf({ 'apt-get': says([aptNothing]) });
    const outcome = await runScript('packages.sh', { maxListAgeDays: 7, timeoutSeconds: 5, listFolder }, { onlyTools });
    expect(outcome).toMatchObject({ exitCode: 3, text: expect.stringContaining('there are no lists of packages in') });
  });

  test.each([
    [['E: Unmet dependencies. Try apt --fix-broken install.', 100], 'exit code 100): E: Unmet dependencies'],
    [['Reading package lists...', 0], 'exit code 0): Reading package lists...'],
  ] as const)('is UNKNOWN when apt fails: %j', async (answer, words) => {
    expect(await apt(answer)).toMatchObject({ exitCode: 3, text: expect.stringContaining(words), metrics: {} });
  });

  test('only simulates, without waiting for locks', async () => {
    const seen = join(await temporaryFolder(), 'seen');
    const listFolder = await temporaryFolder();
    await writeFiles(listFolder, { deb_InRelease: 'x' });
    const onlyTools = await toolsOf({ 'apt-get': `echo "$*" >>'${seen}'` });
    await runScript('packages.sh', { maxListAgeDays: 7, timeoutSeconds: 5, listFolder }, { onlyTools });
    expect(await readFile(seen, 'utf8')).toBe('-s -o Debug::NoLocking=true --with-new-pkgs upgrade\n');
  });

  test.runIf(existsSync('/var/lib/apt/lists/lock'))('asks the real apt-get of this machine', async () => {
    const outcome = await runScript('packages.sh', { maxListAgeDays: 9999, timeoutSeconds: 60 });
    expect(outcome.text).toMatch(/^\d+ security updates wait|there are no lists of packages/);
  });
});

describe('packages.sh with dnf', () => {
  test('counts updates, and packages for which there is a security advisory', async () => {
    expect(await dnf([dnfUpdates, 100], [dnfAdvisories])).toEqual({
      exitCode: 0,
      text: '2 security updates wait, 4 updates in all (lists 0.5 days old): kernel, openssl-libs',
      metrics: { security: '2', updates: '4' },
    });
  });

  test('is OK on a host that is up to date', async () => {
    expect(await dnf([''], [''])).toMatchObject({ exitCode: 0, metrics: { security: '0', updates: '0' } });
  });

  test('looks beyond the release that Amazon Linux 2023 is locked to', async () => {
    const outcome = await dnf([dnfUpdates, 100], [dnfAdvisories], 0.5, '2023');
    expect(outcome).toMatchObject({ exitCode: 0, metrics: { security: '2' } });
  });

  test('reads the columns of dnf 5', async () => {
    const columns = `Name                   Type     Severity   Package                    Issued
FEDORA-2024-0a1b2c3d4e security Important  kernel-6.8.4-200.fc39.x86_64 2024-04-05 01:12:22
`;
    const outcome = await dnf(['kernel.x86_64  6.8.4-200.fc39  updates', 100], [columns]);
    expect(outcome).toMatchObject({ metrics: { security: '1', updates: '1' } });
  });

  test.each([
    [['Error: Failed to download metadata for repo amazonlinux', 1], [''], 'exit code 1): Error: Failed to download'],
    [['Ignoring repositories: amazonlinux', 0], [''], 'Ignoring repositories: amazonlinux'],
    [[dnfUpdates, 100], ['Error: no such command', 1], 'exit code 1): Error: no such command'],
    [['something else', 100], [''], 'exit code 100): something else'],
  ] as const)('is UNKNOWN when dnf fails: %j %j', async (update, advisories, words) => {
    const outcome = await dnf(update, advisories);
    expect(outcome).toMatchObject({ exitCode: 3, text: expect.stringContaining(words), metrics: {} });
  });

  test('is UNKNOWN when its lists are too old', async () => {
    expect(await dnf([''], [''], 9)).toMatchObject({ exitCode: 3, text: expect.stringContaining('are 9.0 days old') });
  });
});

describe('packages.sh', () => {
  test('is UNKNOWN on a host with neither, or one that takes too long', async () => {
    const settings = { maxListAgeDays: 7, timeoutSeconds: 1 };
    const neither = await runScript('packages.sh', settings, { onlyTools: await toolsOf({}) });
    expect(neither).toMatchObject({ exitCode: 3, text: expect.stringContaining('neither apt-get nor dnf') });
    const onlyTools = await toolsOf({ dnf: 'sleep 15' });
    const slow = await runScript('packages.sh', settings, { onlyTools });
    expect(slow).toMatchObject({ exitCode: 3, text: 'dnf gave no answer within 1 s' });
  });

  test.each([
    [{ timeoutSeconds: 5 }, 'setting ROUNDS_MAX_LIST_AGE_DAYS is missing'],
    [{ maxListAgeDays: 7 }, 'setting ROUNDS_TIMEOUT_SECONDS is missing'],
    [{ maxListAgeDays: 'week', timeoutSeconds: 5 }, "ROUNDS_MAX_LIST_AGE_DAYS is 'week', expected a whole number"],
  ])('is UNKNOWN and names the wrong setting of %j', async (settings, words) => {
    const outcome = await runScript('packages.sh', settings as Record<string, string | number>);
    expect(outcome).toMatchObject({ exitCode: 3, text: expect.stringContaining(words) });
  });

  test.runIf(existsSync('/usr/bin/apt-get'))('is UNKNOWN when its lists may not be read', async () => {
    const listFolder = join(await temporaryFolder(), 'lists');
    await writeFiles(listFolder, { deb_InRelease: 'x' });
    await chmod(listFolder, 0o000);
    const settings = { maxListAgeDays: 7, timeoutSeconds: 5, listFolder };
    const outcome = await runScript('packages.sh', settings, { unprivileged: true });
    expect(outcome.exitCode).toBe(3);
    expect(outcome.text).toMatch(/^cannot read the lists of packages in .*: let the user \d+ read them$/);
  });
});
