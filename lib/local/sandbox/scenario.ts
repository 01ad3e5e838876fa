import type { Connection } from '../ssm/host.ts';

/** What is wrong with one demo host. */
export interface HostState {
  readonly connection: Connection;
  /** The backend answers, and systemd says that it runs. */
  readonly backendRuns: boolean;
  /** The backend answers /api/work-orders with an error. */
  readonly workOrdersFail: boolean;
  /** Per cent, as `df` shows it. */
  readonly diskUsed: number;
  /** Another process holds the database. */
  readonly databaseLocked: boolean;
}

const healthy: HostState = {
  connection: 'online',
  backendRuns: true,
  workOrdersFail: false,
  diskUsed: 41,
  databaseLocked: false,
};

/** State of each host by scenario; `isLast` is true for one of the hosts. */
const scenarios = {
  healthy: () => healthy,
  'backend-down': () => ({ ...healthy, backendRuns: false }),
  'disk-full': () => ({ ...healthy, diskUsed: 97 }),
  'database-locked': () => ({ ...healthy, databaseLocked: true }),
  'api-error': () => ({ ...healthy, workOrdersFail: true }),
  'host-lost': (isLast) => (isLast ? { ...healthy, connection: 'lost' } : healthy),
  'no-hosts': () => ({ ...healthy, connection: 'terminated' }),
} satisfies Record<string, (isLast: boolean) => HostState>;

export type Scenario = keyof typeof scenarios;

export const scenarioNames: readonly string[] = Object.keys(scenarios);

/** @throws {Error} that lists the scenarios there are. */
export function parseScenario(text: string): Scenario {
  if (isScenario(text)) return text;
  throw new Error(`There is no scenario "${text}", expected one of: ${scenarioNames.join(', ')}.`);
}

function isScenario(text: string): text is Scenario {
  return scenarioNames.includes(text);
}

export function hostState(scenario: Scenario, isLast: boolean): HostState {
  return scenarios[scenario](isLast);
}
