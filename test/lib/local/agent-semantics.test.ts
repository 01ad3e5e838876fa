import { describe, expect, it } from 'vitest';
import { documentStatus, type ResultStatus, type StepResult } from '../../../lib/local/agent/agent.ts';
import { type RunOptions, root, run } from './agent-run.ts';
import type { StepOptions } from './documents.ts';

/** A sentence about the SSM agent, a document that shows it, and what becomes of each step and of the document. */
interface Semantics extends Pick<RunOptions, 'parameters'> {
  readonly says: string;
  readonly steps: readonly StepOptions[];
  readonly result: readonly string[];
}

const windows = { StringEquals: ['platformType', 'Windows'] };
const linux = { StringEquals: ['linux', 'platformType'] };

const order: readonly Semantics[] = [
  {
    says: 'steps run in their order, and one that fails stops nothing',
    steps: [{ run: 'echo one' }, { run: 'echo two; exit 2' }, { run: 'echo three' }],
    result: ['Success 0 one', 'Failed 2 two', 'Success 0 three', 'Failed'],
  },
  {
    says: 'onFailure: exit ends the document after a failure',
    steps: [{ run: 'exit 1', onFailure: 'exit' }, { run: 'echo ran' }],
    result: ['Failed 1', 'Success 0 (after the end)', 'Failed'],
  },
  {
    says: 'onFailure: exit does nothing after a success, nor onSuccess: exit after a failure',
    steps: [{ run: 'true', onFailure: 'exit' }, { run: 'exit 1', onSuccess: 'exit' }, { run: 'echo ran' }],
    result: ['Success 0', 'Failed 1', 'Success 0 ran', 'Failed'],
  },
  {
    says: 'onFailure: exit does not see a time-out',
    steps: [{ run: 'exit 137', onFailure: 'exit' }, { run: 'echo ran' }],
    result: ['TimedOut 137', 'Success 0 ran', 'TimedOut'],
  },
  {
    says: 'onFailure: successAndExit ends the document and calls the failure a success',
    steps: [{ run: 'exit 1', onFailure: 'successAndExit' }, { run: 'echo ran' }],
    result: ['Success 168', 'Success 0 (after the end)', 'Success'],
  },
  {
    says: 'onSuccess: exit ends the document after a success',
    steps: [{ run: 'true', onSuccess: 'exit' }, { run: 'echo ran' }],
    result: ['Success 0', 'Success 0 (after the end)', 'Success'],
  },
  {
    says: 'a finally step runs after the end, if it is the last one',
    steps: [
      { run: 'exit 1', onFailure: 'exit' },
      { run: 'echo middle', finallyStep: true },
      { run: 'echo last', finallyStep: true },
    ],
    result: ['Failed 1', 'Success 0 (after the end)', 'Success 0 last', 'Failed'],
  },
];

const exitCodes: readonly Semantics[] = [
  {
    says: '168 ends the document, and counts as a success',
    steps: [{ run: 'exit 168' }, { run: 'echo ran' }, { run: 'echo last', finallyStep: true }],
    result: ['Success 168', 'Success 0 (after the end)', 'Success 0 last', 'Success'],
  },
  {
    says: '169 ends the document, and counts as a failure',
    steps: [{ run: 'exit 169' }, { run: 'echo ran' }],
    result: ['Failed 169', 'Success 0 (after the end)', 'Failed'],
  },
  {
    says: '194 reboots the host and runs the step again',
    steps: [{ run: `echo x >>${root}/boots; [ $(wc -l <${root}/boots) -ge 3 ] && echo up || exit 194` }],
    result: ['Success 0 up', 'Success'],
  },
  {
    says: '194 for ever fails here after five reboots',
    steps: [{ run: `echo x >>${root}/loops; exit 194` }, { run: `wc -l <${root}/loops` }],
    result: ['Failed 194', 'Success 0 6', 'Failed'],
  },
  {
    says: '3010, the reboot of Windows, is 194 on Linux, where an exit code has eight bits',
    steps: [{ run: `echo x >>${root}/windows; [ $(wc -l <${root}/windows) -ge 2 ] && echo up || exit 3010` }],
    result: ['Success 0 up', 'Success'],
  },
  {
    says: '137 is a time-out wherever it comes from',
    steps: [{ run: 'exit 137' }, { run: 'true' }],
    result: ['TimedOut 137', 'Success 0', 'TimedOut'],
  },
  {
    says: 'any other code but 0 is a failure',
    steps: [{ run: 'exit 1' }, { run: 'exit 124' }, { run: 'exit 255' }],
    result: ['Failed 1', 'Failed 124', 'Failed 255', 'Failed'],
  },
];

