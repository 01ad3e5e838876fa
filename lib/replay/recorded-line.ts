import { z } from 'zod';
import { type Status, statuses } from '../../functions/core/status.ts';
import { refusal } from '../runbook/problems.ts';
import { fields, oneOf } from '../runbook/validation/values.ts';

/** One check on one host, as it was judged then. */
export interface RecordedResult {
  /** Epoch milliseconds. */
  readonly at: number;
  readonly host: string;
  readonly check: string;
  readonly status: Status;
  /** In base units. */
  readonly metrics?: Readonly<Record<string, number>>;
  /** The check itself gave the status: its text does not say that a threshold did. */
  readonly isOwn?: true;
}

/** What somebody did. */
export interface RecordedCommand {
  readonly at: number;
  readonly command: 'ack' | 'resolve' | 'silence';
  /** `*` for a silence of all checks. */
  readonly check: string;
  readonly by: string;
  /** When a silence ends. */
  readonly until?: number;
}

export type RecordedLine = RecordedResult | RecordedCommand;

const instant = z.iso.datetime({
  offset: true,
  error: refusal('an ISO 8601 time with Z or an offset', 'write 2026-11-23T13:00:00.000Z'),
});

const name = (of: string) =>
  z.string({ error: refusal(of, 'write it as a text') }).min(1, { error: refusal(of, 'write it') });

const text = z.string({ error: refusal('a text', 'write it in quotation marks, or leave it out') });

const metrics = z.record(z.string(), z.number({ error: refusal('a number', 'write it in base units') }), {
  error: refusal('an object of numbers by their labels', 'write {"disk_used": 91}, or leave it out'),
});

const result = fields({
  at: instant,
  host: name('the name of a host'),
  check: name('the id of a check'),
  status: oneOf(statuses),
  text: text.exactOptional(),
  metrics: metrics.exactOptional(),
});

const command = fields({
  at: instant,
  command: oneOf(['ack', 'resolve', 'silence']),
  check: name('the id of a check'),
  by: name('who did it'),
  until: instant.exactOptional(),
})
  .refine((line) => line.command !== 'silence' || line.until !== undefined, {
    path: ['until'],
    error: refusal('when the silence ends', 'add it'),
  })
  .refine((line) => line.command === 'silence' || line.check !== '*', {
    path: ['check'],
    error: refusal('the check of the incident', 'write its id; only a silence can be about all checks'),
  });

/** Reads one line; or says everything that is wrong with it. */
export function readLine(line: string): RecordedLine | { readonly problems: readonly string[] } {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return { problems: [`got ${shown(line)}, ${refusal('a JSON object', 'correct the line or remove it')}`] };
  }
  return Object.hasOwn(Object(value), 'command') ? readCommand(value) : readResult(value);
}

function readResult(value: unknown): ReturnType<typeof readLine> {
  const parsed = result.safeParse(value);
  if (!parsed.success) return { problems: problemsOf(value, parsed.error) };
  const { at, text, metrics, ...line } = parsed.data;
  return {
    ...line,
    at: Date.parse(at),
    ...(metrics && { metrics }),
    ...(text !== undefined && !isFinding(text, metrics ?? {}) && { isOwn: true as const }),
  };
}

function readCommand(value: unknown): ReturnType<typeof readLine> {
  const parsed = command.safeParse(value);
  if (!parsed.success) return { problems: problemsOf(value, parsed.error) };
  const { at, until, ...line } = parsed.data;
  return { ...line, at: Date.parse(at), ...(until !== undefined && { until: Date.parse(until) }) };
}

/** Whether a text begins with what a threshold has found: `disk_used is 93%, over 90%`. */
function isFinding(text: string, metrics: Readonly<Record<string, number>>): boolean {
  return Object.keys(metrics).some((label) => text.startsWith(`${label} is `));
}

function problemsOf(value: unknown, { issues }: z.ZodError): string[] {
  return issues.flatMap(({ path, message, ...issue }) => {
    if (issue.code !== 'unrecognized_keys') return [problem(value, path, message)];
    return issue.keys.map((key) => problem(value, [...path, key], unknownField));
  });
}

const unknownField = refusal('only fields that have a meaning', 'correct its name or remove it');

function problem(value: unknown, path: readonly PropertyKey[], message: string): string {
  const got = path.reduce((part: unknown, key) => Reflect.get(Object(part), key), value);
  return `${path.map((key) => `${String(key)}: `).join('')}got ${shown(got)}, ${message}`;
}

const shownCharacters = 60;

function shown(value: unknown): string {
  const text = value === undefined ? 'nothing' : (JSON.stringify(value) ?? typeof value);
  return text.length <= shownCharacters ? text : `${text.slice(0, shownCharacters)}...`;
}
