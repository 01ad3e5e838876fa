import type { Incident, Notice } from '../core/alert.ts';
import { incidentKey, incidentNumber, numberPrefix, runningNumber } from '../core/incident-number.ts';
import type { IncidentHead } from '../core/verdicts.ts';
import { partition, recordKey } from './keys.ts';
import type { Services } from './services.ts';

/** A claim of the same round is looked for among so many of the newest incidents. */
const recentClaims = 50;

/** How often a number is tried while others claim numbers at the same moment. */
const claimTries = 20;

/** Incidents that a list reads at most. */
const listLimit = 500;

/**
 * The number of an incident that is about to be stored. The incident's own item is the claim, so that whoever repeats
 * the work after a crash finds the number that the first one took.
 */
export async function claimNumber(services: Services, incident: Incident, notice: Notice): Promise<string> {
  const { plan, table } = services;
  const prefix = numberPrefix(plan.incidentFormat, incident.openedAt, plan.timeZone);
  for (let attempt = 0; attempt < claimTries; attempt++) {
    const newest = await table.query<IncidentHead>({
      pk: partition.incident,
      from: prefix,
      to: `${prefix}~`,
      newestFirst: true,
      limit: recentClaims,
    });
    const ours = newest.find(({ body }) => body.check === notice.check && body.round === incident.round);
    if (ours) return ours.body.number;
    const number = incidentNumber(prefix, newest[0] ? runningNumber(newest[0].sk) + 1 : 1);
    const head = headOf({ ...notice, incident: number });
    if (await table.put({ pk: partition.incident, sk: incidentKey(number) }, 0, head)) return number;
  }
  throw new Error(`No incident number under ${prefix} could be claimed in ${claimTries} tries.`);
}

/**
 * Adds a notice to the incident's records. Doing it again changes nothing: the head stands at the version of the newest
 * notice in it, of which the first came with the claim.
 */
export async function recordNotice({ table }: Services, notice: Notice): Promise<void> {
  const { incident, sequence } = notice;
  await table.put(recordKey(incident, sequence), 0, notice);
  const head = { pk: partition.incident, sk: incidentKey(incident) };
  if (sequence > 1) await table.put(head, sequence - 1, headOf(notice));
}

/** Incidents that were opened from `since` (ISO) until `until`, the oldest first. */
export async function incidentsBetween(services: Services, since: string, until: string): Promise<IncidentHead[]> {
  const { plan, table } = services;
  const [from, to] = [since, until].map((time) => numberPrefix(plan.incidentFormat, time, plan.timeZone));
  const found = await table.query<IncidentHead>({
    pk: partition.incident,
    from: from ?? '',
    to: `${to}~`,
    limit: listLimit,
  });
  return found.map(({ body }) => body).filter(({ openedAt }) => openedAt >= since && openedAt < until);
}

function headOf(notice: Notice): IncidentHead {
  const { incident, check, title, priority, openedAt, round, kind, at } = notice;
  const resolved = kind === 'recovery' && { resolvedAt: at };
  return { number: incident, check, title, priority, openedAt, round, ...resolved };
}
