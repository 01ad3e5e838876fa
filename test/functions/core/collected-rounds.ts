import { type Distribution, distributionOf } from '../../../functions/core/distribution.ts';
import type { Recheck, Round } from '../../../functions/core/round.ts';
import type { Status } from '../../../functions/core/status.ts';
import { laterBy } from '../../../functions/core/time.ts';

interface Found {
  readonly routine?: string;
  /** Hosts by status. */
  readonly counts?: Partial<Record<Status, number>>;
  readonly lost?: number;
  readonly missing?: number;
  /** Values of the metric `used`, one a host. */
  readonly values?: readonly number[];
  readonly unit?: string;
  readonly recheck?: Recheck;
}

/** A collected round of the check `disk` at a time, where one host is well unless something else is said. */
export function collectedAt(sentAt: string, found: Found = {}): Round {
  const { routine = 'morning', counts = { OK: 1 }, lost = 0, missing = 0, values, unit = '%', recheck } = found;
  const used =
    values &&
    distributionOf(
      unit,
      values.map((value) => [value, 1] as const),
    );
  const distributions: Record<string, Record<string, Distribution>> = used ? { disk: { used } } : {};
  const verdict = {
    status: 'OK',
    counts: { OK: 0, WARNING: 0, CRITICAL: 0, UNKNOWN: 0, ...counts },
    text: '',
  } as const;
  return {
    routine,
    slot: sentAt,
    nonce: '0'.repeat(32),
    requestedAt: sentAt,
    ...(recheck && { recheck }),
    status: 'collected',
    commandId: 'c-1',
    sentAt,
    deadlineAt: laterBy(300_000, sentAt),
    summary: {
      collectedAt: sentAt,
      hosts: { answered: 1, lost, gone: 0, missing },
      verdicts: { disk: verdict },
      distributions,
    },
  };
}
