/** What a command has to say. */
export interface Outcome {
  /** False where it was refused: exit code 1, and the lines go to stderr. */
  readonly isDone: boolean;
  readonly lines: readonly string[];
  /** What `--json` prints. */
  readonly data: unknown;
}
