import type { Alert, Notice } from '../../functions/core/alert.ts';
import type { Mailbox } from '../../functions/core/mailbox.ts';
import type { Round } from '../../functions/core/round.ts';
import type { RunRecord, WriteRecord } from './run-record.ts';

/** What an item said from one write on. */
export interface Version<Body> {
  readonly write: WriteRecord;
  readonly body: Body;
}

/** Everything that the table's items have ever said, in the order of the writes. */
export interface History {
  /** By check. */
  readonly alerts: ReadonlyMap<string, readonly Version<Alert>[]>;
  /** By contact. */
  readonly mailboxes: ReadonlyMap<string, readonly Version<Mailbox>[]>;
  /** By routine and slot. */
  readonly rounds: ReadonlyMap<string, readonly Version<Round>[]>;
}

/** A notice wherever it stands: the alert and its incident, and its place among the incident's notices. */
export function noticeId({ check, openedAt, sequence }: Pick<Notice, 'check' | 'openedAt' | 'sequence'>): string {
  return `${check} ${openedAt} ${sequence}`;
}

export function historyOf({ writes }: RunRecord): History {
  const alerts = new Map<string, Version<Alert>[]>();
  const mailboxes = new Map<string, Version<Mailbox>[]>();
  const rounds = new Map<string, Version<Round>[]>();
  for (const write of writes) {
    const { pk, sk } = write;
    if (pk === 'alert') add(alerts, sk, write);
    else if (pk === 'mailbox') add(mailboxes, sk, write);
    else if (pk.startsWith('round#')) add(rounds, `${pk.slice('round#'.length)}/${sk}`, write);
  }
  return { alerts, mailboxes, rounds };
}

function add<Body>(versions: Map<string, Version<Body>[]>, key: string, write: WriteRecord): void {
  const list = versions.get(key) ?? [];
  versions.set(key, list);
  list.push({ write, body: JSON.parse(write.body) });
}
