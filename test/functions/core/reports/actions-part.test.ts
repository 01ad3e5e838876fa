import { describe, expect, it } from 'vitest';
import type { Plan } from '../../../../functions/core/plan.ts';
import { actionsBlocks } from '../../../../functions/core/reports/actions-part.ts';
import { asked, at, incident, linesOf, recordsOf, reportPlan, round } from './example-records.ts';

function shown(some: Parameters<typeof recordsOf>[0]): string[] {
  return linesOf(actionsBlocks(reportPlan, recordsOf(some)));
}

const disk = 'DAILY-20261207-001 (Disk usage)';

describe('the actions of a period', () => {
  it('are none where nobody did anything', () => {
    const rounds = [round(at('08:00'), { disk: 'OK', load: 'OK' })];
    expect(shown({ rounds, incidents: [incident(['08:03 opens', '08:33 recovers'])] })).toEqual(['none']);
  });

  it('are what people did, in the order of time, with their names', () => {
    const incidents = [
      incident(['08:03 opens', '08:10 ann acknowledges', '09:00 ann resolves'], {
        notes: ['08:20 bob action: removed the old log', '08:30 bob impact: none', '08:40 ann note: all calm'],
      }),
    ];
    const until = at('17:00');
    const silences = [
      { id: 's-1', by: 'bob', reason: 'database move', from: at('08:15'), until, checks: ['disk', 'load'] },
      { id: 's-2', by: 'bob', reason: 'works', from: at('08:16'), until, checks: [] },
      ...[{ by: 'ann', planned: until }].map((ended) => ({
        ...{ id: 's-3', by: 'bob', reason: 'restore', from: at('08:17'), until: at('08:25'), checks: ['disk'], ended },
      })),
    ];
    const signOffs = [
      asked('patterns', at('18:00'), '18:30 ann OK three kinds'),
      asked('closed', at('18:00'), '18:31 ann WRONG two are missing'),
    ];
    const rounds = [round(at('11:02'), { disk: 'OK' }, { requestedBy: 'carl' })];
    expect(shown({ incidents, silences, signOffs, rounds })).toEqual([
      `- 08:10 EST ann acknowledged ${disk}`,
      '- 08:15 EST bob silenced disk, load until 17:00 EST: database move',
      '- 08:16 EST bob silenced all checks until 17:00 EST: works',
      '- 08:17 EST bob silenced disk until 17:00 EST: restore',
      `- 08:20 EST bob wrote an action to ${disk}: removed the old log`,
      '- 08:25 EST ann ended the silence of disk',
      `- 08:30 EST bob wrote an impact to ${disk}: none`,
      `- 08:40 EST ann wrote a note to ${disk}: all calm`,
      `- 09:00 EST ann resolved ${disk}`,
      '- 11:02 EST carl asked for a round of Morning',
      '- 18:30 EST ann signed off Error patterns documented: three kinds',
      '- 18:31 EST ann found something wrong with Day closed: two are missing',
    ]);
  });

  it('are those of the period, with the date where it is another day', () => {
    const signOffs = [
      asked('closed', at('2026-12-04 18:00'), '2026-12-04x ann OK x'.replace('2026-12-04x', '19:00')),
      {
        ...asked('patterns', at('2026-12-04 18:00')),
        signatures: [
          { by: 'ann', at: at('2026-12-04 19:59'), note: 'early', isGood: false },
          { by: 'bob', at: at('2026-12-04 20:30'), note: 'late', isGood: true },
        ],
      },
    ];
    expect(shown({ signOffs })).toEqual([
      '- 2026-12-04 20:30 EST bob signed off Error patterns documented: late',
      '- 19:00 EST ann signed off Day closed: x',
    ]);
  });

  it('are jobs that ran, and remedies with what asked for them', () => {
    const rounds = [
      round(at('02:00'), { backup: 'CRITICAL no space' }, { routine: 'night' }),
      round(at('02:01'), { backup: 'OK 3 files' }, { routine: 'night', recheck: {}, requestedBy: 'the check backup' }),
    ];
    expect(shown({ rounds })).toEqual([
      '- 02:00 EST Daily backup ran: CRITICAL: no space',
      '- 02:01 EST Daily backup ran, asked for by the check backup: OK: 3 files',
    ]);
  });

  it('count the runs of a job that ran often, and name those that failed', () => {
    const rounds = Array.from({ length: 12 }, (_, hour) =>
      round(at(`${String(hour).padStart(2, '0')}:00`), { backup: hour === 5 ? 'CRITICAL no space' : 'OK 3 files' }),
    );
    expect(shown({ rounds })).toEqual([
      '- 00:00 EST Daily backup ran 12 times, 11 of them OK',
      '- 05:00 EST Daily backup ran: CRITICAL: no space',
    ]);
  });

  it('are bounded', () => {
    const rounds = Array.from({ length: 130 }, (_, index) =>
      round(new Date(Date.parse(at('08:00')) + index * 60_000).toISOString(), {}, { requestedBy: 'carl' }),
    );
    const lines = shown({ rounds });
    expect(lines).toHaveLength(101);
    expect(lines.at(-1)).toBe('- and 30 more');
  });

  it('leave out what jobs did before what people did', () => {
    const jobs = Array.from({ length: 60 }, (_, index) => `job-${index}`);
    const backup = reportPlan.checks.backup;
    const checks = { ...reportPlan.checks, ...Object.fromEntries(jobs.map((id) => [id, backup])) };
    const ran = (time: string) => round(at(time), Object.fromEntries(jobs.map((id) => [id, 'OK'])));
    const signOffs = [asked('closed', at('18:00'), '18:30 ann OK all')];
    const records = recordsOf({ rounds: [ran('08:00'), ran('09:00')], signOffs });
    const lines = linesOf(actionsBlocks({ ...reportPlan, checks } as Plan, records));
    expect(lines.slice(-2)).toEqual(['- 18:30 EST ann signed off Day closed: all', '- and 21 more']);
  });
});
