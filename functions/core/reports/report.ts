import type { Plan, ReportPart } from '../plan.ts';
import { clockText, type Iso } from '../time.ts';
import { actionsBlocks } from './actions-part.ts';
import { auditBlocks } from './audit-part.ts';
import { checklistBlocks } from './checklist-part.ts';
import type { Block, Document } from './document.ts';
import { figuresBlocks } from './figures-part.ts';
import { incidentsBlocks, issuesBlocks } from './incident-parts.ts';
import { outstandingBlocks, prioritiesBlocks } from './outstanding-parts.ts';
import type { ReportRecords } from './records.ts';
import { lastDateOf } from './report-clock.ts';
import { reportNamed } from './report-slots.ts';
import { recurringBlocks, responseTimesBlocks } from './review-parts.ts';
import { notesBlocks, operatorBlocks } from './sign-off-parts.ts';
import { trendBlocks } from './trend-part.ts';
import { uptimeBlocks } from './uptime-part.ts';
import { verdictBlocks } from './verdict-part.ts';

/**
 * The report of a period, made of its records and of nothing else.
 * @param now when it is written: what is open then is open in it
 * @throws {Error} when the runbook has no such report
 */
export function reportOf(plan: Plan, id: string, records: ReportRecords, now: Iso): Document {
  const { title, parts } = reportNamed(plan, id);
  const { from, to } = records.period;
  const clock = (at: Iso) => clockText(at, plan.timeZone);
  const basis = `From the records of ${plan.platform.name}, ${clock(from)} to ${clock(to)}; written ${clock(now)}.`;
  const blocks = parts.flatMap((part) => blocksOf(plan, part, records, now));
  return {
    title: `${title} - ${lastDateOf(records.period, plan.timeZone)}`,
    blocks: joined([{ kind: 'text', text: basis }, ...blocks]),
  };
}

function blocksOf(plan: Plan, part: ReportPart, records: ReportRecords, now: Iso): readonly Block[] {
  switch (part.kind) {
    case 'heading':
      return [{ kind: 'heading', level: 2, text: part.text }];
    case 'text':
      return [{ kind: 'text', text: part.text }];
    case 'verdict':
      return verdictBlocks(plan, part, records, now);
    case 'figures':
      return figuresBlocks(plan, part, records);
    case 'uptime':
      return uptimeBlocks(plan, part, records);
    case 'checklist':
      return checklistBlocks(plan, part, records, now);
    case 'issues':
      return issuesBlocks(plan, part, records, now);
    case 'outstanding':
      return outstandingBlocks(plan, part, records, now);
    case 'actions':
      return actionsBlocks(plan, records);
    case 'priorities':
      return prioritiesBlocks(plan, records, now);
    case 'notes':
      return notesBlocks(plan, part, records, now);
    case 'incidents':
      return incidentsBlocks(plan, part, records, now);
    case 'trend':
      return trendBlocks(plan, part, records);
    case 'recurring':
      return recurringBlocks(records);
    case 'response-times':
      return responseTimesBlocks(plan, records, now);
    case 'audit':
      return auditBlocks(plan, part, records, now);
    case 'operator':
      return operatorBlocks(plan, records);
  }
}

/** Fields that follow each other are one list. */
function joined(blocks: readonly Block[]): Block[] {
  const all: Block[] = [];
  for (const block of blocks) {
    const last = all.at(-1);
    if (block.kind !== 'fields' || last?.kind !== 'fields') all.push(block);
    else all[all.length - 1] = { kind: 'fields', fields: [...last.fields, ...block.fields] };
  }
  return all;
}
