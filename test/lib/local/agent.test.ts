import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { type ResultStatus, runDocument, type StepResult, stepTimeoutSeconds } from '../../../lib/local/agent/agent.ts';
import { parseDocument } from '../../../lib/local/agent/document.ts';
import { documentOf, type StepOptions, stepOf } from './documents.ts';

const root = mkdtempSync(join(tmpdir(), 'rounds-agent-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

interface Outcome {
  readonly status: ResultStatus;
  readonly steps: readonly StepResult[];
}

async function run(
  steps: readonly StepOptions[],
  {
    parameters = {},
    signal = new AbortController().signal,
  }: { parameters?: Record<string, string>; signal?: AbortSignal } = {},
): Promise<Outcome> {
  const names = Object.fromEntries(Object.keys(parameters).map((name) => [name, { type: 'String' }]));
  const results: StepResult[] = [];
  const status = await runDocument(
    {
      id: 'i-00000000000000001',
      root,
      environment: { PATH: process.env.PATH ?? '', GREETING: 'hello' },
      platformType: 'Linux',
    },
    {
      document: parseDocument(documentOf(steps, names)),
      parameters,
      now: Date.now,
      signal,
      onStep: (result) => results.push(result),
    },
  );
  return { status, steps: results };
}

const codes = ({ steps }: Outcome): number[] => steps.map(({ exitCode }) => exitCode);
const outputs = ({ steps }: Outcome): string[] => steps.map(({ output }) => output);

describe('order and control flow', () => {
  it('goes on after a failing step and fails the document', async () => {
    const outcome = await run([{ run: 'echo one' }, { run: 'exit 2' }, { run: 'echo three' }]);
    expect(codes(outcome)).toEqual([0, 2, 0]);
    expect(outputs(outcome)).toEqual(['one\n', '', 'three\n']);
    expect(outcome.status).toBe('Failed');
  });

  it.each([
    {
      title: 'onFailure: exit ends the document after a failure',
      first: { run: 'exit 1', onFailure: 'exit' },
      codes: [1, 0],
      status: 'Failed',
    },
    {
      title: 'onFailure: successAndExit calls the failure a success',
      first: { run: 'exit 1', onFailure: 'successAndExit' },
      codes: [168, 0],
      status: 'Success',
    },
    {
      title: 'onSuccess: exit ends the document after a success',
      first: { run: 'true', onSuccess: 'exit' },
      codes: [0, 0],
      status: 'Success',
    },
    { title: '168 ends the document with success', first: { run: 'exit 168' }, codes: [168, 0], status: 'Success' },
    { title: '169 ends the document with failure', first: { run: 'exit 169' }, codes: [169, 0], status: 'Failed' },
  ])('$title', async ({ first, codes: expected, status }) => {
    const outcome = await run([first, { run: 'echo ran' }]);
    expect(codes(outcome)).toEqual(expected);
    expect(outputs(outcome)[1]).toMatch(/skipped due to prior step with an exit condition$/);
    expect(outcome.steps[1]?.status).toBe('Success');
    expect(outcome.status).toBe(status);
  });

  it('does not end the document where the condition is not met', async () => {
    const outcome = await run([
      { run: 'true', onFailure: 'exit' },
      { run: 'exit 1', onSuccess: 'exit' },
      { run: 'echo ran' },
    ]);
    expect(outputs(outcome)[2]).toBe('ran\n');
  });

  it('runs a finally step after the document has ended, but only as the last one', async () => {
    const outcome = await run([
      { run: 'exit 1', onFailure: 'exit' },
      { run: 'echo middle', finallyStep: true },
      { run: 'echo last', finallyStep: true },
    ]);
    expect(outputs(outcome)[1]).toMatch(/skipped/);
    expect(outputs(outcome)[2]).toBe('last\n');
  });

  it('reruns a step that asks for a reboot', async () => {
    const outcome = await run([
      { run: `echo x >> ${root}/boots; [ $(wc -l < ${root}/boots) -ge 3 ] && echo up || exit 194` },
    ]);
    expect(outputs(outcome)).toEqual(['up\n']);
    expect(outcome.status).toBe('Success');
  });

  it('fails a step that asks for a reboot for ever', async () => {
    const outcome = await run([{ run: `echo x >> ${root}/loops; exit 194` }, { run: `wc -l < ${root}/loops` }]);
    expect(codes(outcome)).toEqual([194, 0]);
    expect(outputs(outcome)[1]?.trim()).toBe('6');
    expect(outcome.status).toBe('Failed');
  });
});

describe('preconditions', () => {
  it.each([
    { operands: ['platformType', 'Windows'], ran: false },
    { operands: ['Windows', 'platformType'], ran: false },
    { operands: ['platformType', 'Linux'], ran: true },
    { operands: ['linux', 'platformType'], ran: true },
  ])('$operands on Linux runs: $ran', async ({ operands, ran }) => {
    const outcome = await run([{ run: 'echo ran; exit 1', precondition: { StringEquals: operands } }]);
    expect(codes(outcome)).toEqual([ran ? 1 : 0]);
    expect(outcome.status).toBe(ran ? 'Failed' : 'Success');
    if (!ran) expect(outputs(outcome)[0]).toMatch(/^Step execution skipped due to unsatisfied preconditions/);
  });
});

describe('the script', () => {
  it('is run by sh without a shebang, and by its interpreter with one', async () => {
    const outcome = await run([
      { run: 'echo "$0"' },
      { run: ['#!/usr/bin/env python3', 'print("python")'] },
      { run: ['#!/bin/bash', '[[ a == a ]] && echo bash'] },
    ]);
    expect(outputs(outcome)[0]).toMatch(/\/_script\.sh\n$/);
    expect(outputs(outcome).slice(1)).toEqual(['python\n', 'bash\n']);
  });

  it('has its lines joined by line breaks, the last one too', async () => {
    expect(outputs(await run([{ run: ['cat <<END', 'a  b', '', 'END'] }]))).toEqual(['a  b\n\n']);
  });

  it('finds the environment of the host and nothing of ours', async () => {
    process.env.ROUNDS_LEAK = 'leak';
    const outcome = await run([{ run: 'echo "$GREETING $AWS_SSM_INSTANCE_ID $ROUNDS_LEAK"' }]);
    delete process.env.ROUNDS_LEAK;
    expect(outputs(outcome)).toEqual(['hello i-00000000000000001 \n']);
  });

  it('leaves no file behind', async () => {
    await run([{ run: 'echo > rubbish' }]);
    expect(readdirSync(join(root, 'var/lib/amazon/ssm'))).toEqual([]);
  });

  it('runs in a working directory below the root of the host', async () => {
    const [output] = outputs(await run([{ run: 'pwd', workingDirectory: '/var' }]));
    expect(output?.trim()).toBe(join(root, 'var'));
  });

  it('that cannot be started fails and does not stop the document', async () => {
    const outcome = await run([{ run: 'true', workingDirectory: '/absent' }, { run: 'echo next' }]);
    expect(codes(outcome)).toEqual([1, 0]);
    expect(outcome.steps[0]?.stderr).toMatch(/could not start sh/);
  });

  it('killed by a signal fails', async () => {
    const outcome = await run([{ run: 'kill -TERM $$' }]);
    // -1 where sh gives way to the script (bash), 128 + 15 where it waits for it (dash).
    expect([-1, 143]).toContain(codes(outcome)[0]);
    expect(outcome.status).toBe('Failed');
  });
});

describe('parameters', () => {
  it('are spliced in as raw text', async () => {
    const outcome = await run([{ run: "echo '{{p}}' {{ p }}" }], { parameters: { p: "a'; echo 'spliced" } });
    expect(outputs(outcome)[0]).toContain('spliced\n');
  });

  it('are replaced once, not recursively', async () => {
    const outcome = await run([{ run: "echo '{{ a }}'" }], { parameters: { a: '{{ b }} $&', b: 'second' } });
    expect(outputs(outcome)).toEqual(['{{ b }} $&\n']);
  });

  it('leave other braces alone', async () => {
    expect(outputs(await run([{ run: "echo '{{.State}} {{ a b }} {{}}'" }]))).toEqual(['{{.State}} {{ a b }} {{}}\n']);
  });
});

describe('time', () => {
  it.concurrent('kills the whole process group: 137, TimedOut, output so far kept', async () => {
    const marker = join(root, 'survived');
    const started = Date.now();
    const outcome = await run([
      { run: `echo begun; (sleep 6; touch ${marker}) & sleep 60`, timeoutSeconds: '5', onFailure: 'exit' },
      { run: `sleep 2; ls ${marker}` },
    ]);
    expect(Date.now() - started).toBeLessThan(20_000);
    expect(outcome.steps[0]).toMatchObject({ status: 'TimedOut', exitCode: 137, output: 'begun\n' });
    // A time-out is no "failure" to onFailure: the second step ran, and found that no child had survived.
    expect(outcome.steps[1]).toMatchObject({ status: 'Failed', exitCode: 2 });
    expect(outcome.status).toBe('Failed');
  }, 30_000);

  it('calls a script that exits with 137 timed out', async () => {
    const outcome = await run([{ run: 'exit 137' }, { run: 'true' }]);
    expect(outcome.status).toBe('TimedOut');
  });

  it('waits for a child in the background that holds the output open', async () => {
    expect(outputs(await run([{ run: '(sleep 0.3; echo late) & echo early' }]))).toEqual(['early\nlate\n']);
  });

  it.each([
    [undefined, 3_600],
    ['4', 3_600],
    ['5', 5],
    ['172800', 172_800],
    ['172801', 3_600],
    ['soon', 3_600],
    [30.9, 30],
    ['{{ t }}', 77],
  ])('takes timeoutSeconds %s as %i', (timeoutSeconds, expected) => {
    const document = parseDocument(documentOf([{ run: 'true', timeoutSeconds }], { t: { type: 'String' } }));
    const [step] = document.steps;
    expect(step && stepTimeoutSeconds(step, { t: '77' })).toBe(expected);
  });
});

describe('cancellation', () => {
  it('kills the running step and begins no other', async () => {
    const controller = new AbortController();
    setTimeout(() => controller.abort(), 200);
    const outcome = await run([{ run: 'echo begun; sleep 60' }, { run: 'echo never' }], { signal: controller.signal });
    expect(outcome.steps.map(({ status }) => status)).toEqual(['Cancelled', 'Cancelled']);
    expect(outputs(outcome)[1]).toBe('');
    expect(outcome.status).toBe('Cancelled');
  });
});

describe('status of the document', () => {
  it.each([
    [['exit 1', 'exit 137'], 'Failed'],
    [['true', 'exit 137'], 'TimedOut'],
    [['true', 'true'], 'Success'],
  ])('%j is %s', async (scripts, expected) => {
    expect((await run(scripts.map((script) => ({ run: script })))).status).toBe(expected);
  });
});

describe('output', () => {
  it('shows stdout, a title, and stderr', async () => {
    expect(outputs(await run([{ run: 'echo out; echo err >&2' }]))).toEqual(['out\n\n----------ERROR-------\nerr\n']);
  });

  it('of 10 MB is cut at 2,500 bytes with a mark, and at 24,000 in the stream', async () => {
    const outcome = await run([{ run: 'head -c 10000000 /dev/zero | tr "\\0" x' }]);
    expect(outputs(outcome)[0]).toHaveLength(2_500);
    expect(outputs(outcome)[0]).toMatch(/^x+\n---Output truncated---$/);
    expect(outcome.steps[0]?.stdout).toHaveLength(24_000);
    expect(outcome.steps[0]?.stdout).toMatch(/^x+--output truncated--$/);
    expect(outcome.status).toBe('Success');
  });

  it('notes the end of the document in the streams, not in the output', async () => {
    const outcome = await run([{ run: 'echo out; echo err >&2; exit 168' }]);
    expect(outcome.steps[0]).toMatchObject({
      output: 'out\n\n----------ERROR-------\nerr\n',
      stdout:
        'out\n\nStep exited with code 168. Therefore, marking step as succeeded. Further document steps will be skipped.',
      stderr: '',
    });
  });
});

describe('a document that the agent does not know', () => {
  it.each([
    ['a schema other than 2.2', { ...documentOf([{ run: 'true' }]), schemaVersion: '1.2' }, /schemaVersion/],
    ['a field', { ...documentOf([{ run: 'true' }]), outputs: [] }, /outputs/],
    ['a field of a step', documentOf([{ run: 'true' }], {}, { onFailure: 'exit' }), /onFailure/],
    ['a plugin', documentOf([{ run: 'true' }], {}, { action: 'aws:runDocument' }), /mainSteps\.0\.action/],
    ['an input', { ...documentOf([]), mainSteps: [stepOf({ run: 'true' }, 0, { shell: 'bash' })] }, /shell/],
    ['a type of parameter', documentOf([{ run: 'true' }], { p: { type: 'StringList' } }), /parameters\.p\.type/],
    [
      'an undefined parameter',
      documentOf([{ run: 'echo {{ p }}' }], { q: { type: 'String' } }),
      /\{\{ p \}\} names no parameter; declared are: q/,
    ],
    ['a parameter of the parameter store', documentOf([{ run: 'echo {{ssm:name}}' }]), /not served locally/],
    [
      'a precondition',
      documentOf([{ run: 'true', precondition: { StringEquals: ['a', 'b'] } }]),
      /must compare platformType/,
    ],
    ['an operator', documentOf([{ run: 'true', precondition: { NumericEquals: [1, 1] } }]), /precondition/],
    ['two steps of one name', documentOf([{ run: 'a' }, { run: 'b' }], {}, { name: 'same' }), /same stands twice/],
  ])('is refused: %s', (_, content, message) => {
    expect(() => parseDocument(content)).toThrow(message);
  });
});
