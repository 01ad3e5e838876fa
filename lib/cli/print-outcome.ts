import type { Outcome } from './outcome.ts';
import { print } from './show.ts';

/** Prints what a command has to say, and sets the exit code. */
export function printOutcome({ isDone, exitCode, lines, data, remarks = [] }: Outcome, json = false): void {
  process.exitCode = exitCode ?? (isDone ? 0 : 1);
  tell(remarks);
  if (json) print([JSON.stringify(data, null, 2)]);
  else if (isDone) print(lines);
  if (!isDone) tell(lines);
}

function tell(lines: readonly string[]): void {
  process.stderr.write(lines.map((line) => `rounds: ${line}\n`).join(''));
}
