import type {
  Calendar,
  Channel,
  Holiday,
  MaintenanceWindow,
  onDemand,
  Baseline as PlanBaseline,
  PlanReport,
  Rotation as PlanRotation,
  PriorityRule as PlanRule,
  SignOff as PlanSignOff,
  Priority,
  PriorityPolicy,
  RecordQuestion,
  Schedule,
  Weekday,
} from '../../functions/core/plan.ts';

type Optional<T, K extends keyof T> = Omit<T, K> & Partial<Pick<T, K>>;

/** Everything Rounds does for one platform, as its team writes it. Validated by `compile`, which turns it into a plan. */
export interface Runbook {
  /** Kebab-case, at most 20 characters; names the stack. */
  readonly id: string;
  readonly name: string;
  /** IANA name; schedules, business days and incident numbers follow it. */
  readonly timeZone: string;
  readonly calendar: Calendar;
  /** Holds `YYYYMMDD-` or `YYYY-`, within which incidents are counted, and ends with `-NNN`: `DAILY-YYYYMMDD-NNN`. */
  readonly incidentFormat: string;
  /** `https://` address of the written procedure. */
  readonly procedureUrl: string;
  readonly contacts: Contacts;
  readonly roles: Readonly<Record<string, Role>>;
  readonly priorities: Readonly<Partial<Record<Exclude<Priority, 'info'>, PriorityPolicy>>>;
  /** The role that is told, over a topic of its own, when Rounds itself fails. */
  readonly watchers: string;
  readonly fleets: Readonly<Record<string, Fleet>>;
  readonly routines: readonly Routine[];
  /** @default none */
  readonly maintenance?: readonly Maintenance[];
  /** Documents that are made from the records, kept and mailed. @default none */
  readonly reports?: readonly Report[];
  /** The written procedure, row by row: each has to be covered by something. @default none are known */
  readonly procedure?: Readonly<Record<string, string>>;
  /** Rows of the procedure that a rule stands for, and its path in the runbook: `priorities.P1`. @default none */
  readonly covers?: Readonly<Record<string, { readonly rule: string }>>;
}

/** Written by its schedule about the time since its slot before; on holidays only where its schedule says so. */
export interface Report extends PlanReport {
  /** Kebab-case. */
  readonly id: string;
  /** Rows of the procedure that the report covers: `F48`. */
  readonly covers: readonly string[];
}

/** Contacts by their ids. */
export type Contacts = Readonly<Record<string, Contact>>;

/** A person, list or chat that can be told; at least one address. */
export interface Contact {
  readonly name: string;
  readonly email?: string;
  /** E.164: `+12025550100`. */
  readonly phone?: string;
  /** Endpoint of a chat or paging tool that accepts SNS over HTTPS. */
  readonly https?: string;
}

/** Some contacts who are told together, or a rotation of them of whom one is on duty. */
export type Role = { readonly title: string } & (
  | { readonly contacts: readonly string[] }
  | { readonly rotation: Rotation }
);

/** `overrides` are none unless there are some. */
export type Rotation = Optional<PlanRotation, 'overrides'>;

/**
 * A host matches a rule when its status is one of `states` and its metric, where the rule names one, is outside the
 * range. The rule matches when at least `share` of the fleet's hosts do, and have for `lastingMinutes` (1 to 10,080).
 */
export interface PriorityRule extends Omit<PlanRule, 'metric' | 'attempts'> {
  /** A plugin range, as in a threshold. A host outside it is never OK, and one that doesn't report it is UNKNOWN. */
  readonly metric?: { readonly label: string; readonly range: string };
  /** Bad results in a row that make an incident, 1 to 10. @default 3; 1 for fleets, whose hosts were waited for */
  readonly attempts?: number;
}

export interface Fleet {
  readonly title: string;
  /** At most 5 keys with at most 5 values each (limits of SendCommand's targets). */
  readonly tags: Readonly<Record<string, readonly string[]>>;
  /** The least number of hosts there must be; 1 or more. */
  readonly floor: number;
  readonly rules: readonly PriorityRule[];
}

