import { DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { afterEach, describe, expect, it } from 'vitest';
import { UnreadableItem } from '../../functions/adapters/dynamodb.ts';
import type { Alert } from '../../functions/core/alert.ts';
import type { Round } from '../../functions/core/round.ts';
import { alertKey, roundKey } from '../../functions/flow/keys.ts';
import { status } from '../../lib/cli/status.ts';
import { shop } from './shop.ts';
import { newestFormat } from './snapshot.ts';
import { type Deployment, deploy, failures, told } from './upgraded-cloud.ts';

const newer = newestFormat + 1;
const slot = '2026-11-23T07:00:00.000Z';
const past = '2026-11-23T06:00:00.000Z';

let now: Deployment;

/** Puts what a newer version has written, which is due, and in which nothing is as it is today. */
async function putNewer(pk: string, sk: string): Promise<void> {
  const item = { version: { N: '7' }, body: { S: '{"status":"OK"}' }, format: { N: String(newer) } };
  const due = { owed: { S: 'owed' }, dueAt: { S: past } };
  await client().send(
    new PutItemCommand({ TableName: tableName(), Item: { pk: { S: pk }, sk: { S: sk }, ...item, ...due } }),
  );
}

async function stored(pk: string, sk: string) {
  const { Item: item } = await client().send(
    new GetItemCommand({ TableName: tableName(), Key: { pk: { S: pk }, sk: { S: sk } } }),
  );
  return item;
}

const client = () => new DynamoDBClient(now.cloud.clientFor('a newer version'));
const tableName = () => now.cloud.resource('AWS::DynamoDB::Table').ref;

describe('an item that a newer version has written', () => {
  afterEach(() => now.cloud.close());

  it('is never read, and never taken for none', async () => {
    now = await deploy({ at: '2026-11-23T06:58:30.000Z' });
    await putNewer('alert', 'disk');
    await expect(now.table.get(alertKey('disk'))).rejects.toThrow(
      new RegExp(`has the format ${newer}, .* a newer one wrote it`),
    );
    await expect(now.table.get(alertKey('disk'))).rejects.toBeInstanceOf(UnreadableItem);
    expect(await now.table.put(alertKey('disk'), 0, {}).catch(() => undefined)).toBeUndefined();
    expect(await stored('alert', 'disk')).toMatchObject({ format: { N: String(newer) }, version: { N: '7' } });
    expect(await now.table.query({ pk: 'alert', limit: 9 })).toEqual([]);
    expect(now.unreadable.map(({ message }) => message)).toEqual([expect.stringContaining('alert disk')]);
    await expect(now.table.query({ pk: 'alert', limit: 9, isWhole: true })).rejects.toBeInstanceOf(UnreadableItem);
  });

  it('is left as it is whatever it is, is a failure of Rounds itself, and keeps nothing else from being told', async () => {
    now = await deploy({ at: '2026-11-23T06:58:30.000Z' });
    const { cloud, hosts, table } = now;
    const items = [
      ['alert', 'memory'],
      ['mailbox', 'bob'],
      ['round#often', past],
      ['incident', 'DAILY-20261120-000001'],
      ['slot', 'stock'],
      ['sign-off', `${past}#access-review`],
      ['report', `${past}#log`],
      ['audit', 'contacts'],
    ] as const;
    for (const [pk, sk] of items) await putNewer(pk, sk);
    hosts.answer(1, 'disk', [0, "full|'disk_used'=97%"]);
    hosts.answer(2, 'memory', [2, 'memory is used up']);
    await cloud.advanceTo(Date.parse('2026-11-23T07:03:30Z'));
    for (const [pk, sk] of items) {
      expect(await stored(pk, sk), pk).toMatchObject({ format: { N: String(newer) }, body: { S: '{"status":"OK"}' } });
    }
    // The disk's is told; whether that of the memory is known already, nobody can say.
    expect(told(now)).toContain('problem DAILY-20261123-001 to ann@example.com');
    const unread = failures(now).join('\n');
    for (const [pk, sk] of items)
      if (pk !== 'incident') expect(unread, pk).toContain(`The item ${pk} ${sk} has the format`);
    // The round is not well and not over, since something of it could not be kept.
    expect((await table.get<Round>(roundKey({ routine: 'morning', slot })))?.body.status).toBe('running');
    expect((await table.get<Alert>(alertKey('disk')))?.body.incident).toBeDefined();
    const { lines, exitCode } = await status(now, shop.timeZone);
    expect(exitCode).toBe(2);
    expect(lines.join('\n')).not.toMatch(/OK +memory/);
  });

  it('makes no question to the records come out well', async () => {
    now = await deploy({ at: '2026-11-23T06:58:30.000Z' });
    await putNewer('incident', 'DAILY-20261123-000001');
    await now.cloud.advanceTo(Date.parse('2026-11-23T07:02:30Z'));
    expect((await now.table.get<Round>(roundKey({ routine: 'morning', slot })))?.body).toMatchObject({
      status: 'collected',
      summary: {
        verdicts: { overnight: { status: 'UNKNOWN', text: 'our own records could not be read; see the log' } },
      },
    });
  });
});
