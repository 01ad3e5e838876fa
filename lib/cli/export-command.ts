import { once } from 'node:events';
import type { Command } from 'commander';
import { platforms } from '../runbooks/platforms.ts';
import type { Connection } from './connection.ts';
import type { FleetOf } from './export.ts';
import { interruption, unlessAborted } from './interruption.ts';
import { connectTo, examples, whereHelp, withStack } from './options.ts';
import { instantOf } from './period.ts';

/** Before everything that any table holds. */
const earliest = '2000-01-01T00:00:00.000Z';

/** Adds `rounds export` to the command line. */
export function registerExport(program: Command): void {
  const command = program
    .command('export')
    .description('print all results and what people did, one JSON object a line, in the order of time');
  withStack(command)
    .option('--from <time>', 'from then on: ISO 8601 with Z or an offset (default: all that is kept)')
    .option('--to <time>', 'before then (default: now)')
    .option('--json', 'print one JSON list instead')
    .addHelpText(
      'after',
      examples('rounds export --from 2026-11-01T00:00Z > results.jsonl') +
        '\nWhich hosts did not answer is told by the fleet of their routine, as the runbook in this folder names it.\n' +
        whereHelp,
    )
    .action(async ({ stack, from, to, json }: { stack?: string; from?: string; to?: string; json?: boolean }) => {
      const signal = interruption();
      const { exportLines } = await import('./export.ts');
      const connection = await connectTo(stack);
      const span = {
        from: from === undefined ? earliest : instantOf('--from', from),
        to: to === undefined ? connection.now() : instantOf('--to', to),
      };
      if (span.from >= span.to) {
        throw new Error(
          `--from is ${span.from}, and not before ${span.to}, where the export ends; choose an earlier one.`,
        );
      }
      const lines = exportLines(connection, span, fleetsOf(connection));
      for await (const text of json ? asList(lines) : asLines(lines)) {
        signal.throwIfAborted();
        if (process.stdout.write(text)) continue;
        await unlessAborted(once(process.stdout, 'drain'), signal);
      }
    });
}

async function* asLines(lines: AsyncIterable<unknown>): AsyncGenerator<string> {
  for await (const line of lines) yield `${JSON.stringify(line)}\n`;
}

async function* asList(lines: AsyncIterable<unknown>): AsyncGenerator<string> {
  let before = '[\n';
  for await (const line of lines) {
    yield `${before}${JSON.stringify(line)}`;
    before = ',\n';
  }
  yield before === '[\n' ? '[]\n' : '\n]\n';
}

function fleetsOf({ platform }: Connection): FleetOf {
  const runbookOf = Object.hasOwn(platforms, platform) ? platforms[platform] : undefined;
  if (!runbookOf) {
    const note = `rounds: lib/runbooks/platforms.ts has no platform '${platform}': hosts that did not answer are left out.`;
    process.stderr.write(`${note}\n`);
  }
  // Whom a runbook tells does not change its routines, so nobody's contacts are read for this.
  const routines = runbookOf?.({}).routines ?? [];
  return (routine) => routines.find(({ id }) => id === routine)?.fleet;
}
