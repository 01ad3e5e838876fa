import type { DispatchInput } from '../../functions/contract.ts';
import { onDemand, type Plan } from '../../functions/core/plan.ts';
import { nextSlot } from '../../functions/core/slots.ts';
import { isoOf, msOf } from '../../functions/core/time.ts';
import { runTick } from '../../functions/flow/run-tick.ts';
import type { Services } from '../../functions/flow/services.ts';
import type { Disturbances } from './disturbances.ts';
import { handleCollect, handleDispatch } from './handlers.ts';
import type { StatusEvent } from './memory-ssm.ts';
import type { FunctionName, InvocationRecord } from './run-record.ts';

/** What the triggers need of the world. */
export interface Clockwork {
  readonly now: number;
  /** Nothing is disturbed any more. */
  readonly isCalm: boolean;
  /** When the first item is due, or was; `undefined` when none is. */
  readonly firstDue: string | undefined;
  at(time: number, run: () => void): void;
  say(text: string): void;
  start(
    name: FunctionName,
    input: unknown,
    body: (services: Services) => Promise<unknown>,
    onEnd?: (record: InvocationRecord) => void,
  ): void;
}

const minuteMs = 60_000;

/** How long after a deployment the first tick has run: nobody can miss a slot before it. */
export const firstTickMs = 3 * minuteMs;

/** Lambda repeats an asynchronous invocation twice, after one and after two minutes. */
const asyncRetryMs = [60_000, 120_000];

/** Messages come back after the queue's visibility time-out, and are given up after so many tries. */
const visibilityMs = 6 * 120_000;
const receiveLimit = 3;

/** How long messages are gathered for one batch. */
const batchWindowMs = 5_000;

/** What sets the functions going: the scheduler with its retries, the minute, and the queue of SSM's events. */
export class Triggers {
  /** Rounds that the schedules asked for, once somebody could miss them. */
  readonly slots: { readonly at: number; readonly name: string }[] = [];
  /** What the functions were given, to be given again. */
  readonly dispatched = new Map<string, DispatchInput>();
  readonly collected: StatusEvent[] = [];
  /** Ticks that were not run because nothing was due. */
  idleTicks = 0;
  readonly #world: Clockwork;
  readonly #plan: Plan;
  readonly #disturbances: Disturbances;
  #messages: { readonly event: StatusEvent; readonly received: number }[] = [];
  #isContainerNew = true;

  constructor(world: Clockwork, plan: Plan, disturbances: Disturbances) {
    this.#world = world;
    this.#plan = plan;
    this.#disturbances = disturbances;
    this.#planTick();
    for (const id of Object.keys(plan.routines)) this.#planSlot(id, world.now, world.now + firstTickMs);
  }

  /** No message waits to be collected. */
  get isEmpty(): boolean {
    return this.#messages.length === 0;
  }

  /** A status event of SSM, which may come late, twice, or never. */
  announce(at: number, event: StatusEvent): void {
    const delays = this.#world.isCalm ? [1_000] : this.#disturbances.events();
    for (const delayMs of delays) this.#world.at(at + delayMs, () => this.#deliver(event, 1));
  }

  #planSlot(routine: string, after: number, expectedFrom: number): void {
    const world = this.#world;
    const { calendar, timeZone, routines } = this.#plan;
    const schedule = routines[routine]?.schedule;
    if (!schedule || schedule === onDemand) return;
    const slot = nextSlot(schedule, calendar, timeZone, isoOf(after));
    world.at(msOf(slot), () => {
      this.#planSlot(routine, msOf(slot), expectedFrom);
      if (world.now >= expectedFrom) this.slots.push({ at: world.now, name: `${routine}/${slot}` });
      // The scheduler leaves the milliseconds out.
      const input = { routine, slot: `${slot.slice(0, 19)}Z` };
      const delays = world.isCalm ? [0] : this.#disturbances.firings();
      if (delays.length === 0) world.say(`the scheduler does not fire ${routine}`);
      for (const delayMs of delays) this.#later(delayMs, () => this.#dispatch(input, 0));
    });
  }

  #dispatch(input: DispatchInput, attempt: number): void {
    this.dispatched.set(`${input.routine}/${input.slot}`, input);
    this.#world.start(
      'dispatch',
      input,
      (services) => handleDispatch(services, input),
      ({ outcome }) => {
        const retryMs = asyncRetryMs[attempt];
        if (outcome !== 'done' && retryMs) this.#later(retryMs, () => this.#dispatch(input, attempt + 1));
      },
    );
  }

  #planTick(): void {
    const world = this.#world;
    const { longestSkewMs } = this.#disturbances;
    world.at((Math.floor(world.now / minuteMs) + 1) * minuteMs, () => {
      this.#planTick();
      const due = world.firstDue;
      const isIdle = !this.#isContainerNew && (due === undefined || Date.parse(due) > world.now + longestSkewMs);
      if (isIdle && !this.#disturbances.runsIdleTick()) this.idleTicks += 1;
      else if (world.isCalm || !this.#disturbances.losesTick(world.now)) this.#tick(isIdle);
    });
  }

  #tick(isIdle: boolean): void {
    const isNew = this.#isContainerNew;
    this.#isContainerNew = this.#disturbances.isContainerReplaced();
    this.#world.start(
      'tick',
      { isIdle },
      (services) => runTick(services, isNew),
      ({ outcome }) => {
        if (outcome !== 'done') this.#isContainerNew = true;
      },
    );
  }

  #deliver(event: StatusEvent, received: number): void {
    this.#messages.push({ event, received });
    if (this.#messages.length === 1) this.#later(batchWindowMs, () => this.#collect());
  }

  #collect(): void {
    const batch = this.#messages;
    this.#messages = [];
    const events = batch.map(({ event }) => event);
    this.collected.push(...events);
    let failed: readonly string[] = [];
    this.#world.start(
      'collect',
      events.map((event) => `${event['command-id']} ${event.status}`),
      async (services) => {
        failed = await handleCollect(services, events);
      },
      ({ outcome }) => {
        for (const { event, received } of batch) {
          const isDone = outcome === 'done' && !failed.includes(event['command-id']);
          if (!isDone && received < receiveLimit) this.#later(visibilityMs, () => this.#deliver(event, received + 1));
        }
      },
    );
  }

  #later(ms: number, run: () => void): void {
    this.#world.at(this.#world.now + ms, run);
  }
}
