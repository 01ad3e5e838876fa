import { userInfo } from 'node:os';
import type { Command } from 'commander';
import { Temporal } from 'temporal-polyfill';
import { entryLimits } from '../../functions/core/entry-limits.ts';
import type { Connection } from './connection.ts';
import { oneLine } from './one-line.ts';

export interface CommonOptions {
  readonly stack?: string;
  readonly json?: boolean;
}

export type ByOptions = CommonOptions & { readonly by?: string };

/** Stands in the help of every command that connects. */
export const whereHelp = `
Without --stack it is about the local cloud that npm start has running. With --stack it is about what is deployed, with
your own AWS credentials and region, as AWS_PROFILE and AWS_REGION choose them; they need dynamodb:ListTables, and
dynamodb:GetItem, Query and PutItem on the stack's table.`;

export function withStack(command: Command): Command {
  return command.option('--stack <name>', 'the deployed stack, for example Rounds-fossawork');
}

export function withJson(command: Command): Command {
  return command.option('--json', 'print one JSON object or list instead');
}

export function withPlace(command: Command): Command {
  return withJson(withStack(command));
}

export function withBy(command: Command): Command {
  return command.option('--by <name>', 'who does it (default: $ROUNDS_OPERATOR, or the user name here)');
}

export function examples(...lines: readonly string[]): string {
  return `\nExamples:\n${lines.map((line) => `  ${line}\n`).join('')}`;
}

export async function connectTo(stack: string | undefined): Promise<Connection> {
  // Loading it takes a moment, for the SDK: the other commands do without.
  const { connect } = await import('./connection.ts');
  return connect(stack);
}

/** @throws {Error} when nobody can be named */
export function operator({ by }: ByOptions): string {
  const name = oneLine(by ?? process.env.ROUNDS_OPERATOR ?? userInfo().username, entryLimits.name);
  if (name !== '') return name;
  throw new Error('--by got nothing; expected who does it. Write --by ann, or set ROUNDS_OPERATOR.');
}

/** The reader's own. */
export function timeZone(): string {
  return Temporal.Now.timeZoneId();
}
