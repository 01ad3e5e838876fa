import type { Table } from '../../functions/adapters/dynamodb.ts';
import type { Alert, Soft } from '../../functions/core/alert.ts';
import { roundCheck } from '../../functions/core/observations.ts';
import type { Round } from '../../functions/core/round.ts';
import { partition } from '../../functions/flow/keys.ts';
import type { SlotWatch } from '../../functions/flow/slot-watch.ts';
import { newestRounds } from './records.ts';

/** What the table knows of one check, of the runbook or of Rounds' own. */
export interface CheckState {
  readonly check: string;
  readonly status: Alert['status'];
  /** When it came into this status, where its alert knows; ISO 8601, UTC. */
  readonly since?: string;
  readonly headline?: string;
  readonly soft?: Soft;
  readonly incident?: string;
}

/** More routines than these are not looked at. */
const routinesLimit = 200;

/** The newest round of each routine that the runbook has now. Rechecks only go on with the round before them. */
export async function newestRoundOfEach(table: Table): Promise<Round[]> {
  const newest = await Promise.all((await readRoutines(table)).map((routine) => newestRounds(table, routine)));
  return newest.flatMap((rounds) => rounds.find(({ recheck }) => !recheck) ?? []);
}

async function readRoutines(table: Table): Promise<string[]> {
  const slots = await table.query<SlotWatch>({ pk: partition.slot, limit: routinesLimit });
  return slots.flatMap(({ sk, body }) => (body.slot === null && !body.isOnDemand ? [] : [sk]));
}

/** Every check that the table knows, those with an alert first: one that has never been bad has none. */
export function checkStates(alerts: readonly Alert[], rounds: readonly Round[]): CheckState[] {
  const states = new Map<string, CheckState>();
  for (const { check, status, since, facts, soft, incident } of alerts) {
    states.set(check, {
      ...{ check, status, since },
      ...(facts && status !== 'OK' && { headline: facts.headline }),
      ...(soft && { soft }),
      ...(incident && { incident: incident.number }),
    });
  }
  const verdicts = rounds.flatMap((round) =>
    round.status === 'collected' ? Object.entries(round.summary.verdicts) : [],
  );
  const own = rounds.map(({ routine }) => [roundCheck(routine), { status: 'OK' }] as const);
  for (const [check, { status }] of [...verdicts, ...own]) {
    if (!states.has(check)) states.set(check, { check, status });
  }
  // Of what the runbook has no more nothing is known, whatever the last round has found.
  return [...states.values()].filter(({ status }) => status !== 'PENDING');
}
