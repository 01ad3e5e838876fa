import type { z } from 'zod';

/** Where a value stands: `['routines', 0, 'checks', 2]`. */
export type Path = readonly PropertyKey[];

/** One refused value. */
export interface Problem {
  /** As it would be written in code: `routines[0].checks[2].thresholds[0].warning`. */
  readonly path: string;
  /** The value itself, shortened. */
  readonly got: string;
  /** What was expected, and what to do: see `refusal`. */
  readonly refusal: string;
}

/** A runbook, or a file that belongs to it, is not usable; the message lists everything that is wrong with it. */
export class RunbookError extends Error {
  readonly problems: readonly Problem[];

  constructor(subject: string, problems: readonly Problem[]) {
    const count = problems.length === 1 ? 'one problem' : `${problems.length} problems`;
    const lines = problems.map(({ path, got, refusal }) => `- ${path}: got ${got}, ${refusal}`);
    super(`${subject} has ${count}:\n${lines.join('\n')}`);
    this.name = 'RunbookError';
    this.problems = problems;
  }
}

/** The second half of a problem: what was expected, and what to do about it. */
export function refusal(expected: string, fix: string): string {
  return `expected ${expected}; ${fix}`;
}

/** Collects problems, so that all of them can be told at once. */
export class Problems {
  readonly #found: Problem[] = [];

  add(path: Path, got: unknown, refusal: string): void {
    this.#found.push({ path: pathText(path), got: shown(got), refusal });
  }

  /** The value when its schema accepts it; otherwise what is wrong is noted and the answer is `undefined`. */
  parse<T>(path: Path, schema: z.ZodType<T>, value: unknown): T | undefined {
    const result = schema.safeParse(value, { reportInput: true });
    if (result.success) return result.data;
    for (const issue of result.error.issues) this.#addIssue([...path, ...issue.path], issue);
    return undefined;
  }

  /**
   * Parses every entry of a record on its own, so that a broken one hides no other.
   * @returns all ids; those with a broken entry hold `undefined`
   */
  parseRecord<T>(path: Path, id: z.ZodType, schema: z.ZodType<T>, value: unknown): Map<string, T | undefined> {
    const entries = typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.entries(value) : [];
    if (entries.length === 0) this.add(path, value, refusal('an object with at least one entry', 'add one'));
    return new Map(
      entries.map(([key, entry]) => {
        this.parse([...path, key], id, key);
        return [key, this.parse([...path, key], schema, entry)];
      }),
    );
  }

  #addIssue(path: Path, issue: z.core.$ZodIssue): void {
    switch (issue.code) {
      case 'unrecognized_keys':
        for (const key of issue.keys) this.add([...path, key], Reflect.get(Object(issue.input), key), unknownField);
        break;
      case 'invalid_key':
        for (const inner of issue.issues) this.add(path, issue.input, inner.message);
        break;
      default:
        this.add(path, issue.input, issue.message);
    }
  }

  /** @throws {RunbookError} when anything was added */
  throwIfAny(subject: string): void {
    if (this.#found.length > 0) throw new RunbookError(subject, this.#found);
  }
}

const unknownField = refusal('only fields that have a meaning', 'correct its name or remove it');

/** Longest value shown in a message, in characters. */
const shownLength = 80;

function shown(value: unknown): string {
  if (value === undefined) return 'nothing';
  const text = typeof value === 'number' ? String(value) : (JSON.stringify(value) ?? `a ${typeof value}`);
  return text.length <= shownLength ? text : `${text.slice(0, shownLength)}...`;
}

function pathText(path: Path): string {
  let text = '';
  for (const part of path) {
    if (typeof part === 'number') text += `[${part}]`;
    else if (!/^[\w-]+$/.test(String(part))) text += `[${JSON.stringify(String(part))}]`;
    else text += text === '' ? String(part) : `.${String(part)}`;
  }
  return text;
}
