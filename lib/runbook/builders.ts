import { checkRules, fleetRules } from './rules.ts';
import type { Fleet, IncidentsCheck, PriorityRule, Routine, ScriptCheck } from './types.ts';

type Optional<T, K extends keyof T> = Omit<T, K> & Partial<Pick<T, K>>;

/** @default timeoutSeconds 30, covers none, settings none, thresholds none, rules `checkRules` */
export function hostCheck(
  id: string,
  props: Optional<Omit<ScriptCheck, 'id'>, 'covers' | 'settings' | 'timeoutSeconds' | 'thresholds' | 'rules'>,
): ScriptCheck {
  return { id, covers: [], settings: {}, timeoutSeconds: 30, thresholds: [], rules: checkRules, ...props };
}

interface IncidentsCheckProps extends Optional<Omit<IncidentsCheck, 'id' | 'incidents'>, 'covers' | 'rules'> {
  /** Local time `HH:MM` of the previous business day from which incidents count. */
  readonly since: string;
  readonly priorities: IncidentsCheck['incidents']['priorities'];
}

/** @default covers none; rules none: an incident has been told already, it is only shown again */
export function incidentsCheck(id: string, { since, priorities, ...props }: IncidentsCheckProps): IncidentsCheck {
  return { id, covers: [], rules: [], ...props, incidents: { since, priorities } };
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
