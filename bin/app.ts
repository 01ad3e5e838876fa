import { App, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks, ServerlessChecks } from 'cdk-nag';
import { isoOf } from '../functions/core/time.ts';
import { costLine } from '../lib/cost/cost-line.ts';
import { RoundsStack } from '../lib/rounds-stack.ts';
import { compile } from '../lib/runbook/compile.ts';
import { loadContacts } from '../lib/runbook/contacts.ts';
import { RunbookError, refusal } from '../lib/runbook/problems.ts';
import { checkYear } from '../lib/runbook/year-walk.ts';
import { platforms } from '../lib/runbooks/platforms.ts';

const app = new App();
const file: string | undefined = app.node.tryGetContext('contacts');
const only: string | undefined = app.node.tryGetContext('platform');
const allowUnconfigured = String(app.node.tryGetContext('allowUnconfiguredContacts')) === 'true';

const chosen = Object.entries(platforms).filter(([id]) => only === undefined || id === only);
try {
  if (chosen.length === 0) {
    const known = Object.keys(platforms).join(', ');
    const expected = refusal(`one of ${known}`, 'correct -c platform=...');
    throw new RunbookError('The context', [{ path: 'platform', got: `"${only}"`, refusal: expected }]);
  }
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app), new ServerlessChecks(app));
  for (const [id, runbookOf] of chosen) {
    const { contacts, placeholders } = loadContacts(id, { file, allowUnconfigured });
    const runbook = runbookOf(contacts);
    checkYear(runbook, isoOf(Date.now()));
    // Fictional contacts that were asked for may be deployed: to look at Rounds in an account where nobody relies on it.
    new RoundsStack(app, { runbook, placeholders: placeholders && !allowUnconfigured });
    // Beside the template, which may be written to stdout.
    process.stderr.write(`${costLine(compile(runbook))}\n`);
  }
} catch (error) {
  if (!(error instanceof RunbookError)) throw error;
  // The message says all of it; where in our code it was noticed helps nobody.
  process.stderr.write(`${error.message}\n`);
  process.exit(1);
}
