import type { Plan } from '../plan.ts';
import { clockText, type Iso } from '../time.ts';
import { listed } from '../words.ts';
import { fewOf, lineOf } from './bounds.ts';
import { isOver, resolver } from './incident-course.ts';
import { byTime, notesAbout, writtenAbout } from './incident-notes.ts';
import type { IncidentRecord } from './records.ts';

/** An incident in the fields of the issue record that FossaWork's procedure asks for, in their order. */
export interface IssueRecord {
  readonly issue_id: string;
  /** Since when it was bad: ISO 8601, UTC, whole seconds. */
  readonly timestamp: string;
  readonly severity: string;
  readonly component: string;
  readonly description: string;
  readonly impact: string;
  readonly actions_taken: readonly string[];
  readonly resolution: string;
  readonly follow_up_required: boolean;
  readonly operator: string;
}

/** The procedure writes severity as a word; the words of each priority. */
const severities: Readonly<Record<string, string>> = {
  P0: 'critical',
  P1: 'high',
  P2: 'medium',
  P3: 'low',
  info: 'info',
};

/** Actions of one record. */
const shownActions = 20;

export function issueRecord(plan: Plan, record: IncidentRecord, now: Iso): IssueRecord {
  const { head, notices, notes } = record;
  const actions = actionsTaken(record);
  const people = [...notices, ...notes].toSorted(byTime).flatMap(({ by }) => (by === undefined ? [] : [lineOf(by)]));
  const [first] = notices;
  const said = first?.worst[0]?.text;
  return {
    issue_id: head.number,
    timestamp: head.openedAt.replace(/\.\d+Z$/, 'Z'),
    severity: severities[head.priority] ?? head.priority,
    component: lineOf(head.title),
    description: lineOf(`${first?.headline ?? head.title}${said ? `: ${said}` : ''}`),
    impact: writtenAbout(record, 'impact'),
    actions_taken: fewOf(actions, shownActions),
    resolution: resolutionText(plan, record, now),
    follow_up_required: !isOver(record, now) || notesAbout(record, 'follow-up').length > 0,
    operator: listed([...new Set(people)]) || 'nobody',
  };
}

/** What people have done, and written that they did. */
function actionsTaken(record: IncidentRecord): string[] {
  const done = record.notices.flatMap(({ by, at, reason }) => (by === undefined ? [] : [{ at, text: reason }]));
  return [...done, ...notesAbout(record, 'action')].toSorted(byTime).map(({ text }) => lineOf(text));
}

/** How it ended, and what people have written about that. */
export function resolutionText(plan: Plan, record: IncidentRecord, now: Iso): string {
  const { resolvedAt } = record.head;
  const written = notesAbout(record, 'resolution').length > 0 ? `: ${writtenAbout(record, 'resolution')}` : '';
  if (resolvedAt === undefined || !isOver(record, now)) return `open${written}`;
  const by = resolver(record);
  const how = by === undefined ? 'well again by its next results' : `resolved by ${lineOf(by)}`;
  return `${how}, ${clockText(resolvedAt, plan.timeZone)}${written}`;
}
