import { type ResultStatus, runDocument, type StepResult } from '../../../lib/local/agent/agent.ts';
import { parseDocument } from '../../../lib/local/agent/document.ts';
import { scratchFolder } from '../../scratch-folder.ts';
import { documentOf, type StepOptions } from './documents.ts';

export interface Outcome {
  readonly status: ResultStatus;
  readonly steps: readonly StepResult[];
}

export interface RunOptions {
  readonly parameters?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
}

/** The folder that stands for `/` on the host. */
export const root = scratchFolder();

/** Runs steps as a document on one Linux host, really. */
export async function run(steps: readonly StepOptions[], options: RunOptions = {}): Promise<Outcome> {
  const { parameters = {}, signal = new AbortController().signal } = options;
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
