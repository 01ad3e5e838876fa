import type { JsonObject } from '../../../lib/local/service.ts';

export interface StepOptions {
  readonly run: string | readonly string[];
  readonly timeoutSeconds?: string | number | undefined;
  readonly workingDirectory?: string;
  readonly onFailure?: string;
  readonly onSuccess?: string;
  readonly finallyStep?: boolean;
  readonly precondition?: JsonObject;
}

/** A schema-2.2 document whose steps are named step0, step1...; `extra` goes beside each step's fields. */
export function documentOf(
  steps: readonly StepOptions[],
  parameters: JsonObject = {},
  extra: JsonObject = {},
): JsonObject {
  const mainSteps = steps.map((step, index) => ({ ...stepOf(step, index), ...extra }));
  return { schemaVersion: '2.2', description: 'test', parameters, mainSteps };
}

export function stepOf(step: StepOptions, index: number, extraInputs: JsonObject = {}): JsonObject {
  const { run, precondition, timeoutSeconds, ...inputs } = step;
  return {
    action: 'aws:runShellScript',
    name: `step${index}`,
    ...(precondition ? { precondition } : {}),
    inputs: {
      runCommand: [run].flat(),
      ...(timeoutSeconds === undefined ? {} : { timeoutSeconds }),
      ...inputs,
      ...extraInputs,
    },
  };
}
