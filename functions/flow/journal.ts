/** Writes the function's log, one JSON object a line, and counts what went wrong with Rounds itself. */
export class Journal {
  #failures = 0;

  info(message: string, data: object = {}): void {
    console.log(JSON.stringify({ level: 'INFO', message, ...data }));
  }

  /** Something that Rounds should have done and could not: logged, and counted for the alarm. */
  failure(message: string, error: unknown, data: object = {}): void {
    this.#failures += 1;
    const reason = error instanceof Error ? { error: error.message, stack: error.stack } : { error: String(error) };
    console.log(JSON.stringify({ level: 'ERROR', message, ...reason, ...data }));
  }

  /** The failures since the last call. */
  takeFailures(): number {
    const failures = this.#failures;
    this.#failures = 0;
    return failures;
  }
}
