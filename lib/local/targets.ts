import type { Json } from './service.ts';

/** Something that events, schedules, alarms and failed invocations can be handed to. */
export type Target = (payload: Json) => void;

/** Finds by ARN whatever takes a payload: a queue, a function, a topic. */
export class Targets {
  readonly #byArn = new Map<string, Target>();

  add(arn: string, target: Target): void {
    this.#byArn.set(arn, target);
  }

  /** @throws {Error} when nothing has this ARN; provisioning asks, so that a wrong ARN fails before anything runs. */
  require(arn: string): Target {
    const target = this.#byArn.get(arn);
    if (target !== undefined) return target;
    throw new Error(
      `No queue, function or topic has the ARN ${arn}; the target of a rule must be one of the template.`,
    );
  }
}
