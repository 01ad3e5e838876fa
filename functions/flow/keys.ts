import type { Key } from '../adapters/dynamodb.ts';
import type { PackedList, Round } from '../core/round.ts';

/**
 * Partitions that hold one item for each alert, each incident, each routine's next slot, each contact's mailbox, each
 * audit, each sign-off that was asked for, and each report that was written.
 */
export const partition = {
  alert: 'alert',
  incident: 'incident',
  slot: 'slot',
  mailbox: 'mailbox',
  audit: 'audit',
  signOff: 'sign-off',
  report: 'report',
} as const;

export function alertKey(check: string): Key {
  return { pk: partition.alert, sk: check };
}

/** What a contact has still to be told. */
export function mailboxKey(contact: string): Key {
  return { pk: partition.mailbox, sk: contact };
}

/** When it is asked next whether everybody can be told. */
export const auditKey: Key = { pk: partition.audit, sk: 'contacts' };

export function roundKey({ routine, slot }: Pick<Round, 'routine' | 'slot'>): Key {
  return { pk: `round#${routine}`, sk: slot };
}

export function isRoundKey({ pk }: Key): boolean {
  return pk.startsWith('round#');
}

/** The slot of a routine that is waited for. */
export function slotKey(routine: string): Key {
  return { pk: partition.slot, sk: routine };
}

/** What the hosts of a round have told: a pack for each page that was read. */
export function resultsKey({ routine, slot }: Pick<Round, 'routine' | 'slot'>): Pick<Key, 'pk'> {
  return { pk: `result#${routine}#${slot}` };
}

/** A pack: they sort by the list that they are of, and by their page. Version 0.1.0 has put a host's id there. */
export function packKey(round: Pick<Round, 'routine' | 'slot'>, list: PackedList, page: number, part = 0): Key {
  const [number, place] = [String(page).padStart(5, '0'), String(part).padStart(2, '0')];
  return { ...resultsKey(round), sk: `${list}#${number}#${place}` };
}

/** A sign-off in a slot: they sort by time. */
export function signOffKey({ slot, id }: { readonly slot: string; readonly id: string }): Key {
  return { pk: partition.signOff, sk: `${slot}#${id}` };
}

/** One record of an incident; sequence numbers sort as text up to 9,999. */
export function recordKey(incident: string, sequence: number): Key {
  return { pk: `incident#${incident}`, sk: String(sequence).padStart(4, '0') };
}

/** What notes of an incident begin with: they stand after its records, none of which begins with a letter. */
export const notePrefix = 'note#';

/** @param index tells notes of one moment apart */
export function noteKey(incident: string, at: string, index: number): Key {
  return { pk: recordKey(incident, 0).pk, sk: `${notePrefix}${at}#${String(index).padStart(2, '0')}` };
}

/** A report that was written: they sort by time. */
export function reportHeadKey({ slot, id }: { readonly slot: string; readonly id: string }): Key {
  return { pk: partition.report, sk: `${slot}#${id}` };
}

/** What a report says. */
export function reportKey({ id, slot }: { readonly id: string; readonly slot: string }): Key {
  return { pk: `report#${id}`, sk: slot };
}

/** All silences. */
export const silenceKey: Key = { pk: 'silence', sk: 'all' };

/** What the good rounds of a routine were like. */
export function baselineKey(routine: string): Key {
  return { pk: 'baseline', sk: routine };
}
