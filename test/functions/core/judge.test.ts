import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Answer, measured } from '../../../functions/core/answer.ts';
import type { KnownBaseline } from '../../../functions/core/baseline.ts';
import {
  type CheckResult,
  judge,
  judgeAnswer,
  maximumLongTextCharacters,
  maximumProblems,
  maximumTextCharacters,
} from '../../../functions/core/judge.ts';
import type { Threshold } from '../../../functions/core/plan.ts';
import { parseRange, type Range } from '../../../functions/core/range.ts';
import { readStepOutput, type StepOutput } from '../../../functions/core/result-line.ts';
import type { Status } from '../../../functions/core/status.ts';

const step = (exitCode: number, stdout: string, rest: Partial<StepOutput> = {}): StepOutput =>
  ({ kind: 'finished', exitCode, stdout, stderr: '', stdoutCut: false, firstLineCut: false, ...rest }) as StepOutput;

const over = (metric: string, warning?: string, critical?: string): Threshold => ({
  metric,
  ...(warning === undefined ? {} : { warning: parseRange(warning) as Range }),
  ...(critical === undefined ? {} : { critical: parseRange(critical) as Range }),
});

const disk = over('disk_used', '80', '90');

describe('the exit code', () => {
  it.each<[exitCode: number, status: Status, text: string]>([
    [0, 'OK', 'said'],
    [1, 'WARNING', 'said'],
    [2, 'CRITICAL', 'said'],
    [3, 'UNKNOWN', 'said'],
    [4, 'UNKNOWN', 'the check ended with exit code 4; the plugin API knows 0 to 3 - said'],
    [-1, 'UNKNOWN', 'the check ended abnormally (exit code -1) - said'],
    [124, 'UNKNOWN', 'timed out: the check was stopped after 30 s (exit code 124) - said'],
    [126, 'UNKNOWN', 'the check could not be started: not executable, or not permitted (exit code 126) - said'],
    [
      127,
      'UNKNOWN',
      'a program was not found: the interpreter, or what the check calls, is not installed (exit code 127) - said',
    ],
    [137, 'UNKNOWN', 'the check was killed, most often because the host ran out of memory (exit code 137) - said'],
    [139, 'UNKNOWN', 'the check was ended by signal 11 (exit code 139) - said'],
    [
      168,
      'UNKNOWN',
      'the check ended with exit code 168, which asks SSM to end the document; it was not passed on - said',
    ],
    [
      169,
      'UNKNOWN',
      'the check ended with exit code 169, which asks SSM to end the document; it was not passed on - said',
    ],
    [
      194,
      'UNKNOWN',
      'the check ended with exit code 194, which asks SSM to reboot the host; it was not passed on - said',
    ],
    [255, 'UNKNOWN', 'the check ended with exit code 255; the plugin API knows 0 to 3 - said'],
  ])('%d is %s', (exitCode, status, text) => {
    expect(judge(step(exitCode, 'said'), [], 30)).toEqual({ status, text, longText: '', metrics: [], problems: [] });
  });

  it('stands when the text disagrees', () => {
    expect(judge(step(2, 'OK - all is well'), []).status).toBe('CRITICAL');
    expect(judge(step(0, 'CRITICAL - all is lost'), []).status).toBe('OK');
  });

  it.each<[exitCode: number, status: Status, stdout: string, stderr: string, text: string]>([
    [0, 'OK', '', '', 'the check printed nothing'],
    [2, 'CRITICAL', '', '', 'the check printed nothing'],
    [1, 'WARNING', ' | a=1', '', 'the check printed no text'],
    [1, 'WARNING', '', 'Traceback:\nKeyError: x\n', 'the check printed nothing; on stderr: KeyError: x'],
  ])('stands when the check printed no text (%d)', (exitCode, status, stdout, stderr, text) => {
    expect(judge(step(exitCode, stdout, { stderr }), [])).toMatchObject({ status, text });
  });
});

