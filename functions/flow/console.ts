import type { Item } from '../adapters/dynamodb.ts';
import type { Alert } from '../core/alert.ts';
import type { KnownDay, WidgetData } from '../core/console/data.ts';
import type { Surface, WidgetName } from '../core/console/surface.ts';
import { describeConsole, renderWidget } from '../core/console/widget.ts';
import type { Html } from '../core/html.ts';
import { numberPrefix } from '../core/incident-number.ts';
import { onDemand } from '../core/plan.ts';
import type { Document } from '../core/reports/document.ts';
import type { ReportHead } from '../core/reports/records.ts';
import { type Round, slotGraceMs } from '../core/round.ts';
import { newestSlotsOfDay } from '../core/slots.ts';
import { type Iso, laterBy, localTime } from '../core/time.ts';
import type { IncidentHead } from '../core/verdicts.ts';
import { alertKey, partition, reportHeadKey, reportKey, roundKey, slotKey } from './keys.ts';
import type { RecordServices } from './services.ts';
import { readSignOffs } from './sign-offs.ts';
import type { SlotWatch } from './slot-watch.ts';
import { readAlerts, readSilences } from './surroundings.ts';
import {
  type Endpoints,
  EventError,
  membersOf,
  type ReportChoice,
  reportChoice,
  surfaceOf,
  widgetOf,
} from './widget-event.ts';

/** Planned slots of a routine that are looked at: the newest, and the one before it while that is under way. */
const plannedSlots = 2;

/** More routines than these are not looked at. */
const routinesLimit = 1_000;

/** Incidents that are looked at, the newest of them: those of weeks, and in one page of a query. */
const incidentsLimit = 1_000;

/** Reports that are listed at most, the newest. */
const reportsLimit = 200;

/**
 * The widget that an event asks for, or its documentation.
 * @throws {EventError} when the event is none of CloudWatch's
 */
export async function showConsole(
  services: RecordServices,
  event: unknown,
  endpoints: Endpoints,
): Promise<Html | string> {
  const members = membersOf('event', event);
  if (members.get('describe') === true) return describeConsole(services.plan);
  const surface = surfaceOf(members, services.now(), endpoints);
  return drawWidget(services, widgetOf(members), surface, reportChoice(members));
}

/** Reads what a widget shows, and draws it. */
export async function drawWidget(
  services: RecordServices,
  widget: WidgetName,
  surface: Surface,
  chosen?: ReportChoice,
): Promise<Html> {
  return renderWidget(services.plan, await readWidget(services, widget, surface, chosen), surface);
}

/**
 * What a widget shows. All widgets of a dashboard together call the table 10 times, as long as all alerts fit into one
 * page of a query, which is 1 MB: those of 50 incidents whose hosts say as much as is kept do. Beyond that two widgets
 * call once more for each further page.
 */
export async function readWidget(
  services: RecordServices,
  widget: WidgetName,
  surface: Surface,
  chosen?: ReportChoice,
): Promise<WidgetData> {
  const { table } = services;
  const { at } = surface;
  switch (widget) {
    case 'status': {
      const [alerts, known, signOffs] = await Promise.all([
        readAlerts(table),
        readDay(services, surface),
        readSignOffs(table, at),
      ]);
      return { widget, alerts, ...known, signOffs };
    }
    case 'checklist': {
      const [shown, signOffs] = await Promise.all([readChecklist(services, surface), readSignOffs(table, at)]);
      return { widget, ...shown, signOffs };
    }
    case 'incidents': {
      const [alerts, heads, silences] = await Promise.all([
        readAlerts(table),
        readHeads(services, surface),
        readSilences(services),
      ]);
      return { widget, alerts, heads, silences };
    }
    case 'upcoming':
      return { widget };
    case 'documents': {
      if (!chosen) return { widget, reports: await readReports(services, surface) };
      const opened = await readReport(services, chosen);
      return { widget, reports: [opened.head], opened };
    }
  }
}

type RoundName = Pick<Round, 'routine' | 'slot'>;

/** The newest rounds of each routine on the day: the last one may not have ended, or not have begun. */
function plannedRounds({ plan }: RecordServices, { at }: Surface): RoundName[] {
  return Object.entries(plan.routines).flatMap(([routine, { schedule }]) => {
    if (schedule === onDemand) return [];
    const slots = newestSlotsOfDay(schedule, plan.calendar, plan.timeZone, at, plannedSlots);
    return slots.map((slot) => ({ routine, slot }));
  });
}

/** Of each routine the newest round; while that has just begun, the one before it, of which more is known. */
function shownRounds(found: readonly Item<Round>[], { at }: Surface): Round[] {
  const newest = new Map<string, Round>();
  const rounds = found.map(({ body }) => body).sort((one, other) => (one.slot < other.slot ? -1 : 1));
  for (const round of rounds) {
    const isUnderWay = round.status === 'sending' || round.status === 'running';
    const hasJustBegun = isUnderWay && round.slot > laterBy(-slotGraceMs, at);
    if (!hasJustBegun || !newest.has(round.routine)) newest.set(round.routine, round);
  }
  return [...newest.values()];
}

