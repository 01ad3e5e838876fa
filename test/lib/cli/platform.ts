import type { Alert } from '../../../functions/core/alert.ts';
import type { HostRecord } from '../../../functions/core/host-record.ts';
import type { Round } from '../../../functions/core/round.ts';
import type { Status } from '../../../functions/core/status.ts';
import { alertKey, packKey, roundKey, slotKey } from '../../../functions/flow/keys.ts';
import type { Connection } from '../../../lib/cli/connection.ts';

/** A collected round of the routine `morning`, sent a second after its slot. */
export function roundAt(slot: string, verdicts: Readonly<Record<string, Status>>, changes: Partial<Round> = {}): Round {
  const counts = { OK: 3, WARNING: 0, CRITICAL: 0, UNKNOWN: 0 };
  const round: Round = {
    routine: 'morning',
    slot,
    nonce: '0'.repeat(32),
    requestedAt: slot,
    status: 'collected',
    commandId: 'c',
    sentAt: slot.replace('00.000Z', '01.000Z'),
    deadlineAt: slot,
    summary: {
      collectedAt: slot,
      hosts: { answered: 2, lost: 1, gone: 0, missing: 0 },
      verdicts: Object.fromEntries(
        Object.entries(verdicts).map(([check, status]) => [check, { status, counts, text: '' }] as const),
      ),
    },
  };
  return { ...round, ...changes } as Round;
}

/** Puts a round, the hosts' answers, and that its routine goes on, into the table. */
export async function putRound(
  { table }: Connection,
  round: Round,
  hosts: Readonly<Record<string, HostRecord>> = {},
): Promise<void> {
  await table.putAll([
    { ...roundKey(round), body: round },
    { ...slotKey(round.routine), body: { slot: '2026-12-01T07:00:00.000Z' } },
    { ...packKey(round, 'answers', 1), body: { hosts } },
  ]);
}

export async function putAlert({ table }: Connection, alert: Alert): Promise<void> {
  await table.putAll([{ ...alertKey(alert.check), body: alert }]);
}
