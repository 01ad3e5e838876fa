import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import type { Command } from 'commander';
import { cleanText } from '../../functions/core/clean.ts';
import { type CheckResult, judge, maximumTextCharacters } from '../../functions/core/judge.ts';
import type { Threshold } from '../../functions/core/plan.ts';
import { type Metric, thresholdOf } from '../../functions/core/plugin-output.ts';
import { parseRange, type Range } from '../../functions/core/range.ts';
import { readStepOutput } from '../../functions/core/result-line.ts';
import { exitCodeOf } from '../../functions/core/status.ts';
import { formatValue } from '../../functions/core/units.ts';
import { renderCommandScript } from '../runbook/check-script.ts';
import { examples } from './options.ts';

/** Options as the command line gives them. */
export interface CheckOptions {
  readonly warning?: string;
  readonly critical?: string;
  readonly metric?: string;
  /** Seconds, 1 to 3,600; 60 unless given. */
  readonly timeout?: string;
  readonly json?: boolean;
}

const defaultTimeoutSeconds = 60;
const longestTimeoutSeconds = 3_600;

/** What the wrapper may need beyond the check's own time. */
const wrapperSeconds = 10;

/** A command line that cannot be meant: exit code 3, as plugins do. */
class UsageError extends Error {}

/** Adds `rounds check` to the command line. */
export function registerCheck(program: Command): void {
  program
    .command('check')
    .description(
      "run a check or any monitoring plugin here, and judge it as a round would; exits with the plugin API's code",
    )
    .usage('[options] -- COMMAND...')
    .argument('<command...>', 'the check with its arguments')
    .option(
      '--warning <range>',
      'WARNING when the metric alerts on this range (10, 10:, ~:10, 10:20, @10:20), in base units',
    )
    .option('--critical <range>', 'CRITICAL when the metric alerts on this range')
    .option('--metric <label>', 'the metric of the ranges; needed where the check reports several')
    .option('--timeout <seconds>', `stop the check after this time (default: ${defaultTimeoutSeconds})`)
    .option('--json', 'print one JSON object instead')
    .addHelpText(
      'after',
      examples(
        'ROUNDS_DISK_PATH=/ rounds check --warning 80 --critical 90 -- lib/runbooks/scripts/disk.sh',
        'rounds check -- /usr/lib/nagios/plugins/check_load -w 2,2,2 -c 4,4,4',
        `rounds check --warning 5 --json -- echo "7 orders wait | 'waiting'=7;;;0"`,
      ),
    )
    .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : exitCodeOf.UNKNOWN))
    .action(async (command: string[], options: CheckOptions) => {
      process.exitCode = await check(options, command);
    });
}

/**
 * Runs a command in the wrapper that the hosts use, judges it, prints the result, and resolves to the exit code of its
 * status (3 for a wrong command line).
 */
export async function check(
  options: CheckOptions,
  command: readonly string[],
  print: (text: string) => void = (text) => process.stdout.write(text),
  printError: (text: string) => void = (text) => process.stderr.write(text),
): Promise<number> {
  try {
    const ranges = readRanges(options);
    const result = await run(command, readTimeout(options.timeout), ranges, options.metric);
    print(options.json === true ? `${JSON.stringify(asJson(result), null, 2)}\n` : asText(result));
    return exitCodeOf[result.status];
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    printError(`rounds check: ${error.message}\n`);
    return exitCodeOf.UNKNOWN;
  }
}

type Ranges = Omit<Threshold, 'metric'>;

async function run(command: readonly string[], timeoutSeconds: number, ranges: Ranges, named: string | undefined) {
  const nonce = randomBytes(16).toString('hex');
  const step = readStepOutput(await runWrapped(command, timeoutSeconds, nonce), nonce);
  const plain = judge(step, [], timeoutSeconds);
  if (ranges.warning === undefined && ranges.critical === undefined) return plain;

  const metric = named ?? onlyMetric(plain.metrics);
  if (metric === undefined) return withoutMetric(plain);
  const result = judge(step, [{ metric, ...ranges }], timeoutSeconds);
  return {
    ...result,
    metrics: result.metrics.map((each) => (each.label === metric ? underRanges(each, ranges) : each)),
  };
}

