import type { Notice } from './alert.ts';
import { cleanText } from './clean.ts';
import { isPage } from './notice.ts';
import type { Channel } from './plan.ts';
import { isMoreUrgent } from './priority.ts';
import type { Lease } from './round.ts';
import type { Iso } from './time.ts';

/** What one contact has still to be told, and has been told lately: the caps are the contact's, whatever it is about. */
export interface Mailbox {
  readonly contact: string;
  /** In the order in which they came. */
  readonly letters: readonly Letter[];
  /** Ids of the newest letters, sent or not: what is put in twice is told once. */
  readonly known: readonly string[];
  /** What was sent by each channel for as long as its caps look back. */
  readonly sent: readonly Sent[];
  /** Who is sending from it until when: another one leaves it alone. */
  readonly lease?: Lease;
}

export interface Letter {
  readonly notice: Notice;
  readonly role: string;
  /** Channels by which it has still to be sent. */
  readonly channels: readonly Channel[];
  /** It has been sent by another channel. */
  readonly isTold?: true;
}

export interface Sent {
  readonly channel: Channel;
  readonly at: Iso;
  /** There was a P0 or a P1 in it. */
  readonly isUrgent: boolean;
}

/** Letters that are kept at most: beyond it something refuses them all. */
const lettersLimit = 100;

/** Of the newest so many letters the full output is kept; with the limits here a mailbox stays under 300 KB. */
const fullLetters = 3;
const shortTextCharacters = 100;

const knownLimit = 200;

/** Whether a notice gets through although a cap is reached. */
export function isUrgent(notice: Pick<Notice, 'kind' | 'priority'>): boolean {
  return isPage(notice) && isMoreUrgent(notice.priority, 'P2');
}

export function letterId(notice: Pick<Notice, 'check' | 'openedAt' | 'sequence'>): string {
  return `${incidentId(notice)}${notice.sequence}`;
}

/** With what the ids of all letters about an incident begin. */
export function incidentId({ check, openedAt }: Pick<Notice, 'check' | 'openedAt'>): string {
  return `${check}/${openedAt}/`;
}

/** The mailbox with some letters put in. Putting one in again changes nothing. */
export function received(mailbox: Mailbox | undefined, contact: string, letters: readonly Letter[]): Mailbox {
  const before = mailbox ?? { contact, letters: [], known: [], sent: [] };
  const known = new Set(before.known);
  const fresh: Letter[] = [];
  for (const letter of letters) {
    const id = letterId(letter.notice);
    if (letter.channels.length === 0 || known.has(id)) continue;
    known.add(id);
    fresh.push(letter);
  }
  if (fresh.length === 0) return before;
  return { ...before, letters: bounded([...before.letters, ...fresh]), known: [...known].slice(-knownLimit) };
}

function bounded(letters: readonly Letter[]): readonly Letter[] {
  let kept = letters;
  while (kept.length > lettersLimit) kept = withoutLeast(kept);
  return kept.map((letter, index) => (index < kept.length - fullLetters ? shortened(letter) : letter));
}

/** Without the oldest letter that nobody has to act on soon, or else is not urgent; the one after it says so. */
function withoutLeast(letters: readonly Letter[]): readonly Letter[] {
  const quiet = letters.findIndex(({ notice }) => !isPage(notice) || notice.priority === 'P3');
  const place = Math.max(quiet === -1 ? letters.findIndex(({ notice }) => !isUrgent(notice)) : quiet, 0);
  const heir = letters[place + 1] ?? letters[place - 1];
  const dropped = letters[place]?.notice.droppedBefore ?? 0;
  const droppedBefore = 1 + dropped + (heir?.notice.droppedBefore ?? 0);
  return letters
    .filter((_, index) => index !== place)
    .map((letter) => (letter === heir ? { ...letter, notice: { ...letter.notice, droppedBefore } } : letter));
}

function shortened(letter: Letter): Letter {
  const worst = letter.notice.worst
    .slice(0, 1)
    .map((host) => ({ ...host, text: cleanText(host.text, shortTextCharacters), longText: '' }));
  return { ...letter, notice: { ...letter.notice, worst } };
}
