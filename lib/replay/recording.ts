import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import type { Status } from '../../functions/core/status.ts';
import { type RecordedCommand, type RecordedLine, type RecordedResult, readLine } from './recorded-line.ts';

/** What was found and done, in the order of time. */
export interface Recording {
  readonly results: readonly RecordedResult[];
  readonly commands: readonly RecordedCommand[];
}

/** A file is not usable; the message lists what is wrong with it. */
export class RecordingError extends Error {
  override readonly name = 'RecordingError';
}

/** Lines are sorted in memory, in which each needs about 200 bytes. */
export const linesLimit = 5_000_000;

const shownProblems = 10;

/**
 * Reads a file of one JSON object a line, in any order; empty lines count for nothing.
 * @throws {RecordingError} when any line is not as `rounds export` writes them
 */
export async function readRecording(file: string): Promise<Recording> {
  const results: RecordedResult[] = [];
  const commands: RecordedCommand[] = [];
  const problems: string[] = [];
  const shared = new Map<string, string>();
  let number = 0;
  try {
    for await (const text of createInterface({ input: createReadStream(file), crlfDelay: Number.POSITIVE_INFINITY })) {
      number += 1;
      if (text.trim() === '') continue;
      const line = readLine(text);
      if ('problems' in line) problems.push(...line.problems.map((problem) => `${file}:${number}: ${problem}`));
      else if (results.length + commands.length === linesLimit) throw tooLong(file);
      else if ('command' in line) commands.push(line);
      else results.push(sharing(line, shared));
    }
  } catch (error) {
    if (error instanceof RecordingError) throw error;
    throw new RecordingError(
      `The results: got ${error instanceof Error ? error.message : error}; expected a file that can be read. Correct its name.`,
    );
  }
  if (problems.length > 0) throw new RecordingError(listOf(problems));
  if (results.length === 0) {
    throw new RecordingError(`${file}: got no result; expected one JSON object a line. Write it with rounds export.`);
  }
  const inTime = (one: { readonly at: number }, other: { readonly at: number }) => one.at - other.at;
  return { results: results.sort(inTime), commands: commands.sort(inTime) };
}

/** With one text in memory for all lines that name the same host. */
function sharing(line: RecordedResult & RecordedLine, shared: Map<string, string>): RecordedResult {
  const one = (text: string) => {
    const known = shared.get(text);
    if (known === undefined) shared.set(text, text);
    return known ?? text;
  };
  return { ...line, host: one(line.host), check: one(line.check), status: one(line.status) as Status };
}

function tooLong(file: string): RecordingError {
  return new RecordingError(
    `${file}: got more than ${linesLimit} lines; expected no more, since they are sorted in memory. Split the file by time.`,
  );
}

function listOf(problems: readonly string[]): string {
  const shown = problems.slice(0, shownProblems).join('\n');
  const rest = problems.length - shownProblems;
  return `the results are refused, and nothing was replayed:\n${shown}${rest > 0 ? `\nand ${rest} more` : ''}`;
}