function runWrapped(command: readonly string[], timeoutSeconds: number, nonce: string): Promise<string> {
  const script = renderCommandScript({ timeoutSeconds, nonce });
  const timeout = (timeoutSeconds + wrapperSeconds) * 1_000;
  return new Promise((resolve) => {
    // What went wrong stands in the output, or the output has no result line and is judged unreadable.
    execFile('/bin/sh', ['-c', script, 'rounds', ...command], { timeout }, (_error, stdout) => resolve(stdout));
  });
}

function onlyMetric(metrics: readonly Metric[]): string | undefined {
  if (metrics.length > 1) {
    const labels = metrics.map((metric) => metric.label).join(', ');
    throw new UsageError(
      `--warning and --critical need one metric; the check reported ${metrics.length}: ${labels}. Choose one with --metric LABEL.`,
    );
  }
  return metrics[0]?.label;
}

/** There was nothing to hold the ranges against: never better than UNKNOWN. A check that has failed says why itself. */
function withoutMetric(plain: CheckResult): CheckResult {
  const reason = 'the check reported no metric for --warning and --critical';
  if (plain.status === 'CRITICAL' || plain.status === 'UNKNOWN')
    return { ...plain, problems: [...plain.problems, reason] };
  return { ...plain, status: 'UNKNOWN', text: cleanText(`${reason} - ${plain.text}`, maximumTextCharacters) };
}

function underRanges(metric: Metric, { warning, critical }: Ranges): Metric {
  return {
    ...metric,
    warning: warning === undefined ? metric.warning : thresholdOf(warning),
    critical: critical === undefined ? metric.critical : thresholdOf(critical),
  };
}

function readRanges({ warning, critical, metric }: CheckOptions): Ranges {
  if (metric !== undefined && warning === undefined && critical === undefined) {
    throw new UsageError(
      `--metric ${metric} was given without a range for it. Add --warning RANGE or --critical RANGE.`,
    );
  }
  return {
    ...(warning === undefined ? {} : { warning: readRange('--warning', warning) }),
    ...(critical === undefined ? {} : { critical: readRange('--critical', critical) }),
  };
}

function readRange(option: string, text: string): Range {
  const range = parseRange(text);
  if (range !== undefined) return range;
  throw new UsageError(
    `${option} got ${JSON.stringify(text)}; expected a range of the plugin guidelines: 10, 10:, ~:10, 10:20 or @10:20, ` +
      'the start not above the end. Write it without spaces and units.',
  );
}

function readTimeout(text: string | undefined): number {
  if (text === undefined) return defaultTimeoutSeconds;
  const seconds = /^\d{1,4}$/.test(text) ? Number(text) : 0;
  if (seconds >= 1 && seconds <= longestTimeoutSeconds) return seconds;
  throw new UsageError(
    `--timeout got ${JSON.stringify(text)}; expected whole seconds, 1 to ${longestTimeoutSeconds}. Write --timeout 30.`,
  );
}

function asJson({ status, text, longText, metrics, problems }: CheckResult) {
  return { status, exitCode: exitCodeOf[status], text, longText, metrics, problems };
}

function asText({ status, text, longText, metrics, problems }: CheckResult): string {
  return [
    `${status} - ${text}`,
    ...(longText === '' ? [] : [longText]),
    ...metrics.map(metricLine),
    ...problems.map((problem) => `problem: ${problem}`),
    '',
  ].join('\n');
}

function metricLine({ label, value, unit, warning, critical, min, max }: Metric): string {
  const limits = Object.entries({ warning, critical, min, max })
    .filter(([, limit]) => limit !== null)
    .map(([name, limit]) => `${name} ${limit}`);
  return `  ${label} = ${formatValue(value, unit)}${limits.length === 0 ? '' : ` (${limits.join(', ')})`}`;
}
