import { ageText } from './age.ts';
import type { Notice, NoticeKind } from './alert.ts';
import { incidentId, type Letter } from './mailbox.ts';
import { isPage } from './notice.ts';
import type { Plan } from './plan.ts';
import { clockText, type Iso } from './time.ts';
import { counted } from './words.ts';

/** What one message says of one incident. */
export interface Story {
  /** The newest that has happened: what is so. */
  readonly notice: Notice;
  /** What happened before it and is told only now. */
  readonly earlier: readonly Notice[];
  readonly role: string;
}

/** Characters of output that one message shows; with it a publish stays under SNS's 256 KB. */
const outputCharacters = 12_000;

/** What has happened, before anything else. */
const wordOf: Readonly<Record<NoticeKind, string>> = {
  problem: '',
  escalation: 'ESCALATED: ',
  reminder: 'STILL OPEN: ',
  update: 'WORSE: ',
  recovery: 'RESOLVED: ',
  'flapping-start': 'FLAPPING: ',
  'flapping-end': 'STEADY: ',
  digest: 'NOTHING TO DO: ',
  acknowledgement: '',
};

/** Letters by incident: what somebody has to act on first, the most urgent first, then the oldest. */
export function storiesOf(letters: readonly Letter[]): Story[] {
  const incidents = new Map<string, Letter[]>();
  for (const letter of letters) {
    const id = incidentId(letter.notice);
    incidents.set(id, [...(incidents.get(id) ?? []), letter]);
  }
  let left = outputCharacters;
  return [...incidents.values()]
    .flatMap((each): Story[] => {
      const [newest, ...earlier] = each.sort((one, other) => other.notice.sequence - one.notice.sequence);
      if (!newest) return [];
      return [{ ...newest, earlier: earlier.map(({ notice }) => notice).reverse() }];
    })
    .sort((one, other) => (rankOf(one) < rankOf(other) ? -1 : 1))
    .map((story) => {
      const worst = story.notice.worst.filter(({ text, longText }) => {
        left -= text.length + longText.length;
        return left >= 0;
      });
      return { ...story, notice: { ...story.notice, worst } };
    });
}

function rankOf({ notice }: Story): string {
  return `${isPage(notice) ? 0 : 1} ${notice.priority} ${notice.openedAt} ${notice.incident}`;
}

/** Whether a notice ends its incident. */
export function isOver({ kind, troubled }: Pick<Notice, 'kind' | 'troubled'>): boolean {
  return kind === 'recovery' || (kind === 'flapping-end' && troubled === 0);
}

/** In a few words; where it is over, or somebody has it, that too. */
export function headlineOf(notice: Notice, plan: Plan, now: Iso): string {
  return `${happeningOf(notice)}${closingOf(notice, plan, now)}`;
}

/** The same with its time, in one line that needs nothing beside it. */
export function lineOf(notice: Notice, plan: Plan, now: Iso): string {
  const { openedAt, at } = notice;
  const time = isOver(notice) ? `after ${ageText(openedAt, at)}` : `since ${clockText(openedAt, plan.timeZone, now)}`;
  return `${happeningOf(notice)} ${time}${closingOf(notice, plan, now)}`;
}

/** What has happened to what is so. */
export function happeningOf(notice: Notice): string {
  const { kind, headline, by, isUnchecked } = notice;
  if (isUnchecked && isOver(notice)) return `NO LONGER CHECKED: ${headline}`;
  if (!isOver(notice)) return `${wordOf[kind]}${headline}`;
  return by === undefined ? `${wordOf.recovery}${headline}` : `RESOLVED by ${by}: ${headline}`;
}

/** Why there is nothing to do, where what has happened does not say it; else nothing. */
export function closingOf(notice: Notice, { timeZone }: Plan, now: Iso): string {
  const isClosed = notice.kind === 'recovery' && notice.by === undefined && notice.troubled > 0;
  return notice.kind === 'digest' || isClosed ? `: ${reasonOf(notice, timeZone, now)}` : '';
}

/** `3 incidents`, and of how many of them somebody still has to do something, where that is not all. */
export function countText(stories: readonly Story[]): string {
  const all = counted(stories.length, 'incident');
  const open = stories.filter(({ notice }) => !isOver(notice) && notice.kind !== 'digest').length;
  if (open === stories.length) return all;
  return open === 0 ? `${all}, nothing to do` : `${all}, ${open} to act on`;
}

/** Why it is told, with its instants on the platform's clock. */
export function reasonOf({ reason }: Pick<Notice, 'reason'>, timeZone: string, now: Iso): string {
  return reason.replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, (instant) => clockText(instant, timeZone, now));
}

/** Names a notice: the same in every copy of a message that a crash has sent twice. */
export function nameOf({ incident, sequence }: Notice): string {
  return `${incident}/${sequence}`;
}
