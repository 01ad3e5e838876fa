import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Metrics } from '../../../functions/adapters/cloudwatch.ts';
import type { Datum } from '../../../functions/core/metric-data.ts';

/** What a call may have at most, uncompressed: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricData.html */
const limits = { metrics: 1_000, bytes: 1_000_000, magnitude: 2 ** 360 };

/** Bodies as the SDK has sent them. */
let bodies: string[] = [];
const server = createServer(async (request, response) => {
  const chunks = await request.toArray();
  bodies.push(Buffer.concat(chunks).toString());
  response.end('{}');
});

beforeAll(() => new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve)));
afterAll(() => new Promise((resolve) => server.close(resolve)));
beforeEach(() => {
  bodies = [];
});

function put(data: readonly Datum[]) {
  const { port } = server.address() as AddressInfo;
  const client = new CloudWatchClient({
    region: 'eu-central-1',
    endpoint: `http://127.0.0.1:${port}`,
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    disableRequestCompression: true,
  });
  return new Metrics(client, 'demo').put(data, Date.parse('2026-11-23T07:00:00.000Z'));
}

/** The values of each datum, in the order of the calls. */
const sentValues = () =>
  bodies.flatMap((body) => JSON.parse(body).MetricData.map(({ Values }: { Values: number[] }) => Values));

function datum(values: readonly number[]): Datum {
  return { name: 'Value', dimensions: {}, unit: 'None', values: values.map((value) => [value, 1]) };
}

describe('metrics on their way to CloudWatch', () => {
  it('lose the values that would have the whole call refused, and count them', async () => {
    const { magnitude } = limits;
    const refused = [magnitude * 1.01, -1e300, Number.NaN, Number.POSITIVE_INFINITY];
    const { dropped } = await put([datum([1, ...refused, -magnitude]), datum([1e200]), datum([2])]);
    expect(sentValues()).toEqual([[1, -magnitude], [2]]);
    expect(dropped).toBe(5);
  });

  it('make no call when nothing is left', async () => {
    expect(await put([datum([1e200])])).toEqual({ dropped: 1 });
    expect(bodies).toEqual([]);
  });

  it('are at most 1,000 in a call', async () => {
    const { dropped } = await put(Array.from({ length: 2_500 }, (_, index) => datum([index])));
    expect(bodies.map((body) => JSON.parse(body).MetricData.length)).toEqual([1_000, 1_000, 500]);
    expect(sentValues()).toEqual(Array.from({ length: 2_500 }, (_, index) => [index]));
    expect(dropped).toBe(0);
  });

  it('are at most 1 MB in a call, and nearly so', async () => {
    const values = Array.from({ length: 150 }, (_, index) => -(index + 1) / 3e100);
    await put(Array.from({ length: 1_000 }, () => datum(values)));
    expect(sentValues()).toHaveLength(1_000);
    for (const body of bodies) expect(body.length).toBeLessThanOrEqual(limits.bytes);
    for (const body of bodies.slice(0, -1)) expect(body.length).toBeGreaterThan(0.8 * limits.bytes);
  });
});
