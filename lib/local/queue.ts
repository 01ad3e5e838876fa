import { randomUUID } from 'node:crypto';
import type { LocalClock } from './clock.ts';
import type { Timers } from './timers.ts';

export interface QueueMessage {
  readonly messageId: string;
  readonly body: string;
  /** Epoch milliseconds. */
  readonly sentAt: number;
  readonly attributes: Readonly<Record<string, string>>;
  /** Times it was received, this time included. */
  readonly receiveCount: number;
}

export interface QueueProps {
  readonly name: string;
  readonly arn: string;
  readonly visibilityTimeoutMs: number;
  readonly clock: LocalClock;
  readonly timers: Timers;
}

/** Where a message goes that was received too often. */
export interface Redrive {
  readonly deadLetters: () => LocalQueue;
  readonly maximumReceives: number;
}

/** A standard SQS queue; its consumers are in process. */
export class LocalQueue {
  readonly name: string;
  readonly arn: string;
  readonly visibilityTimeoutMs: number;
  readonly #clock: LocalClock;
  readonly #timers: Timers;
  readonly #visible: QueueMessage[] = [];
  readonly #inFlight = new Map<string, { readonly message: QueueMessage; readonly cancelReturn: () => void }>();
  readonly #listeners = new Set<() => void>();
  #redrive: Redrive | undefined;

  constructor({ name, arn, visibilityTimeoutMs, clock, timers }: QueueProps) {
    this.name = name;
    this.arn = arn;
    this.visibilityTimeoutMs = visibilityTimeoutMs;
    this.#clock = clock;
    this.#timers = timers;
  }

  /** Epoch milliseconds at which the oldest message was sent that is not done. */
  get oldestSentAt(): number | undefined {
    const undone = [...this.#visible, ...[...this.#inFlight.values()].map(({ message }) => message)];
    return undone.length === 0 ? undefined : Math.min(...undone.map(({ sentAt }) => sentAt));
  }

  /** Messages that a consumer could receive now. */
  get visible(): readonly QueueMessage[] {
    return this.#visible;
  }

  set redrive(redrive: Redrive) {
    this.#redrive = redrive;
  }

  /** Calls `listener` whenever a message becomes visible. */
  onMessage(listener: () => void): void {
    this.#listeners.add(listener);
  }

  send(body: string, attributes: Readonly<Record<string, string>> = {}): void {
    this.#show({ messageId: randomUUID(), body, sentAt: this.#clock.now(), attributes, receiveCount: 0 });
  }

  /** Takes the oldest messages; each comes back after the visibility time-out unless it is deleted. */
  receive(maximum: number): readonly QueueMessage[] {
    return this.#visible.splice(0, maximum).map((waiting) => {
      const message = { ...waiting, receiveCount: waiting.receiveCount + 1 };
      const until = this.#clock.now() + this.visibilityTimeoutMs;
      const cancelReturn = this.#timers.schedule(until, () => this.#giveBack(message));
      this.#inFlight.set(message.messageId, { message, cancelReturn });
      return message;
    });
  }

  delete(messageId: string): void {
    this.#inFlight.get(messageId)?.cancelReturn();
    this.#inFlight.delete(messageId);
  }

  #giveBack(message: QueueMessage): void {
    this.#inFlight.delete(message.messageId);
    if (this.#redrive !== undefined && message.receiveCount >= this.#redrive.maximumReceives) {
      this.#redrive.deadLetters().send(message.body, message.attributes);
    } else {
      this.#show(message);
    }
  }

  #show(message: QueueMessage): void {
    this.#visible.push(message);
    for (const listener of this.#listeners) listener();
  }
}
