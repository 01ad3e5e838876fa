import { cleanText, ellipsis, redact } from './clean.ts';

/** What a document step told about its check. Text of the check is as the host sent it: not yet cleaned. */
export type StepOutput =
  | {
      readonly kind: 'finished';
      readonly exitCode: number;
      /** Where `stdoutCut`, whole lines only, so that no number is read by half; whole words where the first line was cut. */
      readonly stdout: string;
      readonly stderr: string;
      readonly stdoutCut: boolean;
      readonly firstLineCut: boolean;
    }
  | { readonly kind: 'unreadable'; readonly reason: string };

/** Bytes of stdout that the wrapper prints: with the result line and stderr, less than the 2,500 characters that SSM keeps. */
export const stdoutLimitBytes = 1_800;

/** Bytes of stderr that the wrapper prints. */
export const stderrLimitBytes = 300;

const resultLine = /^ROUNDS\/1 (\S+) exit=(0|-?[1-9]\d{0,9}) stdout=(\d{1,15}) stderr=(\d{1,15})(?:\r?\n|$)/;

/** Characters of a first line that a reason repeats. */
const quotedCharacters = 80;

/** The line that SSM writes between the stdout and the stderr of a step. */
const ssmErrorLine = '\n----------ERROR-------\n';

const stderrLine = '\n-- stderr --\n';

/**
 * Reads what the wrapper printed. Only the first line can be the result line, and only with the nonce of this run:
 * everything after it is what the check said, whatever it looks like. Never throws.
 */
export function readStepOutput(output: string, nonce: string): StepOutput {
  const line = resultLine.exec(output);
  if (line === null) return { kind: 'unreadable', reason: whyNoResultLine(output) };
  const [head, itsNonce, exitCode, stdoutTotal, stderrTotal] = line;
  if (itsNonce !== nonce) {
    return { kind: 'unreadable', reason: 'the result line belongs to another run: an old output, or an imitation' };
  }

  // Only what the agent itself appends is cut off here; with no stderr of the step there is no such line.
  const rest = `\n${output.slice(head.length)}`;
  const ours = before(rest, ssmErrorLine) ?? rest;
  const shown = Number(stderrTotal) === 0 ? ours : stdoutIn(ours, Math.min(Number(stdoutTotal), stdoutLimitBytes));
  const stderr = ours.slice(shown.length + stderrLine.length);
  const isStderrCut = Number(stderrTotal) > Math.min(stderrLimitBytes, bytesOf(stderr));
  return {
    kind: 'finished',
    exitCode: Number(exitCode),
    stderr: isStderrCut ? withoutHalfWord(stderr.trimEnd()) : stderr.trimEnd(),
    ...cut(shown.slice(1), Number(stdoutTotal)),
  };
}

/**
 * Up to the line that announces stderr: the first one behind as many bytes as were counted, since stdout may hold such a
 * line itself, and what stderr holds must not pass for stdout.
 */
function stdoutIn(text: string, leastBytes: number): string {
  let at = text.indexOf(stderrLine);
  // The text begins with a line end that is ours.
  while (at !== -1 && bytesOf(text.slice(1, at)) < leastBytes) at = text.indexOf(stderrLine, at + 1);
  return at === -1 ? text : text.slice(0, at);
}

function bytesOf(text: string): number {
  return new TextEncoder().encode(text).length;
}

/** The stdout in a text to which the wrapper added a line end. Fewer bytes than were counted mean a cut on the way. */
function cut(shown: string, totalBytes: number) {
  const arrivedBytes = bytesOf(shown);
  if (totalBytes <= stdoutLimitBytes && arrivedBytes >= totalBytes) {
    return { stdout: shown.trimEnd(), stdoutCut: false, firstLineCut: false };
  }
  const text = shown.endsWith('\n') ? shown.slice(0, -1) : shown;
  const lastEnd = text.lastIndexOf('\n');
  if (lastEnd === -1) return { stdout: withoutHalfWord(text), stdoutCut: true, firstLineCut: true };
  return { stdout: text.slice(0, lastEnd), stdoutCut: true, firstLineCut: false };
}

/** The word at which a text was cut may be half a secret, which no longer looks like one. */
function withoutHalfWord(text: string): string {
  return text.replace(/(?<!\S)\S+$/, ellipsis);
}

function whyNoResultLine(output: string): string {
  if (output.trim() === '') return 'the step printed nothing: it was stopped, or never ran';
  if (output.startsWith('ROUNDS/'))
    return 'the result line is cut or from another version; redeploy the check document';
  // Redacted before it is cut: half a secret no longer looks like one.
  const firstLine = redact(cleanText(output, output.length)).split('\n', 1)[0] ?? '';
  return `the first line is no result line but ${JSON.stringify(cleanText(firstLine, quotedCharacters))}`;
}

function before(text: string, separator: string): string | undefined {
  const index = text.lastIndexOf(separator);
  return index === -1 ? undefined : text.slice(0, index);
}
