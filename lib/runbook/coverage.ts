import { basename, relative } from 'node:path';
import type { Check, Runbook } from './types.ts';

/** A row of a written procedure, and what runs instead. Paths are relative to the project's root. */
export interface CoveredRow {
  /** `F1` */
  readonly id: string;
  readonly kind: string;
  /** `morning/services`, once for each routine. */
  readonly runs: readonly string[];
  readonly script?: string;
  readonly test: string;
}

/** The rows that a runbook covers, in the order of the procedure. */
export function coveredRows(runbook: Runbook, root: string): readonly CoveredRow[] {
  const rows = runbook.routines.flatMap((routine) => {
    const test = `test/lib/runbooks/${runbook.id}/rounds.test.ts`;
    return [
      ...routine.covers.map((id) => ({ id, kind: 'routine', runs: [routine.id], test })),
      ...routine.checks.flatMap((check) => {
        const runs = [`${routine.id}/${check.id}`];
        return check.covers.map((id) => ({ id, runs, test, ...kindOf(check, root) }));
      }),
    ];
  });
  const merged = new Map<string, CoveredRow>();
  for (const row of rows) merged.set(row.id, { ...row, runs: [...(merged.get(row.id)?.runs ?? []), ...row.runs] });
  return [...merged.values()].sort((one, other) => one.id.localeCompare(other.id, 'en', { numeric: true }));
}

function kindOf(check: Check, root: string): Pick<CoveredRow, 'kind'> & Partial<CoveredRow> {
  if ('incidents' in check) return { kind: 'check on our own records' };
  if ('command' in check) return { kind: `plugin ${basename(check.command[0] ?? '')}` };
  const script = relative(root, check.script);
  return { kind: 'check', script, test: `test/${script.replace(/\.\w+$/, '.test.ts')}` };
}

/** docs/coverage.md */
export function coverageTable(runbooks: readonly Runbook[], root: string): string {
  const sections = runbooks.map((runbook) => {
    const rows = coveredRows(runbook, root).map(({ id, kind, runs, script, test }) =>
      [id, kind, code(...runs), script ? code(script) : '', code(test)].join(' | '),
    );
    return [`## ${runbook.name}`, '', ...tableOf(rows)].join('\n');
  });
  return `${[...introduction, ...sections].join('\n\n')}\n`;
}

const introduction = [
  '# Coverage',
  'The rows of the written procedures that Rounds carries out, made from the runbooks by `lib/runbook/coverage.ts`.',
];

function tableOf(rows: readonly string[]): readonly string[] {
  const head = ['row | kind | routine/check | script | test', '--- | --- | --- | --- | ---'];
  return [...head, ...rows].map((row) => `| ${row} |`);
}

function code(...texts: readonly string[]): string {
  return texts.map((text) => `\`${text}\``).join(', ');
}
