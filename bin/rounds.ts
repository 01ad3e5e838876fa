#!/usr/bin/env -S npx tsx
import { Command } from 'commander';
import { registerCheck } from '../lib/cli/check.ts';
import { registerStart } from '../lib/cli/start.ts';

// The functions run on Lambda's own Node; that this one is older says nothing about them.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';

const program = new Command('rounds')
  .description('Scheduled, serverless operations rounds for hosts on AWS.')
  .enablePositionalOptions()
  .showHelpAfterError();
registerStart(program);
registerCheck(program);

try {
  await program.parseAsync();
} catch (error) {
  process.stderr.write(`rounds: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
