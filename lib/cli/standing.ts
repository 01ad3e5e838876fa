import type { Table } from '../../functions/adapters/dynamodb.ts';
import { roundCheck } from '../../functions/core/observations.ts';
import { catchUpMs } from '../../functions/core/round.ts';
import { type Status, worstOf } from '../../functions/core/status.ts';
import { clockText, type Iso, laterBy } from '../../functions/core/time.ts';
import { counted } from '../../functions/core/words.ts';
import { partition } from '../../functions/flow/keys.ts';
import type { SlotWatch } from '../../functions/flow/slot-watch.ts';
import type { OpenIncident } from './alert-reports.ts';
import type { CheckState } from './platform-state.ts';

/** A whole platform as one result of a monitoring plugin. */
export interface Standing {
  readonly status: Status;
  readonly text: string;
}

interface Known {
  readonly checks: readonly CheckState[];
  readonly incidents: readonly OpenIncident[];
  /** Slots that nobody has gone on with: the functions do not run. */
  readonly late: readonly LateSlot[];
}

export interface LateSlot {
  readonly routine: string;
  readonly slot: Iso;
}

/** By then a slot has fired, or the tick has found that it has not, in milliseconds. */
const lateMs = catchUpMs + 5 * 60_000;

/** More routines than these are not looked at. */
const routinesLimit = 200;

export async function readLateSlots(table: Table, now: Iso): Promise<LateSlot[]> {
  const watches = await table.query<SlotWatch>({ pk: partition.slot, limit: routinesLimit });
  const latest = laterBy(-lateMs, now);
  return watches.flatMap(({ sk: routine, body: { slot } }) => (slot && slot < latest ? [{ routine, slot }] : []));
}

/** The worst of what is known; UNKNOWN where nothing is, or what is known is old. */
export function standingOf({ checks, incidents, late }: Known, timeZone: string): Standing {
  // That a round could be sent says nothing of what it asks for.
  const statuses = checks.flatMap(({ check, status }) =>
    status === 'PENDING' || (status === 'OK' && check.startsWith(roundCheck(''))) ? [] : status,
  );
  const told = incidents.map(({ priority }): Status => (/^P[0-2]$/.test(priority) ? 'CRITICAL' : 'WARNING'));
  const isUnknown = late.length > 0 || statuses.length === 0;
  const status = worstOf([...statuses, ...told, ...(isUnknown ? (['UNKNOWN'] as const) : [])]) ?? 'UNKNOWN';
  const bad = checks.filter((each) => each.status !== 'OK' && each.status !== 'PENDING').length;
  const [first] = late;
  const parts = [
    incidents.length > 0 && `${counted(incidents.length, 'incident')} open`,
    bad > 0 && `${bad} of ${counted(checks.length, 'check')} not OK`,
    statuses.length === 0 && 'nothing is known yet',
    first && `nothing goes on: the slot of ${first.routine} at ${clockText(first.slot, timeZone)} waits still`,
    status === 'OK' && `${counted(checks.length, 'check')} OK`,
  ];
  return { status, text: parts.filter(Boolean).join(', ') };
}
