import type { Alert, Observation, Outgoing } from '../../../functions/core/alert.ts';
import { type Command, obey } from '../../../functions/core/command.ts';
import { type AlertEvent, decide, newAlert } from '../../../functions/core/decide.ts';
import { incidentNumber, numberPrefix } from '../../../functions/core/incident-number.ts';
import type { HostReport } from '../../../functions/core/invocation.ts';
import { judge } from '../../../functions/core/judge.ts';
import type { Letter } from '../../../functions/core/mailbox.ts';
import { observationsOf } from '../../../functions/core/observations.ts';
import { dueAt, numbered, unnumbered } from '../../../functions/core/outbox.ts';
import type { Plan } from '../../../functions/core/plan.ts';
import { policyOf } from '../../../functions/core/policy.ts';
import { checksOf, routineOf } from '../../../functions/core/round.ts';
import { addReport, newTally } from '../../../functions/core/tally.ts';

/** What a check has printed on a host, with its exit code. */
export type Printed = readonly [exitCode: 0 | 1 | 2 | 3, stdout: string];

/** By the name of the host and the check; `lost` for a host that has not answered. */
export type Answers = Readonly<Record<string, Readonly<Record<string, Printed>> | 'lost'>>;

/** What one check goes through, and what people are told of it, by the code that the functions run. */
export class Course {
  /** What was told, the newest last. */
  readonly letters: (Letter & { readonly to: readonly string[]; readonly at: string })[] = [];
  readonly #plan: Plan;
  readonly #number: number;
  #alert: Alert;

  /** @param number of the incident, within its day */
  constructor(plan: Plan, check: string, number = 1) {
    this.#plan = plan;
    this.#number = number;
    this.#alert = newAlert(check, '2026-01-01T00:00:00.000Z');
  }

  /** A round has ended with these answers. */
  round(at: string, answers: Answers): this {
    const observation = observationsIn(this.#plan, at, answers).find(({ check }) => check === this.#alert.check);
    if (!observation) throw new Error(`The round says nothing of ${this.#alert.check}.`);
    return this.observe(at, observation);
  }

  observe(at: string, observation: Observation): this {
    return this.#apply(at, { kind: 'observation', observation });
  }

  /** Time has passed: everything that was due until then is done, each in its time. */
  wait(until: string): this {
    for (let due = dueAt(this.#alert); due && due <= until; due = dueAt(this.#alert))
      this.#apply(due, { kind: 'time' });
    return this;
  }

  says(at: string, command: Command): this {
    const { next } = obey(this.#alert, command, at);
    if (next) this.#keep(at, next);
    return this.#apply(at, { kind: 'time' });
  }

  #apply(at: string, event: AlertEvent): this {
    const policy = policyOf(this.#plan, this.#alert.check, at, { silences: [], alerts: new Map() });
    this.#keep(at, decide(this.#alert, event, policy, at).next);
    return this;
  }

  #keep(at: string, alert: Alert): void {
    const { incidentFormat, timeZone } = this.#plan;
    let next = alert;
    for (let notice = unnumbered(next); notice; notice = unnumbered(next)) {
      const prefix = numberPrefix(incidentFormat, notice.openedAt, timeZone);
      next = numbered(next, notice.openedAt, incidentNumber(prefix, this.#number));
    }
    for (const out of next.outbox) this.#tell(at, out);
    this.#alert = { ...next, outbox: [] };
  }

  #tell(at: string, { notice, to }: Outgoing): void {
    const [first] = to;
    if (!first) return;
    const { role, channels } = first;
    this.letters.push({ notice, role, channels, at, to: to.map(({ contact }) => contact) });
  }
}

function observationsIn(plan: Plan, at: string, answers: Answers): Observation[] {
  const checks = checksOf(plan, routineOf(plan, 'morning')).filter(([, { source }]) => source.kind === 'host');
  const tally = newTally(checks, plan.fleets.app?.rules ?? []);
  const reports = Object.entries(answers).map(([name, answer], index): HostReport => {
    const host = `i-0a${String(index + 1).padStart(15, '0')}`;
    if (answer === 'lost') return { kind: 'lost', host, name, reason: 'its agent has not answered for 12 minutes' };
    const results = Object.entries(answer).map(([id, printed]) => [id, judged(plan, id, printed)] as const);
    return { kind: 'answered', host, name, results: Object.fromEntries(results) };
  });
  tally.targets = reports.length;
  for (const report of reports) addReport(tally, report);
  const round = {
    ...{ routine: 'morning', slot: at, requestedAt: at, sentAt: at, deadlineAt: at, nonce: '', commandId: 'c' },
    status: 'running',
  } as const;
  return observationsOf(plan, round, tally, true);
}

function judged({ checks }: Plan, id: string, [exitCode, stdout]: Printed) {
  const source = checks[id]?.source;
  const thresholds = source?.kind === 'host' ? source.thresholds : [];
  return judge({ kind: 'finished', exitCode, stdout, stderr: '', stdoutCut: false, firstLineCut: false }, thresholds);
}
