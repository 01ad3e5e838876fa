import { describe, expect, it } from 'vitest';
import { incidentsAnswer } from '../../../functions/core/incidents-answer.ts';
import type { Priority } from '../../../functions/core/plan.ts';
import type { IncidentHead } from '../../../functions/core/verdicts.ts';

const since = '2026-11-20T17:00:00.000Z';
const all: readonly Priority[] = ['P0', 'P1', 'P2', 'P3', 'info'];

function head(
  number: string,
  priority: string,
  openedAt = '2026-11-22T20:00:00.000Z',
  resolvedAt?: string,
): IncidentHead {
  return { number, sequence: 1, check: 'disk', title: 'Disk', priority, openedAt, ...(resolvedAt && { resolvedAt }) };
}

function answerTo(heads: readonly IncidentHead[], priorities = all) {
  return incidentsAnswer({ kind: 'incidents', since: '18:00', priorities }, since, heads, 'Europe/Berlin');
}

describe('incidents since a time', () => {
  it('are counted by priority and named, the most urgent first', () => {
    const heads = [head('D-001', 'info'), head('D-002', 'P1', undefined, '2026-11-22T21:00:00.000Z')];
    const answer = answerTo(heads);
    expect(answer.text).toBe(
      '2 incidents since 2026-11-20 18:00 GMT+1: 1 P1, 1 info: D-002 Disk (resolved); D-001 Disk (open)',
    );
    expect(answer.metrics.map(({ label, value }) => [label, value])).toEqual([
      ['incidents', 2],
      ['P0', 0],
      ['P1', 1],
      ['P2', 0],
      ['P3', 0],
      ['info', 1],
    ]);
  });

  it.each<[priorities: Priority[], status: string]>([
    [['P0'], 'CRITICAL'],
    [['P1'], 'CRITICAL'],
    [['P2'], 'WARNING'],
    [['P3'], 'WARNING'],
    [['info'], 'OK'],
    [['info', 'P3', 'P1'], 'CRITICAL'],
    [['info', 'P2'], 'WARNING'],
    [[], 'OK'],
  ])('of %s are %s', (priorities, status) => {
    expect(answerTo(priorities.map((priority, index) => head(`D-00${index}`, priority))).status).toBe(status);
  });

  it('do not count where the question does not ask for their priority, or when they are older', () => {
    const heads = [head('D-001', 'P2'), head('D-002', 'P1', '2026-11-20T16:59:59.999Z')];
    expect(answerTo(heads, ['P0', 'P1'])).toMatchObject({
      status: 'OK',
      text: 'no incident of P0 or P1 since 2026-11-20 18:00 GMT+1',
    });
    expect(answerTo([head('D-003', 'P1', since)], ['P0', 'P1'])).toMatchObject({ status: 'CRITICAL' });
  });

  it('are named up to ten', () => {
    const many = Array.from({ length: 12 }, (_, index) => head(`D-${index}`, 'P3'));
    expect(answerTo(many).text).toMatch(
      /^12 incidents since .*: 12 P3: D-0 Disk \(open\); .*D-9 Disk \(open\); and 2 more$/,
    );
  });
});
