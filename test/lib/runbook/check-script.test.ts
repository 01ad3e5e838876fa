import { type SpawnSyncReturns, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it, test, vi } from 'vitest';
import { readStepOutput, stderrLimitBytes, stdoutLimitBytes } from '../../../functions/core/result-line.ts';
import {
  type CheckScriptOptions,
  renderCheckScript,
  renderCommandScript,
  renderPluginScript,
  renderTidy,
  renderUnpack,
  variableOf,
} from '../../../lib/runbook/check-script.ts';

vi.setConfig({ testTimeout: 30_000 });

const nonce = '0123456789abcdef0123456789abcdef';

const stepOf = (script: string, rest: Partial<CheckScriptOptions> = {}) =>
  renderCheckScript({ file: 'check', script, settings: {}, timeoutSeconds: 20, nonce, ...rest });

/** The steps of a command that runs this check, one after the other, each in a shell of its own. */
const stepsOf = (unpack: string, step: string) =>
  `(${unpack}) >&2\n(${step})\ncode=$?\n(${renderTidy(nonce)})\nexit $code\n`;

const render = (script: string, rest: Partial<CheckScriptOptions> = {}) =>
  stepsOf(renderUnpack({ check: script }, nonce), stepOf(script, rest));

// Two checkouts may be tested at the same time on one machine.
process.env.AWS_SSM_INSTANCE_ID = `test-${process.pid}`;

const missing = (program: string) => spawnSync('sh', ['-c', `command -v ${program}`]).status !== 0;

