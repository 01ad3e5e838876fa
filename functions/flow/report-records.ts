import type { Table } from '../adapters/dynamodb.ts';
import type { Plan } from '../core/plan.ts';
import type { IncidentRecord, Period, ReportHead, ReportRecords } from '../core/reports/records.ts';
import { historyOf } from '../core/reports/report-needs.ts';
import { periodOf } from '../core/reports/report-slots.ts';
import { checksNamed, slimRound } from '../core/reports/slim-round.ts';
import type { Round } from '../core/round.ts';
import type { AskedSignOff } from '../core/sign-off.ts';
import { type Iso, isoOf, laterBy, msOf } from '../core/time.ts';
import type { IncidentHead } from '../core/verdicts.ts';
import { expectedSince } from './answer-records.ts';
import { recordOf } from './incident-notes.ts';
import { partition, roundKey } from './keys.ts';
import type { Services } from './services.ts';
import { readSilences } from './surroundings.ts';

/** Rounds that are in memory whole, at some 5 KB each: of those before them only what is needed is kept. */
const roundsPage = 200;

/** Rounds of one routine at most: two months of one every five minutes. Of more the newest count. */
const roundsLimit = 20_000;

/** How long a sign-off that nobody has given is remembered, in days: none is due later than that. */
const signOffDays = 31;
const signOffsLimit = 10_000;

/** Incidents that are looked at, and told of, at most: the newest. */
const incidentsLimit = 1_000;

/** Incidents whose records are read at the same time. */
const incidentsAtOnce = 20;

/** Heads of all reports that are looked at, the newest: some months of a dozen a day. */
const headsLimit = 1_000;

const dayMs = 86_400_000;

/** Everything that a report is made from. */
export async function readReportRecords(
  { plan, table }: Pick<Services, 'plan' | 'table'>,
  id: string,
  slot: Iso,
): Promise<ReportRecords> {
  const heads = await readReportHeads(table, slot);
  const period = periodOf(plan, id, slot, heads);
  const [rounds, signOffs, incidents, silences, expected] = await Promise.all([
    readRounds(table, plan, id, period),
    readSignOffs(table, period),
    readIncidents(table, period),
    readSilences({ table }),
    expectedSince({ table }),
  ]);
  return {
    period,
    rounds,
    signOffs,
    incidents,
    silences: silences.filter(({ from, until }) => from < period.to && until > period.from),
    reports: heads.filter((head) => head.slot >= period.from).reverse(),
    expected: Object.fromEntries(expected),
  };
}

/** Reports of slots before a time, the newest first. @param before an ISO instant; absent: all */
export async function readReportHeads(table: Table, before?: Iso): Promise<ReportHead[]> {
  const to = before === undefined ? {} : { to: before };
  const items = await table.query<ReportHead>({ pk: partition.report, ...to, newestFirst: true, limit: headsLimit });
  return items.map(({ body: { id, slot, title, period, writtenAt, owed } }) => {
    return { id, slot, title, period, writtenAt, owed };
  });
}

async function readRounds(table: Table, plan: Plan, id: string, period: Period): Promise<Round[]> {
  const checks = checksNamed(plan, id);
  const found = await Promise.all(
    [...historyOf(plan, id, period)].map(([routine, from]) =>
      readRoundsOf(table, routine, { from, to: period.to }, checks),
    ),
  );
  return found.flat().sort((one, other) => (one.slot < other.slot ? -1 : 1));
}

async function readRoundsOf(
  table: Table,
  routine: string,
  period: Period,
  checks: ReadonlySet<string>,
): Promise<Round[]> {
  const { pk } = roundKey({ routine, slot: '' });
  const rounds: Round[] = [];
  let to = justBefore(period.to);
  while (rounds.length < roundsLimit) {
    const page = await table.query<Round>({ pk, from: period.from, to, newestFirst: true, limit: roundsPage });
    rounds.push(...page.map(({ body }) => slimRound(body, checks)));
    const oldest = page.at(-1);
    if (!oldest || page.length < roundsPage) break;
    to = justBefore(oldest.sk);
  }
  return rounds;
}

function justBefore(time: Iso): Iso {
  return isoOf(msOf(time) - 1);
}

/** Those of the period, and of those before it what was given in it, or neither then nor in a later slot. */
async function readSignOffs(table: Table, { from, to }: Period): Promise<AskedSignOff[]> {
  const items = await table.query<AskedSignOff>({
    pk: partition.signOff,
    from: laterBy(-signOffDays * dayMs, from),
    to,
    newestFirst: true,
    limit: signOffsLimit,
  });
  const given = new Set<string>();
  const wanted = items.filter(({ body: { id, slot, dueAt, signatures } }) => {
    const newest = signatures.at(-1);
    const isMissing = !newest?.isGood && !given.has(id);
    if (newest?.isGood) given.add(id);
    return slot >= from || dueAt >= from || isMissing || (newest !== undefined && newest.at >= from);
  });
  return wanted.reverse().map(({ body }) => body);
}

/** Those that were open at any time in the period, or in the one before it, which is of the same length. */
async function readIncidents(table: Table, { from, to }: Period): Promise<IncidentRecord[]> {
  const items = await table.query<IncidentHead>({
    pk: partition.incident,
    newestFirst: true,
    limit: incidentsLimit,
  });
  const since = isoOf(2 * msOf(from) - msOf(to));
  const heads = items
    .map(({ body }) => body)
    .filter(({ openedAt, resolvedAt }) => openedAt < to && (resolvedAt === undefined || resolvedAt >= since))
    .sort((one, other) => (one.openedAt < other.openedAt ? -1 : 1));
  const records: IncidentRecord[] = [];
  for (let start = 0; start < heads.length; start += incidentsAtOnce) {
    const some = heads.slice(start, start + incidentsAtOnce);
    records.push(...(await Promise.all(some.map((head) => recordOf(table, head)))));
  }
  return records;
}
