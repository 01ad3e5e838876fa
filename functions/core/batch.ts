import { isUrgent, type Letter, letterId, type Mailbox, type Sent } from './mailbox.ts';
import type { Channel } from './plan.ts';
import { type Iso, isoOf, msOf } from './time.ts';

/** Letters that go out in one message, by some channels. */
export interface Batch {
  readonly letters: readonly Letter[];
  readonly channels: readonly Channel[];
}

/** At most so many messages in so many milliseconds. */
interface Cap {
  readonly most: number;
  readonly ms: number;
}

/** SNS suspends an email address that gets more than 10 messages a second; far fewer are too many for a person. */
const oneASecond: readonly Cap[] = [{ most: 1, ms: 1_000 }];

/** The shortest window first: it is the only one that holds back an urgent message, and only after another one. */
const caps: Readonly<Record<Channel, readonly Cap[]>> = {
  sms: [
    { most: 1, ms: 60_000 },
    { most: 5, ms: 15 * 60_000 },
    { most: 11, ms: 60 * 60_000 },
  ],
  email: oneASecond,
  https: oneASecond,
};

const channels: readonly Channel[] = ['sms', 'email', 'https'];

/**
 * What goes out now in one message: all that is owed on a channel whose caps allow it, and by every such channel that
 * owes the same. Where another one owes something else, the next call says so.
 */
export function nextBatch(mailbox: Mailbox, now: Iso): Batch | undefined {
  const open = owing(mailbox).filter(({ channel, letters }) => opensMs(mailbox, channel, letters, now) <= msOf(now));
  const [first] = open;
  if (!first) return undefined;
  const isSame = ({ letters }: { letters: readonly Letter[] }) =>
    letters.length === first.letters.length && letters.every((letter, index) => letter === first.letters[index]);
  return { letters: first.letters, channels: open.filter(isSame).map(({ channel }) => channel) };
}

/** When something can be sent next; `undefined` when nothing is owed. */
export function wakeAt(mailbox: Mailbox, now: Iso): Iso | undefined {
  const times = owing(mailbox).map(({ channel, letters }) => opensMs(mailbox, channel, letters, now));
  return times.length === 0 ? undefined : isoOf(Math.min(...times));
}

/** The mailbox that counts a batch as sent: stored before it is, so that no crash exceeds a cap. */
export function reserved(mailbox: Mailbox, batch: Batch, now: Iso): Mailbox {
  const isCounted = ({ channel, at }: Sent) => isWithin(at, now, Math.max(...caps[channel].map(({ ms }) => ms)));
  const isAnyUrgent = batch.letters.some(({ notice }) => isUrgent(notice));
  const sent = batch.channels.map((channel) => ({ channel, at: now, isUrgent: isAnyUrgent }));
  return { ...mailbox, sent: [...mailbox.sent.filter(isCounted), ...sent] };
}

/** The mailbox of which a batch has been sent: its letters have still to be sent by the other channels, if at all. */
export function delivered(mailbox: Mailbox, batch: Batch): Mailbox {
  const ids = new Set(batch.letters.map(({ notice }) => letterId(notice)));
  const letters = mailbox.letters.flatMap((letter): Letter[] => {
    const left = letter.channels.filter((channel) => !batch.channels.includes(channel));
    if (left.length === letter.channels.length || !ids.has(letterId(letter.notice))) return [letter];
    return left.length === 0 ? [] : [{ ...letter, channels: left, isTold: true }];
  });
  return { ...mailbox, letters };
}

/** The mailbox of which a batch has been counted as sent in vain. */
export function refused(mailbox: Mailbox, batch: Batch): Mailbox {
  const vain = new Set(batch.channels.map((channel) => mailbox.sent.findLast((each) => each.channel === channel)));
  return { ...mailbox, sent: mailbox.sent.filter((each) => !vain.has(each)) };
}

function owing(mailbox: Mailbox): { readonly channel: Channel; readonly letters: readonly Letter[] }[] {
  return channels
    .map((channel) => ({ channel, letters: mailbox.letters.filter((letter) => letter.channels.includes(channel)) }))
    .filter(({ letters }) => letters.length > 0);
}

/** When a channel's caps allow a message with these letters, in epoch milliseconds: `now` or later. */
function opensMs({ sent }: Mailbox, channel: Channel, letters: readonly Letter[], now: Iso): number {
  const urgent = letters.some(({ notice }) => isUrgent(notice));
  const counted = sent.filter((each) => each.channel === channel && (each.isUrgent || !urgent));
  const times = (urgent ? caps[channel].slice(0, 1) : caps[channel]).map(({ most, ms }) => {
    const inside = counted.filter(({ at }) => isWithin(at, now, ms)).map(({ at }) => msOf(at));
    // The next message may go when no more than `most - 1` are left in the window.
    const leaving = inside.sort((one, other) => one - other).at(-most);
    return leaving === undefined ? 0 : leaving + ms;
  });
  return Math.max(msOf(now), ...times);
}

/** What a clock that was far ahead has dated into the future holds nothing back. */
function isWithin(at: Iso, now: Iso, ms: number): boolean {
  return Math.abs(msOf(now) - msOf(at)) < ms;
}
