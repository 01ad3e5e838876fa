import { msOf } from '../../functions/core/time.ts';
import type { Notification } from './virtual-platform.ts';

/** How what one runbook tells differs from what another one told. */
export type Change =
  | { readonly change: 'gained' | 'lost'; readonly notification: Notification }
  | { readonly change: 'moved'; readonly notification: Notification; readonly before: Notification };

/** So near to each other two notifications are told at the same time. */
const sameMs = 60_000;

/** What is further apart is another page, unless it is of the same incident. */
const movedMs = 86_400_000;

/**
 * The differences, in the order of time. Notifications of the same check, event and level belong together: first those
 * that are told at the same time, then what is left, in its order.
 */
export function compare(before: readonly Notification[], after: readonly Notification[]): Change[] {
  const changes: Change[] = [];
  const old = byKey(before);
  const fresh = byKey(after);
  for (const key of new Set([...old.keys(), ...fresh.keys()])) {
    const sameTime = paired(old.get(key) ?? [], fresh.get(key) ?? [], isSameTime);
    const moved = paired(sameTime.lost, sameTime.gained, isSamePage);
    for (const [one, other] of [...sameTime.pairs.filter(isChanged), ...moved.pairs]) {
      changes.push({ change: 'moved', notification: other, before: one });
    }
    for (const notification of moved.lost) changes.push({ change: 'lost', notification });
    for (const notification of moved.gained) changes.push({ change: 'gained', notification });
  }
  return changes.sort((one, other) => msOf(one.notification.at) - msOf(other.notification.at));
}

function byKey(notifications: readonly Notification[]): ReadonlyMap<string, readonly Notification[]> {
  const lists = new Map<string, Notification[]>();
  for (const notification of notifications) {
    const { check, event, level } = notification;
    const key = `${check} ${event} ${level}`;
    const list = lists.get(key) ?? [];
    list.push(notification);
    lists.set(key, list);
  }
  return lists;
}

/** Goes through two lists in the order of time; of two that do not belong together the earlier one has no partner. */
function paired(
  before: readonly Notification[],
  after: readonly Notification[],
  belong: (one: Notification, other: Notification) => boolean,
) {
  const pairs: [Notification, Notification][] = [];
  const lost: Notification[] = [];
  const gained = [...after].reverse();
  const passed: Notification[] = [];
  for (const one of before) {
    let other = gained.at(-1);
    while (other && !belong(one, other) && other.at < one.at) {
      passed.push(other);
      gained.pop();
      other = gained.at(-1);
    }
    if (other && belong(one, other)) {
      pairs.push([one, other]);
      gained.pop();
    } else lost.push(one);
  }
  return { pairs, lost, gained: [...passed, ...gained.reverse()] };
}

function isSameTime(one: Notification, other: Notification): boolean {
  return Math.abs(msOf(one.at) - msOf(other.at)) <= sameMs;
}

function isSamePage(one: Notification, other: Notification): boolean {
  return one.openedAt === other.openedAt || Math.abs(msOf(one.at) - msOf(other.at)) <= movedMs;
}

function isChanged([one, other]: readonly [Notification, Notification]): boolean {
  const facts = ({ kind, priority, roles, channels }: Notification) =>
    JSON.stringify([kind, priority, roles, channels]);
  return facts(one) !== facts(other);
}
