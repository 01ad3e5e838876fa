import { describe, expect, it } from 'vitest';
import { LocalClock } from '../../../lib/local/clock.ts';
import type { Verdict } from '../../../lib/local/gateway.ts';
import type { Json } from '../../../lib/local/service.ts';
import { ServiceError } from '../../../lib/local/service.ts';
import { fixtureCloud } from './fixtures/cloud.ts';
import type { Errand } from './fixtures/errand.ts';

const errands = (...list: Errand[]) => ({ errands: list as unknown as Json });
const errandEvent = (...list: Errand[]) => ({ source: 'test', detailType: 'Errand', detail: errands(...list) });
const monday = Date.parse('2026-03-02T06:59:30Z');

describe('the chain from an event to a person', () => {
  it('delivers a message that a function publishes because of an event', async () => {
    const cloud = await fixtureCloud();
    cloud.bus.put(errandEvent({ do: 'publish', text: 'disk full' }));
    await cloud.settled();
    expect(cloud.sns.deliveries).toMatchObject([{ protocol: 'email', endpoint: 'ops@example.com', body: 'disk full' }]);
    expect(cloud.calls.counts).toEqual([
      { caller: 'Rounds-Collector', service: 'sns', operation: 'Publish', count: 1 },
    ]);
  });

  it('hands events that come together to the function in one batch', async () => {
    const cloud = await fixtureCloud();
    for (const text of ['a', 'b', 'c']) cloud.bus.put(errandEvent({ do: 'publish', text }));
    await cloud.settled();
    const output = cloud.log('Collector').filter(({ stream }) => stream === 'stdout');
    expect(output.map(({ text }) => text)).toEqual(['{"batch":3}']);
    expect(cloud.sns.deliveries.map(({ body }) => body)).toEqual(['a', 'b', 'c']);
  });

  it('tries only the failed message again, then moves it to the dead letters', async () => {
    const cloud = await fixtureCloud({ clock: new LocalClock(monday) });
    cloud.bus.put(errandEvent({ do: 'fail', message: 'poison' }));
    cloud.bus.put(errandEvent({ do: 'publish', text: 'good' }));
    await cloud.settled();
    expect(cloud.messages('DeadLetters')).toEqual([]);
    await cloud.advanceTo(cloud.clock.now() + 90_000);
    expect(cloud.sns.deliveries.filter(({ body }) => body === 'good')).toHaveLength(1);
    expect(cloud.messages('DeadLetters').map(({ body }) => JSON.parse(body).detail)).toEqual([
      errands({ do: 'fail', message: 'poison' }),
    ]);
  });
});

describe('time', () => {
  it('fires a schedule at its local time, with the planned time in its input', async () => {
    const cloud = await fixtureCloud({ clock: new LocalClock(monday) });
    expect(cloud.upcoming.map(({ at }) => new Date(at).toISOString())).toEqual(['2026-03-02T07:00:00.000Z']);
    await cloud.advanceTo(Date.parse('2026-03-03T07:30:00Z'));
    const ids = (await cloud.items()).map(({ id }) => id);
    expect(ids.sort()).toEqual(['2026-03-02T07:00:00Z', '2026-03-03T07:00:00Z']);
  });

  it('fires a schedule out of turn with the time that it is given', async () => {
    const cloud = await fixtureCloud();
    cloud.fire('Morning', Date.parse('2026-03-09T07:00:00Z'));
    await cloud.settled();
    expect(await cloud.items()).toEqual([{ id: '2026-03-09T07:00:00Z' }]);
  });

  it('shows functions the time of the clock', async () => {
    const cloud = await fixtureCloud({ clock: new LocalClock(monday) });
    await cloud.invoke('Direct', errands());
    cloud.clock.advanceTo(monday + 86_400_000);
    const answer = await cloud.invoke('Direct', errands());
    const payload = (answer.ok ? answer.payload : {}) as { now: number; made: string; given: string };
    expect(payload.now - monday).toBeGreaterThanOrEqual(86_400_000);
    expect(payload.now - monday).toBeLessThan(86_405_000);
    expect(payload.made.slice(0, 10)).toBe('2026-03-03');
    expect(payload.given).toBe('1970-01-01T00:00:00.000Z');
  });

  it('raises an alarm over data that is missing, and ends it when they come', async () => {
    const cloud = await fixtureCloud({ clock: new LocalClock(monday) });
    await cloud.advanceTo(monday + 60_000);
    expect(cloud.alarms.statuses.map(({ state }) => state)).toEqual(['ALARM']);
    await cloud.invoke('Direct', errands({ do: 'measure', value: 1 }));
    await cloud.advanceTo(monday + 120_000);
    expect(cloud.sns.deliveries.map(({ subject }) => subject)).toEqual([
      'ALARM: "Rounds-BeatMissing" in us-east-1',
      'OK: "Rounds-BeatMissing" in us-east-1',
    ]);
    expect(JSON.parse(cloud.sns.deliveries[0]?.body ?? '')).toMatchObject({
      NewStateValue: 'ALARM',
      OldStateValue: 'INSUFFICIENT_DATA',
      AlarmDescription: 'No beat.',
    });
  });
});

