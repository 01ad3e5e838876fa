import type { Notice } from '../core/alert.ts';
import { incidentKey, incidentNumber, numberPrefix, runningNumber } from '../core/incident-number.ts';
import type { IncidentHead } from '../core/verdicts.ts';
import { partition, recordKey } from './keys.ts';
import type { Services } from './services.ts';

/** A claim of the same incident is looked for among so many of the newest incidents. */
const recentClaims = 50;

/** How often a number is tried while others claim numbers at the same moment. */
const claimTries = 20;

/** How often an incident's head is written again because somebody else changed it meanwhile. */
const headTries = 5;

/** Incidents that a list reads at most, the newest. */
const listLimit = 500;

/**
 * The number of an incident that its alert already holds and nobody was told of yet. The incident's own item is the
 * claim, so that whoever repeats the work after a crash finds the number that the first one took.
 */
export async function claimNumber(services: Services, notice: Notice): Promise<string> {
  const { plan, table } = services;
  const { check, openedAt } = notice;
  const prefix = numberPrefix(plan.incidentFormat, openedAt, plan.timeZone);
  for (let attempt = 0; attempt < claimTries; attempt++) {
    const newest = await table.query<IncidentHead>({
      pk: partition.incident,
      from: prefix,
      to: `${prefix}~`,
      newestFirst: true,
      limit: recentClaims,
    });
    const ours = newest.find(({ body }) => body.check === check && body.openedAt === openedAt);
    if (ours) return ours.body.number;
    const number = incidentNumber(prefix, newest[0] ? runningNumber(newest[0].sk) + 1 : 1);
    const head = headOf({ ...notice, incident: number });
    if (await table.put({ pk: partition.incident, sk: incidentKey(number) }, 0, head)) return number;
  }
  throw new Error(`No incident number under ${prefix} could be claimed in ${claimTries} tries.`);
}

/** Adds a notice to the incident's records. Doing it again, or late, changes nothing. */
export async function recordNotice({ table }: Services, notice: Notice): Promise<void> {
  const { incident, sequence } = notice;
  await table.put(recordKey(incident, sequence), 0, notice);
  // The claim of the number has made the head, of the first notice.
  if (sequence === 1) return;
  const key = { pk: partition.incident, sk: incidentKey(incident) };
  for (let attempt = 0; attempt < headTries; attempt++) {
    const head = await table.get<IncidentHead>(key);
    if (!head || head.body.sequence >= sequence) return;
    if (await table.put(key, head.version, headOf(notice))) return;
  }
  throw new Error(`The head of incident ${incident} was changed by others ${headTries} times in a row.`);
}

/**
 * Incidents that were opened from `since` (ISO) until `until`, the oldest first.
 * @throws {UnreadableItem} when one of them cannot be read: there may be an incident, and nobody could say so
 */
export async function incidentsBetween(services: Services, since: string, until: string): Promise<IncidentHead[]> {
  const { plan, table } = services;
  const [from, to] = [since, until].map((time) => numberPrefix(plan.incidentFormat, time, plan.timeZone));
  const found = await table.query<IncidentHead>({
    pk: partition.incident,
    from: from ?? '',
    to: `${to}~`,
    newestFirst: true,
    limit: listLimit,
    isWhole: true,
  });
  const oldestFirst = found.reverse().map(({ body }) => body);
  return oldestFirst.filter(({ openedAt }) => openedAt >= since && openedAt < until);
}

function headOf(notice: Notice): IncidentHead {
  const { incident, sequence, check, title, priority, openedAt, kind, at } = notice;
  const isOver = kind === 'recovery' || (kind === 'flapping-end' && notice.troubled === 0);
  const resolved = isOver && { resolvedAt: at };
  return { number: incident, sequence, check, title, priority, openedAt, ...resolved };
}
