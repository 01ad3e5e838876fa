#!/usr/bin/env -S node --import tsx
import { Command } from 'commander';
import { registerCheck } from '../lib/cli/check.ts';
import { registerCommands } from '../lib/cli/commands.ts';
import { Interrupted } from '../lib/cli/interruption.ts';
import { registerStart } from '../lib/cli/start.ts';
import { registerWhatIf } from '../lib/cli/what-if.ts';

// The functions run on Lambda's own Node; that this one is older says nothing about them.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';

const program = new Command('rounds')
  .description('Scheduled, serverless operations rounds for hosts on AWS.')
  .enablePositionalOptions()
  .showHelpAfterError()
  .addHelpText(
    'after',
    `
Examples:
  rounds start --once --scenario backend-down
  rounds run fossawork health
  rounds run fossawork morning --stack Rounds-fossawork
  rounds check --warning 80 --critical 90 -- lib/runbooks/scripts/disk.sh
  rounds ack DAILY-20261121-001
  rounds resolve DAILY-20261121-001
  rounds silence disk --for 2h --reason "clearing old logs"
  rounds signoff access-review --note "two accounts removed"
  rounds incidents
  rounds status --stack Rounds-fossawork
  rounds export --from 2026-11-01T00:00Z
  rounds preview fossawork --days 14
  rounds replay --runbook fossawork --results results.jsonl`,
  );
registerStart(program);
registerCheck(program);
registerCommands(program);
registerWhatIf(program);

try {
  await program.parseAsync();
} catch (error) {
  // Everything is closed; a call that still waits for an answer waits in vain.
  if (error instanceof Interrupted) process.exit(error.exitCode);
  process.stderr.write(`rounds: ${error instanceof Error ? error.message : String(error)}\n`);
  // A command that compares has a code of its own for trouble.
  process.exitCode ||= 1;
}