// On Debian and its kin sh is dash, elsewhere bash.
describe.each(['sh', 'bash'])('a check under %s', (shell) => {
  const run = (text: string, env: NodeJS.ProcessEnv = process.env): SpawnSyncReturns<string> & { seconds: number } => {
    const started = performance.now();
    const result = spawnSync(shell, ['-c', text], { encoding: 'utf8', env, timeout: 30_000 });
    return { ...result, seconds: (performance.now() - started) / 1_000 };
  };
  const runCheck = (script: string, rest: Partial<CheckScriptOptions> = {}, env?: NodeJS.ProcessEnv) => {
    const { stdout, stderr, status, seconds } = run(render(script, rest), env);
    expect(stderr).toBe('');
    return { step: readStepOutput(stdout, nonce), status, seconds };
  };
  const finished = (rest: object) => ({ kind: 'finished', stderr: '', stdoutCut: false, firstLineCut: false, ...rest });

  it.each<[what: string, script: string, exitCode: number, stepExitCode: number, stdout: string, stderr: string]>([
    ['healthy', '#!/bin/sh\necho "OK - fine | a=1"\n', 0, 0, 'OK - fine | a=1', ''],
    ['in trouble', '#!/bin/bash\necho down; exit 2', 2, 2, 'down', ''],
    ['in Python', '#!/usr/bin/env python3\nprint("größe | a=1")\nraise SystemExit(1)\n', 1, 1, 'größe | a=1', ''],
    ['that would reboot the host', '#!/bin/sh\nexit 194\n', 194, 3, '', ''],
    ['that would end the document', '#!/bin/sh\nexit 168\n', 168, 3, '', ''],
    ['killed', '#!/bin/sh\nkill -KILL $$\n', 137, 3, '', ''],
    ['that printed nothing', '#!/bin/sh\n:\n', 0, 0, '', ''],
    ['that printed no line end', '#!/bin/sh\nprintf OK\n', 0, 0, 'OK', ''],
    ['that printed to stderr only', '#!/bin/sh\necho oh no >&2; exit 1\n', 1, 1, '', 'oh no'],
    ['that printed to both', '#!/bin/sh\necho out; echo err >&2\n', 0, 0, 'out', 'err'],
    ['that printed binary', "#!/bin/sh\nprintf 'a\\000b\\377c'\n", 0, 0, 'a?b\ufffdc', ''],
    ['that reads its input', '#!/bin/sh\nread -r line; echo "got $line"\n', 0, 0, 'got', ''],
    ['that holds what SSM would replace', "#!/bin/sh\necho '{{ nonce }}'\n", 0, 0, '{{ nonce }}', ''],
    [
      'that holds the terminator of our here-document',
      '#!/bin/sh\ncat <<EOF\nx\nEND_OF_FILE\nEOF\necho after\n',
      0,
      0,
      'x\nEND_OF_FILE\nafter',
      '',
    ],
    [
      'whose text no shell may expand',
      "#!/bin/sh\nprintf %s '$HOME `id` $(id) \\n \\\\'\n",
      0,
      0,
      String.raw`$HOME ${'`id`'} $(id) \n \\`,
      '',
    ],
    ['without a line end', '#!/bin/sh\nprintf "%s" OK', 0, 0, 'OK', ''],
  ])('%s', (_what, script, exitCode, stepExitCode, stdout, stderr) => {
    const { step, status } = runCheck(script);
    expect(step).toEqual(finished({ exitCode, stdout, stderr }));
    expect(status).toBe(stepExitCode);
  });

  it('is not stopped by its 10 MB of output, of which the first bytes arrive', () => {
    const script = '#!/bin/sh\necho first\nyes "a line" | head -c 10000000\nyes x | head -c 1000000 >&2\nexit 1\n';
    const { stdout } = run(render(script));
    expect(stdout).toMatch(/exit=1 stdout=10000006 stderr=1000000\n/);
    const step = readStepOutput(stdout, nonce);
    expect(step).toMatchObject({ exitCode: 1, stdoutCut: true, firstLineCut: false });
    if (step.kind !== 'finished') return;
    expect(step.stdout).toMatch(/^first\n(a line\n)*a line$/);
    expect(step.stdout.length).toBeGreaterThan(stdoutLimitBytes - 10);
    expect(step.stderr).toHaveLength(stderrLimitBytes - 1);
    expect(stdout.length).toBeLessThan(3_600);
  });

  it.each([stdoutLimitBytes - 1, stdoutLimitBytes, stdoutLimitBytes + 1])('knows whether %d bytes are all', (bytes) => {
    const { step } = runCheck(`#!/bin/sh\nprintf '%0${bytes}d' 0\n`);
    expect(step).toMatchObject({ stdoutCut: bytes > stdoutLimitBytes, firstLineCut: bytes > stdoutLimitBytes });
  });

  it.each<[what: string, script: string]>([
    ['sleeps', '#!/bin/sh\necho begun; sleep 60\n'],
    ['ignores TERM', '#!/bin/sh\ntrap "" TERM; echo begun; sleep 60\n'],
    ['has a child that ignores TERM', '#!/bin/sh\necho begun; (trap "" TERM; sleep 60) & sleep 60\n'],
    ['never stops printing', '#!/bin/sh\necho begun; exec yes 2>/dev/null\n'],
  ])('is stopped in time when it %s', (_what, script) => {
    const { step, status, seconds } = runCheck(script, { timeoutSeconds: 1 });
    expect(step).toMatchObject({ exitCode: 124, stdout: expect.stringMatching(/^begun/) });
    expect(status).toBe(3);
    expect(seconds).toBeLessThan(8);
  });

  it.each<[what: string, script: string]>([
    ['keeps stdout open', '#!/bin/sh\nsleep 60 &\necho OK\n'],
    ['keeps stderr open', '#!/bin/sh\nsleep 60 >/dev/null &\necho OK\n'],
    ['has left the process group', '#!/bin/sh\nsetsid sleep 12 &\nsleep 0.3\necho OK\n'],
  ])('does not wait for a child that %s', (_what, script) => {
    const { step, seconds } = runCheck(script);
    expect(step).toMatchObject({ exitCode: 0, stdout: 'OK' });
    expect(seconds).toBeLessThan(6);
  });

  it('whose interpreter is missing says so', () => {
    const text = render('#!/bin/bash\necho OK\n').replace(' bash "$folder', ' no-such-interpreter "$folder');
    const { stdout, status } = run(text);
    expect(readStepOutput(stdout, nonce)).toMatchObject({
      exitCode: 127,
      stderr: expect.stringContaining('no-such-interpreter'),
    });
    expect(status).toBe(3);
  });

  it('finds its settings as they were written', () => {
    const odd = [
      "it's",
      '"x"',
      '$(touch /tmp/rounds-was-here)',
      '`id`',
      '$HOME',
      'a\nb',
      'a\\',
      '*',
      ' a  b ',
      '',
      '!x',
      "'; exit 9; '",
      '-n',
      '%s',
      'ü😀',
    ];
    const settings = Object.fromEntries(odd.map((value, index) => [`odd${index}`, value]));
    const script =
      '#!/usr/bin/env python3\nimport json, os\nprint(json.dumps([os.environ[f"ROUNDS_ODD{i}"] for i in range(15)]))\n';
    const { step } = runCheck(script, { settings });
    expect(step).toMatchObject({ exitCode: 0, stderr: '' });
    expect(JSON.parse(step.kind === 'finished' ? step.stdout : '')).toEqual(odd);
  });

  it.each([
    ['/data', '/data'],
    ['', ''],
    [undefined, '/'],
  ])('prefers what the host has set: %j', (host, expected) => {
    const env = { ...process.env };
    if (host !== undefined) env.ROUNDS_DISK_PATH = host;
    const { step } = runCheck('#!/bin/sh\necho "[$ROUNDS_DISK_PATH]"\n', { settings: { diskPath: '/' } }, env);
    expect(step).toMatchObject({ stdout: `[${expected}]` });
  });

  it.each([
    ['ends', 'true'],
    ['is stopped', 'sleep 60'],
  ])('has its temporary files in a work folder, in memory where it can be, which is gone when it %s', (_what, last) => {
    const { step } = runCheck(`#!/bin/sh\nmktemp; ${last}\n`, { timeoutSeconds: 1 });
    const file = step.kind === 'finished' ? step.stdout : '';
    expect(file).toMatch(existsSync('/dev/shm') ? /^\/dev\/shm\/rounds\.\w+\/tmp\./ : /\/rounds\.\w+\/tmp\./);
    expect(existsSync(dirname(file))).toBe(false);
  });

  it('reports that nothing can be written', () => {
    const nowhere = (text: string) => text.replaceAll('/run/rounds', '/dev/null/rounds');
    const text = nowhere(stepsOf(renderUnpack({}, nonce), stepOf('#!/bin/sh\necho OK\n')));
    const { stdout, stderr, status } = run(text, { ...process.env, ROUNDS_STATE_FOLDER: '/dev/null' });
    const why = 'its scripts are not on the host: see the output of the step Unpack';
    expect(readStepOutput(stdout, nonce)).toEqual(finished({ exitCode: 3, stdout: why }));
    expect(stderr).toBe('no scripts could be written to /dev/null/rounds or /dev/null/run; free some space there\n');
    expect(status).toBe(3);
  });

  it.skipIf(!existsSync('/dev/full'))('reports that the script cannot be saved', () => {
    const unpack = renderUnpack({ check: '#!/bin/sh\necho OK\n' }, nonce);
    const full = unpack.replace('gzip -d >"$folder/archive"', 'gzip -d >/dev/full');
    const { stdout, stderr } = run(stepsOf(full, stepOf('#!/bin/sh\necho OK\n')));
    expect(stderr).toMatch(/^no scripts could be written to \/run\/rounds or .*; free some space there\n$/);
    expect(readStepOutput(stdout, nonce)).toMatchObject({
      exitCode: 3,
      stdout: expect.stringMatching(/^its scripts are not on the host: see the output of the step Unpack/),
    });
  });

  it('runs where the host has no timeout command', () => {
    const bin = mkdtempSync(join(tmpdir(), 'no-timeout-'));
    for (const tool of [
      'base64',
      'gzip',
      'mkdir',
      'mktemp',
      'mkfifo',
      'dd',
      'wc',
      'date',
      'cat',
      'head',
      'tr',
      'rm',
      'sleep',
      'sh',
    ]) {
      symlinkSync(spawnSync('sh', ['-c', `command -v ${tool}`], { encoding: 'utf8' }).stdout.trim(), join(bin, tool));
    }
    const path = spawnSync('sh', ['-c', `command -v ${shell}`], { encoding: 'utf8' }).stdout.trim();
    const { stdout } = spawnSync(path, ['-c', render('#!/bin/sh\necho OK; exit 1\n')], {
      encoding: 'utf8',
      env: { PATH: bin },
    });
    rmSync(bin, { recursive: true });
    expect(readStepOutput(stdout, nonce)).toEqual(finished({ exitCode: 1, stdout: 'OK' }));
  });

  const runPlugin = (...command: string[]) => {
    const { stdout, stderr, status } = run(
      stepsOf(renderUnpack({}, nonce), renderPluginScript({ command, timeoutSeconds: 5, nonce })),
    );
    expect(stderr).toBe('');
    return { step: readStepOutput(stdout, nonce), status };
  };

  it('may be a program of the host, whose arguments no shell expands', () => {
    const words = ['a b', '', "it's", '$HOME', '`id`', '$(id)', '*', '\\', '"x"', "'; exit 9; '", '-n', '!x', 'ü😀'];
    expect(runPlugin('/usr/bin/printf', '[%s]', ...words)).toEqual({
      step: finished({ exitCode: 0, stdout: words.map((text) => `[${text}]`).join('') }),
      status: 0,
    });
  });

  it.each<[what: string, mode: number | undefined, exitCode: number]>([
    ['missing', undefined, 127],
    ['not executable', 0o644, 126],
  ])('that is a program which is %s names it, the same in every round', (_what, mode, exitCode) => {
    const folder = mkdtempSync(join(tmpdir(), 'plugin-'));
    const plugin = join(folder, 'check_disk');
    if (mode !== undefined) writeFileSync(plugin, '#!/bin/sh\necho OK\n', { mode });
    const [first, second] = [runPlugin(plugin, '-w', '20%'), runPlugin(plugin, '-w', '20%')];
    rmSync(folder, { recursive: true });
    expect(first.step).toMatchObject({ exitCode, stdout: '', stderr: expect.stringContaining(plugin) });
    expect(first.status).toBe(3);
    expect(second).toEqual(first);
  });

  it('may be any command with its arguments', () => {
    const script = renderCommandScript({ timeoutSeconds: 5, nonce });
    const { stdout } = spawnSync(shell, ['-c', script, 'rounds', 'printf', '[%s]', 'a b', '$(id)', "it's"], {
      encoding: 'utf8',
    });
    expect(readStepOutput(stdout, nonce)).toEqual(finished({ exitCode: 0, stdout: "[a b][$(id)][it's]" }));
  });
});

