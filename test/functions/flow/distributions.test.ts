import { describe, expect, it } from 'vitest';
import { measured } from '../../../functions/core/answer.ts';
import type { CheckResult } from '../../../functions/core/judge.ts';
import type { PlanReport } from '../../../functions/core/plan.ts';
import { addReport, newTally } from '../../../functions/core/tally.ts';
import { distributionsOf } from '../../../functions/flow/answer-records.ts';
import { examplePlan } from '../core/example-plan.ts';

const tally = newTally([['disk', { rules: [] }]], []);
for (const used of [40, 60]) {
  const metrics = [measured('used', used, '%'), measured('free', 100 - used, '%'), measured('files', 7)];
  const disk: CheckResult = { status: 'OK', text: '', longText: '', metrics, problems: [] };
  addReport(tally, { kind: 'answered', host: `i-${used}`, name: `i-${used}`, results: { disk } });
}

const report: PlanReport = {
  title: 'Report',
  schedule: { days: 'every-day', at: ['20:00'] },
  tell: [],
  parts: [
    { kind: 'figures', figures: [{ label: 'Used', check: 'disk', metric: 'used', statistic: 'most' }] },
    { kind: 'trend', label: 'Free', check: 'disk', metric: 'free', statistic: 'least', days: 14 },
    { kind: 'figures', figures: [{ label: 'Gone', check: 'gone', metric: 'used', statistic: 'most' }] },
  ],
};

describe('what a round keeps of metrics', () => {
  it('is nothing that nobody asks for', () => {
    expect(distributionsOf(examplePlan, tally)).toEqual({});
  });

  it('is what reports ask for, over all hosts', () => {
    expect(distributionsOf({ ...examplePlan, reports: { report } }, tally)).toEqual({
      disk: {
        used: expect.objectContaining({ unit: '%', count: 2, least: 40, most: 60 }),
        free: expect.objectContaining({ unit: '%', count: 2, least: 40, most: 60 }),
      },
    });
  });
});
