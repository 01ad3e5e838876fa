import type { Alert, NoticeKind, Observation, Outgoing, Recipient } from '../../functions/core/alert.ts';
import { type Command, obey } from '../../functions/core/command.ts';
import { type AlertEvent, decide, newAlert } from '../../functions/core/decide.ts';
import { incidentNumber, numberPrefix } from '../../functions/core/incident-number.ts';
import { dueAt, numbered, unnumbered } from '../../functions/core/outbox.ts';
import type { Channel, Plan, Priority } from '../../functions/core/plan.ts';
import { policyOf } from '../../functions/core/policy.ts';
import type { Silence } from '../../functions/core/silence.ts';
import type { Iso } from '../../functions/core/time.ts';

type ToldKind = Exclude<NoticeKind, 'acknowledgement'>;

/** Something that people are told. */
export interface Notification {
  readonly at: Iso;
  /** `digest`: one line among others, when business opens. */
  readonly kind: ToldKind;
  /** What it would be if it were told by itself. */
  readonly event: ToldKind;
  readonly incident: string;
  readonly check: string;
  readonly priority: Priority;
  readonly level: number;
  /** When its incident was opened, which names the incident among those of its check. */
  readonly openedAt: Iso;
  readonly to: readonly Recipient[];
  /** The roles through which they are told. */
  readonly roles: readonly string[];
  readonly channels: readonly Channel[];
  /** Names of the hosts that are bad, or were before it was over: at most 200. */
  readonly hosts: readonly string[];
  readonly reason: string;
}

export interface VirtualPlatformOptions {
  /** Told of every notification as it happens. */
  readonly onNotification?: (notification: Notification) => void;
  /** Whether what is soft becomes an incident when no recheck comes in time. @default false: recordings have their own */
  readonly expectsRechecks?: boolean;
}

/** So many timers at one moment go round in circles. */
const timersLimit = 10_000;

/**
 * The alert engine of one platform on a clock that is moved by hand: the same decisions as in the functions, with nothing
 * stored and nothing sent.
 */
export class VirtualPlatform {
  readonly notifications: Notification[] = [];
  readonly #plan: Plan;
  readonly #options: VirtualPlatformOptions;
  readonly #alerts = new Map<string, Alert>();
  /** When something has to be done about an alert, where anything has. */
  readonly #due = new Map<string, Iso>();
  readonly #numbers = new Map<string, number>();
  #silences: readonly Silence[] = [];
  #now: Iso;

  constructor(plan: Plan, start: Iso, options: VirtualPlatformOptions = {}) {
    this.#plan = plan;
    this.#now = start;
    this.#options = options;
  }

  get now(): Iso {
    return this.#now;
  }

  alert(check: string): Alert | undefined {
    return this.#alerts.get(check);
  }

  /** When something will happen of itself; `undefined` when nothing will. */
  get nextDue(): Iso | undefined {
    return this.#nextDue()?.at;
  }

  /** Moves the clock on, and does everything that is due until then, each in its time. */
  advanceTo(time: Iso): void {
    let timers = 0;
    for (let next = this.#nextDue(); next && next.at <= time; next = this.#nextDue()) {
      timers = next.at > this.#now ? 0 : timers + 1;
      if (timers > timersLimit) throw new Error(`The alert ${next.check} does not come to rest at ${this.#now}.`);
      if (next.at > this.#now) this.#now = next.at;
      this.#apply(next.check, { kind: 'time' });
    }
    if (time > this.#now) this.#now = time;
  }

  /** Something is found, now. */
  observe(observation: Observation): void {
    this.#apply(observation.check, { kind: 'observation', observation });
  }

  /** Somebody acknowledges or resolves, now. @returns what he is answered */
  command(check: string, command: Command): string {
    const { next, answer } = obey(this.#alerts.get(check), command, this.#now);
    if (next) {
      this.#keep(check, next);
      this.#apply(check, { kind: 'time' });
    }
    return answer;
  }

  /** From now on these silences are in force, and no others. */
  silence(silences: readonly Silence[]): void {
    this.#silences = silences;
    for (const check of this.#alerts.keys()) this.#apply(check, { kind: 'time' });
  }

  #nextDue(): { readonly check: string; readonly at: Iso } | undefined {
    let next: { readonly check: string; readonly at: Iso } | undefined;
    for (const [check, at] of this.#due) {
      if (!next || at < next.at) next = { check, at };
    }
    return next;
  }

  #apply(check: string, event: AlertEvent): void {
    const around = { silences: this.#silences, alerts: this.#alerts };
    const before = this.#alerts.get(check) ?? newAlert(check, this.#now);
    // Of a good result of what was well nobody is told, in no window; and to read the windows takes the most time of all.
    const isCalm =
      !before.soft && !before.incident && event.kind === 'observation' && event.observation.troubled.total === 0;
    const policy = policyOf(isCalm ? { ...this.#plan, maintenance: [] } : this.#plan, check, this.#now, around);
    const patient = this.#options.expectsRechecks ? policy : { ...policy, softMs: () => undefined };
    this.#keep(check, decide(before, event, patient, this.#now).next, before);
  }

  /** Keeps an alert, and tells what it owes. */
  #keep(check: string, alert: Alert, before: Alert | undefined = this.#alerts.get(check)): void {
    let next = alert;
    for (let notice = unnumbered(next); notice; notice = unnumbered(next)) {
      next = numbered(next, notice.openedAt, this.#number(notice.openedAt));
    }
    for (const out of next.outbox) this.#tell(out, next, before);
    if (next.outbox.length > 0) next = { ...next, outbox: [] };
    const due = dueAt(next);
    if (due) this.#due.set(check, due);
    else this.#due.delete(check);
    this.#alerts.set(check, next);
  }

  #number(openedAt: Iso): string {
    const prefix = numberPrefix(this.#plan.incidentFormat, openedAt, this.#plan.timeZone);
    const running = (this.#numbers.get(prefix) ?? 0) + 1;
    this.#numbers.set(prefix, running);
    return incidentNumber(prefix, running);
  }

  #tell({ notice, to }: Outgoing, ...alerts: readonly (Alert | undefined)[]): void {
    const { kind, incident, check, priority, level, openedAt, worst, reason } = notice;
    if (to.length === 0 || kind === 'acknowledgement') return;
    const isDigest = this.#plan.priorities[priority]?.delivery === 'next-business-day' && kind !== 'recovery';
    // What is told long after its end is told of hosts that may be bad again, or well.
    const facts = alerts.find((alert) => alert?.incident?.openedAt === openedAt)?.facts;
    const notification: Notification = {
      at: this.#now,
      kind: isDigest ? 'digest' : kind,
      event: kind,
      incident,
      check,
      priority,
      level,
      openedAt,
      to,
      roles: [...new Set(to.map(({ role }) => role))],
      channels: [...new Set(to.flatMap(({ channels }) => channels))],
      hosts: facts?.troubled.named ?? worst.map(({ host }) => host),
      reason,
    };
    this.notifications.push(notification);
    this.#options.onNotification?.(notification);
  }
}
