import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import type { Plan } from '../../../functions/core/plan.ts';
import { agree } from '../../../lib/cli/run.ts';
import { examplePlan } from '../../functions/core/example-plan.ts';

const plan: Plan = {
  ...examplePlan,
  checks: {
    ...examplePlan.checks,
    restart: {
      title: 'Restart',
      rules: [],
      dependsOn: [],
      source: {
        kind: 'host',
        changes: 'restarts the backend',
        timeoutSeconds: 60,
        thresholds: [],
        baselines: [],
        look: 'ls',
      },
    },
  },
  routines: {
    ...examplePlan.routines,
    restart: {
      title: 'Restart',
      fleet: 'app',
      schedule: 'on-demand',
      checks: ['restart'],
      remedies: [],
      deadlineSeconds: 300,
    },
  },
};

/** @param input what the person types; `undefined` where there is no terminal */
async function asked(routine: string, input: string | undefined, isAgreed = false) {
  const stdin = new PassThrough();
  stdin.end(input ?? '');
  const stderr = new PassThrough();
  const terminal = { stdin: Object.assign(stdin, { isTTY: input !== undefined }), stderr };
  const refusal = await agree({ plan, routine, place: 'demo hosts' }, isAgreed, terminal).then(
    () => undefined,
    (error: Error) => error.message,
  );
  return { refusal, shown: String(stderr.read() ?? '') };
}

describe('running what changes something', () => {
  it('first says what it changes, and where', async () => {
    expect(await asked('restart', 'y\n')).toEqual({
      refusal: undefined,
      shown:
        'restart changes something, on demo hosts:\n  Restart: restarts the backend, on Hosts of the shop\nRun it? [y/N] ',
    });
  });

  it.each(['yes\n', ' Y \n'])('takes %j for a yes', async (input) => {
    expect((await asked('restart', input)).refusal).toBeUndefined();
  });

  it.each(['n\n', '\n', 'yesterday\n', ''])('takes %j for a no', async (input) => {
    expect((await asked('restart', input)).refusal).toBe('The answer was not y: nothing is run.');
  });

  it('is refused without a terminal, unless --yes has answered', async () => {
    expect(await asked('restart', undefined)).toEqual({
      refusal:
        'restart changes something (Restart: restarts the backend, on Hosts of the shop), and there is no terminal to ask ' +
        'on. Add --yes to run it.',
      shown: '',
    });
    expect(await asked('restart', undefined, true)).toEqual({ refusal: undefined, shown: '' });
  });

  it('asks nothing of a routine without a job', async () => {
    expect(await asked('morning', undefined)).toEqual({ refusal: undefined, shown: '' });
  });
});
