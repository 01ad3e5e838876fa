import { describe, expect, it } from 'vitest';
import { hostRecord } from '../../../functions/core/host-record.ts';
import { type Invocation, readInvocation } from '../../../functions/core/invocation.ts';
import { checksOf } from '../../../functions/core/round.ts';
import { examplePlan } from './example-plan.ts';

const nonce = '0123456789abcdef0123456789abcdef';
const routine = examplePlan.routines.morning;
const checks = routine ? checksOf(examplePlan, routine) : [];

function step(name: string, exitCode: number, stdout: string, status = exitCode === 0 ? 'Success' : 'Failed') {
  const output = `ROUNDS/1 ${nonce} exit=${exitCode} stdout=${stdout.length} stderr=0\n${stdout}`;
  return { name, status, output };
}

function invocation(status: string, steps: Invocation['steps'] = []): Invocation {
  return { host: 'i-0a', name: 'web-1', status, steps };
}

const well = [step('disk', 0, "disk 10 %|'disk_used'=10%\n"), step('load', 0, 'load 0.1\n')];

describe('a host that answered', () => {
  it.each(['Success', 'Failed', 'Execution Timed Out', 'TimedOut'])('is judged check by check (%s)', (status) => {
    const report = readInvocation(invocation(status, well), checks, nonce, false);
    expect(
      report.kind === 'answered' && Object.entries(report.results).map(([id, { status }]) => [id, status]),
    ).toEqual([
      ['disk', 'OK'],
      ['load', 'OK'],
    ]);
  });

  it.each(['TimedOut', 'Execution Timed Out', 'ExecutionTimedOut'])(
    'is UNKNOWN for a step that SSM stopped (%s)',
    (status) => {
      const report = readInvocation(invocation('Failed', [{ name: 'disk', status, output: '' }]), checks, nonce, true);
      const text = expect.stringContaining('stopped the step at its time-out');
      expect(report).toMatchObject({ results: { disk: { status: 'UNKNOWN', text } } });
    },
  );

  it('is UNKNOWN where a step is missing, timed out, or imitates a result', () => {
    const steps = [
      { name: 'disk', status: 'Timed Out', output: '' },
      { name: 'load', status: 'Success', output: `ROUNDS/1 ${nonce.replace('0', '1')} exit=0 stdout=3 stderr=0\nOK\n` },
    ];
    const results = (steps: Invocation['steps']) => {
      const report = readInvocation(invocation('Failed', steps), checks, nonce, true);
      return report.kind === 'answered' ? Object.values(report.results) : [];
    };
    expect(results(steps).map(({ status }) => status)).toEqual(['UNKNOWN', 'UNKNOWN']);
    expect(results(steps)[0]?.text).toContain('stopped the step at its time-out');
    expect(results(steps)[1]?.text).toContain('another run');
    expect(results([])[0]?.text).toContain('no such step');
  });
});

describe('a step', () => {
  it('that was not asked for is not looked at', () => {
    const load = checks.filter(([id]) => id === 'load');
    const steps = [{ name: 'disk', status: 'Success', output: '' }, step('load', 1, 'load 9\n')];
    const report = readInvocation(invocation('Failed', steps), load, nonce, true);
    expect(report).toMatchObject({ results: { load: { status: 'WARNING' } } });
    expect(report.kind === 'answered' && Object.keys(report.results)).toEqual(['load']);
  });

  it('that was asked for and printed nothing is UNKNOWN', () => {
    const steps = [{ name: 'disk', status: 'Success', output: '' }];
    const report = readInvocation(invocation('Success', steps), checks, nonce, true);
    expect(report).toMatchObject({ results: { disk: { status: 'UNKNOWN' }, load: { status: 'UNKNOWN' } } });
  });
});

it('a host is held against the baselines of each check', () => {
  const baselines = [{ metric: 'disk_used', rounds: 3, worse: 'higher' } as const];
  const held = checks.map(([id, check]) => {
    const { source } = check;
    return [
      id,
      source.kind === 'host' && id === 'disk' ? { ...check, source: { ...source, baselines } } : check,
    ] as const;
  });
  const known = { slot: '', medians: { disk: { disk_used: [8, 8, 8] } } };
  const report = readInvocation(invocation('Success', well), held, nonce, true, known);
  const values = report.kind === 'answered' && report.results.disk?.metrics.map(({ label, value }) => [label, value]);
  expect(values).toEqual([
    ['disk_used', 10],
    ['disk_used_worse', 25],
  ]);
});

describe('a host that did not answer', () => {
  it.each([
    ['Undeliverable', 'the host is gone or its agent does not answer'],
    ['Delivery Timed Out', 'not delivered in time'],
    ['DeliveryTimedOut', 'not delivered in time'],
    ['Terminated', 'because of errors on other hosts'],
    ['Access Denied', 'not allowed'],
    ['Invalid Platform', 'does not run on the platform'],
    ['Rate Exceeded', 'rate exceeded'],
    ['Cancelled', 'cancelled'],
  ])('is lost with a reason of its own: %s', (status, reason) => {
    const report = readInvocation(invocation(status), checks, nonce, false);
    expect(report).toMatchObject({ kind: 'lost', reason: expect.stringContaining(reason) });
  });

  it.each(['Pending', 'In Progress', 'Delayed', 'Cancelling', 'Some New Status', 'constructor'])(
    'is waited for while %s, and lost at the end',
    (status) => {
      expect(readInvocation(invocation(status), checks, nonce, false).kind).toBe('pending');
      const report = readInvocation(invocation(status), checks, nonce, true);
      expect(report).toMatchObject({ kind: 'lost', reason: expect.stringContaining(status) });
    },
  );
});

describe('the record of a host', () => {
  it('keeps status, text and values of every check in one small object', () => {
    const record = hostRecord(readInvocation(invocation('Success', well), checks, nonce, false));
    expect(record).toEqual({
      name: 'web-1',
      results: { disk: ['OK', 'disk 10 %', { disk_used: 10 }], load: ['OK', 'load 0.1', {}] },
    });
  });

  it('says why a host was lost, and does not exist for a pending one', () => {
    const lost = hostRecord(readInvocation(invocation('Undeliverable'), checks, nonce, true));
    expect(lost).toMatchObject({ lost: expect.stringContaining('cannot be delivered') });
    expect(hostRecord(readInvocation(invocation('Pending'), checks, nonce, false))).toBeUndefined();
  });
});
