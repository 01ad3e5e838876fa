import type { RecordQuestion } from '../../functions/core/plan.ts';
import { checkRules, fleetRules, jobRules, recordRules, signOffRules } from './rules.ts';
import type { Fleet, Job, PluginCheck, PriorityRule, RecordsCheck, Routine, ScriptCheck, SignOff } from './types.ts';

type Optional<T, K extends keyof T> = Omit<T, K> & Partial<Pick<T, K>>;

const hostDefaults = {
  covers: [],
  timeoutSeconds: 30,
  thresholds: [],
  baselines: [],
  dependsOn: [],
  rules: checkRules,
} as const;

type HostDefaults = keyof typeof hostDefaults;

/** @default timeoutSeconds 30, rules `checkRules`, and none of covers, settings, thresholds, baselines and dependsOn */
export function hostCheck(
  id: string,
  props: Optional<Omit<ScriptCheck, 'id' | 'changes'>, HostDefaults | 'settings'>,
): ScriptCheck {
  return { id, settings: {}, ...hostDefaults, ...props };
}

/**
 * A script that changes something on the hosts: by a schedule, on demand, or as the remedy of a check.
 * @default timeoutSeconds 300, rules `jobRules`, and none of covers, settings, thresholds, baselines and dependsOn
 */
export function job(id: string, props: Optional<Omit<Job, 'id'>, HostDefaults | 'settings'>): Job {
  return { id, settings: {}, ...hostDefaults, timeoutSeconds: 300, rules: jobRules, ...props };
}

/**
 * Runs a monitoring plugin that the hosts have: `command: ['/usr/lib/nagios/plugins/check_disk', '-w', '20%']`.
 * @default timeoutSeconds 30, rules `checkRules`, and none of covers, thresholds (the plugin's own count), baselines and
 * dependsOn
 */
export function pluginCheck(id: string, props: Optional<Omit<PluginCheck, 'id'>, HostDefaults>): PluginCheck {
  return { id, ...hostDefaults, ...props };
}

type RecordsProps<Kind extends RecordQuestion['kind']> = Optional<
  Omit<RecordsCheck, 'id' | 'records'>,
  'covers' | 'rules' | 'thresholds'
> &
  Omit<Extract<RecordQuestion, { readonly kind: Kind }>, 'kind'>;

/** Tells nobody: an incident has been told already, it is only shown again. @default covers, thresholds and rules none */
export function incidentsCheck(id: string, props: RecordsProps<'incidents'>): RecordsCheck {
  const { since, priorities, ...rest } = props;
  return { id, covers: [], rules: [], thresholds: [], ...rest, records: { kind: 'incidents', since, priorities } };
}

/** @default rules `recordRules`, covers and thresholds none */
export function roundsCheck(id: string, props: RecordsProps<'rounds'>): RecordsCheck {
  const { since, ...rest } = props;
  return { id, ...recordDefaults, ...rest, records: { kind: 'rounds', since } };
}

/** @default rules `recordRules`, covers and thresholds none */
export function uptimeCheck(id: string, props: RecordsProps<'uptime'>): RecordsCheck {
  const { checks, hours, ...rest } = props;
  return { id, ...recordDefaults, ...rest, records: { kind: 'uptime', checks, hours } };
}

/** @default rules `recordRules`, covers and thresholds none */
export function metricCheck(id: string, props: RecordsProps<'metric'>): RecordsCheck {
  const { check, metric, hours, ...rest } = props;
  return { id, ...recordDefaults, ...rest, records: { kind: 'metric', check, metric, hours } };
}

/** @default rules `recordRules`, covers and thresholds none */
export function trendCheck(id: string, props: RecordsProps<'trend'>): RecordsCheck {
  const { check, metric, days, limit, ...rest } = props;
  return { id, ...recordDefaults, ...rest, records: { kind: 'trend', check, metric, days, limit } };
}

const recordDefaults = { covers: [], rules: recordRules, thresholds: [] } as const;

type SignOffProps = Optional<Omit<SignOff, 'id' | 'signOff'>, 'covers' | 'rules'> & Partial<SignOff['signOff']>;

/** @default question the title, dueMinutes 60, note `optional`, rules `signOffRules`, covers none */
export function signOff(id: string, { question, dueMinutes, note, ...props }: SignOffProps): SignOff {
  const asked = { question: question ?? props.title, dueMinutes: dueMinutes ?? 60, note: note ?? 'optional' } as const;
  return { id, covers: [], rules: signOffRules, ...props, signOff: asked };
}

interface FleetProps {
  readonly title: string;
  /** One value a key, or several of which any will do. */
  readonly tags: Readonly<Record<string, string | readonly string[]>>;
  readonly floor?: number;
  readonly rules?: readonly PriorityRule[];
}

/** @default floor 1, rules `fleetRules` */
export function fleet({ tags, ...props }: FleetProps): Fleet {
  const lists = Object.entries(tags).map(([key, values]) => [key, typeof values === 'string' ? [values] : values]);
  return { floor: 1, rules: fleetRules, ...props, tags: Object.fromEntries(lists) };
}

/** @default covers none of its own: its checks say what they cover */
export function routine(id: string, props: Optional<Omit<Routine, 'id'>, 'covers'>): Routine {
  return { id, covers: [], ...props };
}
