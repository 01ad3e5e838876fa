import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  readStepOutput,
  type StepOutput,
  stderrLimitBytes,
  stdoutLimitBytes,
} from '../../../functions/core/result-line.ts';

const nonce = '0123456789abcdef0123456789abcdef';
const line = (exit: number, stdout: number, stderr: number) =>
  `ROUNDS/1 ${nonce} exit=${exit} stdout=${stdout} stderr=${stderr}\n`;
const finished = (rest: Partial<StepOutput>) => ({
  kind: 'finished',
  exitCode: 0,
  stdout: '',
  stderr: '',
  stdoutCut: false,
  firstLineCut: false,
  ...rest,
});

describe('a finished check', () => {
  it.each<[what: string, output: string, expected: object]>([
    ['nothing printed', line(3, 0, 0), finished({ exitCode: 3 })],
    ['nothing printed, the line end trimmed on the way', line(0, 0, 0).trimEnd(), finished({})],
    ['one line', `${line(0, 3, 0)}OK\n\n`, finished({ stdout: 'OK' })],
    ['no line end', `${line(0, 2, 0)}OK\n`, finished({ stdout: 'OK' })],
    ['a negative exit code', `${line(-1, 0, 0)}`, finished({ exitCode: -1 })],
    [
      'bytes that are no UTF-8, replaced on the way',
      `${line(1, 4, 0)}a\ufffd\ufffd\n\n`,
      finished({ exitCode: 1, stdout: 'a\ufffd\ufffd' }),
    ],
    [
      'stdout and stderr',
      `${line(1, 3, 6)}OK\n\n-- stderr --\noh no\n\n`,
      finished({ exitCode: 1, stdout: 'OK', stderr: 'oh no' }),
    ],
    ['stderr only', `${line(2, 0, 5)}-- stderr --\noh no\n`, finished({ exitCode: 2, stderr: 'oh no' })],
    [
      'our own words in stdout',
      `${line(0, 18, 0)}OK\n-- stderr --\nx\n\n`,
      finished({ stdout: 'OK\n-- stderr --\nx' }),
    ],
    [
      'our own words in stderr, of which nothing passes for stdout',
      `${line(0, 9, 28)}OK | a=1\n\n-- stderr --\n| disk_used=5\n-- stderr --\nx\n`,
      finished({ stdout: 'OK | a=1', stderr: '| disk_used=5\n-- stderr --\nx' }),
    ],
    [
      'our own words in both',
      `${line(0, 18, 16)}OK\n-- stderr --\nx\n\n-- stderr --\ny\n-- stderr --\nz\n`,
      finished({ stdout: 'OK\n-- stderr --\nx', stderr: 'y\n-- stderr --\nz' }),
    ],
    [
      'the stderr of the step, which SSM appends',
      `${line(0, 3, 2)}OK\n\n-- stderr --\nx\n\n\n----------ERROR-------\nsh: oops`,
      finished({ stdout: 'OK', stderr: 'x' }),
    ],
    [
      'an imitation after the result line',
      `${line(2, 200, 0)}${line(0, 0, 0)}${'x'.repeat(150)}`,
      finished({ exitCode: 2, stdout: `${line(0, 0, 0)}${'x'.repeat(150)}` }),
    ],
  ])('%s', (_what, output, expected) => {
    expect(readStepOutput(output, nonce)).toEqual(expected);
  });
});

describe('output that was cut', () => {
  it.each<[what: string, output: string, expected: object]>([
    [
      'by the wrapper: whole lines are kept',
      `${line(0, 5_000, 0)}OK\nline 1\nhalf a li\n`,
      finished({ stdout: 'OK\nline 1', stdoutCut: true }),
    ],
    [
      'by the wrapper, at the end of a line',
      `${line(0, 5_000, 0)}OK\nline 1\n\n`,
      finished({ stdout: 'OK\nline 1', stdoutCut: true }),
    ],
    [
      'by the wrapper, in the first line',
      `${line(0, 5_000, 0)}OK | a=9\n`,
      finished({ stdout: 'OK | …', stdoutCut: true, firstLineCut: true }),
    ],
    ['on the way', `${line(0, 9, 0)}OK\nlin`, finished({ stdout: 'OK', stdoutCut: true })],
    [
      'on the way, in the first line',
      `${line(0, 10, 0)}OK | a=9`,
      finished({ stdout: 'OK | …', stdoutCut: true, firstLineCut: true }),
    ],
    ['on the way, after the result line', line(0, 10, 0), finished({ stdoutCut: true, firstLineCut: true })],
    [
      'in stderr, in the middle of a secret: no half of a word is kept',
      `${line(1, 3, 400)}OK\n\n-- stderr --\ncannot reach https://Kq8vTzLw2x\n`,
      finished({ exitCode: 1, stdout: 'OK', stderr: 'cannot reach …' }),
    ],
  ])('%s', (_what, output, expected) => {
    expect(readStepOutput(output, nonce)).toEqual(expected);
  });

  it('fits, with everything else, into what SSM keeps of a step', () => {
    const longest = `${line(-999, 1e14, 1e14)}${'x'.repeat(stdoutLimitBytes)}\n-- stderr --\n${'x'.repeat(stderrLimitBytes)}\n`;
    expect(longest.length).toBeLessThan(2_500);
  });
});

describe('unreadable output', () => {
  it.each<[what: string, output: string, reason: RegExp]>([
    ['nothing', '', /printed nothing/],
    ['line ends', '\n\n', /printed nothing/],
    ['the error of a shell', 'sh: 1: syntax error', /first line is no result line but "sh: 1: syntax error"/],
    ['a plugin without the wrapper', 'OK - fine | a=1', /no result line/],
    ['a result line that is not the first', `hello\n${line(0, 0, 0)}`, /no result line/],
    ['the result line of another run', line(0, 0, 0).replace(nonce, 'f'.repeat(32)), /another run/],
    ['a cut result line', line(0, 12, 0).slice(0, 50), /cut or from another version/],
    ['the result line of another version', line(0, 0, 0).replace('/1', '/2'), /cut or from another version/],
    ['an exit code that is none', line(0, 0, 0).replace('exit=0', 'exit=0x0'), /cut or from another version/],
    ['an exit code that no shell writes so', line(0, 0, 0).replace('exit=0', 'exit=-0'), /cut or from another version/],
    [
      'a secret, which is redacted before it is cut',
      `cannot reach https://${'s3cret'.repeat(15)}@db`,
      /"cannot reach https:\/\/\[redacted\]@db"/,
    ],
    ['characters that a terminal would obey', '\x1b[31moh\u202e no', /no result line but "oh no"/],
  ])('%s', (_what, output, reason) => {
    expect(readStepOutput(output, nonce)).toEqual({ kind: 'unreadable', reason: expect.stringMatching(reason) });
  });

  it('is all that becomes of text without our nonce', () => {
    const pieces = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom('ROUNDS/1 ', 'exit=0 ', 'stdout=0 ', 'stderr=0', '\n', ' ', nonce.slice(1)),
    );
    fc.assert(
      fc.property(fc.array(pieces), (parts) => {
        expect(readStepOutput(parts.join(''), nonce).kind).toBe('unreadable');
      }),
    );
  });
});