describe('thresholds', () => {
  it.each<[what: string, exitCode: number, performance: string, thresholds: Threshold[], status: Status, text: string]>(
    [
      ['inside', 0, 'disk_used=80%', [disk], 'OK', 'said'],
      ['over the warning range', 0, 'disk_used=80.5%', [disk], 'WARNING', 'disk_used is 80.5%, over 80% - said'],
      ['over the critical range', 0, 'disk_used=93%', [disk], 'CRITICAL', 'disk_used is 93%, over 90% - said'],
      ['worse than the exit code', 1, 'disk_used=93%', [disk], 'CRITICAL', 'disk_used is 93%, over 90% - said'],
      ['no worse than the exit code', 1, 'disk_used=85%', [disk], 'WARNING', 'said'],
      ['better than the exit code', 2, 'disk_used=1%', [disk], 'CRITICAL', 'said'],
      ['CRITICAL where the exit code is UNKNOWN', 3, 'disk_used=93%', [disk], 'UNKNOWN', 'said'],
      ['the script has its own, which do not count', 0, 'disk_used=70%;10;20', [disk], 'OK', 'said'],
      ['under the range', 0, 'rows=3', [over('rows', '10:')], 'WARNING', 'rows is 3, under 10 - said'],
      ['negative where 0 is the start', 0, 'rows=-1', [over('rows', '10')], 'WARNING', 'rows is -1, under 0 - said'],
      [
        'within a forbidden range',
        0,
        'rows=15',
        [over('rows', '@10:20')],
        'WARNING',
        'rows is 15, between 10 and 20 - said',
      ],
      [
        'within a forbidden open range',
        0,
        'rows=15',
        [over('rows', '@10:')],
        'WARNING',
        'rows is 15, which the range @10: forbids - said',
      ],
      ['in base units', 0, 'rtt=2500ms', [over('rtt', '2', '5')], 'WARNING', 'rtt is 2.5 s, over 2 s - said'],
      [
        'in base units, for people',
        0,
        'logs=21000000KB',
        [over('logs', '5e9', '2e10')],
        'CRITICAL',
        'logs is 21 GB, over 20 GB - said',
      ],
      [
        'two of the same status',
        0,
        'a=9 b=9',
        [over('a', '1'), over('b', '2')],
        'WARNING',
        'a is 9, over 1; b is 9, over 2 - said',
      ],
      ['the worst of two', 0, 'a=9 b=9', [over('a', '1'), over('b', '1', '2')], 'CRITICAL', 'b is 9, over 2 - said'],
      ['no metric', 0, '', [disk], 'UNKNOWN', 'disk_used: the check did not report it - said'],
      ['another metric', 0, 'disk_free=50%', [disk], 'UNKNOWN', 'disk_used: the check did not report it - said'],
      [
        'undefined',
        0,
        'disk_used=U',
        [disk],
        'UNKNOWN',
        'disk_used: the check could not determine its value (U) - said',
      ],
      [
        'a refused value',
        0,
        'disk_used=9,5',
        [disk],
        'UNKNOWN',
        'disk_used: "disk_used=9,5" is refused; expected a decimal number with a unit, like 1.5s - said',
      ],
      [
        'not a number',
        1,
        'disk_used=nan',
        [disk],
        'UNKNOWN',
        'disk_used: "disk_used=nan" is refused; expected a decimal number with a unit, like 1.5s - said',
      ],
      ['a refused value under CRITICAL', 2, 'disk_used=nan', [disk], 'CRITICAL', 'said'],
      [
        'a missing one beside a critical one',
        0,
        'b=9',
        [over('a', '1'), over('b', '1', '2')],
        'CRITICAL',
        'b is 9, over 2 - said',
      ],
    ],
  )('%s', (_what, exitCode, performance, thresholds, status, text) => {
    expect(judge(step(exitCode, `said | ${performance}`), thresholds)).toMatchObject({ status, text });
  });
});

