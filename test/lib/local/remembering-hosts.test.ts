import { describe, expect, it } from 'vitest';
import type { ResultStatus, StepResult } from '../../../lib/local/agent/agent.ts';
import { parseDocument } from '../../../lib/local/agent/document.ts';
import { type Repetition, rememberingHosts } from '../../../lib/local/remembering-hosts.ts';
import type { Host, HostTask } from '../../../lib/local/ssm/host.ts';

const disk: Repetition = { steps: ['disk', 'cpu'], repeats: 2 };

/** A host that counts what it is really asked, and answers with the count behind the nonce of the round. */
function countingHost(): Host & { readonly asked: string[] } {
  const asked: string[] = [];
  return {
    ...{ id: 'i-1', name: 'app-1', tags: {}, platformType: 'Linux', connection: 'online', asked },
    start: ({ document, parameters, now }) => {
      asked.push(parameters.checks ?? '');
      const count = asked.length;
      const steps = document.steps.map(
        ({ name }): StepResult => ({
          ...{ name, status: 'Success', exitCode: 0, stderr: '', startedAt: now(), finishedAt: now() },
          ...{ output: `${parameters.nonce} ${count}`, stdout: `${parameters.nonce} ${count}` },
        }),
      );
      return { done: Promise.resolve<ResultStatus>('Success'), steps: () => steps };
    },
  };
}

function taskOf(nonce: string, steps: readonly string[], checks = 'all', at = 0): HostTask {
  const document = parseDocument({
    schemaVersion: '2.2',
    parameters: { nonce: { type: 'String' }, checks: { type: 'String' } },
    mainSteps: ['Unpack', ...steps, 'Tidy'].map((name) => ({
      ...{ action: 'aws:runShellScript', name, inputs: { runCommand: ['true'] } },
    })),
  });
  return { document, parameters: { nonce, checks }, now: () => at, signal: new AbortController().signal };
}

async function answerOf(host: Host, task: HostTask): Promise<readonly StepResult[]> {
  const run = host.start(task);
  expect(await run.done).toBe('Success');
  return run.steps();
}

function remembering(): { readonly host: Host; readonly asked: readonly string[] } {
  const real = countingHost();
  const source = rememberingHosts({ hosts: () => [real] }, [disk]);
  const [host] = source.hosts();
  if (!host) throw new Error('no host');
  return { host, asked: real.asked };
}

describe('a host that remembers', () => {
  it('is really asked, then gives its answer so many times as that of a new round, and is really asked again', async () => {
    const { host, asked } = remembering();
    const outputs: string[] = [];
    for (const nonce of ['a', 'b', 'c', 'd']) {
      const [, step] = await answerOf(host, taskOf(nonce, disk.steps, 'all', outputs.length));
      outputs.push(`${step?.output} at ${step?.startedAt}`);
    }
    expect(outputs).toEqual(['a 1 at 0', 'b 1 at 1', 'c 1 at 2', 'd 2 at 3']);
    expect(asked).toEqual(['all', 'all']);
  });

  it('really runs a recheck, and what comes after it', async () => {
    const { host, asked } = remembering();
    for (const checks of ['all', 'all', 'disk', 'all', 'all']) await answerOf(host, taskOf('a', disk.steps, checks));
    expect(asked).toEqual(['all', 'disk', 'all']);
  });

  it('really runs every other document, also one that asks for more', async () => {
    const { host, asked } = remembering();
    for (const steps of [disk.steps, [...disk.steps, 'api'], [...disk.steps, 'api']])
      await answerOf(host, taskOf('a', steps));
    expect(asked).toHaveLength(3);
  });
});
