import { connect } from '../flow/connect.ts';
import { runTick } from '../flow/run-tick.ts';

let isNew = true;

/** Fired every minute: does what is owed. */
export async function handler(): Promise<void> {
  await runTick(connect(), isNew);
  isNew = false;
}
