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
  readonly contacts: Readonly<Record<string, { readonly name: string }>>;
  readonly roles: Readonly<Record<string, PlanRole>>;
  readonly priorities: Readonly<Partial<Record<Priority, PriorityPolicy>>>;
  readonly fleets: Readonly<Record<string, PlanFleet>>;
  readonly checks: Readonly<Record<string, PlanCheck>>;
  readonly routines: Readonly<Record<string, PlanRoutine>>;
}

export type Weekday = 'monday' | 'tuesday' | 'wednesday' | 'thursday' | 'friday' | 'saturday' | 'sunday';

export interface Calendar {
  readonly businessDays: readonly Weekday[];
  /** Local times `HH:MM`; `to` is exclusive. */
  readonly hours: { readonly from: string; readonly to: string };
  readonly holidays: readonly Holiday[];
}

export interface Holiday {
  /** ISO date, `YYYY-MM-DD`. */
  readonly date: string;
  readonly name: string;
}

/** P0 is the most urgent. */
export type Priority = 'P0' | 'P1' | 'P2' | 'P3';

/** How a contact can be told; the values of the message attribute that subscriptions filter by. */
export type Channel = 'email' | 'sms' | 'https';

export interface PriorityPolicy {
  /** What the priority means, in the procedure's words. */
  readonly meaning: string;
  /** Roles that are told, in the order of the procedure. */
  readonly tell: readonly string[];
  readonly channels: readonly Channel[];
}

/** Some contacts who are told together. */
export interface PlanRole {
  readonly title: string;
  readonly contacts: readonly string[];
}

/** A rule matches when hosts in one of `states` are at least `share` of the hosts that answered. */
export interface PriorityRule {
  readonly priority: Priority;
  readonly states: readonly Trouble[];
  /** Share of the fleet, above 0 and at most 1: 1 is "every host"; absent means "one host is enough". */
  readonly share?: number;
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
  readonly source: HostCheck | RecordCheck;
}

/** Judged from a script on each host. */
export interface HostCheck {
  readonly kind: 'host';
  readonly timeoutSeconds: number;
  readonly thresholds: readonly Threshold[];
  /** The command with which a woken person looks further on the host. */
  readonly look: string;
}

/** Judged from Rounds' own records: were incidents of these priorities opened since `since`? */
export interface RecordCheck {
  readonly kind: 'incidents';
  /** Local time `HH:MM` of the previous business day from which incidents count. */
  readonly since: string;
  readonly priorities: readonly Priority[];
}

/**
 * Local times of day `HH:MM` in the platform's zone, all with the same minute, or every so many minutes from midnight
 * on: a divisor of 60, or whole hours that divide 24. On `business-days` the rounds of holidays are skipped.
 */
export type Schedule = { readonly days: 'business-days' | 'every-day' } & (
  | { readonly at: readonly string[] }
  | { readonly everyMinutes: number }
);

export interface PlanRoutine {
  readonly title: string;
  readonly fleet: string;
  readonly schedule: Schedule;
  /** Check ids, in the order of the procedure. */
  readonly checks: readonly string[];
  /** Longest time from SendCommand until every host has finished or counts as lost, in seconds. */
  readonly deadlineSeconds: number;
}
