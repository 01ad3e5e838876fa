/** A service did not do what it was asked. */
export class ServiceFailure extends Error {
  /** The same call may succeed later: throttled, out of reach, an error of the service's own. */
  readonly retryable: boolean;
  /** The SDK's name of the error: `AccessDeniedException`. */
  readonly code: string;

  constructor(operation: string, cause: unknown) {
    const error = cause instanceof Error ? cause : new Error(String(cause));
    super(`${operation} failed: ${error.name}: ${error.message}`, { cause });
    this.name = 'ServiceFailure';
    this.code = error.name;
    this.retryable = isRetryable(error);
  }
}

/** Runs one call of an SDK client and turns its exceptions into failures of ours. */
export async function call<Answer>(operation: string, request: () => Promise<Answer>): Promise<Answer> {
  try {
    return await request();
  } catch (error) {
    throw new ServiceFailure(operation, error);
  }
}

const throttled = /Throttl|RateExceeded|TooManyRequests|RequestLimitExceeded|ThroughputExceeded|SlowDown/;

function isRetryable(error: Error & { $metadata?: { httpStatusCode?: number } }): boolean {
  const status = error.$metadata?.httpStatusCode;
  // Without a status there was no answer: the network failed, or a time-out passed.
  return status === undefined || status >= 500 || status === 429 || throttled.test(error.name);
}
