import { App, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks, ServerlessChecks } from 'cdk-nag';
import { addPlatformStacks } from '../lib/platform-stacks.ts';
import { RunbookError } from '../lib/runbook/problems.ts';

const app = new App();
Validations.of(app).addPlugins(new AwsSolutionsChecks(app), new ServerlessChecks(app));
try {
  // What it costs goes beside the template, which may be written to stdout.
  for (const line of addPlatformStacks(app)) process.stderr.write(`${line}\n`);
} catch (error) {
  if (!(error instanceof RunbookError)) throw error;
  // The message says all of it; where in our code it was noticed helps nobody.
  process.stderr.write(`${error.message}\n`);
  process.exit(1);
}
