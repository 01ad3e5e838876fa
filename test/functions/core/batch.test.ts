import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { NoticeKind } from '../../../functions/core/alert.ts';
import { type Batch, delivered, nextBatch, refused, reserved, wakeAt } from '../../../functions/core/batch.ts';
import { isUrgent, type Letter, letterId, type Mailbox, received } from '../../../functions/core/mailbox.ts';
import type { Channel, Priority } from '../../../functions/core/plan.ts';
import { type Iso, isoOf, msOf } from '../../../functions/core/time.ts';
import { letterOf } from './letters.ts';

const start = msOf('2026-11-23T07:00:00.000Z');

/** An instant so many seconds after the start. */
function seconds(count: number): Iso {
  return isoOf(start + count * 1_000);
}

/** Ann's mailbox, and what she was sent, in a test that says when. */
class Post {
  mailbox: Mailbox = { contact: 'ann', letters: [], known: [], sent: [] };
  #sequence = 0;

  put(about: Partial<Letter['notice']>, channels: readonly Channel[] = ['sms', 'email']): void {
    this.#sequence += 1;
    this.mailbox = received(this.mailbox, 'ann', [letterOf({ sequence: this.#sequence, ...about }, channels)]);
  }

  /** Sends all that may be sent now. */
  sendAt(now: Iso): Batch[] {
    const batches: Batch[] = [];
    for (let batch = nextBatch(this.mailbox, now); batch; batch = nextBatch(this.mailbox, now)) {
      this.mailbox = delivered(reserved(this.mailbox, batch, now), batch);
      batches.push(batch);
    }
    return batches;
  }

  /** The same in a line each: `sms+email 1,2`, with the letters' sequence numbers. */
  sentAt(at: number): string[] {
    return this.sendAt(seconds(at)).map(
      ({ letters, channels }) => `${channels.join('+')} ${letters.map(({ notice }) => notice.sequence).join()}`,
    );
  }

  /** Seconds after the start. */
  wakesAt(at: number): number | undefined {
    const wake = wakeAt(this.mailbox, seconds(at));
    return wake === undefined ? undefined : (msOf(wake) - start) / 1_000;
  }
}

describe('a batch', () => {
  it('holds all that is owed, by all channels that owe the same', () => {
    const post = new Post();
    post.put({});
    post.put({ check: 'load' });
    expect(post.sentAt(0)).toEqual(['sms+email 1,2']);
    expect(post.wakesAt(0)).toBeUndefined();
    expect(post.sentAt(3_600)).toEqual([]);
  });

  it('leaves what only some channels owe to a message of its own', () => {
    const post = new Post();
    post.put({});
    post.put({ priority: 'P3' }, ['email']);
    expect(post.sentAt(0)).toEqual(['sms 1', 'email 1,2']);
  });

  it('waits for the minute of SMS, and goes by email meanwhile', () => {
    const post = new Post();
    post.put({});
    post.sentAt(0);
    post.put({});
    post.put({});
    expect(post.wakesAt(0)).toBe(1);
    expect(post.sentAt(2)).toEqual(['email 2,3']);
    expect(post.mailbox.letters.map(({ channels, isTold }) => [channels, isTold])).toEqual([
      [['sms'], true],
      [['sms'], true],
    ]);
    expect(post.wakesAt(2)).toBe(60);
    expect(post.sentAt(59.999)).toEqual([]);
    expect(post.sentAt(60)).toEqual(['sms 2,3']);
  });

  it.each([
    ['5 in 15 minutes', 60, 6, 15 * 60],
    ['11 in an hour', 240, 12, 60 * 60],
  ])('lets at most %s out by SMS', (_, secondsBetween, tooMany, windowSeconds) => {
    const post = new Post();
    for (let message = 1; message < tooMany; message++) {
      post.put({}, ['sms']);
      expect(post.sentAt((message - 1) * secondsBetween)).toEqual([`sms ${message}`]);
    }
    post.put({}, ['sms']);
    expect(post.sentAt((tooMany - 1) * secondsBetween)).toEqual([]);
    expect(post.wakesAt((tooMany - 1) * secondsBetween)).toBe(windowSeconds);
    expect(post.sentAt(windowSeconds)).toEqual([`sms ${tooMany}`]);
  });

  it('lets a P1 through all caps, with all that is owed, and only one a minute', () => {
    const post = new Post();
    post.put({}, ['sms']);
    expect(post.sentAt(0)).toEqual(['sms 1']);
    post.put({}, ['sms']);
    expect(post.sentAt(5)).toEqual([]);
    post.put({ priority: 'P1' }, ['sms']);
    expect(post.sentAt(10)).toEqual(['sms 2,3']);
    post.put({ priority: 'P0', kind: 'escalation' }, ['sms']);
    expect(post.sentAt(20)).toEqual([]);
    expect(post.wakesAt(20)).toBe(70);
    expect(post.sentAt(70)).toEqual(['sms 4']);
  });

  it('lets a P1 out every minute, for as long as it takes', () => {
    const post = new Post();
    for (let message = 1; message <= 20; message++) {
      post.put({ priority: 'P1' }, ['sms']);
      expect(post.sentAt(message * 60)).toEqual([`sms ${message}`]);
    }
    post.put({}, ['sms']);
    // Of the hour's 11 the oldest is the tenth.
    expect(post.wakesAt(1_260)).toBe(10 * 60 + 3_600);
  });

  it('holds the recovery of a P1 back like any other message', () => {
    const post = new Post();
    post.put({ priority: 'P1' }, ['sms']);
    post.sentAt(0);
    post.put({ priority: 'P1', kind: 'recovery' }, ['sms']);
    expect(post.sentAt(30)).toEqual([]);
    expect(post.sentAt(60)).toEqual(['sms 2']);
  });

  it('does not count what was refused', () => {
    const post = new Post();
    post.put({}, ['sms']);
    const batch = nextBatch(post.mailbox, seconds(0));
    if (!batch) throw new Error('nothing was owed');
    expect(refused(reserved(post.mailbox, batch, seconds(0)), batch)).toEqual(post.mailbox);
  });

  it('is counted before it is sent, and its letters are still owed then', () => {
    const post = new Post();
    post.put({}, ['sms']);
    const batch = nextBatch(post.mailbox, seconds(0));
    if (!batch) throw new Error('nothing was owed');
    post.mailbox = reserved(post.mailbox, batch, seconds(0));
    expect(post.sentAt(30)).toEqual([]);
    expect(post.sentAt(60)).toEqual(['sms 1']);
  });

  it('is not held back by what a clock far ahead has sent', () => {
    const post = new Post();
    post.put({}, ['sms']);
    post.sentAt(86_400);
    post.put({}, ['sms']);
    expect(post.sentAt(0)).toEqual(['sms 2']);
  });
});

interface Arrival {
  readonly pauseMs: number;
  readonly priority: Priority;
  readonly kind: NoticeKind;
  readonly channels: readonly Channel[];
}

const arrival: fc.Arbitrary<Arrival> = fc.record({
  pauseMs: fc.oneof(fc.integer({ min: 0, max: 2_000 }), fc.integer({ min: 0, max: 400_000 })),
  priority: fc.constantFrom<Priority>('P0', 'P1', 'P2', 'P2', 'P3'),
  kind: fc.constantFrom<NoticeKind>(
    'problem',
    'escalation',
    'reminder',
    'update',
    'recovery',
    'flapping-start',
    'digest',
  ),
  channels: fc.uniqueArray(fc.constantFrom<Channel>('sms', 'email', 'https'), { minLength: 1 }),
});

interface SentMessage {
  readonly atMs: number;
  readonly channel: Channel;
  readonly letters: readonly Letter[];
}

/** Puts letters in as they arrive, sends after each, and then whenever the mailbox asks for it, until nothing is owed. */
function correspondence(arrivals: readonly Arrival[]): SentMessage[] {
  const post = new Post();
  const sent: SentMessage[] = [];
  const send = (atMs: number) => {
    for (const { letters, channels } of post.sendAt(isoOf(atMs))) {
      sent.push(...channels.map((channel) => ({ atMs, channel, letters })));
    }
  };
  let nowMs = start;
  for (const { pauseMs, priority, kind, channels } of arrivals) {
    const nextMs = nowMs + pauseMs;
    nowMs = sendUntil(post, send, nowMs, nextMs);
    post.put({ priority, kind }, channels);
    send(nowMs);
  }
  sendUntil(post, send, nowMs, Number.POSITIVE_INFINITY);
  return sent;
}

function sendUntil(post: Post, send: (atMs: number) => void, fromMs: number, untilMs: number): number {
  let nowMs = fromMs;
  for (let wakes = 0; wakes < 10_000; wakes++) {
    const wake = wakeAt(post.mailbox, isoOf(nowMs));
    if (wake === undefined || msOf(wake) > untilMs) return untilMs;
    nowMs = msOf(wake);
    send(nowMs);
  }
  throw new Error('The mailbox asks to be woken again and again, and sends nothing.');
}

const windows: Readonly<Record<Channel, readonly (readonly [most: number, ms: number])[]>> = {
  sms: [
    [1, 60_000],
    [5, 900_000],
    [11, 3_600_000],
  ],
  email: [[1, 1_000]],
  https: [[1, 1_000]],
};

describe('for any letters at any times', () => {
  const anyArrivals = fc.array(arrival, { maxLength: 40 });

  it('no message that is not urgent exceeds a cap, and urgent ones keep the shortest among themselves', () => {
    fc.assert(
      fc.property(anyArrivals, (arrivals) => {
        const sent = correspondence(arrivals);
        for (const [index, message] of sent.entries()) {
          const urgent = message.letters.some(({ notice }) => isUrgent(notice));
          const before = sent
            .slice(0, index + 1)
            .filter(
              ({ channel, letters }) =>
                channel === message.channel && (!urgent || letters.some(({ notice }) => isUrgent(notice))),
            );
          for (const [most, ms] of urgent ? windows[message.channel].slice(0, 1) : windows[message.channel]) {
            expect(before.filter(({ atMs }) => atMs > message.atMs - ms).length).toBeLessThanOrEqual(most);
          }
        }
      }),
    );
  });

  it('every letter is sent once by each of its channels, in the order in which they came', () => {
    fc.assert(
      fc.property(anyArrivals, (arrivals) => {
        const sent = correspondence(arrivals);
        for (const channel of ['sms', 'email', 'https'] as const) {
          const expected = arrivals.flatMap(({ channels }, index) => (channels.includes(channel) ? [index + 1] : []));
          const told = sent.filter((message) => message.channel === channel).flatMap(({ letters }) => letters);
          expect(told.map(({ notice }) => notice.sequence)).toEqual(expected);
          expect(new Set(told.map(({ notice }) => letterId(notice))).size).toBe(expected.length);
        }
      }),
    );
  });

  it('an urgent letter is never held back for longer than a minute', () => {
    fc.assert(
      fc.property(anyArrivals, (arrivals) => {
        const sent = correspondence(arrivals);
        let nowMs = start;
        for (const [index, { pauseMs, channels, ...about }] of arrivals.entries()) {
          nowMs += pauseMs;
          if (!isUrgent(about)) continue;
          for (const channel of channels) {
            const told = sent.find(
              (message) =>
                message.channel === channel && message.letters.some(({ notice }) => notice.sequence === index + 1),
            );
            expect((told?.atMs ?? Number.POSITIVE_INFINITY) - nowMs).toBeLessThanOrEqual(60_000);
          }
        }
      }),
    );
  });
});
