import { Command } from 'commander';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { type CheckOptions, check, registerCheck } from '../../../lib/cli/check.ts';

vi.setConfig({ testTimeout: 30_000 });

async function run(options: CheckOptions, ...command: string[]) {
  let out = '';
  let error = '';
  const exitCode = await check(
    options,
    command,
    (text) => {
      out += text;
    },
    (text) => {
      error += text;
    },
  );
  return { exitCode, out, error };
}

const script = (text: string) => ['sh', '-c', text];

describe('rounds check', () => {
  it.each<[what: string, options: CheckOptions, command: string[], exitCode: number, out: string]>([
    ['a healthy check', {}, script('echo "fine | a=1"'), 0, 'OK - fine\n  a = 1\n'],
    ['a check in trouble', {}, script('echo bad; exit 2'), 2, 'CRITICAL - bad\n'],
    ['nothing printed', {}, ['true'], 0, 'OK - the check printed nothing\n'],
    [
      'everything a check can say',
      {},
      script('echo "fine | a=2.5MB;1:;9;0;10 b=x"; echo more; echo oops >&2; exit 1'),
      1,
      'WARNING - fine\nmore\nstderr: oops\n  a = 2.5 MB (warning 1000000:, critical 9000000, min 0, max 10000000)\nproblem: b: "b=x" is refused; expected a decimal number with a unit, like 1.5s\n',
    ],
    [
      'ranges on the only metric',
      { warning: '5', critical: '8' },
      script('echo "fine | a=7"'),
      1,
      'WARNING - a is 7, over 5 - fine\n  a = 7 (warning 5, critical 8)\n',
    ],
    [
      'ranges on the named metric',
      { critical: '@1:3', metric: 'b' },
      script('echo "fine | a=7 b=2;9"'),
      2,
      'CRITICAL - b is 2, between 1 and 3 - fine\n  a = 7\n  b = 2 (warning 9, critical @1:3)\n',
    ],
    [
      'a named metric that is missing',
      { warning: '5', metric: 'b' },
      script('echo "fine | a=7"'),
      3,
      'UNKNOWN - b: the check did not report it - fine\n  a = 7\n',
    ],
    [
      'ranges and no metric',
      { warning: '5' },
      script('echo fine'),
      3,
      'UNKNOWN - the check reported no metric for --warning and --critical - fine\n',
    ],
    [
      'ranges and no metric of a check that is CRITICAL',
      { warning: '5' },
      script('echo bad; exit 2'),
      2,
      'CRITICAL - bad\nproblem: the check reported no metric for --warning and --critical\n',
    ],
    [
      'ranges and no metric of a check that is UNKNOWN',
      { warning: '5' },
      script('echo what; exit 3'),
      3,
      'UNKNOWN - what\nproblem: the check reported no metric for --warning and --critical\n',
    ],
    [
      'a check that takes too long',
      { timeout: '1' },
      ['sleep', '60'],
      3,
      'UNKNOWN - timed out: the check was stopped after 1 s (exit code 124) - the check printed nothing\n',
    ],
    [
      'an exit code that SSM would understand',
      {},
      script('exit 194'),
      3,
      'UNKNOWN - the check ended with exit code 194, which asks SSM to reboot the host; it was not passed on - the check printed nothing\n',
    ],
    [
      'arguments with spaces and quotes',
      {},
      ['printf', '%s;', 'a b', "it's", '$HOME', '--json'],
      0,
      "OK - a b;it's;$HOME;--json;\n",
    ],
  ])('judges %s', async (_what, options, command, exitCode, out) => {
    expect(await run(options, ...command)).toEqual({ exitCode, out, error: '' });
  });

  it('tells a missing program from a sick one', async () => {
    const { exitCode, out } = await run({}, 'no-such-program');
    expect(exitCode).toBe(3);
    expect(out).toMatch(/^UNKNOWN - a program was not found.*\n.*no-such-program/);
  });

  it('writes JSON in base units, with the ranges that were given', async () => {
    const { exitCode, out } = await run(
      { json: true, warning: '0.1:', metric: 'rtt' },
      ...script('echo "slow | rtt=250ms;1;2;0 n=U"; exit 1'),
    );
    expect(exitCode).toBe(1);
    expect(JSON.parse(out)).toEqual({
      status: 'WARNING',
      exitCode: 1,
      text: 'slow',
      longText: '',
      metrics: [{ label: 'rtt', value: 0.25, unit: 's', warning: '0.1:', critical: 0.002, min: 0, max: null }],
      problems: ['n: the check could not determine its value (U)'],
    });
  });
});

describe('a wrong command line', () => {
  it.each<[what: string, options: CheckOptions, error: RegExp]>([
    ['an invalid warning range', { warning: '20:10' }, /--warning got "20:10"; expected a range .* Write it/],
    ['an invalid critical range', { critical: '5%' }, /--critical got "5%"; expected a range/],
    ['a metric without a range', { metric: 'a' }, /--metric a was given without a range.*Add --warning/],
    ['no time', { timeout: '0' }, /--timeout got "0"; expected whole seconds, 1 to 3600/],
    ['too much time', { timeout: '3601' }, /--timeout got "3601"/],
    ['a time that is none', { timeout: '1e3' }, /--timeout got "1e3"/],
    ['ranges and several metrics', { warning: '5' }, /the check reported 2: a, b\. Choose one with --metric LABEL/],
  ])('is refused for %s', async (_what, options, error) => {
    const result = await run(options, ...script('echo "fine | a=1 b=2"'));
    expect(result).toEqual({ exitCode: 3, out: '', error: expect.stringMatching(error) });
  });

  afterEach(() => {
    vi.restoreAllMocks();
    process.exitCode = undefined;
  });

  it.each([
    ['an unknown option', ['--warnin', '5', '--', 'true']],
    ['no command', []],
  ])('ends with 3 for %s', async (_what, args) => {
    vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    vi.spyOn(process, 'exit').mockImplementation((code) => {
      throw new Error(`exit ${code}`);
    });
    const program = new Command();
    registerCheck(program);
    await expect(program.parseAsync(['check', ...args], { from: 'user' })).rejects.toThrow('exit 3');
  });

  it('leaves what stands after -- to the check', async () => {
    const write = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
    const program = new Command();
    registerCheck(program);
    await program.parseAsync(
      ['check', '--warning', '-5:5', '--', 'sh', '-c', 'echo "$1 | a=9"', '--warning', '--json'],
      { from: 'user' },
    );
    expect(write.mock.calls.join('')).toBe('WARNING - a is 9, over 5 - --json\n  a = 9 (warning -5:5)\n');
    expect(process.exitCode).toBe(1);
  });
});
