import type { Contacts, Runbook } from '../runbook/types.ts';
import { fossawork } from './fossawork/runbook.ts';
import { goldEscrow } from './gold-escrow/runbook.ts';

/** The platforms that ship with Rounds, by their ids. One more is a folder beside this file and a line here. */
export const platforms: Readonly<Record<string, (contacts: Contacts) => Runbook>> = {
  fossawork,
  'gold-escrow': goldEscrow,
};
