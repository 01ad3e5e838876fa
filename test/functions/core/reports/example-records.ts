import { Temporal } from 'temporal-polyfill';
import type { Notice, NoticeKind } from '../../../../functions/core/alert.ts';
import { distributionOf } from '../../../../functions/core/distribution.ts';
import type {
  Plan,
  PlanCheck,
  PlanReport,
  PlanRoutine,
  ReportPart,
  Schedule,
} from '../../../../functions/core/plan.ts';
import type { Block } from '../../../../functions/core/reports/document.ts';
import type {
  IncidentNote,
  IncidentRecord,
  NoteSubject,
  ReportRecords,
} from '../../../../functions/core/reports/records.ts';
import type { Recheck, Round, Verdict } from '../../../../functions/core/round.ts';
import type { AskedSignOff, Signature } from '../../../../functions/core/sign-off.ts';
import type { Status } from '../../../../functions/core/status.ts';
import { type Iso, isoOf, laterBy } from '../../../../functions/core/time.ts';
import { examplePlan, usualRules } from '../example-plan.ts';

export const timeZone = 'America/New_York';

/** `08:00` of Monday, 7 December 2026, or `2026-12-04 20:00`, on New York's clock. */
export function at(text: string): Iso {
  const [time = '', date = '2026-12-07'] = text.split(' ').reverse();
  return isoOf(Temporal.PlainDate.from(date).toZonedDateTime({ timeZone, plainTime: time }).epochMilliseconds);
}

const evenings: Schedule = { days: 'business-days', at: ['20:00'] };

const host = { kind: 'host', thresholds: [], baselines: [], look: 'look', timeoutSeconds: 10 } as const;

function check(title: string, source: PlanCheck['source']): PlanCheck {
  return { title, rules: usualRules, dependsOn: [], source };
}

function routine(title: string, schedule: PlanRoutine['schedule'], ...checks: string[]): PlanRoutine {
  return { title, fleet: 'app', schedule, checks, remedies: [], deadlineSeconds: 300 };
}

function signOff(title: string): PlanCheck {
  return check(title, { kind: 'sign-off', question: `${title}, is it so?`, dueMinutes: 120, note: 'required' });
}

/** The example platform in New York, with a day of routines and sign-offs. */
export const reportPlan: Plan = {
  ...examplePlan,
  timeZone,
  calendar: {
    ...examplePlan.calendar,
    holidays: [
      { date: '2026-12-25', name: 'Christmas Day' },
      { date: '2027-01-01', name: "New Year's Day" },
    ],
  },
  checks: {
    ...examplePlan.checks,
    backup: check('Daily backup', { ...host, changes: 'writes a backup' }),
    forecast: check('Disk forecast', {
      kind: 'trend',
      check: 'disk',
      metric: 'used',
      days: 14,
      limit: 90,
      thresholds: [],
    }),
    patterns: signOff('Error patterns documented'),
    closed: signOff('Day closed'),
  },
  routines: {
    morning: routine('Morning', { days: 'business-days', at: ['08:00'] }, 'disk', 'load', 'overnight'),
    hourly: routine('Hourly', { days: 'every-day', everyMinutes: 60 }, 'disk', 'forecast'),
    night: { ...routine('Night', { days: 'every-day', at: ['02:00'] }, 'backup'), remedies: ['backup'] },
    evening: routine('Evening', { days: 'business-days', at: ['18:00'] }, 'load', 'patterns', 'closed'),
    cleanup: routine('Clean-up', 'on-demand', 'load'),
  },
};

/** The plan with a report of some parts, `daily`, which is written on business days at 20:00. */
export function planWith(parts: readonly ReportPart[], schedule: Schedule = evenings): Plan {
  const daily: PlanReport = { title: 'Daily Operations Log', schedule, tell: [], parts };
  return { ...reportPlan, reports: { daily } };
}

/** Records of Friday 20:00 until Monday 20:00. */
export function recordsOf(some: Partial<ReportRecords> = {}): ReportRecords {
  const none = { rounds: [], signOffs: [], incidents: [], silences: [], reports: [], expected: {} };
  return { period: { from: at('2026-12-04 20:00'), to: at('20:00') }, ...none, ...some };
}

/** A moment after 20:00, when the report is written. */
export const now = at('20:01');

interface Found {
  readonly routine?: string;
  readonly lost?: number;
  readonly missing?: number;
  readonly recheck?: Partial<Recheck>;
  readonly requestedBy?: string;
  /** Values of the metric `used` of the check `disk`, one a host. */
  readonly used?: readonly number[];
}

/** A collected round; `{ disk: 'CRITICAL 97% used' }` on one of three hosts. */
export function round(slot: Iso, verdicts: Readonly<Record<string, string>>, found: Found = {}): Round {
  const { routine: name = 'morning', lost = 0, missing = 0, recheck, requestedBy, used } = found;
  const checks = Object.keys(verdicts);
  const values = used?.map((value) => [value, 1] as const);
  return {
    ...headOf(slot, name),
    ...(requestedBy !== undefined && { requestedBy }),
    ...(recheck && { recheck: { checks, hosts: ['i-1'], populations: {}, ...recheck } }),
    status: 'collected',
    commandId: 'c-1',
    sentAt: slot,
    deadlineAt: laterBy(300_000, slot),
    summary: {
      collectedAt: slot,
      hosts: { answered: 3, lost, gone: 0, missing },
      verdicts: Object.fromEntries(Object.entries(verdicts).map(([id, text]) => [id, verdictOf(text)])),
      ...(values && { distributions: { disk: { used: distributionOf('%', values) } } }),
    },
  };
}

