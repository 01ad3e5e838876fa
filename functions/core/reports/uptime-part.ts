import type { Plan, ReportPart } from '../plan.ts';
import { mutedBy } from '../silence.ts';
import { laterBy } from '../time.ts';
import { type CheckUptime, overallShare, uptimeLookBackMs, uptimesOf, uptimeText } from '../uptime-answer.ts';
import type { Block, Field } from './document.ts';
import type { ReportRecords } from './records.ts';

/** Of how much of the time something has to be known, in percent, for an uptime of all together. */
const leastKnownPercent = 90;

/** The uptime of all together, which is not known where that of one is not, or of too little of the time, and of each. */
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
  const overall: Field = { label, ...overallOf(named) };
  return [{ kind: 'fields', fields: [overall, ...named.map((each) => fieldOf(each.label, each.uptime))] }];
}

interface NamedUptime {
  readonly label: string;
  readonly uptime: CheckUptime;
}

function overallOf(named: readonly NamedUptime[]): Omit<Field, 'label'> {
  const all = overallShare(named.map(({ uptime }) => uptime));
  const unknown = named.filter(({ uptime }) => uptime.problemShare === undefined);
  if (all === undefined || unknown.length > 0) {
    const labels = unknown.map(({ label }) => label).join(', ');
    return { value: `not known: nothing is known of ${labels}`, status: 'UNKNOWN' };
  }
  const known = Math.min(...named.map(({ uptime }) => uptime.knownPercent));
  if (known >= leastKnownPercent) return { value: `${uptimeText(all)}${knownText(known)}` };
  const least = named.filter(({ uptime }) => uptime.knownPercent === known).map(({ label }) => label);
  return { value: `not known: of ${least.join(', ')} only ${known}% of the time is known`, status: 'UNKNOWN' };
}

function knownText(percent: number): string {
  return percent < 100 ? ` (${percent}% of the time known)` : '';
}

function fieldOf(label: string, { problemShare, knownPercent }: CheckUptime): Field {
  if (problemShare === undefined) return { label, value: 'not known: no round was collected', status: 'UNKNOWN' };
  return { label, value: `${uptimeText(problemShare)}${knownText(knownPercent)}` };
}
