import { claimMs } from '../core/round.ts';
import { closeJournal } from './close-journal.ts';
import { collectRound } from './collect-round.ts';
import { findRound } from './find-round.ts';
import type { Services } from './services.ts';

/** Messages of the queue: each body is a status event of SSM. */
export interface QueueBatch {
  readonly Records: readonly { readonly messageId: string; readonly body: string }[];
}

/** Messages that the queue has to deliver again. */
export interface BatchAnswer {
  readonly batchItemFailures: readonly { readonly itemIdentifier: string }[];
}

interface StatusEvent {
  /** An event of one host names it; one of the command does not. */
  readonly detail: {
    readonly 'command-id': string;
    readonly 'document-name': string;
    readonly 'instance-id'?: string;
  };
}

/** Events of one command, and what they say together. */
interface CommandEvents {
  readonly commandId: string;
  readonly document: string;
  readonly ids: string[];
  /** They only say that some hosts have failed. */
  isEarly: boolean;
}

/** After how many milliseconds a round is tried again on which somebody else works. */
const claimWaitMs = 1_000;

/** Collects each round that some status events of SSM speak of, once. */
export async function runCollect(services: Services, { Records: records }: QueueBatch): Promise<BatchAnswer> {
  const batchItemFailures: { itemIdentifier: string }[] = [];
  for (const messages of byCommand(records)) {
    const { commandId } = messages;
    try {
      await collect(services, messages);
    } catch (error) {
      services.journal.failure('a round could not be collected', error, { commandId });
      batchItemFailures.push(...messages.ids.map((itemIdentifier) => ({ itemIdentifier })));
    }
  }
  await closeJournal(services);
  return { batchItemFailures };
}

async function collect(services: Services, { commandId, document, isEarly }: CommandEvents): Promise<void> {
  const key = await findRound(services, document, commandId);
  if (!key) return services.journal.info('an event of a command that is no round of ours', { commandId, document });
  const { now, wait } = services;
  const until = now() + claimMs;
  // Whoever works on it may have read the hosts' list before this one stood in it; who takes longer leaves it to the tick.
  while ((await collectRound(services, key, isEarly)) === 'held' && now() < until) await wait(claimWaitMs);
}

/** By their document too: what names a wrong one must not stand for those that name the right one. */
function byCommand(records: QueueBatch['Records']): Iterable<CommandEvents> {
  const commands = new Map<string, CommandEvents>();
  for (const { messageId, body } of records) {
    const detail = detailOf(body);
    if (!detail) continue;
    const { 'command-id': commandId, 'document-name': document } = detail;
    const name = JSON.stringify([commandId, document]);
    const command = commands.get(name) ?? { commandId, document, ids: [], isEarly: true };
    command.ids.push(messageId);
    command.isEarly &&= detail['instance-id'] !== undefined;
    commands.set(name, command);
  }
  return commands.values();
}

/** `undefined` for what is no status event: nobody can do anything with it, now or later. */
function detailOf(body: string): StatusEvent['detail'] | undefined {
  try {
    const { detail }: StatusEvent = JSON.parse(body);
    return isName(detail['command-id']) && isName(detail['document-name']) ? detail : undefined;
  } catch {
    return undefined;
  }
}

/** What SSM calls a command or a document is short: an ARN at most. */
function isName(value: unknown): boolean {
  return typeof value === 'string' && value.length <= 300;
}