export interface Routine {
  readonly id: string;
  readonly title: string;
  /** Rows of the procedure that the routine as a whole covers, beside those of its checks. */
  readonly covers: readonly string[];
  /** Where its checks and jobs run; needed where there are any that run on hosts. */
  readonly fleet?: string;
  readonly schedule: Schedule | typeof onDemand;
  /** Checks, jobs and sign-offs, in the order of the procedure. */
  readonly checks: readonly Check[];
}

export type Check = HostCheck | RecordsCheck | SignOff;

/** Judged from what runs on each host of the fleet and speaks the Nagios plugin API. */
export type HostCheck = ScriptCheck | PluginCheck;

/** A script that changes something: its outcome is judged like a check's. Never two at once on a host. */
export type Job = ScriptCheck & { readonly changes: string };

interface CheckHead {
  /** Kebab-case; one alert a check and platform, whatever the number of routines that run it, all on one fleet. */
  readonly id: string;
  readonly title: string;
  /** Rows of the procedure that the check covers: `F1`. */
  readonly covers: readonly string[];
  /** First matching rule wins. An empty list means that nobody is ever told, only shown. */
  readonly rules: readonly PriorityRule[];
}

interface HostCheckHead extends CheckHead {
  /** Seconds until the check is killed, 5 to 3,600. */
  readonly timeoutSeconds: number;
  readonly thresholds: readonly MetricThreshold[];
  readonly baselines: readonly Baseline[];
  /**
   * Checks of the runbook, and fleets as `fleet-<id>`, that explain this one: while one of them has an open incident,
   * nobody is told of this one. The check's own fleet is always one of them.
   */
  readonly dependsOn: readonly string[];
  /** The command with which a woken person looks further on the host. */
  readonly look: string;
}

/** Runs a script of the runbook, which travels to the hosts with each round. */
export interface ScriptCheck extends HostCheckHead {
  /** Absolute path of the script: bash, sh or Python 3 by its shebang. */
  readonly script: string;
  /** Baked in at synthesis; the script finds `diskPath` as the environment variable `ROUNDS_DISK_PATH`. */
  readonly settings: Readonly<Record<string, string | number>>;
  /** Makes it a job: what it changes, for the person who is asked whether to run it. */
  readonly changes?: string;
  /** Run once on the hosts on which the check is newly CRITICAL, which are then checked again; told of it is all the same. */
  readonly remedy?: Job;
}

/** Runs a plugin that is on the hosts already, unchanged; a host without it is UNKNOWN. */
export interface PluginCheck extends HostCheckHead {
  /** Absolute path of the plugin on the hosts, then its arguments, one word each: no shell expands anything in them. */
  readonly command: readonly string[];
}

/** Judged from the platform's own records; runs on no host. */
export interface RecordsCheck extends CheckHead {
  readonly records: RecordQuestion;
  readonly thresholds: readonly MetricThreshold[];
}

/** Asked of a person, who has `dueMinutes` from the slot of its routine on. */
export interface SignOff extends CheckHead {
  readonly signOff: Omit<PlanSignOff, 'kind'>;
}

/** Holds a metric against its own past, for rules such as `p2.whenWorse(metric, 50)`. @default worse `higher` */
export type Baseline = Optional<PlanBaseline, 'worse'>;

/** Plugin ranges (`90`, `10:`, `~:10`, `10:20`, `@10:20`) in base units: s, B, plain numbers or %. */
export interface MetricThreshold {
  readonly metric: string;
  readonly warning?: string;
  readonly critical?: string;
}

/** A time that comes again and again, in which nobody is told of some checks, or of any: of all when none are named. */
export type Maintenance = Optional<MaintenanceWindow, 'checks'>;

export type { Calendar, Channel, Holiday, Priority, PriorityPolicy, Schedule, Weekday };
