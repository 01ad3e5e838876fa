import type { Range } from './range.ts';
import type { Trouble } from './status.ts';

/**
 * The runbook as the functions carry it: plain JSON, validated at synthesis and bundled with the code, so that code
 * and rules deploy and roll back together. Nothing here is checked again at run time.
 */
export interface Plan {
  readonly platform: { readonly id: string; readonly name: string };
  /** IANA name, for example `Europe/Berlin`. */
  readonly timeZone: string;
  readonly calendar: Calendar;
  /** Holds `YYYYMMDD-` or `YYYY-`, within which incidents are counted, and ends with `-NNN`: `DAILY-YYYYMMDD-NNN`. */
  readonly incidentFormat: string;
  /** Address of the written procedure; stands in every email. */
  readonly procedureUrl: string;
  readonly contacts: Readonly<Record<string, PlanContact>>;
  readonly roles: Readonly<Record<string, PlanRole>>;
  readonly priorities: Readonly<Partial<Record<Priority, PriorityPolicy>>>;
  readonly fleets: Readonly<Record<string, PlanFleet>>;
  readonly checks: Readonly<Record<string, PlanCheck>>;
  readonly routines: Readonly<Record<string, PlanRoutine>>;
  readonly maintenance: readonly MaintenanceWindow[];
  readonly reports: Readonly<Record<string, PlanReport>>;
}

/** A document that is made from the records, kept, and mailed. */
export interface PlanReport {
  readonly title: string;
  /** When it is written. It is about the time since its slot before. */
  readonly schedule: Schedule;
  /** Roles that get it by email; none: it is only kept. */
  readonly tell: readonly string[];
  /** What it says, from top to bottom. */
  readonly parts: readonly ReportPart[];
}

/** One part of a report. `of` names what it is about: a routine, or one check of it as `routine/check`. */
export type ReportPart =
  | { readonly kind: 'heading'; readonly text: string }
  /** Fixed words. */
  | { readonly kind: 'text'; readonly text: string }
  /** `label: good` or `label: bad`, with what was found; what could not be judged is neither. */
  | {
      readonly kind: 'verdict';
      readonly label: string;
      readonly of: readonly string[];
      readonly good: string;
      readonly bad: string;
    }
  /** A line for each figure of the period. */
  | { readonly kind: 'figures'; readonly figures: readonly Figure[] }
  /** For what share of the period checks were well: all together, and each. */
  | {
      readonly kind: 'uptime';
      readonly label: string;
      readonly checks: readonly { readonly label: string; readonly check: string }[];
    }
  /** Every item of some routines in the order of the procedure: how it was, what it said, who signed it off. */
  | { readonly kind: 'checklist'; readonly of: readonly string[] }
  /** Incidents that were opened in the period; without `of`, all. */
  | { readonly kind: 'issues'; readonly label: string; readonly of?: readonly string[] }
  /** Incidents that are open when the report is written, and sign-offs that nobody has given. */
  | { readonly kind: 'outstanding'; readonly label: string }
  /** Who did what: acknowledgements, resolutions, silences, sign-offs, notes, jobs and remedies. */
  | { readonly kind: 'actions' }
  /** What has to be done next: what is open, overdue or found wrong, and what will run full soon. */
  | { readonly kind: 'priorities' }
  /** What people have written when they signed off. */
  | { readonly kind: 'notes'; readonly of: readonly string[] }
  /** Every incident of the period, each as an issue record (JSON) or as an incident report. */
  | { readonly kind: 'incidents'; readonly as: 'issue-record' | 'incident-report' }
  /** How a metric went in the last `days`, with a chart, and where it leads. */
  | {
      readonly kind: 'trend';
      readonly label: string;
      readonly check: string;
      readonly metric: string;
      readonly statistic: Statistic;
      readonly days: number;
      /** In base units: when it is reached, if it goes on so. */
      readonly limit?: number;
    }
  /** Checks with the most incidents, against the period before. */
  | { readonly kind: 'recurring' }
  /** How long it took until somebody was told, had it, and it was over, by priority. */
  | { readonly kind: 'response-times' }
  /** One point of an audit, answered by its evidence. */
  | { readonly kind: 'audit'; readonly point: string; readonly evidence: Evidence }
  /** Who signed off in the period, and the date. */
  | { readonly kind: 'operator' };

/** A figure of the period, over all hosts: of its rounds together, or of the newest round that has one. */
export interface Figure {
  readonly label: string;
  readonly check: string;
  readonly metric: string;
  readonly statistic: Statistic;
}

/** `latest` and `total` are of the newest round that has the metric: its highest host, and the sum of its hosts. */
export type Statistic = 'mean' | 'median' | 'p95' | 'least' | 'most' | 'latest' | 'total';

