import { type Answer, measured, namedFew } from './answer.ts';
import type { IncidentsQuestion, Priority } from './plan.ts';
import { type Status, worstOf } from './status.ts';
import { clockText, type Iso } from './time.ts';
import type { IncidentHead } from './verdicts.ts';
import { counted } from './words.ts';

/** What an incident of a priority means for a question that asks for it. */
const statusOf: Readonly<Record<Priority, Status>> = {
  P0: 'CRITICAL',
  P1: 'CRITICAL',
  P2: 'WARNING',
  P3: 'WARNING',
  info: 'OK',
};

/** Whether incidents of some priorities were opened since a time; they are named in the order of the priorities. */
export function incidentsAnswer(
  { priorities }: IncidentsQuestion,
  since: Iso,
  heads: readonly IncidentHead[],
  timeZone: string,
): Answer {
  const found = priorities.map((priority) => ({
    priority,
    heads: heads.filter((head) => head.priority === priority && head.openedAt >= since),
  }));
  const some = found.filter((each) => each.heads.length > 0);
  const all = some.flatMap((each) => each.heads);
  const metrics = found.map((each) => measured(each.priority, each.heads.length));
  const counts = some.map((each) => `${each.heads.length} ${each.priority}`).join(', ');
  const named = namedFew(
    all.map(({ number, title, resolvedAt }) => `${number} ${title} (${resolvedAt ? 'resolved' : 'open'})`),
  );
  const period = `since ${clockText(since, timeZone)}`;
  return {
    status: worstOf(some.map(({ priority }) => statusOf[priority])) ?? 'OK',
    text:
      all.length > 0
        ? `${counted(all.length, 'incident')} ${period}: ${counts}: ${named}`
        : `no incident of ${priorities.join(' or ')} ${period}`,
    metrics: [measured('incidents', all.length), ...metrics],
  };
}
