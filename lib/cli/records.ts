import type { Table } from '../../functions/adapters/dynamodb.ts';
import { type HostPack, hostRecordsIn } from '../../functions/core/host-pack.ts';
import type { HostRecord } from '../../functions/core/host-record.ts';
import { fleetCheck } from '../../functions/core/observations.ts';
import type { Plan } from '../../functions/core/plan.ts';
import { type HostCounts, type Round, routineOf, type Verdict } from '../../functions/core/round.ts';
import type { Status } from '../../functions/core/status.ts';
import type { IncidentHead } from '../../functions/core/verdicts.ts';
import { partition, resultsKey, roundKey } from '../../functions/flow/keys.ts';
import { readAlerts } from '../../functions/flow/surroundings.ts';
import type { Delivery } from '../local/sns.ts';
import { type OpenIncident, openIncidentOf } from './alert-reports.ts';

/** What happened, in the shape of `--json`. */
export interface RunReport {
  readonly rounds: readonly RoundReport[];
  /** One check on one host in one round. */
  readonly results: readonly ResultReport[];
  readonly incidents: readonly IncidentReport[];
  readonly notifications: readonly NotificationReport[];
}

export interface RoundReport {
  readonly platform: string;
  readonly routine: string;
  readonly title: string;
  /** ISO 8601, UTC. */
  readonly slot: string;
  readonly status: Round['status'];
  /** Why a round was skipped, or has failed. */
  readonly reason?: string;
  /** What people should know about it: that its time does not exist on this day. */
  readonly note?: string;
  readonly hosts?: HostCounts;
  readonly verdicts: readonly (Verdict & { readonly check: string; readonly title: string })[];
}

export interface ResultReport {
  readonly routine: string;
  readonly slot: string;
  readonly host: string;
  readonly name: string;
  readonly check: string;
  readonly status: Status;
  readonly text: string;
  readonly longText?: string;
  /** Metrics in base units. */
  readonly values: Readonly<Record<string, number>>;
}

export type IncidentReport = OpenIncident | (IncidentHead & { readonly status: 'resolved' });

/** One message to one contact, with its text in each protocol. */
export interface NotificationReport {
  readonly at: string;
  /** Every incident that it is about, the most urgent first; its `incident`, `kind`, `priority` and `role` are the first's. */
  readonly incidents: readonly { readonly incident: string; readonly kind: string; readonly priority: string }[];
  readonly incident: string;
  readonly kind: string;
  readonly priority: string;
  readonly role: string;
  readonly channels: readonly string[];
  readonly subject: string;
  readonly texts: Readonly<Record<string, string>>;
  /** Who got it, by protocol. */
  readonly endpoints: Readonly<Record<string, string>>;
}

/** More hosts or incidents than these are not shown. */
const shownHosts = 1_000;
const shownIncidents = 1_000;

/** Among so many of the newest rounds of a routine one is looked for that is no recheck. */
const recentRounds = 10;

/** The round of a slot as the table has it; `undefined` when there is none. */
export async function readRoundReport(
  table: Table,
  plan: Plan,
  round: { readonly routine: string; readonly slot: string },
): Promise<RoundReport | undefined> {
  const stored = await table.get<Round>(roundKey(round));
  return stored && roundReport(plan, stored.body);
}

/** The newest rounds of a routine, rechecks included, the newest first. */
export async function newestRounds(table: Table, routine: string): Promise<Round[]> {
  const { pk } = roundKey({ routine, slot: '' });
  const rounds = await table.query<Round>({ pk, newestFirst: true, limit: recentRounds });
  return rounds.map(({ body }) => body);
}

export function isUnderWay({ status }: Pick<Round, 'status'>): boolean {
  return status === 'sending' || status === 'running';
}

/** The newest round of each routine, if it has ended. A recheck only goes on with the round before it. */
export async function endedRounds(table: Table, plan: Plan): Promise<RoundReport[]> {
  const newest = await Promise.all(Object.keys(plan.routines).map((routine) => newestRounds(table, routine)));
  return newest
    .flatMap((rounds) => rounds.find(({ recheck }) => !recheck) ?? [])
    .filter((round) => !isUnderWay(round))
    .map((round) => roundReport(plan, round));
}

