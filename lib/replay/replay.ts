import type { Plan } from '../../functions/core/plan.ts';
import type { Silence } from '../../functions/core/silence.ts';
import type { Iso } from '../../functions/core/time.ts';
import { type Batch, batchesOf } from './batches.ts';
import { FleetMemory } from './fleet-memory.ts';
import type { RecordedCommand } from './recorded-line.ts';
import type { Recording } from './recording.ts';
import { type Notification, VirtualPlatform } from './virtual-platform.ts';

export interface ReplayOptions {
  /** Nothing after it is replayed. @default 7 days after the last line, where the clock stops at the latest */
  readonly until?: Iso;
  /**
   * The runbook's thresholds judge the recorded metrics, as far as they name any. @default the recorded status stands
   */
  readonly rejudge?: boolean;
}

/** How long the clock runs on after the last line: escalations and digests come, and reminders need an end. */
const afterwardsMs = 7 * 86_400_000;

/**
 * What people would have been told by a runbook: its alert engine over what was found and done at other times. Rechecks
 * are those of the recording; between two results nothing is asked.
 * @throws {Error} when results are of checks that the runbook does not have
 */
export function replay(plan: Plan, recording: Recording, options: ReplayOptions = {}): readonly Notification[] {
  refuseUnknown(plan, recording);
  const { rejudge = false } = options;
  const happenings = happeningsOf(plan, recording);
  const first = happenings[0]?.at ?? 0;
  const last = happenings.at(-1)?.at ?? 0;
  const until = options.until ?? isoOf(last + afterwardsMs);
  const populations = populationsOf(recording);
  const fleets = new Map<string, FleetMemory>();
  const platform = new VirtualPlatform(plan, isoOf(first));
  let silences: readonly Silence[] = [];
  for (const happening of happenings) {
    const now = isoOf(happening.at);
    if (now > until) break;
    platform.advanceTo(now);
    if ('results' in happening) {
      const { check } = happening;
      const fleet =
        fleets.get(check) ?? new FleetMemory(plan, check, { population: populations.get(check) ?? 0, rejudge });
      fleets.set(check, fleet);
      platform.observe(fleet.observe(now, happening.results));
    } else if (happening.command === 'silence') {
      silences = [...silences.filter((silence) => silence.until > now), silenceOf(happening, now)];
      platform.silence(silences);
    } else {
      const kind = happening.command === 'ack' ? 'acknowledge' : 'resolve';
      platform.command(happening.check, { kind, by: happening.by });
    }
  }
  platform.advanceTo(until);
  return platform.notifications;
}

/** As the core's own, ten times as fast: a recording has millions of moments. */
function isoOf(ms: number): Iso {
  return new Date(ms).toISOString();
}

function silenceOf({ by, check, until }: RecordedCommand, from: Iso): Silence {
  const checks = check === '*' ? [] : [check];
  return { id: `${from}/${check}`, by, reason: 'recorded', from, until: isoOf(until ?? 0), checks };
}

/** Batches and commands in time; at one moment first what explains something else, and people act on what they know. */
function happeningsOf(plan: Plan, { results, commands }: Recording): (Batch | RecordedCommand)[] {
  const order = causesFirst(plan);
  const rank = (happening: Batch | RecordedCommand) =>
    'results' in happening ? (order.get(happening.check) ?? -1) : order.size;
  return [...batchesOf(results), ...commands].sort((one, other) => one.at - other.at || rank(one) - rank(other));
}

/** The position of each check after those that explain it; hosts and Rounds itself come before all of them. */
function causesFirst({ checks }: Plan): ReadonlyMap<string, number> {
  const order = new Map<string, number>();
  const add = (id: string) => {
    const check = checks[id];
    if (!check || order.has(id)) return;
    for (const cause of check.dependsOn) add(cause);
    order.set(id, order.size);
  };
  for (const id of Object.keys(checks)) add(id);
  return order;
}

function populationsOf({ results }: Recording): ReadonlyMap<string, number> {
  const hosts = new Map<string, Set<string>>();
  for (const { check, host } of results) {
    const known = hosts.get(check) ?? new Set();
    hosts.set(check, known.add(host));
  }
  return new Map([...hosts].map(([check, { size }]) => [check, size]));
}

/** Alerts that are no checks: of fleets, and of Rounds itself. */
const ownAlerts = /^(?:fleet|round)-/;

function refuseUnknown({ checks, platform }: Plan, { results, commands }: Recording): void {
  const named = new Set([...results, ...commands].map(({ check }) => check));
  const unknown = [...named].filter(
    (check) => !Object.hasOwn(checks, check) && !ownAlerts.test(check) && check !== '*',
  );
  if (unknown.length === 0) return;
  throw new Error(
    `the results are of checks that the runbook of ${platform.id} does not have: got ${unknown.join(', ')}; ` +
      `expected ${Object.keys(checks).join(', ')}, fleet-* or round-*. Remove their lines, or replay another runbook.`,
  );
}
