import type { Command } from 'commander';
import { isoOf } from '../../functions/core/time.ts';
import type { PreviewFlags } from './preview.ts';
import type { ReplayFlags } from './replay.ts';
import { print } from './show.ts';

type Json = { readonly json?: boolean };

/** Adds what shows how a runbook would behave, without AWS: what comes, and what would have been. */
export function registerWhatIf(program: Command): void {
  registerPreview(program);
  registerReplay(program);
}

function registerPreview(program: Command): void {
  program
    .command('preview')
    .description('show what comes: rounds, holidays, who is on duty; or who is told what of a failure, and when')
    .argument('<platform>', 'its id, or a .ts, .js or .json runbook')
    .option('--from <time>', 'from then on (default: now)')
    .option('--days <number>', 'so many days, up to 92 (default: 7)')
    .option('--at <time>', 'when a failure begins that nobody takes')
    .option('--check <check>', 'what fails: a check, fleet-FLEET, or round-ROUTINE for Rounds itself')
    .option('--status <status>', 'WARNING, CRITICAL or UNKNOWN')
    .option('--hosts <which>', 'all hosts of the fleet fail, or some: one of them (default: all)')
    .option('--json', 'print one JSON object instead')
    .addHelpText('after', previewHelp)
    .action(async (platform: string, { json, ...flags }: PreviewFlags & Json) => {
      const { runPreview } = await import('./preview.ts');
      const { lines, data } = await runPreview(platform, flags, isoOf(Date.now()));
      print(json ? [JSON.stringify(data, null, 2)] : lines);
    });
}

const previewHelp = `
Times are on the platform's clock unless they end with Z or an offset.
A failure is found by the first round that asks for it, and asked again as often as its rule wants. It has no metrics:
rules that ask for one do not match.

Examples:
  rounds preview fossawork
  rounds preview fossawork --from 2026-11-23 --days 14
  rounds preview fossawork --at 2026-11-21T22:30 --check disk --status CRITICAL --hosts some
`;

/** Exit code of diff when it could not compare. */
const trouble = 2;

function registerReplay(program: Command): void {
  program
    .command('replay')
    .description('run recorded results through a runbook, and show who would have been told what')
    .requiredOption('--runbook <file>', 'a .ts, .js or .json runbook, or the id of a platform that ships with Rounds')
    .requiredOption('--results <file>', 'what rounds export has written: one JSON object a line, in any order')
    .option('--against <file>', 'another runbook: show what the first one tells more, less, or otherwise')
    .option('--rejudge', 'judge the recorded metrics by the thresholds of the runbook (default: the status stands)')
    .option('--until <time>', 'replay nothing after it (default: 7 days after the last line)')
    .option('--json', 'print one JSON list instead')
    .addHelpText('after', replayHelp)
    .action(async ({ json, ...flags }: ReplayFlags & Json) => {
      const { runReplay } = await import('./replay.ts');
      if (flags.against !== undefined) process.exitCode = trouble;
      const { isDone, lines, data, notes } = await runReplay(flags);
      for (const note of notes) process.stderr.write(`rounds: ${note}\n`);
      print(json ? [JSON.stringify(data, null, 2)] : lines);
      process.exitCode = isDone ? 0 : 1;
    });
}

const replayHelp = `
A line of results is one of
  {"at": "2026-11-23T13:00:00.000Z", "host": "i-1", "check": "disk", "status": "CRITICAL", "text": "...", "metrics": {"disk_used": 93}}
  {"at": "2026-11-23T13:05:00.000Z", "command": "ack", "check": "disk", "by": "ann"}
with text and metrics left out as you like; commands are ack, resolve, and silence, which has "until" and may be about
"check": "*". Results of a check that lie within 60 seconds are judged together; a host without one is as it was before.

The recorded status stands: it was judged by the thresholds of its time. --rejudge judges the metrics by the runbook's
thresholds instead, where it has any; they make only worse what the check itself said, as far as its text is recorded.
Nothing is asked again between two results: rechecks are those of the recording. After the last line the clock runs on
for 7 days at most. What the caps of a contact would merge into one message is shown one by one.

A rule on a metric needs that metric in the recording, and a status that is not OK, or --rejudge. Baselines are not
computed: a rule such as whenWorse needs the metric with _worse in the recording, which rounds export writes.

Examples:
  rounds replay --runbook fossawork --results results.jsonl
  rounds replay --runbook changed.ts --against fossawork --results results.jsonl --rejudge
`;
