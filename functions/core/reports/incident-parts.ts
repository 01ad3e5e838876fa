import { ageText } from '../age.ts';
import type { Plan, ReportPart } from '../plan.ts';
import type { Iso } from '../time.ts';
import { counted } from '../words.ts';
import { fewOf, lineOf } from './bounds.ts';
import type { Block } from './document.ts';
import { becameAt, isAbout, isOver, openedIn, owner, resolver } from './incident-course.ts';
import { incidentBlocks } from './incident-report.ts';
import { issueRecord } from './issue-record.ts';
import type { IncidentRecord, ReportRecords } from './records.ts';
import { type Clock, clockOf } from './report-clock.ts';
import { subjectsOf } from './subjects.ts';

type IncidentsPart = Extract<ReportPart, { kind: 'incidents' }>;

/** Characters, as JSON, of the incidents of one report that stand in it in full: some 40 usual ones. Others are named. */
const fullCharacters = 50_000;

/** The incidents of the period, of some checks or all, and how far they have come. */
export function issuesBlocks(
  plan: Plan,
  { label, of }: Extract<ReportPart, { kind: 'issues' }>,
  { incidents, period }: ReportRecords,
  now: Iso,
): Block[] {
  const subjects = of && subjectsOf(plan, of);
  const found = openedIn(incidents, period).filter((record) => !subjects || isAbout(record, plan, subjects, period));
  const open = found.filter((record) => !isOver(record, now)).length;
  const value = found.length === 0 ? 'none' : `${found.length}, ${open === 0 ? 'all over' : `${open} open`}`;
  const items = found.map((record) => incidentLine(record, clockOf(plan, period), now));
  return [{ kind: 'fields', fields: [{ label, value, ...(items.length > 0 && { items: fewOf(items) }) }] }];
}

/** `DAILY-20261207-001 P2 Disk usage CRITICAL on 1 of 3 hosts, 08:03 EST; open for 3 hours, ann has it`. */
export function incidentLine(record: IncidentRecord, clock: Clock, now: Iso): string {
  const { head, notices } = record;
  const what = lineOf(notices[0]?.headline ?? head.title);
  return `${head.number} ${head.priority} ${what}, ${clock(becameAt(record))}; ${stateText(record, now)}`;
}

function stateText(record: IncidentRecord, now: Iso): string {
  const { openedAt, resolvedAt } = record.head;
  if (resolvedAt !== undefined && isOver(record, now)) {
    const by = resolver(record);
    return `${by === undefined ? 'over' : `resolved by ${lineOf(by)}`} after ${ageText(openedAt, resolvedAt)}`;
  }
  const name = owner(record);
  return `open for ${ageText(openedAt, now)}, ${name === undefined ? 'nobody has it' : `${lineOf(name)} has it`}`;
}

/** Every incident of the period in full, one after the other. */
export function incidentsBlocks(
  plan: Plan,
  part: IncidentsPart,
  { incidents, period }: ReportRecords,
  now: Iso,
): Block[] {
  const found = openedIn(incidents, period);
  if (found.length === 0) return [{ kind: 'list', items: [] }];
  const full: Block[][] = [];
  let left = fullCharacters;
  for (const record of found) {
    const blocks = oneIncident(plan, part.as, record, now);
    left -= JSON.stringify(blocks).length;
    if (left < 0) break;
    full.push(blocks);
  }
  const others = found.slice(full.length).map((record) => incidentLine(record, clockOf(plan, period), now));
  const rest: Block[] = [
    { kind: 'text', text: `${counted(others.length, 'more incident')}, each with its record under its number:` },
    { kind: 'list', items: fewOf(others) },
  ];
  return [...full.flat(), ...(others.length > 0 ? rest : [])];
}

function oneIncident(plan: Plan, as: IncidentsPart['as'], record: IncidentRecord, now: Iso): Block[] {
  const { number, title } = record.head;
  const heading: Block = { kind: 'heading', level: 3, text: `${number}: ${lineOf(title)}` };
  switch (as) {
    case 'issue-record':
      return [heading, { kind: 'output', text: JSON.stringify(issueRecord(plan, record, now), undefined, 2) }];
    case 'incident-report':
      return [heading, ...incidentBlocks(plan, record, now)];
  }
}