const shells = [['dash'], ['bash'], ['busybox', 'sh']].filter(([program = '']) => !missing(program));

describe.each(shells)('a step of a document under %s %s', (...shell) => {
  const [program = '', ...options] = shell.filter((word) => word !== undefined);
  const run = (asked: string, check = 'disk') => {
    const text = render('#!/bin/sh\necho ran; exit 1\n', { only: [check, asked] });
    return spawnSync(program, [...options, '-c', text], { encoding: 'utf8' });
  };

  it.each(['all', 'disk', 'api disk', 'disk api', 'api disk load'])('runs its check when %j is asked', (asked) => {
    const { stdout, status } = run(asked);
    expect(readStepOutput(stdout, nonce)).toMatchObject({ exitCode: 1, stdout: 'ran' });
    expect(status).toBe(1);
  });

  it.each(['api', 'disk-space', 'my-disk', 'api disk-space', 'small', '', '*'])(
    'leaves without a word when %j is asked',
    (asked) => {
      expect(run(asked)).toMatchObject({ stdout: '', stderr: '', status: 0 });
    },
  );

  it('takes the names for text, never for patterns', () => {
    expect(run('disk', 'd*')).toMatchObject({ stdout: '', status: 0 });
  });
});

describe('a script that no step can carry', () => {
  it.each<[what: string, script: string, settings: CheckScriptOptions['settings'], error: RegExp]>([
    ['no shebang', 'echo OK', {}, /begins with "echo OK"; expected the shebang of sh, bash or python3/],
    ['another interpreter', '#!/usr/bin/perl\n', {}, /begins with "#!\/usr\/bin\/perl"/],
    ['an interpreter of its own', '#!/opt/bin/bash\n', {}, /begins with/],
    ['options of the interpreter', '#!/bin/bash -e\n', {}, /without options/],
    ['line ends of Windows', '#!/bin/sh\r\necho OK\r\n', {}, /begins with "#!\/bin\/sh\\r"/],
    ['a setting that is one', '#!/bin/sh\n', { url: 'x{{ nonce }}' }, /In the setting url, line 1, column 2,/],
    ['a setting that is no variable', '#!/bin/sh\n', { 'x y': 1 }, /name "x y"; expected camelCase/],
  ])('%s', (_what, script, settings, error) => {
    expect(() => render(script, { settings })).toThrow(error);
  });
});

