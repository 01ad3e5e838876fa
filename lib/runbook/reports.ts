import type { Evidence, Figure, ReportPart, Statistic } from '../../functions/core/plan.ts';
import type { Report } from './types.ts';

type Optional<T, K extends keyof T> = Omit<T, K> & Partial<Pick<T, K>>;

/** @default covers none, tell nobody: it is only kept */
export function report(id: string, props: Optional<Omit<Report, 'id'>, 'covers' | 'tell'>): Report {
  return { id, covers: [], tell: [], ...props };
}

export function heading(text: string): ReportPart {
  return { kind: 'heading', text };
}

/** Fixed words. */
export function text(text: string): ReportPart {
  return { kind: 'text', text };
}

/** @param of routines, or checks of them as `routine/check` */
export function verdict(
  label: string,
  of: readonly string[],
  { good, bad }: { readonly good: string; readonly bad: string },
): ReportPart {
  return { kind: 'verdict', label, of, good, bad };
}

export function figures(...figures: readonly Figure[]): ReportPart {
  return { kind: 'figures', figures };
}

/** @param metric its label, as the check prints it */
export function figure(label: string, check: string, metric: string, statistic: Statistic): Figure {
  return { label, check, metric, statistic };
}

/** @param checks ids of checks by the labels of their own uptimes */
export function uptime(label: string, checks: Readonly<Record<string, string>>): ReportPart {
  return { kind: 'uptime', label, checks: Object.entries(checks).map(([label, check]) => ({ label, check })) };
}

/** @param of routines, or checks of them as `routine/check` */
export function checklist(...of: readonly string[]): ReportPart {
  return { kind: 'checklist', of };
}

/** @param of routines, or checks of them as `routine/check`. @default all */
export function issues(label: string, ...of: readonly string[]): ReportPart {
  return { kind: 'issues', label, ...(of.length > 0 && { of }) };
}

export function outstanding(label: string): ReportPart {
  return { kind: 'outstanding', label };
}

/** What was done, and by whom. */
export const actions: ReportPart = { kind: 'actions' };

/** What has to be done next. */
export const priorities: ReportPart = { kind: 'priorities' };

/** @param of sign-offs as `routine/sign-off`, or routines with all of theirs */
export function notes(...of: readonly string[]): ReportPart {
  return { kind: 'notes', of };
}

export function incidents(as: 'issue-record' | 'incident-report'): ReportPart {
  return { kind: 'incidents', as };
}

interface TrendRange {
  /** How much of the past it shows, 1 to 366. */
  readonly days: number;
  /** In base units. */
  readonly limit?: number;
}

/** @param metric its label, as the check prints it */
export function trend(
  label: string,
  check: string,
  metric: string,
  statistic: Statistic,
  range: TrendRange,
): ReportPart {
  return { kind: 'trend', label, check, metric, statistic, ...range };
}

/** Checks with the most incidents. */
export const recurring: ReportPart = { kind: 'recurring' };

/** How long it took until somebody was told, had it, and it was over. */
export const responseTimes: ReportPart = { kind: 'response-times' };

export function audit(point: string, evidence: Evidence): ReportPart {
  return { kind: 'audit', point, evidence };
}

/** What answers a point of an audit. */
export const evidence = {
  /** They ran, and their jobs did their work; what checks have found is listed. */
  rounds: (...routines: readonly string[]): Evidence => ({ kind: 'rounds', of: routines }),
  /** They ran, and everything in them was well. */
  wellRounds: (...routines: readonly string[]): Evidence => ({ kind: 'rounds', of: routines, isWell: true }),
  escalations: { kind: 'escalations' },
  incidents: { kind: 'incidents' },
  reports: (...reports: readonly string[]): Evidence => ({ kind: 'reports', of: reports }),
  signOffs: (...signOffs: readonly string[]): Evidence => ({ kind: 'sign-offs', of: signOffs }),
} as const;

/** Who signed off, and the date. */
export const operator: ReportPart = { kind: 'operator' };
