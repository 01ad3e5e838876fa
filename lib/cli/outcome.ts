/** What a command has to say. */
export interface Outcome {
  /** False where it was refused: exit code 1, and the lines go to stderr. */
  readonly isDone: boolean;
  /** @default 0, or 1 where it was refused */
  readonly exitCode?: number;
  readonly lines: readonly string[];
  /** What is to be known about the answer, and is no part of it: it goes to stderr. */
  readonly remarks?: readonly string[];
  /** What `--json` prints. */
  readonly data: unknown;
}