/**
 * Of each routine the newest planned round of the day. While none of them has ended, those on request stand for them, with
 * one call more: what they find is in the alerts in any case.
 */
async function readDay(services: RecordServices, surface: Surface): Promise<KnownDay> {
  const { plan, table } = services;
  const planned = plannedRounds(services, surface);
  const slots = Object.keys(plan.routines).map(slotKey);
  const found = await table.getAll<Round | SlotWatch>([...planned.map(roundKey), ...slots]);
  const isWatch = (item: Item<Round | SlotWatch>): item is Item<SlotWatch> => item.pk === partition.slot;
  const isRound = (item: Item<Round | SlotWatch>): item is Item<Round> => !isWatch(item);
  const watches = found.filter(isWatch);
  const rounds = found.filter(isRound);
  const isKnown = rounds.some(({ body }) => body.status === 'collected');
  const asked = isKnown ? [] : newestRounds(services, surface, watches);
  const others = await table.getAll<Round>(asked.map(roundKey));
  const isNew = ({ sk, pk }: Item<Round>) => !rounds.some((round) => round.pk === pk && round.sk === sk);
  return { rounds: shownRounds([...rounds, ...others.filter(isNew)], surface), expected: expectedOf(watches) };
}

/** The same with the alerts of the routines' checks. */
async function readChecklist(services: RecordServices, surface: Surface) {
  const { plan, table } = services;
  const routines = Object.values(plan.routines);
  const watches = await table.query<SlotWatch>({ pk: partition.slot, limit: routinesLimit });
  const names = [...plannedRounds(services, surface), ...newestRounds(services, surface, watches)];
  const checks = new Set(routines.flatMap((routine) => routine.checks));
  const keys = new Map(
    [...names.map(roundKey), ...[...checks].map(alertKey)].map((key) => [`${key.pk} ${key.sk}`, key]),
  );
  // In one batch, since all that a checklist shows has its name in the runbook.
  const found = await table.getAll<Round | Alert>([...keys.values()]);
  const isAlert = (item: Item<Round | Alert>): item is Item<Alert> => item.pk === partition.alert;
  const isRound = (item: Item<Round | Alert>): item is Item<Round> => !isAlert(item);
  return {
    alerts: found.filter(isAlert).map(({ body }) => body),
    rounds: shownRounds(found.filter(isRound), surface),
    expected: expectedOf(watches),
  };
}

/** Since when the rounds of each routine are expected. */
function expectedOf(watches: readonly Item<SlotWatch>[]): Record<string, Iso> {
  return Object.fromEntries(watches.flatMap(({ sk, body }) => (body.expected ? [[sk, body.expected.since]] : [])));
}

/** The newest round of each routine that has begun on the day. */
function newestRounds(
  { plan }: RecordServices,
  { at, isPast }: Surface,
  watches: readonly Item<SlotWatch>[],
): RoundName[] {
  const dateOf = (time: Iso) => localTime(time, plan.timeZone).toPlainDate().toString();
  return watches.flatMap(({ sk: routine, body: { newest: slot } }) => {
    if (!slot || !Object.hasOwn(plan.routines, routine) || dateOf(slot) !== dateOf(at)) return [];
    // Whoever asks for a round may have a clock that is ahead of ours.
    return slot <= at || !isPast ? [{ routine, slot }] : [];
  });
}

/** Incidents that were open in the range that is looked at, the newest first. */
async function readHeads({ plan, table }: RecordServices, { range, isPast }: Surface): Promise<IncidentHead[]> {
  const last = numberPrefix(plan.incidentFormat, range.to, plan.timeZone);
  const found = await table.query<IncidentHead>({
    pk: partition.incident,
    ...(isPast && { to: `${last}~` }),
    newestFirst: true,
    limit: incidentsLimit,
  });
  return found
    .map(({ body }) => body)
    .filter(({ openedAt, resolvedAt }) => (!isPast || openedAt <= range.to) && (resolvedAt ?? range.to) >= range.from);
}

async function readReports({ table }: RecordServices, { at }: Surface): Promise<ReportHead[]> {
  const found = await table.query<ReportHead>({
    pk: partition.report,
    to: `${at}~`,
    newestFirst: true,
    limit: reportsLimit,
  });
  return found.map(({ body }) => body);
}

async function readReport({ table }: RecordServices, chosen: ReportChoice) {
  const [head, document] = await Promise.all([
    table.get<ReportHead>(reportHeadKey(chosen)),
    table.get<Document>(reportKey(chosen)),
  ]);
  if (head && document) return { head: head.body, document: document.body };
  throw new EventError(`There is no report '${chosen.id}' of ${chosen.slot}: it may have been forgotten since.`);
}
