import { expect, test } from 'vitest';
import { compile } from '../../../../lib/runbook/compile.ts';
import { RunbookError } from '../../../../lib/runbook/problems.ts';
import type { Runbook } from '../../../../lib/runbook/types.ts';
import { sampleRunbook } from '../sample-runbook.ts';

/** A value that makes the sample runbook invalid, and the problem that it has to be refused with. */
export interface Refusal {
  /** Path of the value, as messages write it. */
  readonly set: string;
  /** `undefined` removes the value. */
  readonly to: unknown;
  /** Where the problem is. @default `set` */
  readonly at?: string;
  /** What the message shows. @default `to` as JSON */
  readonly got?: string;
  /** A part of what was expected. */
  readonly expected: string;
}

/** One test a row: the runbook with this value is refused with this problem, and with no other. */
export function testRefusals(rows: readonly Refusal[], runbook: () => Runbook = sampleRunbook): void {
  test.each(rows.map((row) => ({ ...row, got: row.got ?? JSON.stringify(row.to) ?? 'nothing' })))(
    'refuses $set: $got',
    ({ set, to, at = set, got, expected }) => {
      const problems = problemsOf(changed(runbook(), set, to));
      expect(problems).toEqual([expect.stringContaining(`${at}: got ${got}, expected `)]);
      expect(problems[0]).toContain(expected);
      expect(problems[0]).toMatch(/; \w/);
    },
  );
}

/** The problems of a runbook, one a line of the message. */
export function problemsOf(runbook: Runbook): readonly string[] {
  try {
    compile(runbook);
    return [];
  } catch (error) {
    if (!(error instanceof RunbookError)) throw error;
    return error.message
      .split('\n')
      .slice(1)
      .map((line) => line.replace(/^- /, ''));
  }
}

/** A copy of the runbook with another value at a path such as `routines[0].checks[1].id`. */
export function changed(runbook: Runbook, path: string, value: unknown): Runbook {
  const copy: Runbook = JSON.parse(JSON.stringify(runbook));
  const parts = path.split(/[.[\]]+/).filter((part) => part !== '');
  const last = parts.pop() ?? '';
  const parent: object = parts.reduce((target, part) => Reflect.get(target, part), copy as object);
  if (value === undefined) Reflect.deleteProperty(parent, last);
  else Reflect.set(parent, last, value);
  return copy;
}
