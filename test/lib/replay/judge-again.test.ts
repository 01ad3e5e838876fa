import { expect, test } from 'vitest';
import type { Threshold } from '../../../functions/core/plan.ts';
import { parseRange, type Range } from '../../../functions/core/range.ts';
import type { Status } from '../../../functions/core/status.ts';
import { judgeAgain } from '../../../lib/replay/judge-again.ts';
import type { RecordedResult } from '../../../lib/replay/recorded-line.ts';

const thresholds: readonly Threshold[] = [
  { metric: 'used', warning: parseRange('80') as Range, critical: parseRange('90') as Range },
];

test.each<[name: string, recorded: Pick<RecordedResult, 'status' | 'metrics' | 'isOwn'>, status: Status]>([
  ['was made worse by an older threshold', { status: 'CRITICAL', metrics: { used: 85 } }, 'WARNING'],
  ['is well by the new thresholds', { status: 'CRITICAL', metrics: { used: 20 } }, 'OK'],
  ['was well by the older ones', { status: 'OK', metrics: { used: 95 } }, 'CRITICAL'],
  ['has no metric that a threshold names', { status: 'CRITICAL', metrics: { other: 1 } }, 'CRITICAL'],
  ['has no metrics', { status: 'WARNING' }, 'WARNING'],
  ['was given by the check itself', { status: 'CRITICAL', metrics: { used: 20 }, isOwn: true }, 'CRITICAL'],
  [
    'was given by the check itself, and is worse by a threshold',
    { status: 'WARNING', metrics: { used: 95 }, isOwn: true },
    'CRITICAL',
  ],
  ['is unknown', { status: 'UNKNOWN', metrics: { used: 20 } }, 'UNKNOWN'],
])('a recorded status that %s is judged again', (_name, recorded, status) => {
  expect(judgeAgain({ at: 0, host: 'a', check: 'disk', ...recorded }, thresholds)).toBe(status);
});
