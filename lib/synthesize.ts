import { readFileSync } from 'node:fs';
import { App } from 'aws-cdk-lib';
import { type Iso, isoOf } from '../functions/core/time.ts';
import { RoundsStack, type RoundsStackProps } from './rounds-stack.ts';
import { checkYear } from './runbook/year-walk.ts';

export interface Assembly {
  /** The stack's CloudFormation template, parsed. */
  readonly template: unknown;
  /** Holds the template and each function's code: the folder `asset.<hash>` stands for the S3 key `<hash>.zip`. */
  readonly folder: string;
}

/**
 * Synthesizes one platform into `folder`, in this process and without the CDK command line. The template is the one that
 * `cdk synth` makes, but for paths in its metadata; the rules that `bin/app.ts` adds are not held against it again.
 * @param now from when on the runbook has to be good for a year
 * @throws {RunbookError} when the runbook is refused
 */
export function synthesize(props: RoundsStackProps, folder: string, now: Iso = isoOf(Date.now())): Assembly {
  checkYear(props.runbook, now);
  const { context } = JSON.parse(readFileSync(new URL('../cdk.json', import.meta.url), 'utf8'));
  const app = new App({ context, outdir: folder, analyticsReporting: false, builtinCloudFormationValidation: false });
  const stack = new RoundsStack(app, props);
  const { template } = app.synth().getStackByName(stack.stackName);
  return { template, folder };
}
