import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { afterEach, describe, expect, it, onTestFinished } from 'vitest';
import { Table } from '../../../functions/adapters/dynamodb.ts';
import { examplePlan } from '../core/example-plan.ts';
import { startSmallCloud } from '../flow/small-cloud.ts';
import { type Stage, startStage } from '../flow/stage.ts';

const key = { pk: 'test', sk: 'one' };

describe('one item that two may change', () => {
  let stage: Stage;
  afterEach(() => stage.close());

  it('is written by the first of them, and the other one sees that it was too late', async () => {
    stage = await startStage();
    const { table } = stage;
    const both = await Promise.all([table.put(key, 0, 'ann'), table.put(key, 0, 'bob')]);
    expect(both.filter(Boolean)).toHaveLength(1);
    const stored = await table.get<string>(key);
    expect(stored?.body).toBe(both[0] ? 'ann' : 'bob');
    expect(await table.put(key, 0, 'carol')).toBeUndefined();
    expect(await table.put(key, 1, 'carol')).toMatchObject({ version: 2, body: 'carol' });
  });

  it('is known as ours when only the answer got lost, and the second try finds it changed', async () => {
    let isLost = false;
    stage = await startStage({
      intercept: ({ caller, operation }) => {
        if (caller !== 'test' || operation !== 'PutItem' || isLost) return 'pass';
        isLost = true;
        return 'drop-after';
      },
    });
    expect(await stage.table.put(key, 0, 'ann')).toMatchObject({ version: 1, body: 'ann' });
    expect(isLost).toBe(true);
  });

  it('is put off whatever its body says, but by nobody who has not seen its last version', async () => {
    stage = await startStage();
    const { table, cloud } = stage;
    await table.put(key, 0, 'ann', { dueAt: '2026-11-23T07:00:00.000Z' });
    await table.postpone(key, '2026-11-23T08:00:00.000Z');
    const dueAt = async () => (await cloud.items()).find(({ pk }) => pk === key.pk)?.dueAt;
    expect(await dueAt()).toBe('2026-11-23T08:00:00.000Z');
    expect((await table.get(key))?.version).toBe(1);
    await table.put(key, 1, 'done');
    await table.postpone(key, '2026-11-23T09:00:00.000Z');
    expect(await dueAt()).toBeUndefined();
  });
});

describe('a batch that DynamoDB takes only in part', () => {
  /** A service that leaves all but the first of each request unprocessed, and refuses nothing. */
  async function partial(leftovers: (items: number) => number) {
    const written: string[] = [];
    const waits: number[] = [];
    const server = createServer(async (request, response) => {
      const { RequestItems } = JSON.parse(Buffer.concat(await request.toArray()).toString());
      const puts: { PutRequest: { Item: { sk: { S: string } } } }[] = RequestItems.rounds;
      const taken = puts.length - leftovers(puts.length);
      written.push(...puts.slice(0, taken).map(({ PutRequest }) => PutRequest.Item.sk.S));
      const left = puts.slice(taken);
      response.end(JSON.stringify({ UnprocessedItems: left.length > 0 ? { rounds: left } : {} }));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void server.close());
    const client = new DynamoDBClient({
      region: 'eu-central-1',
      endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    });
    const table = new Table(client, 'rounds', { wait: async (ms) => void waits.push(ms) });
    return { table, written, waits };
  }

  const items = (count: number) => Array.from({ length: count }, (_, index) => ({ pk: 'p', sk: `${index}`, body: 1 }));

  it('is written to its end, each item once, with longer and longer waits', async () => {
    const { table, written, waits } = await partial((puts) => Math.floor(puts / 2));
    await table.putAll(items(30));
    expect(written).toEqual(items(30).map(({ sk }) => sk));
    expect(waits.slice(0, 4)).toEqual([100, 200, 400, 800]);
  });

  it('is given up when nothing is taken any more, and says how much is left', async () => {
    const { table } = await partial((puts) => puts);
    await expect(table.putAll(items(3))).rejects.toThrow('left 3 items unprocessed after 6 tries');
  });
});

describe('many items by their keys', () => {
  const keys = Array.from({ length: 130 }, (_, index) => ({ pk: 'p', sk: `${index}` }));

  it('are read a hundred at a time, those that are not there aside', async () => {
    const { table, count } = await startSmallCloud(examplePlan, '2026-11-23T07:00:00.000Z', 1).then(
      ({ services, ...cloud }) => ({ table: services.table, count: cloud.count }),
    );
    await table.putAll(keys.slice(0, 120).map((each) => ({ ...each, body: each.sk })));
    const found = await table.getAll<string>(keys);
    expect(found.map(({ body }) => Number(body)).sort((one, other) => one - other)).toEqual(
      keys.slice(0, 120).map(({ sk }) => Number(sk)),
    );
    expect(count('BatchGetItem')).toBe(2);
    expect(await table.getAll([])).toEqual([]);
    expect(count('BatchGetItem')).toBe(2);
  });

  /** A service that answers only the first of each request. */
  async function answersOne(isStuck: boolean) {
    const waits: number[] = [];
    const server = createServer(async (request, response) => {
      const { RequestItems } = JSON.parse(Buffer.concat(await request.toArray()).toString());
      const asked: { sk: { S: string } }[] = RequestItems.rounds.Keys;
      const answered = isStuck ? [] : asked.slice(0, 1);
      const left = asked.slice(answered.length);
      const items = answered.map((key) => ({ pk: { S: 'p' }, ...key, version: { N: '1' }, body: { S: key.sk.S } }));
      const UnprocessedKeys = left.length > 0 ? { rounds: { Keys: left } } : {};
      response.end(JSON.stringify({ Responses: { rounds: items }, UnprocessedKeys }));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void server.close());
    const client = new DynamoDBClient({
      region: 'eu-central-1',
      endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    });
    return { table: new Table(client, 'rounds', { wait: async (ms) => void waits.push(ms) }), waits };
  }

  it('are asked for again where DynamoDB answers only a part, with longer and longer waits', async () => {
    const { table, waits } = await answersOne(false);
    expect((await table.getAll<number>(keys.slice(0, 3))).map(({ body }) => body)).toEqual([0, 1, 2]);
    expect(waits).toEqual([100, 200]);
  });

  it('are given up when nothing is answered any more, and it says how many are left', async () => {
    const { table } = await answersOne(true);
    await expect(table.getAll(keys.slice(0, 3))).rejects.toThrow('left 3 keys unprocessed after 6 tries');
  });
});
