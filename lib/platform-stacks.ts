import type { App } from 'aws-cdk-lib';
import { isoOf } from '../functions/core/time.ts';
import { costLine } from './cost/cost-line.ts';
import { RoundsStack } from './rounds-stack.ts';
import { compile } from './runbook/compile.ts';
import { loadContacts } from './runbook/contacts.ts';
import { RunbookError, refusal } from './runbook/problems.ts';
import { checkYear } from './runbook/year-walk.ts';
import { platforms } from './runbooks/platforms.ts';

/**
 * Adds a stack to the app for each platform, or for the one that its context names.
 * @returns of each, one line that says what it will cost
 * @throws {RunbookError} when the context, the contacts or a runbook is refused
 */
export function addPlatformStacks(app: App): string[] {
  const file: string | undefined = app.node.tryGetContext('contacts');
  const only: string | undefined = app.node.tryGetContext('platform');
  const allowUnconfigured = String(app.node.tryGetContext('allowUnconfiguredContacts')) === 'true';
  const chosen = Object.entries(platforms).filter(([id]) => only === undefined || id === only);
  if (chosen.length === 0) {
    const known = Object.keys(platforms).join(', ');
    const expected = refusal(`one of ${known}`, 'correct -c platform=...');
    throw new RunbookError('The context', [{ path: 'platform', got: `"${only}"`, refusal: expected }]);
  }
  return chosen.map(([id, runbookOf]) => {
    const { contacts, placeholders } = loadContacts(id, { file, allowUnconfigured });
    const runbook = runbookOf(contacts);
    checkYear(runbook, isoOf(Date.now()));
    // Fictional contacts that were asked for may be deployed: to look at Rounds in an account where nobody relies on it.
    new RoundsStack(app, { runbook, placeholders: placeholders && !allowUnconfigured });
    return costLine(compile(runbook));
  });
}