function verdictOf(found: string): Verdict {
  const [status = '', ...words] = found.split(' ');
  const counts = { OK: 2, WARNING: 0, CRITICAL: 0, UNKNOWN: 0 };
  counts[status as Status] += 1;
  return { status: status as Status, counts, text: words.join(' ') };
}

/** A round that has found nothing. */
export function emptyRound(
  slot: Iso,
  status: 'skipped' | 'failed' | 'missed' | 'sending' | 'running',
  reason = 'a reason',
  name = 'morning',
): Round {
  const head = headOf(slot, name);
  if (status === 'sending') return { ...head, status };
  if (status === 'running') return { ...head, status, sentAt: slot, deadlineAt: laterBy(300_000, slot) };
  return { ...head, status, reason };
}

function headOf(slot: Iso, name: string) {
  return { routine: name, slot, nonce: '0'.repeat(32), requestedAt: slot };
}

/** Asked at a time, with signatures such as `20:10 ann OK all is well` or `20:10 bob WRONG two are missing`. */
export function asked(id: string, slot: Iso, ...signatures: string[]): AskedSignOff {
  const title = reportPlan.checks[id]?.title ?? id;
  return {
    ...{ id, routine: 'evening', slot, title, question: `${title}, is it so?`, note: 'required' },
    dueAt: laterBy(2 * 3_600_000, slot),
    signatures: signatures.map((each): Signature => {
      const [time = '', by = '', verdict, ...words] = each.split(' ');
      return { by, at: at(time), note: words.join(' '), isGood: verdict === 'OK' };
    }),
  };
}

const kinds: Readonly<Record<string, NoticeKind>> = {
  opens: 'problem',
  escalates: 'escalation',
  reminds: 'reminder',
  rises: 'update',
  acknowledges: 'acknowledgement',
  resolves: 'recovery',
  recovers: 'recovery',
};

interface Course {
  readonly number?: string;
  readonly check?: string;
  readonly priority?: Notice['priority'];
  readonly openedAt?: Iso;
  readonly notes?: readonly string[];
  readonly text?: string;
}

/**
 * An incident by what happened to it: `08:03 opens`, `08:10 ann acknowledges`, `08:30 recovers`, `08:30 ann resolves`,
 * `09:03 escalates`. Notes are `09:00 ann cause: a log that nobody rotates`.
 */
export function incident(course: readonly string[], about: Course = {}): IncidentRecord {
  const { number = 'DAILY-20261207-001', check: id = 'disk', priority = 'P2', notes = [], text = '97% used' } = about;
  const title = reportPlan.checks[id]?.title ?? id;
  const steps = course.map((line) => {
    const [, time = '', by, what = ''] = /^((?:\S+ )?\d\d:\d\d) (?:(\w+) )?(\w+)$/.exec(line) ?? [];
    return { at: at(time), by, what };
  });
  const openedAt = about.openedAt ?? steps[0]?.at ?? '';
  const notices = steps.map(({ at: happenedAt, by, what }, index): Notice => {
    const isOver = kinds[what] === 'recovery';
    return {
      kind: kinds[what] ?? 'problem',
      ...{ incident: number, sequence: index + 1, round: `morning/${openedAt}`, check: id, title, priority, level: 1 },
      ...{ headline: `${title} CRITICAL on 1 of 3 hosts`, openedAt, at: happenedAt, troubled: 1, population: 3 },
      worst: isOver ? [] : [{ host: 'i-1', name: 'app-1', status: 'CRITICAL', text, longText: '' }],
      reason: reasonFor(what, by),
      ...(by !== undefined && { by }),
    };
  });
  const last = notices.at(-1);
  const resolved = last?.kind === 'recovery' && { resolvedAt: last.at };
  return {
    head: { number, sequence: notices.length, check: id, title, priority, openedAt, ...resolved },
    notices,
    notes: notes.map(noteOf),
  };
}

function reasonFor(what: string, by: string | undefined): string {
  if (by !== undefined) return `${what.replace(/s$/, 'd')} by ${by}`;
  return what === 'recovers' ? 'it is well' : what === 'opens' ? 'it is bad' : 'nobody has acknowledged in 60 minutes';
}

function noteOf(line: string): IncidentNote {
  const [, time = '', by = '', about = '', text = ''] = /^(\S+) (\w+) ([\w-]+): (.*)$/s.exec(line) ?? [];
  return { by, at: at(time), about: about as NoteSubject, text };
}

/** What a reader sees, a line each: `label: value [STATUS]`, `- item`, cells with ` | ` between. */
export function linesOf(blocks: readonly Block[]): string[] {
  return blocks.flatMap(blockLines);
}

function blockLines(block: Block): readonly string[] {
  switch (block.kind) {
    case 'heading':
      return [`${'#'.repeat(block.level)} ${block.text}`];
    case 'text':
    case 'output':
      return [block.text];
    case 'fields':
      return block.fields.flatMap(({ label, value, status, items = [] }) => [
        `${label}: ${value}${status ? ` [${status}]` : ''}`,
        ...items.map((item) => `- ${item}`),
      ]);
    case 'list':
      return block.items.length > 0 ? block.items.map((item) => `- ${item}`) : ['none'];
    case 'tasks':
      return block.items.map(({ text, isDone }) => `- [${isDone ? 'x' : ' '}] ${text}`);
    case 'table':
      return block.rows.map((row) => row.join(' | '));
    case 'chart':
      return [block.chart.caption];
  }
}