describe('faults', () => {
  /** Does something to the first publish, and lets everything else pass. */
  const firstPublish = (verdict: Verdict) => {
    let isFirst = true;
    return ({ operation }: { operation: string }): Verdict => {
      if (operation !== 'Publish' || !isFirst) return 'pass';
      isFirst = false;
      return verdict;
    };
  };
  const publish = errands({ do: 'publish', text: 'once' });

  it('lets the SDK retry a throttled call', async () => {
    const intercept = firstPublish(new ServiceError('Throttled', 'Rate exceeded', 429));
    const cloud = await fixtureCloud({ intercept });
    expect(await cloud.invoke('Direct', publish)).toMatchObject({ ok: true });
    expect(cloud.calls.recent.map(({ outcome }) => outcome)).toEqual(['Throttled', 'ok']);
    expect(cloud.sns.deliveries).toHaveLength(1);
  });

  it.each([
    { verdict: 'drop-before', deliveries: 1 },
    { verdict: 'drop-after', deliveries: 2 },
  ] as const)('$verdict: a call that is sent again is applied $deliveries times', async ({ verdict, deliveries }) => {
    const cloud = await fixtureCloud({ intercept: firstPublish(verdict) });
    expect(await cloud.invoke('Direct', publish)).toMatchObject({ ok: true });
    expect(cloud.sns.deliveries).toHaveLength(deliveries);
  });

  it.each([
    { verdict: 'kill-before', deliveries: 0 },
    { verdict: 'kill-after', deliveries: 1 },
  ] as const)('$verdict: ends the function between two calls', async ({ verdict, deliveries }) => {
    const cloud = await fixtureCloud({ intercept: firstPublish(verdict) });
    const put: Errand = { do: 'put', id: 'before' };
    const answer = await cloud.invoke('Direct', errands(put, { do: 'publish', text: 'x' }, { do: 'put', id: 'after' }));
    expect(answer).toMatchObject({ ok: false, error: { errorType: 'Runtime.ExitError' } });
    expect(cloud.sns.deliveries).toHaveLength(deliveries);
    expect(await cloud.items()).toEqual([{ id: 'before' }]);
    expect(await cloud.invoke('Direct', publish)).toMatchObject({ ok: true });
  });

  it('repeats an asynchronous invocation that failed, then hands it to its destination', async () => {
    const cloud = await fixtureCloud({ intercept: () => new ServiceError('AccessDeniedException', 'No.') });
    cloud.fire('Morning');
    await cloud.settled();
    expect(cloud.messages('DeadLetters')).toEqual([]);
    await cloud.advanceTo(cloud.clock.now() + 60_000);
    const [record] = cloud.messages('DeadLetters').map(({ body }) => JSON.parse(body));
    expect(record).toMatchObject({
      requestContext: { condition: 'RetriesExhausted', approximateInvokeCount: 2 },
      responsePayload: { errorType: 'AccessDeniedException' },
    });
  });
});
