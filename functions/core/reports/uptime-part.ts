import type { Plan, ReportPart } from '../plan.ts';
import { mutedBy } from '../silence.ts';
import { laterBy } from '../time.ts';
import { type CheckUptime, overallShare, uptimeLookBackMs, uptimesOf, uptimeText } from '../uptime-answer.ts';
import type { Block, Field } from './document.ts';
import type { ReportRecords } from './records.ts';

/** The uptime of all together, which is not known where that of one is not, and of each. */
export function uptimeBlocks(
  plan: Plan,
  { label, checks }: Extract<ReportPart, { kind: 'uptime' }>,
  { rounds, silences, period: { from, to } }: ReportRecords,
): Block[] {
  const since = laterBy(-uptimeLookBackMs, from);
  const uptimes = uptimesOf(
    checks.map(({ check }) => check),
    rounds.filter(({ slot }) => since <= slot && slot < to),
    from,
    to,
    (check, at) => mutedBy(check, at, plan, silences) !== undefined,
  );
  const labels = new Map(checks.map((each) => [each.check, each.label]));
  const named = uptimes.map((uptime) => ({ uptime, label: labels.get(uptime.check) ?? uptime.check }));
  const unknown = named.filter(({ uptime }) => uptime.problemShare === undefined);
  const all = overallShare(uptimes);
  const overall: Field =
    all === undefined || unknown.length > 0
      ? {
          label,
          value: `not known: nothing is known of ${unknown.map((each) => each.label).join(', ')}`,
          status: 'UNKNOWN',
        }
      : { label, value: uptimeText(all) };
  return [{ kind: 'fields', fields: [overall, ...named.map((each) => fieldOf(each.label, each.uptime))] }];
}

function fieldOf(label: string, { problemShare, knownPercent }: CheckUptime): Field {
  if (problemShare === undefined) return { label, value: 'not known: no round was collected', status: 'UNKNOWN' };
  const known = knownPercent < 100 ? ` (${knownPercent}% of the time known)` : '';
  return { label, value: `${uptimeText(problemShare)}${known}` };
}
