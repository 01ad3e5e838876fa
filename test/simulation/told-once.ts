import type { Alert, Notice } from '../../functions/core/alert.ts';
import { type History, noticeId, type Version } from './history.ts';
import type { PublishRecord, RunRecord } from './run-record.ts';

/** Clocks that differ by more break leases: then two may send at once, and both are right by their own clocks. */
const leaseMarginMs = 20_000;

const pages = new Set(['problem', 'escalation', 'reminder', 'update']);

/** Publishes of one notice to one contact by one channel beyond the first. */
export function duplicatesIn(record: RunRecord): PublishRecord[] {
  return groupsOf(record).flatMap((group) => group.slice(1));
}

/** I2: beyond the first time, somebody is told only where a crash, or a fault, came between telling and recording it. */
export function toldTwice(record: RunRecord, history: History): string[] {
  return groupsOf(record).flatMap((group) => {
    const excused = group.filter((publish) => isUnrecorded(publish, record, history) || isOutOfTime(publish, group));
    if (group.length <= 1 + excused.length) return [];
    const [first] = group;
    const calls = group.map(({ call }) => call).join(', ');
    return [`I2: ${first?.contact} was told ${group.length} times of ${first?.subject}, by the calls ${calls}`];
  });
}

function groupsOf({ publishes }: RunRecord): PublishRecord[][] {
  const groups = new Map<string, PublishRecord[]>();
  for (const publish of publishes) {
    for (const channel of publish.channels) {
      for (const notice of publish.notices) {
        const id = `${publish.contact} ${channel} ${noticeId(notice)}`;
        groups.set(id, [...(groups.get(id) ?? []), publish]);
      }
    }
  }
  return [...groups.values()];
}

/** Nobody could know that this publish was done: its answer was lost, or the sender failed before it was recorded. */
function isUnrecorded(publish: PublishRecord, { calls }: RunRecord, { mailboxes }: History): boolean {
  const { fault, invocation, call, contact, notices, channels } = publish;
  if (fault === 'crash-after' || fault === 'lost-after' || fault === 'repeated') return true;
  const ids = new Set(notices.map(noticeId));
  const mark = mailboxes
    .get(contact)
    ?.find(
      ({ write, body }) =>
        write.call > call &&
        write.invocation === invocation &&
        !body.letters.some(
          (letter) => ids.has(noticeId(letter.notice)) && letter.channels.some((each) => channels.includes(each)),
        ),
    );
  if (mark) return false;
  const later = calls.filter((each) => each.invocation === invocation && each.number > call);
  return invocation.outcome !== 'done' || later.some((each) => each.fault !== undefined);
}

function isOutOfTime({ invocation }: PublishRecord, group: readonly PublishRecord[]): boolean {
  return group.some((other) => Math.abs(other.invocation.skewMs - invocation.skewMs) > leaseMarginMs);
}

/**
 * I3: nobody is paged for an incident of which the sender could know that it is over or in somebody's hands: what it read
 * of the alert last, before it told, said so.
 */
export function pagedInVain({ publishes, calls }: RunRecord, { alerts }: History): string[] {
  return publishes.flatMap(({ call, invocation, contact, notices }) =>
    notices
      .filter(({ kind }) => pages.has(kind))
      .flatMap((notice) => {
        const read = calls.findLast(
          (each) =>
            each.number < call &&
            each.invocation === invocation &&
            each.read?.pk === 'alert' &&
            (each.read.sk === undefined || each.read.sk === notice.check),
        );
        const known = read && latestBefore(alerts.get(notice.check) ?? [], read.number);
        const done = known && doneBy(known.body, notice);
        if (!done) return [];
        const what = `the ${notice.kind} ${notice.incident}/${notice.sequence} of ${notice.check}`;
        return [
          `I3: call ${call} told ${contact} of ${what}, which was ${done} since call ${known.write.call} at the latest`,
        ];
      }),
  );
}

function latestBefore(versions: readonly Version<Alert>[], call: number): Version<Alert> | undefined {
  return versions.findLast(({ write }) => write.call < call);
}

/** What had become of the incident of a page; `undefined` while it was for somebody to act on. */
function doneBy({ incident }: Alert, { openedAt }: Pick<Notice, 'openedAt'>): string | undefined {
  if (incident === undefined || incident.openedAt > openedAt) return 'over';
  return incident.openedAt === openedAt && incident.acknowledged ? 'acknowledged' : undefined;
}
