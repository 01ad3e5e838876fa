import { randomBytes } from 'node:crypto';

export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

/** Whoever may call the cloud. */
export interface Caller {
  /** The function's name, or a name for a person's client. */
  readonly name: string;
  /** ARN of the role that limits it; a person's client has none, and may do everything. */
  readonly role?: string;
  /** Ends the caller's process in the middle of what it does; a client outside the cloud has none. */
  readonly kill?: () => Promise<void>;
}

/** The access keys of the cloud: one for each running function and each client, so that a call tells who made it. */
export class KeyRing {
  readonly #callers = new Map<string, Caller>();

  issue(caller: Caller): Credentials {
    const accessKeyId = `LOCAL${randomBytes(8).toString('hex').toUpperCase()}`;
    this.#callers.set(accessKeyId, caller);
    return { accessKeyId, secretAccessKey: randomBytes(20).toString('hex') };
  }

  revoke({ accessKeyId }: Credentials): void {
    this.#callers.delete(accessKeyId);
  }

  find(accessKeyId: string): Caller | undefined {
    return this.#callers.get(accessKeyId);
  }
}
