import { randomUUID } from 'node:crypto';
import type { LocalClock } from './clock.ts';
import { type EventPattern, matchesPattern } from './event-pattern.ts';
import type { JsonObject, LocalEvent } from './service.ts';
import type { Target } from './targets.ts';

export interface Rule {
  readonly name: string;
  readonly pattern: EventPattern;
  readonly targets: readonly Target[];
}

export interface EventBusProps {
  readonly clock: LocalClock;
  readonly region: string;
  readonly accountId: string;
}

/** The default event bus: hands each event to the targets of every rule that matches. */
export class LocalEventBus {
  readonly #props: EventBusProps;
  readonly #rules: Rule[] = [];

  constructor(props: EventBusProps) {
    this.#props = props;
  }

  addRule(rule: Rule): void {
    this.#rules.push(rule);
  }

  /** Completes the event as the bus does, and delivers it. */
  put({ source, detailType, detail }: LocalEvent): void {
    const { clock, region, accountId } = this.#props;
    const event: JsonObject = {
      version: '0',
      id: randomUUID(),
      'detail-type': detailType,
      source,
      account: accountId,
      time: new Date(clock.now()).toISOString().replace(/\.\d{3}Z$/, 'Z'),
      region,
      resources: [],
      detail,
    };
    for (const { pattern, targets } of this.#rules) {
      if (matchesPattern(pattern, event)) for (const deliver of targets) deliver(event);
    }
  }
}