/** What answers a point of an audit. */
export type Evidence =
  /**
   * Every round of these routines that the calendar asks for ran and was collected, and every job in them did its work;
   * where `isWell`, every check found all well, too.
   */
  | { readonly kind: 'rounds'; readonly of: readonly string[]; readonly isWell?: true }
  /** Everybody was told in time, and somebody acknowledged before the deadline of the first level. */
  | { readonly kind: 'escalations' }
  /** Every incident has its number and its end. */
  | { readonly kind: 'incidents' }
  /** Every one of these reports was written. */
  | { readonly kind: 'reports'; readonly of: readonly string[] }
  /** Each of these sign-offs was given every time. */
  | { readonly kind: 'sign-offs'; readonly of: readonly string[] };

/** A time that comes again and again, in which nobody is told of some checks. */
export interface MaintenanceWindow {
  readonly title: string;
  /** Check ids; empty for all, those of fleets and of Rounds itself included. */
  readonly checks: readonly string[];
  /** When it begins. */
  readonly schedule: Schedule;
  /** How long it takes: real minutes, whatever the clocks do. */
  readonly minutes: number;
}

export type Weekday = 'monday' | 'tuesday' | 'wednesday' | 'thursday' | 'friday' | 'saturday' | 'sunday';

export interface Calendar {
  readonly businessDays: readonly Weekday[];
  /** When business is open, on business days. */
  readonly hours: Hours;
  /** When people may be told on any day of what should be done the same day. */
  readonly wakingHours: Hours;
  readonly holidays: readonly Holiday[];
  /** Local date `YYYY-MM-DD` up to which `holidays` are complete; the synthesis refuses data that ends too early. */
  readonly holidaysThrough: string;
}

/** Local times `HH:MM`; `to` is exclusive. */
export interface Hours {
  readonly from: string;
  readonly to: string;
}

export interface Holiday {
  /** ISO date, `YYYY-MM-DD`. */
  readonly date: string;
  readonly name: string;
}

/** P0 is the most urgent. `info` is for awareness: its incidents are numbered, shown and reported, and tell nobody. */
export type Priority = 'P0' | 'P1' | 'P2' | 'P3' | 'info';

export interface PlanContact {
  readonly name: string;
  /** Those for which the contact has an address. */
  readonly channels: readonly Channel[];
}

/** How a contact can be told; the values of the message attribute that subscriptions filter by. */
export type Channel = 'email' | 'sms' | 'https';

export interface PriorityPolicy {
  /** What the priority means, in the procedure's words. */
  readonly meaning: string;
  readonly channels: readonly Channel[];
  readonly delivery: Delivery;
  /** Who is told first, and then, for as long as nobody acknowledges; at least one. */
  readonly levels: readonly Level[];
  /** Minutes after which an acknowledgement counts as forgotten; absent: never. */
  readonly repageMinutes?: number;
}

/**
 * `immediately` at any hour; `same-day` at once in waking hours, else when they begin; `next-business-day` in one digest
 * when business opens.
 */
export type Delivery = 'immediately' | 'same-day' | 'next-business-day';

/** A step of an escalation. */
export interface Level {
  /** Roles that are told, in the order of the procedure. */
  readonly tell: readonly string[];
  /**
   * Minutes from telling this level until the next one is told, or the last one again. Absent, on the last level only:
   * nobody is told again.
   */
  readonly acknowledgeMinutes?: number;
}

/** Some contacts who are told together, or a rotation of them of whom one is on duty. */
export type PlanRole = { readonly title: string } & (
  | { readonly contacts: readonly string[] }
  | { readonly rotation: Rotation }
);

export interface Rotation {
  readonly every: 'day' | 'week';
  /** Local date `YYYY-MM-DD` of the first hand-over; a weekly rotation always changes on its weekday. */
  readonly from: string;
  /** Local time `HH:MM` of every hand-over. */
  readonly at: string;
  /** In turn, beginning with the first. */
  readonly contacts: readonly string[];
  /** Who takes over from the hand-over time of a date for one day. */
  readonly overrides: readonly { readonly date: string; readonly contact: string }[];
}

/**
 * A host matches a rule when its status is one of `states` and its metric, where the rule names one, is outside the
 * range. The rule matches when at least `share` of the fleet's hosts do, and have for `lastingMinutes`.
 */
export interface PriorityRule {
  readonly priority: Priority;
  readonly states: readonly Trouble[];
  readonly metric?: { readonly label: string; readonly range: Range };
  /** Share of the fleet, above 0 and at most 1: 1 is "every host"; absent means "one host is enough". */
  readonly share?: number;
  readonly lastingMinutes?: number;
  /** Bad results in a row that make an incident: 1 for "at once". */
  readonly attempts: number;
}

export interface PlanFleet {
  readonly title: string;
  /** Tag keys with the values that belong to the fleet: keys are ANDed, values ORed. */
  readonly tags: Readonly<Record<string, readonly string[]>>;
  /** The least number of hosts there must be. */
  readonly floor: number;
  /** Priorities of the fleet's own alert: a host that does not answer is CRITICAL. */
  readonly rules: readonly PriorityRule[];
}

/** A metric held against plugin ranges, in base units (s, B). */
export interface Threshold {
  readonly metric: string;
  readonly warning?: Range;
  readonly critical?: Range;
}

