import type { Connection } from './connection.ts';
import { type CommonOptions, connectTo } from './options.ts';
import type { Outcome } from './outcome.ts';
import { printOutcome } from './print-outcome.ts';

/** Runs a command against the platform that the options name, and prints what it says. */
export async function run(
  { stack, json }: CommonOptions,
  work: (connection: Connection) => Promise<Outcome>,
): Promise<void> {
  printOutcome(await work(await connectTo(stack)), json);
}
