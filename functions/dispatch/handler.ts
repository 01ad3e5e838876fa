import type { DispatchInput } from '../contract.ts';
import { closeJournal } from '../flow/close-journal.ts';
import { connect } from '../flow/connect.ts';
import { dispatchRound } from '../flow/dispatch-round.ts';

/** Fired by a routine's schedule: starts the round of the slot. */
export async function handler(input: DispatchInput): Promise<void> {
  const services = connect();
  await dispatchRound(services, input);
  await closeJournal(services);
}
