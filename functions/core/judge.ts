import type { Answer } from './answer.ts';
import { compared, type KnownBaseline, whyUnknown, worseLabel } from './baseline.ts';
import { cleanText, redact, redactPhrases } from './clean.ts';
import type { Threshold } from './plan.ts';
import { type Metric, type PluginOutput, parsePluginOutput } from './plugin-output.ts';
import { formatRange, type Range, violates } from './range.ts';
import type { StepOutput } from './result-line.ts';
import { type Status, statusOfExitCode, worstOf } from './status.ts';
import { formatValue } from './units.ts';

/** One check on one host, judged. All text is clean, without secrets, and bounded: safe to store and to show. */
export interface CheckResult {
  readonly status: Status;
  /** One line of at most 300 characters; what decided the status stands first. */
  readonly text: string;
  /** At most 1,500 characters. */
  readonly longText: string;
  readonly metrics: Metric[];
  /** What could not be read of the output; one that concerns a metric begins with its label. */
  readonly problems: string[];
}

export const maximumTextCharacters = 300;
export const maximumLongTextCharacters = 1_500;
/** Of the text, what says that there is no baseline yet; it stands at the end. */
const maximumNoteCharacters = 150;
/** Problems kept of one result; a script that prints garbage must not fill the table. */
export const maximumProblems = 10;

type Finished = Extract<StepOutput, { kind: 'finished' }>;

/** Something that makes a status at least as bad as `status`, in words. */
interface Finding {
  readonly status: Status;
  readonly text: string;
}

/**
 * Judges what a step told. The exit code is authoritative: thresholds can make its status only worse, CRITICAL stays
 * CRITICAL, and UNKNOWN stays UNKNOWN. A metric that a threshold names and that has no usable value is UNKNOWN, and so
 * is a first line that was cut. What a baseline is too young for is not judged, which the text says.
 *
 * @param timeoutSeconds the limit that the check had, for the text about a check that exceeded it
 */
export function judge(
  step: StepOutput,
  thresholds: readonly Threshold[],
  timeoutSeconds?: number,
  baselines: readonly KnownBaseline[] = [],
): CheckResult {
  if (step.kind === 'unreadable') return unreadable(step.reason);

  // The text, the long text and each metric are redacted on their own, so that a metric may be called like a secret.
  const output = parsePluginOutput(redactPhrases(cleaned(step.stdout)));
  // The last number of a cut line may be half a number.
  const { metrics, unknown } = compared(step.firstLineCut ? [] : output.metrics, baselines);
  const problems = step.firstLineCut
    ? ['the first line is too long: print its metrics on a line of their own']
    : output.problems;

  const exitStatus = statusOfExitCode(step.exitCode);
  const findings = thresholds.flatMap((threshold) => {
    const isOf = ({ metric }: KnownBaseline) => worseLabel(metric) === threshold.metric;
    if (unknown.some(isOf)) return [];
    return held(threshold, metrics, problems, baselines.find(isOf)?.metric ?? threshold.metric);
  });
  if (step.firstLineCut) findings.unshift({ status: 'UNKNOWN', text: 'the first line of the output was cut' });
  const status =
    exitStatus === 'UNKNOWN'
      ? exitStatus
      : (worstOf([exitStatus, ...findings.map((finding) => finding.status)]) ?? 'UNKNOWN');

  const decided = status === exitStatus ? [] : findings.filter((finding) => finding.status === status);
  const exit = explainExit(step.exitCode, timeoutSeconds);
  const reasons = new Set([...(exit === undefined ? [] : [exit]), ...decided.map((finding) => finding.text)]);
  const text = [[...reasons].join('; '), output.text || saidNothing(step)].filter((part) => part !== '').join(' - ');
  const note = unknown.length > 0 ? ` (${cleanText(unknown.map(whyUnknown).join('; '), maximumNoteCharacters)})` : '';
  return {
    status,
    text: shown(text, maximumTextCharacters - note.length) + note,
    longText: shown(longText(output, step, status), maximumLongTextCharacters),
    metrics,
    problems: problems.slice(0, maximumProblems).map((problem) => shown(problem, maximumTextCharacters)),
  };
}

/** Holds what our own records say against thresholds, of which those are left out that nothing can be said of yet. */
export function judgeAnswer(
  { status, text, metrics, notYet = [] }: Answer,
  thresholds: readonly Threshold[],
): CheckResult {
  const asked = notYet === 'all' ? [] : thresholds.filter(({ metric }) => !notYet.includes(metric));
  const findings =
    status === 'UNKNOWN' ? [] : asked.flatMap((threshold) => held(threshold, metrics, [], threshold.metric));
  const worst = worstOf([status, ...findings.map((finding) => finding.status)]) ?? 'UNKNOWN';
  const decided = worst === status ? [] : findings.filter((finding) => finding.status === worst);
  const all = [...new Set(decided.map((finding) => finding.text)), text].join(' - ');
  return { status: worst, text: shown(all, maximumTextCharacters), longText: '', metrics: [...metrics], problems: [] };
}

