import type { Message } from '../messages.ts';
import type { Plan } from '../plan.ts';
import { smsText } from '../sms.ts';
import { subjectText } from '../subject.ts';
import { localTime } from '../time.ts';
import type { Document } from './document.ts';
import { markdownOf } from './markdown.ts';
import type { ReportHead } from './records.ts';
import { slotName } from './report-slots.ts';

/**
 * Bytes of the text as JSON. A publish holds it twice, since it is the default as well, and 256 KB at most with all that
 * stands beside it: https://docs.aws.amazon.com/sns/latest/api/API_Publish.html
 */
const textBytes = 110_000;

/** The report, in full as far as it fits, for those whom it is mailed to. */
export function reportEmail(plan: Plan, head: ReportHead, document: Document): Message {
  const { id, title, slot, period } = head;
  const platform = plan.platform.name;
  const date = localTime(slot, plan.timeZone).toPlainDate().toString();
  const command = `rounds report ${id} --date ${slotName(plan.reports[id]?.schedule, plan.timeZone, slot)} --stack Rounds-${plan.platform.id}`;
  return {
    subject: subjectText(`${platform}: ${title} ${date}`),
    email: `${fitting(markdownOf(document), command)}\nTo see it again: ${command}\n`,
    sms: smsText(`${platform}: ${title} ${date} is written`),
    https: JSON.stringify({ kind: 'report', report: id, title, date, slot, period, platform }),
    attributes: { incident: [], kind: ['report'], priority: [], role: plan.reports[id]?.tell ?? [] },
  };
}

/** So many lines of a text as an email can hold, and how to read the others. */
function fitting(text: string, command: string): string {
  if (bytesOf(text) <= textBytes) return text;
  const kept: string[] = [];
  let bytes = 0;
  // Of the block of output that the cut goes through.
  let fence = '';
  for (const line of text.split('\n')) {
    bytes += bytesOf(`${line}\n`);
    if (bytes > textBytes) break;
    kept.push(line);
    if (fence === '' && /^`{3,}$/.test(line)) fence = line;
    else if (line === fence) fence = '';
  }
  const end = fence === '' ? [] : [fence];
  return [...kept, ...end, '', `The rest is too long for an email. To read all of it: ${command}`, ''].join('\n');
}

function bytesOf(text: string): number {
  return new TextEncoder().encode(JSON.stringify(text)).length;
}
