import { worseLabel } from '../../functions/core/baseline.ts';
import type { Plan, Priority } from '../../functions/core/plan.ts';
import { reasonOf } from '../../functions/core/story.ts';
import { clockText } from '../../functions/core/time.ts';
import { counted } from '../../functions/core/words.ts';
import { type Change, compare } from '../replay/compare.ts';
import { loadPlan } from '../replay/load-plan.ts';
import { type Recording, readRecording } from '../replay/recording.ts';
import { replay } from '../replay/replay.ts';
import type { Notification } from '../replay/virtual-platform.ts';
import { columns } from './columns.ts';
import { instantAt } from './local-instant.ts';
import type { Outcome } from './outcome.ts';

export interface ReplayFlags {
  /** Id of a platform, or a file. */
  readonly runbook: string;
  readonly results: string;
  readonly against?: string;
  readonly until?: string;
  readonly rejudge?: boolean;
}

type Replayed = Outcome & {
  readonly data: readonly unknown[];
  /** What the result does not show, for stderr. */
  readonly notes: readonly string[];
};

/** @throws {Error} that says what is wrong with the runbooks or the results, before anything is replayed */
export async function runReplay(flags: ReplayFlags): Promise<Replayed> {
  const plan = await loadPlan(flags.runbook);
  const other = flags.against === undefined ? undefined : await loadPlan(flags.against);
  const recording = await readRecording(flags.results);
  const until = flags.until === undefined ? {} : { until: instantAt('--until', flags.until, plan.timeZone) };
  const options = { ...until, rejudge: flags.rejudge === true };
  const notifications = replay(plan, recording, options);
  const notes = missingBaselines(plan, recording);
  if (!other) return { isDone: true, lines: showReplay(notifications, plan), data: notifications.map(reportOf), notes };
  const changes = compare(replay(other, recording, options), notifications);
  return { isDone: changes.length === 0, lines: showChanges(changes, plan), data: changes.map(changeReportOf), notes };
}

/** Rules that the recording cannot say anything about. */
function missingBaselines({ checks }: Plan, { results }: Recording): string[] {
  return Object.entries(checks).flatMap(([id, { source }]) => {
    const labels = source.kind === 'host' ? source.baselines.map(({ metric }) => worseLabel(metric)) : [];
    const own = results.filter(({ check }) => check === id);
    return labels
      .filter((label) => own.length > 0 && !own.some(({ metrics = {} }) => label in metrics))
      .map((label) => `the recording has no ${label} of ${id}: rules on its baseline match nothing.`);
  });
}

/** An entry of `--json`. */
function reportOf(notification: Notification) {
  const { at, kind, incident, check, priority, level, roles, channels, hosts, reason } = notification;
  return { at, kind, incident, check, priority, level, roles, channels, hosts, reason };
}

function changeReportOf(change: Change) {
  const report = { change: change.change, ...reportOf(change.notification) };
  if (change.change !== 'moved') return report;
  const { at, kind, priority, roles, channels } = change.before;
  return { ...report, before: { at, kind, priority, roles, channels } };
}

function showReplay(notifications: readonly Notification[], { timeZone }: Plan): string[] {
  if (notifications.length === 0) return ['Nobody is told anything.'];
  const rows = notifications.map((notification) => rowOf(notification, timeZone));
  return [...columns(rows), '', ...summaryOf(notifications)];
}

function rowOf(notification: Notification, timeZone: string): string[] {
  const { at, kind, incident, check, priority, level, roles, channels } = notification;
  const to = `${roles.join(' and ')} by ${channels.join(' and ')}`;
  const reason = reasonOf(notification, timeZone, at);
  return [clockText(at, timeZone), priority, kind, incident, check, `level ${level}`, to, reason];
}

/** Notifications by priority and kind, and the incidents. */
function summaryOf(notifications: readonly Notification[]): string[] {
  const kinds = [...new Set(notifications.map(({ kind }) => kind))];
  const priorities = [...new Set(notifications.map(({ priority }) => priority))].sort();
  const incidents = new Set(notifications.map(({ incident }) => incident));
  const countOf = (priority: Priority, kind: string) =>
    notifications.filter((each) => each.priority === priority && each.kind === kind).length;
  return [
    `${counted(notifications.length, 'notification')} about ${counted(incidents.size, 'incident')}`,
    ...columns([
      ['', ...kinds],
      ...priorities.map((priority) => [priority, ...kinds.map((kind) => String(countOf(priority, kind)))]),
    ]),
  ];
}

function showChanges(changes: readonly Change[], { timeZone }: Plan): string[] {
  if (changes.length === 0) return ['No difference: the same people are told the same at the same times.'];
  const rows = changes.map((change) => {
    const row = rowOf(change.notification, timeZone);
    if (change.change !== 'moved') return [change.change, ...row];
    const { at, priority, kind, roles, channels } = change.before;
    const before = `${clockText(at, timeZone)} ${priority} ${kind} to ${roles.join(' and ')} by ${channels.join(' and ')}`;
    return [change.change, ...row, `(before: ${before})`];
  });
  const count = (change: Change['change']) => changes.filter((each) => each.change === change).length;
  return [...columns(rows), '', `${count('gained')} gained, ${count('lost')} lost, ${count('moved')} moved`];
}
