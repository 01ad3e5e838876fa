import { describe, expect, it } from 'vitest';
import { ServiceError } from '../../../lib/local/service.ts';
import { FastClock } from './fast-clock.ts';
import { TokenBucket } from './token-bucket.ts';
import { Wire } from './wire.ts';

describe('TokenBucket', () => {
  it('admits a second of them at once, and as many again as time passes', () => {
    let now = 0;
    const bucket = new TokenBucket({ now: () => now }, 10);
    expect([bucket.take(10), bucket.take(1)]).toEqual([true, false]);
    now = 300;
    expect([bucket.take(4), bucket.take(3), bucket.take(1)]).toEqual([false, true, false]);
    now = 60_000;
    expect([bucket.take(11), bucket.take(10)]).toEqual([false, true]);
  });
});

describe('Wire', () => {
  /** Stands still, since it has not begun, and lets a wait pass in no time. */
  const clock = () => new FastClock(0, 1_000);

  /** A call, with the code of what refuses it. */
  async function codes(wire: Wire, times: number, operation: string, input = {}): Promise<(string | undefined)[]> {
    const answers: (string | undefined)[] = [];
    for (let sequence = 1; sequence <= times; sequence++) {
      const verdict = await wire.pass({ operation, input, caller: 'collect', service: 'any', sequence });
      answers.push(verdict instanceof ServiceError ? verdict.code : undefined);
    }
    return answers;
  }

  it('refuses the sixth SendCommand of a second as SSM does, and counts it', async () => {
    const wire = new Wire(clock());
    expect((await codes(wire, 6, 'SendCommand')).filter(Boolean)).toEqual(['ThrottlingException']);
    expect(wire.throttled.get('SendCommand')).toBe(1);
  });

  it('refuses a partition more than 1,000 write units a second, and serves another one', async () => {
    const wire = new Wire(clock());
    const item = (pk: string) => ({ Item: { pk: { S: pk }, sk: { S: 's' }, body: { S: 'x'.repeat(399 * 1_024) } } });
    expect(await codes(wire, 3, 'PutItem', item('one'))).toEqual([undefined, undefined, 'ThrottlingException']);
    expect(await codes(wire, 1, 'PutItem', item('other'))).toEqual([undefined]);
  });

  it('knows no latency of an operation that no function of a round calls', async () => {
    await expect(codes(new Wire(clock()), 1, 'DeleteItem')).rejects.toThrow('add what you assume of it');
  });
});
