import type { Alert, Notice } from '../../functions/core/alert.ts';
import type { Channel } from '../../functions/core/plan.ts';
import { type History, noticeId, type Version } from './history.ts';
import type { ToldNotice } from './memory-sns.ts';
import type { PublishRecord, RunRecord } from './run-record.ts';

/** A notice that an alert owed one contact. */
interface Owed {
  readonly notice: Notice;
  readonly contact: string;
  readonly channels: readonly Channel[];
}

/** I1: whatever an alert owed to somebody was told, became one line, or still stands in the table. */
export function untold(record: RunRecord, history: History): string[] {
  return [
    ...owedIn(history).flatMap((owed) => neverTold(owed, record, history)),
    ...[...history.alerts.values()].flatMap((versions) => lostParked(versions, record)),
  ];
}

/** Each notice that was ever owed to a contact, once. */
function owedIn({ alerts }: History): Owed[] {
  const owed = new Map<string, Owed>();
  for (const { body } of [...alerts.values()].flat()) {
    for (const { notice, to } of body.outbox) {
      for (const { contact, channels } of to) owed.set(`${noticeId(notice)} ${contact}`, { notice, contact, channels });
    }
  }
  return [...owed.values()];
}

function neverTold({ notice, contact, channels }: Owed, { publishes }: RunRecord, history: History): string[] {
  const id = noticeId(notice);
  const about = publishes.filter(
    (each) => each.contact === contact && each.notices.some((told) => isOfIncident(told, notice)),
  );
  const toldBy = (channel: Channel) => about.some((each) => each.channels.includes(channel) && tells(each, id));
  const isSuperseded = about.some(({ notices }) => notices.some((told) => takesThePlaceOf(told, notice, about)));
  const isPending = isStillOwed(notice, contact, history);
  // What is over or in somebody's hands needs no SMS where it was told by another channel.
  const isQuieted = about.some((each) => tells(each, id)) && isDealtWith(notice, history);
  const missing = channels.filter((channel) => !toldBy(channel));
  if (missing.length === 0 || isSuperseded || isPending || isQuieted || wasDropped(notice, publishes)) return [];
  const what = `the ${notice.kind} ${notice.incident}/${notice.sequence} of ${notice.check}`;
  return [`I1: ${contact} was never told by ${missing.join(' and ')} of ${what}, and nothing waits`];
}

/** One line, or the end of the incident for somebody who has heard of it before that, by whatever notice. */
function takesThePlaceOf(told: ToldNotice, notice: Notice, about: readonly PublishRecord[]): boolean {
  if (!isOfIncident(told, notice) || told.sequence < notice.sequence) return false;
  if (told.kind === 'digest') return true;
  const hasHeard = about.some(({ notices }) =>
    notices.some((each) => isOfIncident(each, notice) && each.sequence < told.sequence),
  );
  return (told.kind === 'recovery' || told.kind === 'flapping-end') && hasHeard;
}

function isOfIncident(one: Pick<Notice, 'check' | 'openedAt'>, other: Pick<Notice, 'check' | 'openedAt'>): boolean {
  return one.check === other.check && one.openedAt === other.openedAt;
}

function tells({ notices }: PublishRecord, id: string): boolean {
  return notices.some((notice) => noticeId(notice) === id);
}

/** At the end of the run it is still in the outbox, or in the mailbox; whether it is due is another question. */
function isStillOwed(notice: Notice, contact: string, { alerts, mailboxes }: History): boolean {
  const id = noticeId(notice);
  const alert = alerts.get(notice.check)?.at(-1)?.body;
  const letters = mailboxes.get(contact)?.at(-1)?.body.letters ?? [];
  const inOutbox = alert?.outbox.some(
    (out) => noticeId(out.notice) === id && out.to.some((to) => to.contact === contact),
  );
  return inOutbox === true || letters.some((letter) => noticeId(letter.notice) === id);
}

function isDealtWith({ check, openedAt }: Notice, { alerts }: History): boolean {
  const versions = alerts.get(check) ?? [];
  const first = versions.findIndex(({ body }) => body.incident?.openedAt === openedAt);
  return versions
    .slice(first)
    .some(({ body }) => body.incident?.openedAt !== openedAt || body.incident.acknowledged !== undefined);
}

/** Lists have limits; a notice that was dropped for them is counted in a later one of its incident. */
function wasDropped(notice: Notice, publishes: readonly PublishRecord[]): boolean {
  return publishes.some(({ notices }) =>
    notices.some((told) => told.droppedBefore !== undefined && told.at >= notice.at),
  );
}

/** A notice that was parked and is neither told, nor parked any more, nor taken back by what came after it. */
function lostParked(versions: readonly Version<Alert>[], { publishes }: RunRecord): string[] {
  const parked = new Map<string, { notice: Notice; call: number }>();
  const owed = new Set<string>();
  for (const { write, body } of versions) {
    for (const { notice } of body.parked) parked.set(noticeId(notice), { notice, call: write.call });
    for (const { notice } of body.outbox) owed.add(noticeId(notice));
  }
  const last = versions.at(-1)?.body;
  return [...parked.values()].flatMap(({ notice, call }) => {
    const id = noticeId(notice);
    const isThere = last?.parked.some((each) => noticeId(each.notice) === id);
    const isTakenBack = versions.some(({ write, body }) => write.call > call && isOvertaken(body, notice));
    const isTold = owed.has(id) || publishes.some((each) => tells(each, id));
    if (isThere || isTold || isTakenBack) return [];
    return [
      `I1: the ${notice.kind} ${notice.sequence} of ${notice.check} was parked until call ${call}, and then forgotten`,
    ];
  });
}

/** A newer notice says more, or the incident is over, for which nobody is told of what was held back. */
function isOvertaken({ incident, parked, outbox }: Alert, { openedAt, sequence }: Notice): boolean {
  const isNewer = (notice: Notice) => notice.openedAt === openedAt && notice.sequence > sequence;
  return incident?.openedAt !== openedAt || [...parked, ...outbox].some(({ notice }) => isNewer(notice));
}
