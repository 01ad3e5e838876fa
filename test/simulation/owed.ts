import type { Alert, Notice, Outgoing } from '../../functions/core/alert.ts';
import type { Plan } from '../../functions/core/plan.ts';
import { onDuty } from '../../functions/core/rotation.ts';
import { type History, noticeId, type Version } from './history.ts';

/** I1: whatever became of an incident is owed to somebody by the same write, and a page to everybody who is to be told. */
export function notOwed(plan: Plan, { alerts }: History): string[] {
  return [...alerts.values()].flatMap((versions) => [...silentChanges(versions), ...forgottenPeople(plan, versions)]);
}

/** An incident that opened, rose, climbed or ended, of which the same write owes nobody anything. */
function silentChanges(versions: readonly Version<Alert>[]): string[] {
  return versions.flatMap(({ write, body }, index) => {
    const before = versions[index - 1]?.body.incident;
    const { incident } = body;
    const isSame = before !== undefined && incident?.openedAt === before.openedAt;
    const changes: [what: string, openedAt: string, kinds: readonly Notice['kind'][]][] = [];
    if (incident && !isSame) changes.push(['opened', incident.openedAt, ['problem', 'flapping-start']]);
    if (before && !isSame && before.told.length > 0) {
      changes.push(['ended', before.openedAt, ['recovery', 'flapping-end']]);
    }
    if (incident && isSame && before && incident.priority < before.priority) {
      changes.push(['rose', incident.openedAt, ['update']]);
    }
    if (incident && isSame && before && incident.level > before.level) {
      changes.push(['climbed', incident.openedAt, ['escalation']]);
    }
    return changes
      .filter(
        ([, openedAt, kinds]) =>
          !placesOf(body).some((notice) => notice.openedAt === openedAt && kinds.includes(notice.kind)),
      )
      .map(
        ([what, openedAt]) =>
          `I1: the incident of ${body.check} since ${openedAt} ${what} by call ${write.call}, and nobody is owed that`,
      );
  });
}

/** Notices that will still be told to somebody. */
function placesOf({ outbox, parked }: Alert): Notice[] {
  return [...outbox.filter(({ to }) => to.length > 0), ...parked].map(({ notice }) => notice);
}

const pages: readonly Notice['kind'][] = ['problem', 'escalation', 'reminder', 'update'];

/** Pages that do not go to those who are on duty for the roles of their level. */
function forgottenPeople(plan: Plan, versions: readonly Version<Alert>[]): string[] {
  const seen = new Set<string>();
  return versions.flatMap(({ write, body }) =>
    body.outbox.flatMap((out) => {
      const id = noticeId(out.notice);
      if (!pages.includes(out.notice.kind) || out.to.length === 0 || seen.has(id)) return [];
      seen.add(id);
      const clocks = [write.at + write.invocation.skewMs, write.at + write.invocation.skewMs - decidedWithinMs];
      if (clocks.some((ms) => isForThoseOnDuty(out, plan, ms))) return [];
      const contacts = out.to.map(({ contact }) => contact).join(' and ');
      return [`I1: call ${write.call} tells only ${contacts} of the ${out.notice.kind} of ${body.check}`];
    }),
  );
}

/** Between a decision and its write, at most; in between somebody else may have come on duty. */
const decidedWithinMs = 60_000;

function isForThoseOnDuty({ notice, to }: Outgoing, plan: Plan, ms: number): boolean {
  const { tell = [] } = plan.priorities[notice.priority]?.levels[notice.level - 1] ?? {};
  const at = new Date(ms).toISOString();
  const expected = tell.flatMap((name) => {
    const role = plan.roles[name];
    return role ? onDuty(role, plan.timeZone, at) : [];
  });
  const told = new Set(to.map(({ contact }) => contact));
  return new Set(expected).size === told.size && expected.every((contact) => told.has(contact));
}