const preconditions: readonly Semantics[] = [
  {
    says: 'a false precondition skips its step, which is a success, and the next one runs',
    steps: [{ run: 'echo ran; exit 1', precondition: windows }, { run: 'echo next' }],
    result: ['Success 0 (not this platform)', 'Success 0 next', 'Success'],
  },
  {
    says: 'a true precondition runs its step, in either order of its operands and whatever their case',
    steps: [
      { run: 'echo ran; exit 1', precondition: linux },
      { run: 'echo ran', precondition: { StringEquals: ['platformType', 'Linux'] } },
    ],
    result: ['Failed 1 ran', 'Success 0 ran', 'Failed'],
  },
];

const scripts: readonly Semantics[] = [
  {
    says: 'a script without a shebang is a file that sh runs',
    steps: [{ run: 'case $0 in */_script.sh) echo a file ;; esac' }],
    result: ['Success 0 a file', 'Success'],
  },
  {
    says: 'a shebang is honoured',
    steps: [
      { run: ['#!/usr/bin/env python3', 'print("python")'] },
      { run: ['#!/bin/bash', '[[ a == a ]] && echo bash'] },
    ],
    result: ['Success 0 python', 'Success 0 bash', 'Success'],
  },
  {
    says: 'its lines are joined by line breaks, the last one too',
    steps: [{ run: ['cat <<END', 'a  b', '', 'END'] }],
    result: ['Success 0 a  b\n', 'Success'],
  },
];

const parameters: readonly Semantics[] = [
  {
    says: 'a parameter is spliced in as raw text, which the shell then reads',
    steps: [{ run: "echo '{{p}}' {{ p }}" }],
    parameters: { p: "a'; echo 'spliced" },
    result: ['Success 0 a\nspliced a; echo spliced', 'Success'],
  },
  {
    says: 'it is replaced once: what looks like a parameter in its value stays',
    steps: [{ run: "echo '{{ a }}'" }],
    parameters: { a: '{{ b }} $&', b: 'second' },
    result: ['Success 0 {{ b }} $&', 'Success'],
  },
  {
    says: 'other braces are left alone',
    steps: [{ run: "echo '{{.State}} {{ a b }} {{}}'" }],
    result: ['Success 0 {{.State}} {{ a b }} {{}}', 'Success'],
  },
];

const output: readonly Semantics[] = [
  {
    says: 'the output is stdout, a title, and stderr',
    steps: [{ run: 'echo out; echo err >&2' }],
    result: ['Success 0 out\n\n----------ERROR-------\nerr', 'Success'],
  },
  {
    says: 'without stderr there is no title, and without either there is nothing',
    steps: [{ run: 'echo out' }, { run: 'true' }],
    result: ['Success 0 out', 'Success 0', 'Success'],
  },
  {
    says: 'more than 2,500 bytes are cut, with a mark',
    steps: [{ run: "printf '%2600s' x" }],
    result: [`Success 0 ${' '.repeat(2_477)}\n---Output truncated---`, 'Success'],
  },
  {
    says: '2,500 counts bytes: a character that the cut goes through is none any more',
    steps: [{ run: "printf x; i=0; while [ $i -lt 900 ]; do printf '\\342\\202\\254'; i=$((i+1)); done" }],
    result: [`Success 0 x${'€'.repeat(825)}\uFFFD\n---Output truncated---`, 'Success'],
  },
];

/** One line a step: status, code, output without its last line break; then the document's status. */
function linesOf(steps: readonly StepResult[], status: ResultStatus): readonly string[] {
  return [...steps.map((step) => `${step.status} ${step.exitCode} ${outputOf(step)}`.replace(/[ \n]$/, '')), status];
}

function outputOf({ output: text }: StepResult): string {
  if (/^Plugin with name .* skipped due to prior step with an exit condition$/.test(text)) return '(after the end)';
  return /^Step execution skipped due to unsatisfied preconditions/.test(text) ? '(not this platform)' : text;
}

describe.each([
  ['the order of steps', order],
  ['exit codes', exitCodes],
  ['preconditions', preconditions],
  ['scripts', scripts],
  ['parameters', parameters],
  ['output', output],
])('%s', (_subject, semantics) => {
  it.each(semantics.map((row) => [row.says, row] as const))('%s', async (_says, row) => {
    const { steps, parameters: given = {}, result } = row;
    const outcome = await run(steps, { parameters: given });
    expect(linesOf(outcome.steps, outcome.status)).toEqual(result);
  });
});

describe('the status of a document', () => {
  it.each<[result: ResultStatus, statuses: readonly ResultStatus[]]>([
    ['Failed', ['Success', 'Cancelled', 'TimedOut', 'Failed']],
    ['TimedOut', ['Success', 'Cancelled', 'TimedOut']],
    ['Cancelled', ['Success', 'Cancelled']],
    ['Success', ['Success']],
  ])('is %s for steps that are %j', (result, statuses) => {
    expect(documentStatus(statuses)).toBe(result);
    expect(documentStatus(statuses.toReversed())).toBe(result);
  });
});