describe('a threshold on how much worse a metric is than its baseline', () => {
  const half = over('health_worse', '50', '200');
  const known = (rounds: number, value = 2): KnownBaseline => {
    return { metric: 'health', rounds: 7, worse: 'higher', medians: Array.from({ length: rounds }, () => value) };
  };

  it.each<[what: string, performance: string, medians: [rounds: number, value?: number], status: Status, text: string]>(
    [
      ['not worse', 'health=1', [7], 'OK', 'said'],
      ['worse by less', 'health=3', [7], 'OK', 'said'],
      ['worse by more', 'health=3.1', [7], 'WARNING', 'health_worse is 55%, over 50% - said'],
      ['much worse', 'health=9', [7], 'CRITICAL', 'health_worse is 350%, over 200% - said'],
      ['a young baseline', 'health=9', [2], 'OK', 'said (no baseline of health yet: 2 of 7 good rounds)'],
      ['no baseline', 'health=9', [0], 'OK', 'said (no baseline of health yet: 0 of 7 good rounds)'],
      ['a median of 0', 'health=9', [7, 0], 'OK', 'said (no baseline of health: the median of 7 good rounds is 0)'],
      ['a missing metric', 'other=1', [7], 'UNKNOWN', 'health: the check did not report it - said'],
      [
        'a missing metric and a young baseline',
        'other=1',
        [2],
        'UNKNOWN',
        'health: the check did not report it - said',
      ],
      ['a metric that is forged', 'health=9 health_worse=0', [7], 'CRITICAL', 'health_worse is 350%, over 200% - said'],
    ],
  )('with %s', (_what, performance, medians, status, text) => {
    expect(judge(step(0, `said | ${performance}`), [half], 30, [known(...medians)])).toMatchObject({ status, text });
  });

  it('says once that the metric is missing, whatever needs it', () => {
    const { text } = judge(step(0, 'said'), [over('health', '5'), half], 30, [known(7)]);
    expect(text).toBe('health: the check did not report it - said');
  });

  it('says that there is no baseline behind the longest text', () => {
    const { text } = judge(step(0, `${'x'.repeat(500)} | health=1`), [half], 30, [known(2)]);
    expect(text).toMatch(/x… \(no baseline of health yet: 2 of 7 good rounds\)$/);
    expect(text).toHaveLength(maximumTextCharacters);
  });
});

describe('output that is not whole', () => {
  it.each<[exitCode: number, status: Status]>([
    [0, 'UNKNOWN'],
    [1, 'UNKNOWN'],
    [2, 'CRITICAL'],
    [3, 'UNKNOWN'],
  ])('with a cut first line and exit code %d is %s, and has no metrics', (exitCode, status) => {
    const result = judge(step(exitCode, 'said | a=9', { stdoutCut: true, firstLineCut: true }), []);
    expect(result).toMatchObject({ status, metrics: [], text: expect.stringContaining('said') });
  });

  it('is only marked where the long text was cut', () => {
    const result = judge(step(0, 'said | disk_used=5%\nmore', { stdoutCut: true }), [disk]);
    expect(result).toMatchObject({ status: 'OK', text: 'said', longText: 'more\n(the rest of the output was cut)' });
  });

  it('is UNKNOWN where it is unreadable', () => {
    expect(judge({ kind: 'unreadable', reason: 'the step printed nothing' }, [disk])).toEqual({
      status: 'UNKNOWN',
      text: "could not read the check's output: the step printed nothing",
      longText: '',
      metrics: [],
      problems: [],
    });
  });

  it('never has a value that the check did not report, wherever it is cut', () => {
    const nonce = 'a'.repeat(32);
    const stdout = 'said | first=95%\nmore | second=95.25%\nthird=95\n';
    const whole = `ROUNDS/1 ${nonce} exit=0 stdout=${stdout.length} stderr=0\n${stdout}\n`;
    const values = { first: 95, second: 95.25, third: 95 };
    for (const [label, value] of Object.entries(values)) {
      for (let length = 0; length <= whole.length; length += 1) {
        const result = judge(readStepOutput(whole.slice(0, length), nonce), [over(label, '~:')]);
        const metric = result.metrics.find((each) => each.label === label);
        expect([undefined, value]).toContain(metric?.value);
        if (metric === undefined) expect(result.status).toBe('UNKNOWN');
      }
      expect(judge(readStepOutput(whole, nonce), [over(label, '~:')]).status).toBe('OK');
    }
  });
});

