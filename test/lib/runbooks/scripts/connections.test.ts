import { existsSync } from 'node:fs';
import { chmod, rm, symlink } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { writeFiles } from '../procfs.ts';
import { type HostDifference, type Outcome, runScript, temporaryFolder } from '../run-script.ts';

const heading = '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n';
const heading6 = heading.replace('rem_address', 'remote_address');
const states = { established: '01', timeWait: '06', closeWait: '08', listen: '0A' } as const;

type Connection = readonly [state: keyof typeof states, localPort: number, remotePort: number];

const hexadecimal = (port: number) => port.toString(16).toUpperCase().padStart(4, '0');

/** Lines of /proc/net/tcp; those of tcp6 have longer addresses. */
function lines(connections: readonly Connection[], address = '0100007F'): string {
  return connections
    .map(
      ([state, local, remote], index) =>
        `${String(index).padStart(4)}: ${address}:${hexadecimal(local)} ${address}:${hexadecimal(remote)} ` +
        `${states[state]} 00000000:00000000 00:00000000 00000000  1000        0 12345 1 0000000000000000 20 4 30 10 -1\n`,
    )
    .join('');
}

const times = (count: number, connection: Connection): Connection[] => Array.from({ length: count }, () => connection);

async function check(
  connections: readonly Connection[],
  connections6: readonly Connection[],
  settings: Record<string, string> = {},
  difference: HostDifference = {},
): Promise<Outcome> {
  const procPath = await temporaryFolder();
  const table6 = heading6 + lines(connections6, '00000000000000000000000001000000');
  await writeFiles(procPath, { 'net/tcp': heading + lines(connections), 'net/tcp6': table6 });
  return await runScript('connections.sh', { procPath, ...settings }, difference);
}

const server: Connection = ['listen', 8000, 0];

describe('connections.sh', () => {
  test('counts by state, over both tables, and names the ports with most', async () => {
    const outcome = await check(
      [server, ['listen', 22, 0], ...times(3, ['established', 8000, 50123]), ...times(2, ['timeWait', 8000, 50124])],
      [server, ...times(4, ['established', 40000, 5432]), ['closeWait', 40001, 443], ['established', 8000, 60000]],
    );
    expect(outcome).toEqual({
      exitCode: 0,
      text:
        '8 connections established, 2 in time_wait, 1 in close_wait; 2 ports listened on; ' +
        'most connections: port 8000: 6, port 5432 elsewhere: 4, port 443 elsewhere: 1',
      metrics: { established: '8', time_wait: '2', close_wait: '1', listening: '2' },
    });
  });

  test('counts nothing on a host without connections', async () => {
    const outcome = await check([], []);
    expect(outcome.text).toBe('0 connections established, 0 in time_wait, 0 in close_wait; 0 ports listened on');
  });

  test('is OK when somebody listens on each port that is named, whichever the table', async () => {
    const outcome = await check([server], [['listen', 443, 0]], { listening: '443  8000' });
    expect(outcome).toMatchObject({ exitCode: 0, text: expect.stringMatching(/; listened on as expected: 443 8000$/) });
  });

  test('is CRITICAL and names the ports that nobody listens on', async () => {
    const connected: Connection = ['established', 40000, 5432];
    const outcome = await check([server, connected], [], { listening: '8000 5432 65535' });
    expect(outcome).toMatchObject({ exitCode: 2, metrics: { established: '1', listening: '1' } });
    expect(outcome.text).toMatch(/^nobody listens on port 5432, 65535; 1 connections established/);
  });

  test('counts a hundred thousand connections', async () => {
    const outcome = await check([server, ...times(100_000, ['timeWait', 8000, 50000])], []);
    expect(outcome).toMatchObject({ exitCode: 0, metrics: { time_wait: '100000' } });
  });

  test.runIf(existsSync('/usr/bin/gawk'))('counts the same with GNU awk', async () => {
    const tools = await temporaryFolder();
    await symlink('/usr/bin/gawk', join(tools, 'awk'));
    const outcome = await check([server, ...times(3, ['closeWait', 8000, 1])], [], { listening: '8000' }, { tools });
    expect(outcome).toMatchObject({ exitCode: 0, metrics: { close_wait: '3', listening: '1' } });
  });

  test('needs no IPv6, but has to be able to read its table where there is one', async () => {
    const procPath = await temporaryFolder();
    await writeFiles(procPath, { 'net/tcp': heading, 'net/tcp6': heading6 });
    await chmod(join(procPath, 'net/tcp6'), 0o000);
    const denied = await runScript('connections.sh', { procPath }, { unprivileged: true });
    expect(denied).toMatchObject({ exitCode: 3, text: expect.stringMatching(/tcp6.*Permission denied/) });
    await rm(join(procPath, 'net/tcp6'));
    expect(await runScript('connections.sh', { procPath })).toMatchObject({ exitCode: 0 });
  });

  test.each([
    ['empty', ''],
    ['another file', 'hello\n'],
    ['a table with a line that is cut', `${heading}   0: 0100007F:1F90 0100\n`],
  ])('is UNKNOWN when the table is %s', async (_what, text) => {
    const procPath = await temporaryFolder();
    await writeFiles(procPath, { 'net/tcp': text });
    const outcome = await runScript('connections.sh', { procPath, listening: '8000' });
    expect(outcome).toMatchObject({ exitCode: 3, text: expect.stringContaining('unknown form'), metrics: {} });
  });

  test('is UNKNOWN and names what is missing or wrong', async () => {
    const procPath = await temporaryFolder();
    const text = async (settings: Record<string, string>, difference: HostDifference = {}) => {
      const outcome = await runScript('connections.sh', settings, difference);
      expect(outcome.exitCode).toBe(3);
      return outcome.text;
    };
    expect(await text({})).toContain('setting ROUNDS_PROC_PATH is missing');
    expect(await text({ procPath })).toMatch(/^cannot read the connections: .*No such file/);
    for (const listening of ['http', '0', '65536', '*', '08']) {
      expect(await text({ procPath, listening })).toContain(`ROUNDS_LISTENING holds '${listening}', expected ports`);
    }
    expect(await text({ procPath }, { onlyTools: await temporaryFolder() })).toContain('awk is not installed');
  });

  test.runIf(existsSync('/proc/net/tcp'))('sees a real server on this machine, and that it is gone', async () => {
    const real = createServer();
    onTestFinished(() => void real.close());
    await new Promise<void>((resolve) => real.listen(0, '127.0.0.1', resolve));
    const address = real.address();
    const listening = typeof address === 'object' && address !== null ? String(address.port) : '';
    expect(await runScript('connections.sh', { procPath: '/proc', listening })).toMatchObject({ exitCode: 0 });
    await new Promise((resolve) => real.close(resolve));
    expect(await runScript('connections.sh', { procPath: '/proc', listening })).toMatchObject({ exitCode: 2 });
  });
});
