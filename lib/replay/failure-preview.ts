import type { Parked } from '../../functions/core/alert.ts';
import { rulesOf } from '../../functions/core/observations.ts';
import type { Plan } from '../../functions/core/plan.ts';
import { isMoreUrgent } from '../../functions/core/priority.ts';
import { recheckDelayMs } from '../../functions/core/round.ts';
import { type Iso, isoOf, msOf } from '../../functions/core/time.ts';
import { type Failure, headlineOf, observationOf, roundsOf } from './failure.ts';
import { type Notification, VirtualPlatform } from './virtual-platform.ts';

/** What happens then, in the order of time. */
export type FailureStep = { readonly at: Iso } & (
  | { readonly kind: 'found'; readonly by: string; readonly attempt?: Attempt }
  | { readonly kind: 'waits'; readonly parked: Parked }
  | { readonly kind: 'told'; readonly notification: Notification }
);

/** Which of how many bad results in a row. */
export interface Attempt {
  readonly number: number;
  readonly of: number;
}

export interface FailurePreview {
  /** What is bad, as a message says it. */
  readonly headline: string;
  readonly steps: readonly FailureStep[];
  /** Why there are no more steps. */
  readonly ending: 'never-found' | 'nobody-told' | 'reminders-go-on' | 'nothing-due' | 'limit';
}

/** How far a failure is followed. */
export const followedDays = 7;

/** So many reminders show how it goes on. */
const shownReminders = 2;

/**
 * Who is told what of a failure, and when: the first round that asks for it finds it, rechecks ask again as often as its
 * rule wants, and nobody acknowledges.
 * @throws {Error} when there is no such check
 */
export function previewFailure(plan: Plan, failure: Failure): FailurePreview {
  const { check } = failure;
  const limit = isoOf(msOf(failure.at) + followedDays * 86_400_000);
  const rounds = roundsOf(plan, failure, limit);
  const course = new Course(plan, failure);
  let round = rounds.shift();
  let recheck: Iso | undefined;
  for (;;) {
    const at = [round?.at, recheck, course.platform.nextDue].filter((time) => time !== undefined).sort()[0];
    if (at === undefined || at >= limit || course.isShown) break;
    course.advanceTo(at);
    if (at !== round?.at && at !== recheck) continue;
    course.find(at === round?.at ? round.title : 'recheck');
    if (at === round?.at) round = rounds.shift();
    const isAsked = plan.checks[check]?.source.kind === 'host' && course.platform.alert(check)?.soft;
    recheck = isAsked ? isoOf(msOf(at) + recheckDelayMs) : undefined;
  }
  return { headline: headlineOf(plan, failure), steps: course.steps, ending: course.ending };
}

/** What has happened so far. */
class Course {
  readonly platform: VirtualPlatform;
  readonly steps: FailureStep[] = [];
  readonly #plan: Plan;
  readonly #failure: Failure;
  readonly #waited = new Set<string>();
  #reminders = 0;

  constructor(plan: Plan, failure: Failure) {
    this.#plan = plan;
    this.#failure = failure;
    this.platform = new VirtualPlatform(plan, failure.at, {
      onNotification: (notification) => this.#tell(notification),
    });
  }

  /** Whether what follows are reminders only. */
  get isShown(): boolean {
    const { check } = this.#failure;
    const priority = this.platform.alert(check)?.incident?.priority;
    const mayRise = rulesOf(this.#plan, check).some(
      (rule) => rule.lastingMinutes !== undefined && priority !== undefined && isMoreUrgent(rule.priority, priority),
    );
    return this.#reminders >= shownReminders && !mayRise;
  }

  get ending(): FailurePreview['ending'] {
    if (this.#reminders >= shownReminders) return 'reminders-go-on';
    if (this.steps.length === 0) return 'never-found';
    if (this.platform.nextDue !== undefined) return 'limit';
    return this.steps.some(({ kind }) => kind === 'told') ? 'nothing-due' : 'nobody-told';
  }

  advanceTo(at: Iso): void {
    this.platform.advanceTo(at);
    this.#noteParked();
  }

  find(by: string): void {
    const at = this.platform.now;
    const before = this.platform.alert(this.#failure.check)?.soft;
    const place = this.steps.length;
    this.platform.observe(observationOf(this.#plan, this.#failure, at));
    const soft = this.platform.alert(this.#failure.check)?.soft;
    const number = soft?.attempt ?? (before && before.attempt + 1);
    const of = soft?.attempts ?? before?.attempts;
    const attempt = number !== undefined && of !== undefined ? { attempt: { number, of } } : {};
    if (place === 0 || before) this.steps.splice(place, 0, { at, kind: 'found', by, ...attempt });
    this.#noteParked();
  }

  #tell(notification: Notification): void {
    this.#reminders = notification.event === 'reminder' ? this.#reminders + 1 : 0;
    if (this.#reminders > shownReminders) return;
    this.steps.push({ at: notification.at, kind: 'told', notification });
  }

  #noteParked(): void {
    for (const parked of this.platform.alert(this.#failure.check)?.parked ?? []) {
      const name = `${parked.notice.sequence} ${parked.notBefore}`;
      const isShown = parked.notice.kind !== 'reminder' || this.#reminders < shownReminders;
      if (isShown && !this.#waited.has(name)) this.steps.push({ at: this.platform.now, kind: 'waits', parked });
      this.#waited.add(name);
    }
  }
}
