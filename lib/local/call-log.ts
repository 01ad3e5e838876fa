/** One API call as the gateway saw it. */
export interface LoggedCall {
  /** Counts all calls of the cloud, from 1. */
  readonly sequence: number;
  /** Epoch milliseconds. */
  readonly at: number;
  /** The function or client whose key signed the call. */
  readonly caller: string;
  readonly service: string;
  readonly operation: string;
  /** `ok`, the error's code, or `dropped` when the connection was cut. */
  readonly outcome: string;
}

export interface CallCount {
  readonly caller: string;
  readonly service: string;
  readonly operation: string;
  readonly count: number;
}

/** The most recent calls that are kept one by one; the counts go on for ever. */
const maximumRecent = 10_000;

/** Who called what, and how often: what a round costs is counted here. */
export class CallLog {
  readonly #counts = new Map<string, CallCount>();
  #recent: LoggedCall[] = [];

  get recent(): readonly LoggedCall[] {
    return this.#recent;
  }

  get counts(): readonly CallCount[] {
    return [...this.#counts.values()];
  }

  /** Number of calls that match every member of `filter`. */
  count(filter: Partial<Omit<CallCount, 'count'>> = {}): number {
    const wanted = Object.entries(filter);
    return this.counts
      .filter((entry) => wanted.every(([name, value]) => entry[name as keyof CallCount] === value))
      .reduce((sum, entry) => sum + entry.count, 0);
  }

  record(call: LoggedCall): void {
    const { caller, service, operation } = call;
    const key = `${caller} ${service} ${operation}`;
    this.#counts.set(key, { caller, service, operation, count: (this.#counts.get(key)?.count ?? 0) + 1 });
    this.#recent.push(call);
    if (this.#recent.length > maximumRecent) this.#recent = this.#recent.slice(-maximumRecent / 2);
  }
}
