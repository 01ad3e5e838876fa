import { basename, relative } from 'node:path';
import { onDemand } from '../../functions/core/plan.ts';
import { remediesOf } from './compile.ts';
import type { Check, Routine, Runbook } from './types.ts';

/** A row of a written procedure, and what there is for it. Paths are relative to the project's root. */
export interface CoveredRow {
  /** `F1` */
  readonly id: string;
  /** The procedure's own words. */
  readonly text: string;
  readonly places: readonly CoveringPlace[];
}

interface CoveringPlace {
  readonly kind:
    | 'check'
    | 'plugin'
    | 'job'
    | 'job on demand'
    | 'check on our own records'
    | 'sign-off'
    | 'routine'
    | 'rule'
    | 'report';
  /** `morning/services`, once for each routine; the path of a rule; `reports.log`. */
  readonly runs: readonly string[];
  readonly script?: string;
  readonly test?: string;
}

/** The rows of a runbook's procedure in its order, each with all that covers it. */
export function coveredRows(runbook: Runbook, root: string): readonly CoveredRow[] {
  const places = new Map<string, CoveringPlace[]>();
  const add = (id: string, place: CoveringPlace) => {
    const known = places.get(id) ?? [];
    const same = known.find(
      ({ kind, script, test }) => [kind, script, test].join() === [place.kind, place.script, place.test].join(),
    );
    const others = known.filter((each) => each !== same);
    places.set(id, [...others, same ? { ...same, runs: [...same.runs, ...place.runs] } : place]);
  };
  for (const routine of runbook.routines) {
    for (const id of routine.covers) add(id, { kind: 'routine', runs: [routine.id] });
    for (const check of [...routine.checks, ...remediesOf(routine)]) {
      for (const id of check.covers) add(id, { ...kindOf(check, routine, root), runs: [`${routine.id}/${check.id}`] });
    }
  }
  for (const { id: report, covers } of runbook.reports ?? []) {
    for (const id of covers) add(id, { kind: 'report', runs: [`reports.${report}`], test: reportTest });
  }
  for (const [id, { rule }] of Object.entries(runbook.covers ?? {})) add(id, { kind: 'rule', runs: [rule] });
  const ids = Object.keys(runbook.procedure ?? Object.fromEntries(places));
  return ids.map((id) => ({ id, text: runbook.procedure?.[id] ?? '', places: places.get(id) ?? [] }));
}

const reportTest = 'test/functions/core/reports/report.test.ts';

function kindOf(check: Check, { schedule }: Routine, root: string): Omit<CoveringPlace, 'runs'> {
  if ('records' in check)
    return { kind: 'check on our own records', test: `test/functions/core/${check.records.kind}-answer.test.ts` };
  if ('signOff' in check) return { kind: 'sign-off', test: 'test/functions/flow/sign-offs.test.ts' };
  if ('command' in check) return { kind: 'plugin', script: basename(check.command[0] ?? '') };
  const script = relative(root, check.script);
  const job = schedule === onDemand ? 'job on demand' : 'job';
  return {
    kind: check.changes === undefined ? 'check' : job,
    script,
    test: `test/${script.replace(/\.\w+$/, '.test.ts')}`,
  };
}

/** docs/coverage.md, of the runbooks that name their procedure. */
export function coverageTable(runbooks: readonly Runbook[], root: string): string {
  const withProcedure = runbooks.filter(({ procedure }) => procedure !== undefined);
  const sections = withProcedure.map((runbook) => {
    const rows = coveredRows(runbook, root).flatMap(({ id, text, places }) =>
      places.map(({ kind, runs, script, test }, index) => {
        const row = index === 0 ? [id, text] : ['', ''];
        return [...row, kind, runs.map((run) => code(run)).join(', '), code(script), code(test)].join(' | ');
      }),
    );
    return [`## ${runbook.name}`, '', ...tableOf(rows)].join('\n');
  });
  return `${[...introduction, ...sections].join('\n\n')}\n`;
}

const introduction = [
  '# Coverage',
  'Every row of the written procedures, and what Rounds does for it: made from the runbooks by `lib/runbook/coverage.ts`. ' +
    'A runbook that names its procedure is refused at synthesis when a row has no place.',
];

function tableOf(rows: readonly string[]): readonly string[] {
  const head = [
    'row | the procedure says | kind | where it lives | script | test',
    '--- | --- | --- | --- | --- | ---',
  ];
  return [...head, ...rows].map((row) => `| ${row} |`);
}

function code(text: string | undefined): string {
  return text === undefined ? '' : `\`${text}\``;
}
