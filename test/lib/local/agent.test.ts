import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { stepTimeoutSeconds } from '../../../lib/local/agent/agent.ts';
import { parseDocument } from '../../../lib/local/agent/document.ts';
import { type Outcome, root, run } from './agent-run.ts';
import { documentOf, stepOf } from './documents.ts';

const codes = ({ steps }: Outcome): number[] => steps.map(({ exitCode }) => exitCode);
const outputs = ({ steps }: Outcome): string[] => steps.map(({ output }) => output);

describe('the script', () => {
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

describe('output', () => {
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
