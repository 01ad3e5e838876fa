import type { Key } from '../adapters/dynamodb.ts';
import type { Round } from '../core/round.ts';

/** Partitions that hold one item for each alert, and one for each incident. */
export const partition = { alert: 'alert', incident: 'incident' } as const;

const roundPrefix = 'round#';

export function alertKey(check: string): Key {
  return { pk: partition.alert, sk: check };
}

export function roundKey({ routine, slot }: Pick<Round, 'routine' | 'slot'>): Key {
  return { pk: roundPrefix + routine, sk: slot };
}

export function isRoundKey({ pk }: Key): boolean {
  return pk.startsWith(roundPrefix);
}

export function hostKey({ routine, slot }: Pick<Round, 'routine' | 'slot'>, host: string): Key {
  return { pk: `result#${routine}#${slot}`, sk: host };
}

/** One record of an incident; sequence numbers sort as text up to 9,999. */
export function recordKey(incident: string, sequence: number): Key {
  return { pk: `incident#${incident}`, sk: String(sequence).padStart(4, '0') };
}
