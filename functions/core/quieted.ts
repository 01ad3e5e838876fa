import type { Alert, Notice } from './alert.ts';
import { incidentId, type Letter, letterId, type Mailbox } from './mailbox.ts';
import { isPage } from './notice.ts';
import type { Channel } from './plan.ts';

/**
 * The mailbox just before it is sent from: nobody is woken for what is over or in somebody's hands. Such a page becomes
 * one line that says so, and needs no SMS where the contact has it, or gets it, by another channel. A recovery takes the
 * place of pages of its incident that have not been sent yet.
 * @param alerts the present state of the letters' checks; a letter about any other one stays as it is
 */
export function quieted(mailbox: Mailbox, alerts: ReadonlyMap<string, Alert | undefined>): Mailbox {
  const letters = mailbox.letters.flatMap((letter) => {
    if (isPage(letter.notice)) return quietedPage(letter, mailbox, alerts.get(letter.notice.check));
    return letter.notice.kind === 'recovery' ? quietedRecovery(letter, mailbox) : [letter];
  });
  return { ...mailbox, letters };
}

function quietedPage(letter: Letter, mailbox: Mailbox, alert: Alert | undefined): Letter[] {
  const recoveries = lettersOf(mailbox, letter.notice).filter(({ notice }) => notice.kind === 'recovery');
  const reason = recoveries[0] ? overReason(recoveries[0].notice) : doneReason(letter.notice, alert);
  if (reason === undefined) return [letter];
  const channels = without(letter.channels, recoveries);
  return withoutSms({ ...letter, channels, notice: digestOf(letter.notice, reason) });
}

/** By a channel that still owes the problem, both are one line. */
function quietedRecovery(letter: Letter, mailbox: Mailbox): Letter[] {
  const unsent = lettersOf(mailbox, letter.notice).filter(({ notice }) => isPage(notice));
  const last = unsent.at(-1);
  const told = without(letter.channels, unsent);
  if (!last || told.length === letter.channels.length || hasHeard(mailbox, letter.notice)) return [letter];
  const { sequence, at, by } = letter.notice;
  const notice: Notice = {
    ...digestOf(last.notice, overReason(letter.notice)),
    ...{ sequence, at },
    ...(by !== undefined && { by }),
  };
  const line: Letter = {
    ...letter,
    notice,
    channels: letter.channels.filter((channel) => !told.includes(channel)),
    ...(unsent.some(({ isTold }) => isTold) && { isTold: true as const }),
  };
  return [...(told.length > 0 ? [{ ...letter, channels: told }] : []), ...withoutSms(line)];
}

function lettersOf({ letters }: Mailbox, incident: Notice): readonly Letter[] {
  return letters.filter(({ notice }) => incidentId(notice) === incidentId(incident));
}

/** Whether the contact has had letters about an incident before those that are still here. */
function hasHeard(mailbox: Mailbox, incident: Notice): boolean {
  const here = lettersOf(mailbox, incident).map(({ notice }) => letterId(notice));
  return mailbox.known.some((id) => id.startsWith(incidentId(incident)) && !here.includes(id));
}

/** Why a page has become one line; `undefined` while it has to be acted on, or nobody knows. */
function doneReason({ openedAt, sequence }: Notice, alert: Alert | undefined): string | undefined {
  if (!alert) return undefined;
  const { incident, status, since } = alert;
  if (incident?.openedAt !== openedAt) {
    return incident === undefined && status === 'OK' ? `it was over at ${since}` : 'it is over';
  }
  const { acknowledged } = incident;
  return acknowledged && acknowledged.sequence > sequence ? `acknowledged by ${acknowledged.by}` : undefined;
}

function overReason({ at, by, isUnchecked, reason }: Notice): string {
  return by === undefined && !isUnchecked ? `it was over at ${at}` : reason;
}

function digestOf(notice: Notice, reason: string): Notice {
  return { ...notice, kind: 'digest', reason, worst: [] };
}

function without(channels: readonly Channel[], letters: readonly Letter[]): Channel[] {
  return channels.filter((channel) => !letters.some((letter) => letter.channels.includes(channel)));
}

/** The letter by the channels that wake nobody, if there is one; by none if it was sent by such a one. */
function withoutSms(letter: Letter): Letter[] {
  const quiet = letter.channels.filter((channel) => channel !== 'sms');
  if (quiet.length > 0) return [{ ...letter, channels: quiet }];
  return letter.isTold || letter.channels.length === 0 ? [] : [letter];
}
