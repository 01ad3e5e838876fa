import { checkRules, fleetRules } from './rules.ts';
import type { Fleet, IncidentsCheck, PluginCheck, PriorityRule, Routine, ScriptCheck } from './types.ts';

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
  props: Optional<Omit<ScriptCheck, 'id'>, HostDefaults | 'settings'>,
): ScriptCheck {
  return { id, settings: {}, ...hostDefaults, ...props };
}

/**
 * Runs a monitoring plugin that the hosts have: `command: ['/usr/lib/nagios/plugins/check_disk', '-w', '20%']`.
 * @default timeoutSeconds 30, rules `checkRules`, and none of covers, thresholds (the plugin's own count), baselines and
 * dependsOn
 */
export function pluginCheck(id: string, props: Optional<Omit<PluginCheck, 'id'>, HostDefaults>): PluginCheck {
  return { id, ...hostDefaults, ...props };
}

interface IncidentsCheckProps extends Optional<Omit<IncidentsCheck, 'id' | 'incidents'>, 'covers'> {
  /** Local time `HH:MM` of the previous business day from which incidents count. */
  readonly since: string;
  readonly priorities: IncidentsCheck['incidents']['priorities'];
}

/** Tells nobody: an incident has been told already, it is only shown again. @default covers none */
export function incidentsCheck(id: string, { since, priorities, ...props }: IncidentsCheckProps): IncidentsCheck {
  return { id, covers: [], ...props, incidents: { since, priorities } };
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
