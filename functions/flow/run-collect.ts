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
  readonly detail: { readonly 'command-id': string; readonly 'document-name': string };
}

/** Collects each round that some status events of SSM speak of, once. */
export async function runCollect(services: Services, { Records: records }: QueueBatch): Promise<BatchAnswer> {
  const batchItemFailures: { itemIdentifier: string }[] = [];
  for (const [commandId, messages] of byCommand(records)) {
    try {
      await collect(services, commandId, messages.document);
    } catch (error) {
      services.journal.failure('a round could not be collected', error, { commandId });
      batchItemFailures.push(...messages.ids.map((itemIdentifier) => ({ itemIdentifier })));
    }
  }
  await closeJournal(services);
  return { batchItemFailures };
}

async function collect(services: Services, commandId: string, document: string): Promise<void> {
  const key = await findRound(services, document, commandId);
  if (key) await collectRound(services, key);
  else services.journal.info('an event of a command that is no round of ours', { commandId, document });
}

function byCommand(records: QueueBatch['Records']): Map<string, { document: string; ids: string[] }> {
  const commands = new Map<string, { document: string; ids: string[] }>();
  for (const { messageId, body } of records) {
    const detail = detailOf(body);
    if (!detail) continue;
    const command = commands.get(detail['command-id']) ?? { document: detail['document-name'], ids: [] };
    command.ids.push(messageId);
    commands.set(detail['command-id'], command);
  }
  return commands;
}

/** `undefined` for what is no status event: nobody can do anything with it, now or later. */
function detailOf(body: string): StatusEvent['detail'] | undefined {
  try {
    const event: Partial<StatusEvent> = JSON.parse(body);
    return event.detail;
  } catch {
    return undefined;
  }
}