describe('text', () => {
  it('is cleaned, redacted and bounded', () => {
    const secret = 'password=hunter2';
    const result = judge(
      step(1, `\x1b[31m${secret}\x1b[0m ${'x'.repeat(500)} | ${secret}\n${secret}\n${'y'.repeat(1_700)}`, {
        stderr: secret,
      }),
      [],
    );
    expect(JSON.stringify(result)).not.toMatch(/hunter2|\\u001b/);
    expect(result.text).toMatch(/^password=\[redacted\] x+…$/);
    expect(result.text).toHaveLength(maximumTextCharacters);
    expect(result.longText).toHaveLength(maximumLongTextCharacters);
  });

  it('holds no part of a secret that the bound cuts', () => {
    const text = `${'x'.repeat(maximumTextCharacters - 12)} AKIAIOSFODNN7EXAMPLE`;
    expect(judge(step(0, text), []).text).not.toContain('AKIA');
  });

  it('holds no secret that goes over the end of a line, or into the performance data', () => {
    const key = '-----BEGIN RSA PRIVATE KEY-----\nMIIEowIBAAKCAQEA\n-----END RSA PRIVATE KEY-----';
    const said = [`cannot sign with ${key}`, 'usage: a|b Authorization: Basic dXNlcjpwYXNz=='].join('\n');
    const result = judge(step(2, said), []);
    expect(JSON.stringify(result)).not.toMatch(/MIIE|dXNlcjpwYXNz/);
    expect(result.text).toBe('cannot sign with [redacted]');
  });

  it('tells stderr only of a check in trouble', () => {
    expect(judge(step(0, 'said', { stderr: 'deprecated' }), []).longText).toBe('');
    expect(judge(step(1, 'said\nmore', { stderr: 'oh no' }), []).longText).toBe('more\nstderr: oh no');
  });

  it('tells some problems, not all', () => {
    const performance = Array.from({ length: 50 }, (_, index) => `m${index}=x`).join(' ');
    expect(judge(step(0, `said | ${performance}`), []).problems).toHaveLength(maximumProblems);
  });
});

describe('what our own records say', () => {
  const answer = (status: Status, values: Readonly<Record<string, number>> = {}, notYet: readonly string[] = []) => ({
    ...{ status, text: 'as it is', notYet },
    metrics: Object.entries(values).map(([label, value]) => measured(label, value, '%')),
  });
  const uptime = over('uptime', '99.9:', '99:');

  it.each<[what: string, answer: Answer, status: Status, text: string]>([
    ['within its threshold', answer('OK', { uptime: 99.95 }), 'OK', 'as it is'],
    ['outside the warning', answer('OK', { uptime: 99.5 }), 'WARNING', 'uptime is 99.5%, under 99.9% - as it is'],
    ['outside both', answer('OK', { uptime: 98 }), 'CRITICAL', 'uptime is 98%, under 99% - as it is'],
    ['bad by itself', answer('CRITICAL', { uptime: 99.5 }), 'CRITICAL', 'as it is'],
    ['unknown, whatever its metric', answer('UNKNOWN', { uptime: 98 }), 'UNKNOWN', 'as it is'],
    ['unknown and without its metric', answer('UNKNOWN'), 'UNKNOWN', 'as it is'],
    ['too young for its metric', answer('OK', {}, ['uptime']), 'OK', 'as it is'],
    ['without its metric', answer('OK'), 'UNKNOWN', 'uptime: the check did not report it - as it is'],
  ])('is judged where it is %s', (_what, given, status, text) => {
    expect(judgeAnswer(given, [uptime])).toMatchObject({ status, text, metrics: given.metrics, problems: [] });
  });

  it('is bounded like any other text', () => {
    const { text } = judgeAnswer({ status: 'CRITICAL', text: 'x'.repeat(5_000), metrics: [] }, []);
    expect(text).toHaveLength(maximumTextCharacters);
  });
});

describe('any step', () => {
  const pieces = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.constantFrom(' | ', '\n', 'disk_used=', '5%', 'nan', 'OK', 'password=', "'", ';'),
  );
  const any = fc.array(pieces).map((parts) => parts.join(''));
  const bounded = ({ text, longText }: CheckResult) =>
    Array.from(text).length <= maximumTextCharacters &&
    !text.includes('\n') &&
    Array.from(longText).length <= maximumLongTextCharacters;

  it('is judged without an error, bounded, and OK only with the exit code and the metric that say so', () => {
    fc.assert(
      fc.property(fc.integer({ min: -2, max: 5 }), any, any, fc.boolean(), (exitCode, stdout, stderr, firstLineCut) => {
        const result = judge(step(exitCode, stdout, { stderr, stdoutCut: firstLineCut, firstLineCut }), [disk]);
        expect(bounded(result)).toBe(true);
        if (result.status !== 'OK') return;
        expect({ exitCode, firstLineCut }).toEqual({ exitCode: 0, firstLineCut: false });
        expect(result.metrics.find(({ label }) => label === 'disk_used')?.value).toBeLessThanOrEqual(80);
      }),
    );
  });

  it('is never OK without our result line', () => {
    fc.assert(
      fc.property(any, (output) => {
        expect(judge(readStepOutput(output, 'a'.repeat(32)), []).status).toBe('UNKNOWN');
      }),
    );
  });
});
