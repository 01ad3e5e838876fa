import { describe, expect, it } from 'vitest';
import { letterId, type Mailbox, received } from '../../../functions/core/mailbox.ts';
import { letterOf } from './letters.ts';

function mailboxOf(...letters: Parameters<typeof letterOf>[]): Mailbox {
  return received(
    undefined,
    'ann',
    letters.map((letter) => letterOf(...letter)),
  );
}

describe('a mailbox', () => {
  it('takes letters in the order in which they come', () => {
    const mailbox = received(mailboxOf([{ sequence: 1 }]), 'ann', [
      letterOf({ sequence: 2 }),
      letterOf({ check: 'load' }),
    ]);
    expect(mailbox.letters.map(({ notice }) => letterId(notice))).toEqual([
      'disk/2026-11-23T07:00:00.000Z/1',
      'disk/2026-11-23T07:00:00.000Z/2',
      'load/2026-11-23T07:00:00.000Z/1',
    ]);
  });

  it('takes a letter once, also when it has been sent long ago', () => {
    const mailbox = mailboxOf([{}]);
    expect(received(mailbox, 'ann', [letterOf()])).toBe(mailbox);
    const emptied = { ...mailbox, letters: [] };
    expect(received(emptied, 'ann', [letterOf()])).toBe(emptied);
    expect(received(undefined, 'ann', [letterOf(), letterOf()]).letters).toHaveLength(1);
  });

  it('takes no letter that no channel could ever carry', () => {
    expect(mailboxOf([{}, []]).letters).toEqual([]);
  });

  it('keeps who is sending from it', () => {
    const lease = { owner: 'tick', until: '2026-11-23T07:01:00.000Z' };
    expect(received({ ...mailboxOf([{}]), lease }, 'ann', [letterOf({ sequence: 2 })]).lease).toEqual(lease);
  });

  it('drops what nobody has to act on soon, then what is not urgent, then what is oldest, and counts it', () => {
    const numbers = (mailbox: Mailbox) => mailbox.letters.map(({ notice }) => notice.sequence);
    const urgent = Array.from({ length: 97 }, (_, index) => letterOf({ priority: 'P1', sequence: index + 4 }));
    const full = received(
      mailboxOf(
        [{ priority: 'P1', sequence: 1 }],
        [{ priority: 'P2', sequence: 2 }],
        [{ kind: 'recovery', sequence: 3 }],
      ),
      'ann',
      urgent,
    );
    expect(numbers(full)).toHaveLength(100);

    const one = received(full, 'ann', [letterOf({ priority: 'P1', sequence: 101 })]);
    expect(numbers(one).slice(0, 3)).toEqual([1, 2, 4]);
    expect(one.letters[2]?.notice.droppedBefore).toBe(1);

    const three = received(
      one,
      'ann',
      [102, 103].map((sequence) => letterOf({ priority: 'P1', sequence })),
    );
    expect(numbers(three).slice(0, 2)).toEqual([4, 5]);
    expect(three.letters.reduce((sum, { notice }) => sum + (notice.droppedBefore ?? 0), 0)).toBe(3);

    const last = received(three, 'ann', [letterOf({ kind: 'recovery', priority: 'P1', sequence: 104 })]);
    expect(numbers(last).at(-1)).toBe(103);
    expect(last.letters.at(-1)?.notice.droppedBefore).toBe(1);
  });

  it('stays under 300 KB whatever hosts print', () => {
    let mailbox = mailboxOf([{}]);
    // Three bytes for each character, and a host says 1,800.
    const worst = Array.from({ length: 5 }, (_, index) => ({
      host: `i-${String(index).repeat(17)}`,
      name: '\uFFFD'.repeat(64),
      status: 'CRITICAL' as const,
      text: '\uFFFD'.repeat(300),
      longText: '\uFFFD'.repeat(1_500),
    }));
    for (let sequence = 1; sequence <= 300; sequence++) {
      mailbox = received(mailbox, 'ann', [
        letterOf({ sequence, worst, title: 'x'.repeat(100), headline: 'x'.repeat(150) }),
      ]);
    }
    expect(mailbox.letters).toHaveLength(100);
    expect(mailbox.known).toHaveLength(200);
    expect(mailbox.letters.at(-1)?.notice.worst).toEqual(worst);
    expect(Buffer.byteLength(JSON.stringify(mailbox))).toBeLessThan(300_000);
  });
});