export function roundReport(plan: Plan, round: Round): RoundReport {
  const summary = round.status === 'collected' ? round.summary : undefined;
  return {
    platform: plan.platform.id,
    routine: round.routine,
    title: routineOf(plan, round.routine).title,
    slot: round.slot,
    status: round.status,
    ...('reason' in round && { reason: round.reason }),
    ...(round.note && { note: round.note }),
    ...(summary && { hosts: summary.hosts }),
    verdicts: Object.entries(summary?.verdicts ?? {}).map(([check, verdict]) => ({
      check,
      title: plan.checks[check]?.title ?? check,
      ...verdict,
    })),
  };
}

/** Every result of a round, host by host; a lost host has one for its fleet. */
export async function readResults(table: Table, plan: Plan, round: RoundReport): Promise<ResultReport[]> {
  const packs = await table.query<HostPack | HostRecord>({ ...resultsKey(round), limit: shownHosts });
  const hosts = shownOf([...hostRecordsIn(packs)]);
  const { routine, slot } = round;
  return hosts.flatMap(([host, body]): ResultReport[] => {
    const { name } = body;
    if ('lost' in body) {
      const check = fleetCheck(routineOf(plan, routine).fleet ?? '');
      return [{ routine, slot, host, name, check, status: 'CRITICAL', text: body.lost, values: {} }];
    }
    return Object.entries(body.results).map(([check, [status, text, values, longText]]) => ({
      ...{ routine, slot, host, name, check, status, text },
      ...(longText && { longText }),
      values,
    }));
  });
}

/** As many as are shown, by their ids; of more, those that are not well before all others. */
function shownOf(hosts: readonly (readonly [host: string, record: HostRecord])[]): typeof hosts {
  const bad = hosts.filter(([, record]) => !isWell(record));
  const well = hosts.filter(([, record]) => isWell(record));
  return [...bad, ...well].slice(0, shownHosts).sort(([one], [other]) => (one < other ? -1 : 1));
}

function isWell(record: HostRecord): boolean {
  return 'results' in record && Object.values(record.results).every(([status]) => status === 'OK');
}

/** All incidents, the oldest first. Whether one is open, its alert knows first. */
export async function readIncidents(table: Table): Promise<IncidentReport[]> {
  const heads = await table.query<IncidentHead>({ pk: partition.incident, newestFirst: true, limit: shownIncidents });
  const open = new Map<string, OpenIncident>();
  for (const alert of await readAlerts(table)) {
    const incident = openIncidentOf(alert);
    if (incident) open.set(nameOf(incident), incident);
  }
  const listed = heads.reverse().map(({ body }): IncidentReport => {
    const isOpen = open.get(nameOf(body));
    open.delete(nameOf(body));
    return isOpen ?? { ...body, status: 'resolved' };
  });
  // What was opened this moment has no number yet, and no head.
  return [...listed, ...open.values()];
}

function nameOf({ check, openedAt }: IncidentHead): string {
  return `${check} ${openedAt}`;
}

/** Deliveries of the same publish are one notification. Those about alarms of Rounds itself belong to no incident. */
export function notificationsOf(deliveries: readonly Delivery[]): NotificationReport[] {
  const messages = new Map<string, NotificationReport>();
  for (const { messageId, at, protocol, endpoint, subject, body, attributes } of deliveries) {
    const attribute = (name: string) => attributes[name]?.[0] ?? '';
    const before = messages.get(messageId);
    messages.set(messageId, {
      at: new Date(at).toISOString(),
      incidents: (attributes.incident ?? []).map((incident, index) => ({
        incident,
        kind: attributes.kind?.[index] ?? '',
        priority: attributes.priority?.[index] ?? '',
      })),
      incident: attribute('incident'),
      kind: attribute('kind'),
      priority: attribute('priority'),
      role: attribute('role'),
      channels: attributes.channel ?? [],
      subject: subject ?? before?.subject ?? '',
      texts: { ...before?.texts, [protocol]: body },
      endpoints: { ...before?.endpoints, [protocol]: endpoint },
    });
  }
  return [...messages.values()];
}
