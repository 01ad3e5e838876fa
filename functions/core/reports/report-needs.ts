import type { Plan, ReportPart } from '../plan.ts';
import { routineOf } from '../round.ts';
import { roundLastsMs } from '../rounds-answer.ts';
import { type Iso, laterBy } from '../time.ts';
import { uptimeLookBackMs } from '../uptime-answer.ts';
import type { Period } from './records.ts';
import { reportNamed } from './report-slots.ts';
import { routinesRunning, subjectsOf } from './subjects.ts';
import { firstTrendDay } from './trend-days.ts';

/** A metric of a check that rounds have to keep, because a report asks for it. */
export interface AskedMetric {
  readonly check: string;
  readonly metric: string;
}

/** The metrics that reports ask rounds for; one can be among them more than once. */
export function metricsAsked({ reports }: Pick<Plan, 'reports'>): AskedMetric[] {
  const parts = Object.values(reports).flatMap((report) => report.parts);
  return parts.flatMap((part): readonly AskedMetric[] => {
    if (part.kind === 'figures') return part.figures;
    return part.kind === 'trend' ? [part] : [];
  });
}

/** The routines whose rounds a report has to know, rechecks included, and from when on. */
export function historyOf(plan: Plan, id: string, period: Period): ReadonlyMap<string, Iso> {
  const history = new Map<string, Iso>();
  for (const part of reportNamed(plan, id).parts) {
    const { routines, from } = needsOf(plan, part, period);
    for (const routine of routines) {
      const known = history.get(routine);
      if (known === undefined || from < known) history.set(routine, from);
    }
  }
  return history;
}

function needsOf(
  plan: Plan,
  part: ReportPart,
  { from, to }: Period,
): { readonly routines: string[]; readonly from: Iso } {
  switch (part.kind) {
    case 'verdict':
    case 'checklist':
      return { routines: subjectsOf(plan, part.of).map(({ routine }) => routine), from };
    case 'figures':
      return {
        routines: routinesRunning(
          plan,
          part.figures.map(({ check }) => check),
        ),
        from,
      };
    case 'uptime':
      return {
        routines: routinesRunning(
          plan,
          part.checks.map(({ check }) => check),
        ),
        from: laterBy(-uptimeLookBackMs, from),
      };
    case 'trend':
      return { routines: routinesRunning(plan, [part.check]), from: firstTrendDay(part.days, to, plan.timeZone) };
    // A person can have asked for a round of any routine.
    case 'actions':
      return { routines: Object.keys(plan.routines), from };
    case 'priorities':
      return { routines: routinesRunning(plan, trendChecks(plan)), from };
    case 'audit': {
      const of = part.evidence.kind === 'rounds' ? part.evidence.of : [];
      // Rounds count where they have to have ended.
      const longest = Math.max(0, ...of.map((id) => roundLastsMs(routineOf(plan, id))));
      return { routines: [...of], from: laterBy(-longest, from) };
    }
    case 'heading':
    case 'text':
    case 'issues':
    case 'outstanding':
    case 'notes':
    case 'incidents':
    case 'recurring':
    case 'response-times':
    case 'operator':
      return { routines: [], from };
  }
}

/** Checks that foretell when something runs full. */
export function trendChecks({ checks }: Pick<Plan, 'checks'>): string[] {
  return Object.entries(checks).flatMap(([id, { source }]) => (source.kind === 'trend' ? [id] : []));
}
