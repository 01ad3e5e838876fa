import type { Table } from '../../functions/adapters/dynamodb.ts';
import type { Notice } from '../../functions/core/alert.ts';
import { type HostPack, hostRecordsIn } from '../../functions/core/host-pack.ts';
import type { HostRecord } from '../../functions/core/host-record.ts';
import { fleetCheck } from '../../functions/core/observations.ts';
import type { Round } from '../../functions/core/round.ts';
import type { Status } from '../../functions/core/status.ts';
import { type Iso, isoOf, msOf } from '../../functions/core/time.ts';
import type { IncidentHead } from '../../functions/core/verdicts.ts';
import { notePrefix, partition, recordKey, resultsKey, roundKey } from '../../functions/flow/keys.ts';
import type { SlotWatch } from '../../functions/flow/slot-watch.ts';
import type { Connection } from './connection.ts';
import { readSilences } from './silence-item.ts';

/** What one host said to one check; `rounds replay` reads it. */
export interface ResultLine {
  readonly at: Iso;
  readonly host: string;
  readonly check: string;
  readonly status: Status;
  readonly text?: string;
  /** In base units. */
  readonly metrics?: Readonly<Record<string, number>>;
}

/** What a person did. */
export interface CommandLine {
  readonly at: Iso;
  readonly command: 'ack' | 'resolve' | 'silence';
  /** `*` for all checks. */
  readonly check: string;
  readonly by: string;
  readonly until?: Iso;
}

/** ISO instants; `to` is exclusive. */
export interface Span {
  readonly from: Iso;
  readonly to: Iso;
}

/** The fleet that a routine goes over, which only the runbook knows; `undefined` where it is not known here. */
export type FleetOf = (routine: string) => string | undefined;

type SentRound = Extract<Round, { readonly status: 'running' | 'collected' }>;

/** A round is sent so long after its slot at most, in milliseconds. */
const sentWithinMs = 3_600_000;

/** What the table can hold of each, with room to spare. */
const routinesLimit = 200;
const roundsLimit = 100_000;
const hostsLimit = 100_000;
const incidentsLimit = 100_000;
const recordsLimit = 10_000;

/** Everything that was found and done in a span, in the order of time; one round is in memory at a time. */
export async function* exportLines(
  connection: Connection,
  span: Span,
  fleetOf: FleetOf,
): AsyncGenerator<ResultLine | CommandLine> {
  const { table } = connection;
  const all = [...(await incidentCommands(table)), ...(await silenceCommands(connection))];
  const commands = all.filter(({ at }) => isIn(span, at)).sort((one, other) => (one.at < other.at ? -1 : 1));
  for (const round of await sentRounds(table, span)) {
    while (commands[0] && commands[0].at < round.sentAt) yield* commands.splice(0, 1);
    yield* await resultLines(table, round, fleetOf(round.routine));
  }
  yield* commands;
}

function isIn({ from, to }: Span, at: Iso): boolean {
  return at >= from && at < to;
}

/** Every round that has asked hosts, rechecks included. */
async function sentRounds(table: Table, span: Span): Promise<SentRound[]> {
  const slots = await table.query<SlotWatch>({ pk: partition.slot, limit: routinesLimit });
  const rounds: SentRound[] = [];
  for (const { sk: routine } of slots) {
    const { pk } = roundKey({ routine, slot: '' });
    const from = isoOf(msOf(span.from) - sentWithinMs);
    const found = await table.query<Round>({ pk, from, to: span.to, limit: roundsLimit });
    for (const { body } of found) if ('sentAt' in body && body.commandId && isIn(span, body.sentAt)) rounds.push(body);
  }
  return rounds.sort((one, other) => (one.sentAt < other.sentAt ? -1 : 1));
}

/**
 * The check of the fleet itself is bad on a host that did not answer, and well on one that did; without its name there
 * is nothing to say of either.
 */
async function resultLines(table: Table, round: SentRound, fleet: string | undefined): Promise<ResultLine[]> {
  const packs = await table.query<HostPack | HostRecord>({ ...resultsKey(round), limit: hostsLimit });
  const at = round.sentAt;
  return [...hostRecordsIn(packs)].flatMap(([host, body]): ResultLine[] => {
    const own = fleet === undefined ? [] : [{ at, host, check: fleetCheck(fleet) }];
    if ('lost' in body) return own.map((line) => ({ ...line, status: 'CRITICAL', text: body.lost }));
    const results = Object.entries(body.results).map(
      ([check, [status, text, metrics]]): ResultLine => ({
        ...{ at, host, check, status, text },
        ...(Object.keys(metrics).length > 0 && { metrics }),
      }),
    );
    return [...own.map((line): ResultLine => ({ ...line, status: 'OK' })), ...results];
  });
}

async function incidentCommands(table: Table): Promise<CommandLine[]> {
  const heads = await table.query<IncidentHead>({ pk: partition.incident, limit: incidentsLimit });
  const lines: CommandLine[] = [];
  for (const { body: head } of heads) {
    const { pk } = recordKey(head.number, 0);
    const records = await table.query<Notice>({ pk, to: notePrefix, limit: recordsLimit });
    for (const { body: notice } of records) {
      const { kind, at, check, by } = notice;
      if (by === undefined || (kind !== 'acknowledgement' && kind !== 'recovery')) continue;
      lines.push({ at, command: kind === 'acknowledgement' ? 'ack' : 'resolve', check, by });
    }
  }
  return lines;
}

async function silenceCommands(connection: Connection): Promise<CommandLine[]> {
  return (await readSilences(connection)).flatMap(({ from: at, by, until, checks }) =>
    (checks.length === 0 ? ['*'] : checks).map((check) => ({ at, command: 'silence' as const, check, by, until })),
  );
}
