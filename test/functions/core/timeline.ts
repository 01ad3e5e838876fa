import { Temporal } from 'temporal-polyfill';
import type { Observation } from '../../../functions/core/alert.ts';
import { rulesOf } from '../../../functions/core/observations.ts';
import type { Plan } from '../../../functions/core/plan.ts';
import { hostMatches } from '../../../functions/core/priority.ts';
import type { Status } from '../../../functions/core/status.ts';
import { type Iso, isoOf, localTime } from '../../../functions/core/time.ts';
import { VirtualPlatform } from '../../../lib/replay/virtual-platform.ts';
import { examplePlan } from './example-plan.ts';

/** `Mon` to `Sun` stand for the days from Monday, 23 November 2026 on; `Mon2` is a week later. */
const monday = '2026-11-23';
const days = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];

/**
 * Runs a course of events, a line each, and gives what people are told, a line each:
 *
 * - `Mon 08:00 a=CRITICAL b=OK c=lost`: a round has found this of the check `disk`; with `load:` before the hosts, of that.
 *   A round that is not over ends with `...`; metrics are `a=CRITICAL/disk_used:97`.
 * - `Mon 08:10 ann acknowledges`, `ann resolves`: the answer stands in the lines as `(answer)`.
 * - `Mon 08:20 silence 36h`, with `load` at its end only of that check; `unsilence`.
 * - `Mon 09:00 -`: time has passed.
 *
 * A told line is `Mon 08:00 problem P2 1/2 ann by email`: level 1, sequence-free.
 */
export function told(course: readonly string[], plan: Plan = examplePlan, options = {}): string[] {
  const lines: string[] = [];
  const first = instantIn(course[0] ?? '', plan.timeZone).at;
  const platform = new VirtualPlatform(plan, first, {
    ...options,
    onNotification: ({ at, kind, check, priority, level, to, channels }) => {
      const what = check === 'disk' ? '' : `${check} `;
      lines.push(
        `${clock(at, plan.timeZone)} ${kind} ${what}${priority} level ${level} to ${to.map(({ contact }) => contact).join(', ')} by ${channels.join('+')}`,
      );
    },
  });
  for (const line of course) {
    const { at, rest } = instantIn(line, plan.timeZone);
    platform.advanceTo(at);
    const answer = happen(platform, plan, at, rest);
    if (answer) lines.push(`(${answer})`);
  }
  return lines;
}

function happen(platform: VirtualPlatform, plan: Plan, at: Iso, what: string): string | undefined {
  const command = /^(\w+) (acknowledge|resolve)s(?: (\w+))?$/.exec(what);
  if (command) {
    const [, by = '', kind, check = 'disk'] = command;
    return platform.command(check, { kind: kind as 'acknowledge' | 'resolve', by });
  }
  const silence = /^silence (\d+)h(?: (\w+))?$/.exec(what);
  if (silence) {
    const until = isoOf(Date.parse(at) + Number(silence[1]) * 3_600_000);
    const checks = silence[2] ? [silence[2]] : [];
    platform.silence([{ id: 's', by: 'ann', reason: 'works', from: at, until, checks }]);
  } else if (what === 'unsilence') platform.silence([]);
  else if (what !== '-') platform.observe(observation(plan, at, what));
  return undefined;
}

/** `load: a=CRITICAL b=OK ...` */
export function observation(plan: Plan, at: Iso, text: string): Observation {
  const [, check = 'disk', hosts = '', open] = /^(?:([\w-]+): )?(.*?)( \.\.\.)?$/.exec(text) ?? [];
  const rules = rulesOf(plan, check);
  const counts: Record<Status, number> = { OK: 0, WARNING: 0, CRITICAL: 0, UNKNOWN: 0 };
  const matches = rules.map(() => 0);
  const worst: Observation['worst'][number][] = [];
  const unjudged: string[] = [];
  for (const part of hosts.split(' ')) {
    const [host = '', answer = ''] = part.split('=');
    const [status = '', label, value] = answer.split(/[/:]/);
    if (status === 'lost') {
      unjudged.push(host);
      continue;
    }
    counts[status as Status] += 1;
    const metrics = label ? [{ label, value: Number(value), unit: '' }] : [];
    for (const [index, rule] of rules.entries()) {
      if (hostMatches(rule, status as Status, metrics as never)) matches[index] = (matches[index] ?? 0) + 1;
    }
    if (status !== 'OK') worst.push({ host, name: host, status: status as 'CRITICAL', text: 'full', longText: '' });
  }
  const title = plan.checks[check]?.title ?? check;
  return {
    check,
    title,
    headline: `${title} ${worst[0]?.status ?? 'OK again'}`,
    at,
    round: `morning/${at}`,
    final: open === undefined,
    counts,
    matches,
    population: counts.OK + counts.WARNING + counts.CRITICAL + counts.UNKNOWN,
    troubled: { total: worst.length, named: worst.map(({ host }) => host) },
    worst: worst.slice(0, 5),
    unjudged: { total: unjudged.length, named: unjudged },
  };
}

/** `Mon 08:00 …` or `2026-10-25 02:30 …`, on the clock of the zone. */
function instantIn(line: string, timeZone: string): { readonly at: Iso; readonly rest: string } {
  const [, day = '', time = '', rest = ''] = /^(\S+) (\d\d:\d\d(?::\d\d)?) (.*)$/.exec(line) ?? [];
  const named = /^(\w{3})(\d?)$/.exec(day);
  const date = named
    ? Temporal.PlainDate.from(monday).add({ days: days.indexOf(named[1] ?? ''), weeks: Number(named[2] || 1) - 1 })
    : Temporal.PlainDate.from(day);
  return { at: isoOf(date.toZonedDateTime({ timeZone, plainTime: time }).epochMilliseconds), rest };
}

function clock(at: Iso, timeZone: string): string {
  const local = localTime(at, timeZone);
  const since = Temporal.PlainDate.from(monday).until(local.toPlainDate()).days;
  const week = Math.floor(since / 7);
  const isNear = week >= 0 && week < 3;
  const day = isNear ? `${days[since % 7]}${week > 0 ? week + 1 : ''}` : local.toPlainDate().toString();
  const seconds = local.second === 0 ? 'minute' : 'second';
  return `${day} ${local.toPlainTime().toString({ smallestUnit: seconds })}`;
}
