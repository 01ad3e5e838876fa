import type { DispatchInput } from '../../functions/contract.ts';
import { closeJournal } from '../../functions/flow/close-journal.ts';
import { dispatchRound } from '../../functions/flow/dispatch-round.ts';
import { runCollect } from '../../functions/flow/run-collect.ts';
import type { Services } from '../../functions/flow/services.ts';
import type { StatusEvent } from './memory-ssm.ts';

/** What the dispatch handler does. */
export async function handleDispatch(services: Services, input: DispatchInput): Promise<void> {
  await dispatchRound(services, input);
  await closeJournal(services);
}

/** What the queue makes of some events, and the collect handler of them. @returns ids of the commands to deliver again */
export async function handleCollect(services: Services, events: readonly StatusEvent[]): Promise<string[]> {
  const Records = events.map((detail, index) => ({ messageId: String(index), body: JSON.stringify({ detail }) }));
  const { batchItemFailures } = await runCollect(services, { Records });
  const failed = batchItemFailures.map(({ itemIdentifier }) => events[Number(itemIdentifier)]?.['command-id'] ?? '');
  return [...new Set(failed)];
}
