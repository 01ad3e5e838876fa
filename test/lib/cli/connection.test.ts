import { mkdirSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { isoOf, msOf } from '../../../functions/core/time.ts';
import { alertKey } from '../../../functions/flow/keys.ts';
import { announce, connect } from '../../../lib/cli/connection.ts';
import { scratchFolder } from '../../scratch-folder.ts';
import { startTableCloud, type TableCloud, tableName } from './table-cloud.ts';

afterEach(() => vi.unstubAllEnvs());

function stub(environment: Readonly<Record<string, string | undefined>>): void {
  for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
}

describe('a connection to a deployed stack', () => {
  it.each(['Rounds-shop', tableName])('finds the table by %s, whatever else the account has', async (stack) => {
    const cloud = await startTableCloud();
    for (const other of ['Rounds-shop-staging-TableCD117FA1-AAAA', 'Rounds-shopping-TableCD117FA1-BBBB', 'orders'])
      await cloud.createTable(other);
    stub(cloud.environment);
    const connection = await connect(stack);
    expect(connection).toMatchObject({ place: `the stack ${stack} in us-east-1`, platform: 'shop' });
    await cloud.table.put(alertKey('disk'), 0, 'here');
    expect((await connection.table.get(alertKey('disk')))?.body).toBe('here');
  });

  it('names the stacks that there are instead of one that does not exist', async () => {
    const cloud = await startTableCloud();
    await cloud.createTable('orders');
    stub(cloud.environment);
    await expect(connect('shop')).rejects.toThrow(
      "--stack got 'shop', which has no table in us-east-1; the stacks that look like Rounds there are: Rounds-shop. " +
        'Correct it, or choose another region or account with AWS_REGION and AWS_PROFILE.',
    );
  });

  it('lets its user choose where a deployment before has left its table', async () => {
    const cloud = await startTableCloud();
    await cloud.createTable('Rounds-shop-TableCD117FA1-0LD');
    stub(cloud.environment);
    await expect(connect('Rounds-shop')).rejects.toThrow(
      `which has 2 tables in us-east-1: Rounds-shop-TableCD117FA1-0LD, ${tableName}. All but one are left from earlier deployments`,
    );
  });

  it('reads more than a page of tables', async () => {
    const cloud = await startTableCloud();
    for (let index = 0; index < 120; index++) await cloud.createTable(`another-${index}`);
    stub(cloud.environment);
    await expect(connect('Rounds-shop')).resolves.toMatchObject({ place: 'the stack Rounds-shop in us-east-1' });
  });

  const nowhere = {
    AWS_CONFIG_FILE: '/nonexistent',
    AWS_SHARED_CREDENTIALS_FILE: '/nonexistent',
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_PROFILE: undefined,
    AWS_ACCESS_KEY_ID: undefined,
    AWS_SECRET_ACCESS_KEY: undefined,
    AWS_REGION: undefined,
  };

  it.each([
    ['no region', nowhere, 'No AWS region is chosen: set AWS_REGION=us-east-1, or AWS_PROFILE.'],
    [
      'no credentials',
      { ...nowhere, AWS_REGION: 'us-east-1' },
      'There are no AWS credentials: set AWS_PROFILE, or sign in again.',
    ],
  ])('says what to do about %s', async (_what, environment, expected) => {
    stub(environment);
    await expect(connect('Rounds-shop')).rejects.toThrow(expected);
  });

  it('says what to do about credentials that AWS does not take', async () => {
    const cloud = await startTableCloud();
    stub({ ...cloud.environment, AWS_ACCESS_KEY_ID: 'SOMEBODY' });
    await expect(connect('Rounds-shop')).rejects.toThrow('AWS does not take the credentials: sign in again.');
  });
});

describe('a connection to the local cloud', () => {
  let file = '';
  beforeEach(() => {
    file = join(scratchFolder(), 'rounds', 'local.json');
  });

  const none = 'No local cloud is running on this machine. Start one with npm start and leave it running';
  const recordOf = ({ client }: TableCloud) => ({ platform: 'shop', table: tableName, client });

  it('finds the one that is announced, until that ends', async () => {
    const cloud = await startTableCloud();
    const withdraw = await announce(recordOf(cloud), file);
    const connection = await connect(undefined, file);
    expect(connection).toMatchObject({ place: 'the local cloud of shop', platform: 'shop' });
    await cloud.table.put(alertKey('disk'), 0, 'here');
    expect((await connection.table.get(alertKey('disk')))?.body).toBe('here');
    await withdraw();
    await expect(connect(undefined, file)).rejects.toThrow(none);
  });

  it('goes by its clock, which rechecks have moved on', async () => {
    const cloud = await startTableCloud(isoOf(Date.now() + 3_600_000));
    await announce(recordOf(cloud), file);
    const { now } = await connect(undefined, file);
    const behindMs = cloud.clock.now() - msOf(now());
    expect(behindMs).toBeGreaterThanOrEqual(0);
    // The clock is read from a header that tells seconds.
    expect(behindMs).toBeLessThan(2_000);
  });

  it('refuses what a killed one has left', async () => {
    const cloud = await startTableCloud();
    await announce(recordOf(cloud), file);
    await cloud.close();
    await expect(connect(undefined, file)).rejects.toThrow(none);
  });

  it('refuses a record that was not written to its end', async () => {
    await announce(recordOf(await startTableCloud()), file);
    writeFileSync(file, '{"platform":');
    await expect(connect(undefined, file)).rejects.toThrow(none);
  });

  it('keeps its keys from other users of the machine, also where a file lay open before', async () => {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, '', { mode: 0o644 });
    await announce(recordOf(await startTableCloud()), file);
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  it('of several finds the newest, whose record the end of another one leaves alone', async () => {
    const [older, newer] = [await startTableCloud(), await startTableCloud()];
    const withdraw = await announce(recordOf(older), file);
    await announce({ ...recordOf(newer), platform: 'bakery' }, file);
    await withdraw();
    expect((await connect(undefined, file)).place).toBe('the local cloud of bakery');
  });
});