function unreadable(reason: string): CheckResult {
  const text = shown(`could not read the check's output: ${reason}`, maximumTextCharacters);
  return { status: 'UNKNOWN', text, longText: '', metrics: [], problems: [] };
}

/**
 * What one threshold finds in the metrics: nothing when all is well.
 * @param source the metric that the check has to report, where the threshold's own is derived from it
 */
function held(
  threshold: Threshold,
  metrics: readonly Metric[],
  problems: readonly string[],
  source: string,
): Finding[] {
  const metric = metrics.find((candidate) => candidate.label === threshold.metric);
  if (metric === undefined) {
    const refused = problems.find((problem) => problem.startsWith(`${source}: `));
    return [{ status: 'UNKNOWN', text: refused ?? `${source}: the check did not report it` }];
  }
  if (threshold.critical !== undefined && violates(threshold.critical, metric.value)) {
    return [{ status: 'CRITICAL', text: describe(metric, threshold.critical) }];
  }
  if (threshold.warning !== undefined && violates(threshold.warning, metric.value)) {
    return [{ status: 'WARNING', text: describe(metric, threshold.warning) }];
  }
  return [];
}

/** A violated range in plain words: `disk_used is 93%, over 90%`. */
function describe(metric: Metric, range: Range): string {
  const { low, high } = range;
  const is = `${metric.label} is ${formatValue(metric.value, metric.unit)}`;
  const end = (value: number) => formatValue(value, metric.unit);
  if (!range.alertInside && high !== null && metric.value > high) return `${is}, over ${end(high)}`;
  if (!range.alertInside && low !== null && metric.value < low) return `${is}, under ${end(low)}`;
  if (low !== null && high !== null) return `${is}, between ${end(low)} and ${end(high)}`;
  return `${is}, which the range ${formatRange(range)} forbids`;
}

/** A program that fails says why at the end: the last line of a Python traceback names the error. */
function saidNothing(step: Finished): string {
  const nothing = step.stdout.trim() === '' ? 'the check printed nothing' : 'the check printed no text';
  const lastLine = redact(cleaned(step.stderr)).trim().split('\n').at(-1) ?? '';
  return lastLine === '' ? nothing : `${nothing}; on stderr: ${lastLine}`;
}

/** Why an exit code outside the plugin API came about, for people; `undefined` for 0 to 3. */
function explainExit(exitCode: number, timeoutSeconds: number | undefined): string | undefined {
  if (exitCode >= 0 && exitCode <= 3) return undefined;
  switch (exitCode) {
    case 124:
      return `timed out: the check was stopped${timeoutSeconds === undefined ? '' : ` after ${timeoutSeconds} s`} (exit code 124)`;
    case 126:
      return 'the check could not be started: not executable, or not permitted (exit code 126)';
    case 127:
      return 'a program was not found: the interpreter, or what the check calls, is not installed (exit code 127)';
    case 137:
      return 'the check was killed, most often because the host ran out of memory (exit code 137)';
    case 194:
      return 'the check ended with exit code 194, which asks SSM to reboot the host; it was not passed on';
    case 168:
    case 169:
      return `the check ended with exit code ${exitCode}, which asks SSM to end the document; it was not passed on`;
    default:
      if (exitCode < 0) return `the check ended abnormally (exit code ${exitCode})`;
      if (exitCode > 128 && exitCode <= 192)
        return `the check was ended by signal ${exitCode - 128} (exit code ${exitCode})`;
      return `the check ended with exit code ${exitCode}; the plugin API knows 0 to 3`;
  }
}

function longText(output: PluginOutput, step: Finished, status: Status): string {
  const parts = [output.longText];
  if (step.stdoutCut) parts.push('(the rest of the output was cut)');
  // What a healthy check mutters would be stored with every result and read by nobody.
  if (status !== 'OK' && step.stderr !== '') parts.push(`stderr: ${step.stderr}`);
  return parts.filter((part) => part !== '').join('\n');
}

/** Cleaning never lengthens a text: this bound cuts nothing. */
function cleaned(text: string): string {
  return cleanText(text, text.length);
}

/** Redacts before it cuts: half a secret no longer looks like one. */
function shown(text: string, maxCharacters: number): string {
  return cleanText(redact(cleaned(text)), maxCharacters);
}
