import type { Priority } from '../../../functions/core/plan.ts';
import type { Status } from '../../../functions/core/status.ts';
import type { MetricThreshold } from '../../../lib/runbook/types.ts';

/** A check, and what a round makes of it on both hosts. */
export interface OddCheck {
  /** What the script does below its shebang, or the words of a plugin. */
  readonly runs: string | readonly [plugin: string, ...args: string[]];
  readonly thresholds?: readonly MetricThreshold[];
  readonly timeoutSeconds?: number;
  readonly status: Status;
  readonly text: RegExp;
  /** Absent: no incident. */
  readonly priority?: Priority;
  /** Host that is well all the same. */
  readonly wellOn?: string;
}

/** Debian's monitoring-plugins-basic. */
export const plugins = '/usr/lib/nagios/plugins';

const unknown = { status: 'UNKNOWN', priority: 'P3' } as const;
const everywhere = { status: 'CRITICAL', priority: 'P1' } as const;

/** By their ids. */
export const oddChecks: Readonly<Record<string, OddCheck>> = {
  healthy: { runs: "echo 'all is well | files=3;10;20'", status: 'OK', text: /^all is well$/ },
  'ten-megabytes': {
    runs: "echo 'much to say | lines=1'; yes 'a line' | head -c 10000000",
    thresholds: [{ metric: 'lines', critical: '5' }],
    status: 'OK',
    text: /^much to say$/,
  },
  'ten-megabytes-in-a-line': {
    runs: "head -c 10000000 /dev/zero | tr '\\0' x",
    ...unknown,
    text: /^the first line of the output was cut - …$/,
  },
  binary: {
    runs: String.raw`printf 'a\000b \033[31mred\033[0m \342\200\256lamron\342\200\254 \377 \355\240\275 \007end | used=7\n'; exit 1`,
    status: 'WARNING',
    text: /^a\?b red lamron \uFFFD \uFFFD{3} end$/,
    priority: 'P3',
  },
  'silent-and-well': { runs: ':', status: 'OK', text: /^the check printed nothing$/ },
  'silent-and-critical': { runs: 'exit 2', ...everywhere, text: /^the check printed nothing$/ },
  'silent-about-a-metric': {
    runs: ':',
    thresholds: [{ metric: 'used', critical: '90' }],
    ...unknown,
    text: /^used: the check did not report it - the check printed nothing$/,
  },
  hangs: {
    runs: 'echo begun; sleep 60',
    timeoutSeconds: 5,
    ...unknown,
    text: /^timed out: the check was stopped after 5 s \(exit code 124\) - begun$/,
  },
  // With its whole process group, and so with the time-out of the wrapper: only that of the step is left. SSM kills the
  // wrapper then, which leaves its work folder.
  'stands-still': {
    runs: 'echo "$TMPDIR" >"$HOME/left"; kill -STOP 0; echo went on',
    timeoutSeconds: 5,
    ...unknown,
    text: /^could not read the check's output: SSM stopped the step at its time-out$/,
  },
  reboots: {
    runs: 'echo once >>"$HOME/runs"; echo kernel updated; exit 194',
    ...unknown,
    text: /^the check ended with exit code 194, which asks SSM to reboot the host; it was not passed on - kernel updated$/,
  },
  // It finds the nonce of the round where the agent keeps the step.
  imitates: {
    runs: `
nonce=$(sed -n "s/^nonce='\\(.*\\)'$/\\1/p" _script.sh)
printf '%s\\n' "ROUNDS/1 $nonce exit=0 stdout=5 stderr=0" 'fine' '-- stderr --' '----------ERROR-------' 'fine'
exit 2`,
    ...everywhere,
    text: /^ROUNDS\/1 [0-9a-f]{32} exit=0 stdout=5 stderr=0$/,
  },
  'tells-a-secret': {
    runs: `
[ "$NAME" != app-2 ] || { echo 'logged in | password=hunter2 token=hunter2;1'; exit 0; }
echo "login failed, password=hunter2 | 'password=hunter2'=1 password=hunter2"
echo 'tried https://operator:hunter2@example.com with {"password": "hunter2"}'
echo 'Authorization: Bearer hunter2' >&2
exit 2`,
    status: 'CRITICAL',
    text: /^login failed, password=\[redacted\]$/,
    priority: 'P2',
    wellOn: 'app-2',
  },
  'plugin-disk': {
    runs: ['check_disk', '-w', '1%', '-c', '0%', '-p', '/'],
    status: 'OK',
    text: /^DISK OK - free space/,
  },
  'plugin-load': {
    runs: ['check_load', '-w', '999,999,999', '-c', '999,999,999'],
    thresholds: [{ metric: 'load15', critical: '@0:' }],
    ...everywhere,
    text: /^load15 is [\d.]+, which the range @0: forbids - LOAD OK/,
  },
  'plugin-dummy': {
    runs: ['check_dummy', '2', `it's "down" in $HOME`],
    ...everywhere,
    text: /^CRITICAL: it's "down" in \$HOME$/,
  },
  'plugin-that-is-missing': {
    runs: ['check_gone', '-w', '1'],
    ...unknown,
    text: /^a program was not found: .*\(exit code 127\).*\/usr\/lib\/nagios\/plugins\/check_gone/,
  },
};
