import type { Alert } from '../../functions/core/alert.ts';
import type { Plan } from '../../functions/core/plan.ts';
import type { History, Version } from './history.ts';

/** I1: whatever waits has a time, and stands in the due index from then on. */
export function forgottenTimes(plan: Plan, history: History): string[] {
  const alerts = [...history.alerts.values()];
  return [
    ...alerts.flatMap(forgottenTimers),
    ...alerts.flatMap((versions) => stoppedClocks(plan, versions)),
    ...forgottenLetters(history),
  ];
}

/** An alert that waits for a moment, and which nobody will look at then. */
function forgottenTimers(versions: readonly Version<Alert>[]): string[] {
  return versions.flatMap(({ write, body }, index) => {
    // What cannot be done is set aside: its due time moves, and nothing else.
    if (versions[index - 1]?.write.body === write.body) return [];
    const { soft, incident, parked, outbox } = body;
    const timers = [
      soft?.until,
      incident?.escalateAt,
      incident?.acknowledged?.until,
      ...parked.map(({ notBefore }) => notBefore),
      ...(outbox.length > 0 ? [timeOf(write.at)] : []),
    ].flatMap((time) => time ?? []);
    // What is late already is due at once, by a clock that may be wrong.
    const soon = timeOf(write.at + graceMs);
    const late = timers.filter((time) => !write.dueAt || (write.dueAt > time && write.dueAt > soon));
    return late.map(
      (time) => `I1: call ${write.call} leaves ${body.check} waiting for ${time} with the due time ${write.dueAt}`,
    );
  });
}

const graceMs = 5 * 60_000;

function timeOf(ms: number): string {
  return new Date(ms).toISOString();
}

function forgottenLetters({ mailboxes }: History): string[] {
  return [...mailboxes.values()].flatMap((versions) =>
    versions
      .filter(({ write, body }) => body.letters.length > 0 && write.dueAt === undefined)
      .map(({ write, body }) => `I1: call ${write.call} leaves letters of ${body.contact} without a due time`),
  );
}

/** Something that has to go on by itself, and has no time for it. */
function stoppedClocks({ priorities }: Plan, versions: readonly Version<Alert>[]): string[] {
  return versions.flatMap(({ write, body }, index) => {
    const { check, soft, incident, parked } = body;
    const policy = incident && priorities[incident.priority];
    const waits: string[] = [];
    if (soft && !soft.until) waits.push('for a recheck');
    const level = policy?.levels[(incident?.level ?? 0) - 1];
    const isTicking = level?.acknowledgeMinutes !== undefined && !incident?.acknowledged;
    const isParked = parked.some(({ notice }) => notice.openedAt === incident?.openedAt);
    if (isTicking && !incident?.escalateAt && !isParked) waits.push('for its next level');
    // What a person writes has no plan; the tick after it adds the time.
    const isLast = index === versions.length - 1;
    const isForgettable = isLast && policy?.repageMinutes !== undefined && incident?.acknowledged;
    if (isForgettable && !isForgettable.until) waits.push('for its acknowledgement to be forgotten');
    return waits.map((what) => `I1: call ${write.call} leaves ${check} waiting ${what} without a time`);
  });
}
