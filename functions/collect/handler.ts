import { connect } from '../flow/connect.ts';
import { type BatchAnswer, type QueueBatch, runCollect } from '../flow/run-collect.ts';

/** Fired by status events of SSM, many at a time. */
export async function handler(batch: QueueBatch): Promise<BatchAnswer> {
  return runCollect(connect(), batch);
}