test('a plugin with a word that SSM would replace is refused by the place of the word', () => {
  const command = ['/usr/lib/nagios/plugins/check_http', '-s', '{{ nonce }}'];
  expect(() => renderPluginScript({ command, timeoutSeconds: 5, nonce })).toThrow(
    /^In command\[2\], line 1, column 1,/,
  );
});

describe('the text of a step', () => {
  it('begins with a shebang, and holds the parameter that SSM fills in', () => {
    const text = stepOf('#!/bin/sh\necho OK\n', { nonce: '{{ nonce }}' });
    expect(text).toMatch(/^#!\/bin\/sh\n/);
    expect(text.match(/\{\{.*?\}\}/g)).toEqual(['{{ nonce }}']);
  });

  it('is small: a document holds 64 KB for all its steps', () => {
    expect(Buffer.byteLength(stepOf('#!/bin/sh\n'))).toBeLessThan(600);
  });

  it.each([
    ['diskPath', 'ROUNDS_DISK_PATH'],
    ['services', 'ROUNDS_SERVICES'],
    ['timeoutSeconds', 'ROUNDS_TIMEOUT_SECONDS'],
  ])('calls the setting %s %s', (setting, variable) => {
    expect(variableOf(setting)).toBe(variable);
  });
});

describe('the wrapper', () => {
  beforeAll(() => {
    if (process.env.CI !== undefined && missing('shellcheck')) throw new Error('shellcheck is not installed');
  });
  afterAll(() => expect(existsSync('/tmp/rounds-was-here')).toBe(false));

  it.skipIf(missing('shellcheck'))('has no finding of shellcheck', () => {
    const path = fileURLToPath(new URL('../../../lib/runbook/wrapper.sh', import.meta.url));
    expect(spawnSync('shellcheck', [path], { encoding: 'utf8' }).stdout).toBe('');
  });
});