export interface PlanCheck {
  readonly title: string;
  /** First matching rule wins; none matching means that nobody is told. */
  readonly rules: readonly PriorityRule[];
  /** Checks that explain this one: while one of them has an open incident, nobody is told of this one. */
  readonly dependsOn: readonly string[];
  readonly source: HostCheck | RecordCheck | SignOff;
}

/** Judged from a script on each host. */
export interface HostCheck {
  readonly kind: 'host';
  readonly timeoutSeconds: number;
  /** It is a job: what it changes, for people. It is never run again just to be sure of a result. */
  readonly changes?: string;
  /** The job that is run, once, on the hosts on which the check is newly CRITICAL; then they are checked again. */
  readonly remedy?: string;
  /** Those of the runbook, and those that its rules imply. */
  readonly thresholds: readonly Threshold[];
  readonly baselines: readonly Baseline[];
  /** The command with which a woken person looks further on the host. */
  readonly look: string;
}

/**
 * Holds a metric against its own past: by how many percent it is worse than the median of the last good rounds of the
 * same routine is a metric of its own, whose label is that of the metric with `_worse`.
 */
export interface Baseline {
  readonly metric: string;
  /** Good rounds that make a baseline, 3 to 30. Before there are so many, nothing is guessed. */
  readonly rounds: number;
  readonly worse: 'higher' | 'lower';
  /** Up to this value, in base units, nothing is worse, whatever it was before; where lower is worse, from it on. */
  readonly tolerated?: number;
}

/** Judged from Rounds' own records, when the hosts' part of a round has ended. */
export type RecordCheck = RecordQuestion & {
  /** On the metrics that answering the question gives. */
  readonly thresholds: readonly Threshold[];
};

export type RecordQuestion = IncidentsQuestion | RoundsQuestion | UptimeQuestion | MetricQuestion | TrendQuestion;

/** Were incidents of these priorities opened since `since`? Metrics: `incidents`, and one a priority, by its name. */
export interface IncidentsQuestion {
  readonly kind: 'incidents';
  /** Local time `HH:MM` of the previous business day from which incidents count. */
  readonly since: string;
  readonly priorities: readonly Priority[];
}

/** Did every round that was expected since `since` run, and was it collected? Metrics: `expected`, `missing`. */
export interface RoundsQuestion {
  readonly kind: 'rounds';
  /** Local time `HH:MM` of the previous business day. */
  readonly since: string;
}

/**
 * For what share of the last `hours` were some checks well? Metrics: `uptime` [%] of all together, and one for each
 * check, `uptime_CHECK` [%].
 */
export interface UptimeQuestion {
  readonly kind: 'uptime';
  readonly checks: readonly string[];
  readonly hours: number;
}

/** What was a metric like in the last `hours`, over all hosts? Metrics: `mean`, `median`, `p95`, `least`, `most`. */
export interface MetricQuestion {
  readonly kind: 'metric';
  readonly check: string;
  readonly metric: string;
  readonly hours: number;
}

/**
 * How does a metric grow, by its highest host in each round of the last `days`, and when does it reach `limit`?
 * Metrics: `growth` a day, in the metric's unit, and `days_left`, at most 3,650.
 */
export interface TrendQuestion {
  readonly kind: 'trend';
  readonly check: string;
  readonly metric: string;
  readonly days: number;
  readonly limit: number;
}

/** Asked of a person. WARNING while it is overdue, CRITICAL where the person has found something wrong. */
export interface SignOff {
  readonly kind: 'sign-off';
  /** What is to be confirmed, in the procedure's words. */
  readonly question: string;
  /** Minutes after its slot at which it is overdue, 1 to 43,200. */
  readonly dueMinutes: number;
  /** Whether it can be signed off without a note. */
  readonly note: 'optional' | 'required';
}

/**
 * Local times of day `HH:MM` in the platform's zone, all with the same minute, or every so many minutes from midnight
 * on: a divisor of 60, or whole hours that divide 24. On `business-days` the rounds of holidays are skipped.
 */
export type Schedule = { readonly days: Days } & (
  | { readonly at: readonly string[] }
  | { readonly everyMinutes: number }
);

/** Once a week on a weekday, or once a month on the first such weekday; on holidays as well. */
export type Days = 'business-days' | 'every-day' | { readonly every: 'week' | 'month'; readonly on: Weekday };

/** Only when a person asks for it. */
export const onDemand = 'on-demand';

export interface PlanRoutine {
  readonly title: string;
  /** Absent where nothing of it runs on hosts. */
  readonly fleet?: string;
  readonly schedule: Schedule | typeof onDemand;
  /** Ids of checks, jobs and sign-offs, in the order of the procedure. */
  readonly checks: readonly string[];
  /** Jobs that run only where a check asks for them. */
  readonly remedies: readonly string[];
  /** Longest time from SendCommand until every host has finished or counts as lost, in seconds. */
  readonly deadlineSeconds: number;
}
