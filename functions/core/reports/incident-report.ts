import { ageText } from '../age.ts';
import type { Notice } from '../alert.ts';
import type { Plan } from '../plan.ts';
import type { TroubledHost } from '../tally.ts';
import { clockText, type Iso } from '../time.ts';
import { counted } from '../words.ts';
import { endsOf, fewOf, lineOf } from './bounds.ts';
import type { Block, Document, Field } from './document.ts';
import { becameAt, happeningText, isOver } from './incident-course.ts';
import { byTime, notesAbout, notWritten, writtenAbout } from './incident-notes.ts';
import { resolutionText } from './issue-record.ts';
import type { IncidentRecord } from './records.ts';

/** Hosts that are named. */
const namedHosts = 10;

/** Hosts whose output is shown, and its characters. */
const hostsWithOutput = 3;
const outputCharacters = 800;

/** An incident in the fields of Gold Escrow's template, with all that happened to it and what its hosts said last. */
export function incidentReport(plan: Plan, record: IncidentRecord, now: Iso): Document {
  const { number, title } = record.head;
  return { title: `Incident Report - ${number}: ${lineOf(title)}`, blocks: incidentBlocks(plan, record, now) };
}

/** The report without its title. */
export function incidentBlocks(plan: Plan, record: IncidentRecord, now: Iso): Block[] {
  const { number } = record.head;
  const followUps = notesAbout(record, 'follow-up').map(({ text }) => lineOf(text));
  const tasks = fewOf(followUps).map((text) => ({ text, isDone: false }));
  const none: Block = { kind: 'text', text: notWritten(number, 'follow-up') };
  return [
    { kind: 'fields', fields: fieldsOf(plan, record, now) },
    { kind: 'text', text: 'Action Items:' },
    tasks.length > 0 ? { kind: 'tasks', items: tasks } : none,
    { kind: 'text', text: 'Timeline:' },
    { kind: 'list', items: endsOf(timelineOf(plan, record, now)) },
    ...outputOf(record.notices),
  ];
}

function fieldsOf(plan: Plan, record: IncidentRecord, now: Iso): Field[] {
  const { number, priority, openedAt, resolvedAt } = record.head;
  const meaning = Object.entries(plan.priorities).find(([id]) => id === priority)?.[1].meaning;
  const resolved =
    resolvedAt !== undefined && isOver(record, now)
      ? `${clockText(resolvedAt, plan.timeZone)}, after ${ageText(openedAt, resolvedAt)}`
      : `open for ${ageText(openedAt, now)}`;
  return [
    { label: 'Incident ID', value: number },
    { label: 'Severity', value: meaning === undefined ? priority : `${priority} (${meaning})` },
    { label: 'Detection Time', value: clockText(openedAt, plan.timeZone) },
    { label: 'Affected Systems', value: affectedText(record) },
    { label: 'Impact', value: writtenAbout(record, 'impact') },
    { label: 'Root Cause', value: writtenAbout(record, 'cause') },
    { label: 'Resolution', value: resolutionText(plan, record, now) },
    { label: 'Resolution Time', value: resolved },
    { label: 'Lessons Learned', value: writtenAbout(record, 'lesson') },
  ];
}

/** The check, how many hosts it was at most, and those that are known by name. */
function affectedText({ head, notices }: IncidentRecord): string {
  const most = notices.reduce<Notice | undefined>(
    (one, other) => (one && one.troubled >= other.troubled ? one : other),
    undefined,
  );
  const hosts = notices.flatMap(({ worst }) => worst.filter(({ host }) => host !== '').map(({ name }) => lineOf(name)));
  const names = [...new Set(hosts)];
  if (!most || names.length === 0) return lineOf(head.title);
  const all = Math.max(most.troubled, names.length);
  const more = all - Math.min(names.length, namedHosts);
  const named = `${names.slice(0, namedHosts).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
  return `${lineOf(head.title)} on ${counted(all, 'host')}: ${named}`;
}

function timelineOf({ timeZone }: Plan, record: IncidentRecord, now: Iso): string[] {
  const { notices, notes, head } = record;
  const happened = notices.map((notice) => ({ at: notice.at, text: happeningText(notice, timeZone, now) }));
  const written = notes.map(({ at, by, about, text }) => {
    const subject = about === 'note' ? '' : `${about}: `;
    return { at, text: `${lineOf(by)} wrote: ${subject}${lineOf(text)}` };
  });
  // It was bad before it was an incident.
  const began = { at: head.openedAt, text: 'bad for the first time' };
  return [...(becameAt(record) > head.openedAt ? [began] : []), ...happened, ...written]
    .toSorted(byTime)
    .map(({ at, text }) => `${clockText(at, timeZone)} ${text}`);
}

function outputOf(notices: readonly Notice[]): Block[] {
  const worst = notices.findLast((notice) => notice.worst.length > 0)?.worst.slice(0, hostsWithOutput) ?? [];
  return worst.flatMap((host): Block[] => [
    { kind: 'text', text: `${lineOf(host.name)} said ${host.status}:` },
    { kind: 'output', text: textOf(host) },
  ]);
}

function textOf({ text, longText }: TroubledHost): string {
  const whole = longText === '' ? text : `${text}\n${longText}`;
  const characters = Array.from(whole);
  return characters.length > outputCharacters ? `${characters.slice(0, outputCharacters).join('')}…` : whole;
}
