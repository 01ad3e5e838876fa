import type { Scenario } from './scenario.ts';

/** What lives on a demo host: its files are there, and its services run. */
export interface Interior {
  /** Settings of checks that lead them to this host's own places; they win over those in the documents. */
  readonly environment: Readonly<Record<string, string>>;
  /** Breaks and mends until it stands as the scenario says. */
  apply(scenario: Scenario): Promise<void>;
  close(): Promise<void>;
}

/** What the hosts of one fleet have in common. */
export interface HostKind {
  /** How many of them a demo has. */
  readonly count: number;
  /** Makes what lives on one in `root`, which is empty. */
  furnish(root: string): Promise<Interior>;
}
