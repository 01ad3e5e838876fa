import type { Notice } from './alert.ts';
import { chatText } from './chat.ts';
import { emailText } from './email.ts';
import type { Letter } from './mailbox.ts';
import type { Plan } from './plan.ts';
import { smsText } from './sms.ts';
import { isOver, lineOf, type Story, storiesOf } from './story.ts';
import { subjectOf } from './subject.ts';
import type { TroubledHost } from './tally.ts';
import type { Iso } from './time.ts';

/** One publish: a text for each protocol. */
export interface Message {
  /** ASCII, under 100 characters, one line. */
  readonly subject: string;
  readonly email: string;
  /** At most 160 GSM characters. */
  readonly sms: string;
  /** JSON for chat and paging tools. */
  readonly https: string;
  /** For each incident in it, the most urgent first, at most 20. */
  readonly attributes: Readonly<Record<'incident' | 'kind' | 'priority' | 'role', readonly string[]>>;
}

/** Incidents that the attributes of a message name: they count for the size of a publish. */
const attributedIncidents = 20;

/** Characters of an SMS that name further incidents. */
const otherNumbersLimit = 50;

/** What a contact is told by some letters: the most urgent incident first, and all others. */
export function messageOf(plan: Plan, contact: string, letters: readonly Letter[], now: Iso): Message {
  const stories = storiesOf(letters);
  const [first, ...others] = stories;
  if (!first) throw new Error(`A message to ${contact} needs at least one letter, and there is none.`);
  const attributed = stories.slice(0, attributedIncidents);
  const subject = subjectOf(plan, [first, ...others], now);
  return {
    subject,
    email: emailText(plan, [first, ...others], now),
    sms: smsOf(plan, first.notice, others, now),
    https: chatText(plan, contact, subject, [first, ...others], now),
    attributes: {
      incident: attributed.map(({ notice }) => notice.incident),
      kind: attributed.map(({ notice }) => notice.kind),
      priority: attributed.map(({ notice }) => notice.priority),
      role: attributed.map(({ role }) => role),
    },
  };
}

function smsOf(plan: Plan, notice: Notice, others: readonly Story[], now: Iso): string {
  const { priority, incident, sequence, kind, headline, worst } = notice;
  // The first notice is what people call the incident; the others must not look like it sent twice.
  const name = sequence === 1 ? incident : `${incident}/${sequence}`;
  const line = `${priority} ${name} ${plan.platform.name}: ${lineOf(notice, plan, now)}`;
  // What a host has said before it was over looks as if it still did.
  const [host] = isOver(notice) || kind === 'digest' ? [] : worst;
  const isNew = host && !headline.includes(host.text);
  return smsText(isNew ? `${line}. ${saidBy(host)}` : line, otherNumbers(others));
}

/** Where no host has said it, the headline names what has. */
function saidBy({ host, name, text }: TroubledHost): string {
  return host === '' ? text : `${name}: ${text}`;
}

/** `+2: DAILY-20261123-002, ...-003`: how many more there are, and as many of their numbers as there is room for. */
function otherNumbers(others: readonly Story[]): string {
  if (others.length === 0) return '';
  let text = `+${others.length}:`;
  let before = '';
  for (const { notice } of others) {
    const { incident } = notice;
    const series = incident.slice(0, incident.lastIndexOf('-'));
    const short = series === before ? `...${incident.slice(series.length)}` : incident;
    const longer = `${text}${before === '' ? '' : ','} ${short}`;
    if (longer.length > otherNumbersLimit) break;
    text = longer;
    before = series;
  }
  return text;
}
