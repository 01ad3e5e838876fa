import type { LocalCloud } from '../local/cloud.ts';

/** Lets the tick run out of turn: before its first turn the alarm about a missing heartbeat would ring. */
export async function beat(cloud: LocalCloud): Promise<void> {
  const answer = await cloud.invoke('tick', {});
  if (!answer.ok) throw new Error(`The tick function failed: ${answer.error.errorMessage}`);
}
