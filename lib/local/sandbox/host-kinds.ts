import { fossaworkApp } from './fossawork-app.ts';
import { goldEscrowApp } from './gold-escrow-app.ts';
import { goldEscrowOperations } from './gold-escrow-operations.ts';
import type { HostKind } from './host-kind.ts';

/** By platform and fleet. */
const kinds: Readonly<Record<string, HostKind>> = {
  'fossawork-app': fossaworkApp,
  'gold-escrow-app': goldEscrowApp,
  'gold-escrow-operations': goldEscrowOperations,
};

/** Of a fleet that no kind is made for: with nothing particular on it, so that checks look at this machine. */
const plain: HostKind = {
  count: 2,
  furnish: async () => ({ environment: {}, apply: async () => {}, close: async () => {} }),
};

export function kindOf(platform: string, fleet: string): HostKind {
  return (hasOwnKind(platform, fleet) ? kinds[`${platform}-${fleet}`] : undefined) ?? plain;
}

/** Whether its demo hosts have what its checks look at: those of others look at this machine. */
export function hasOwnKind(platform: string, fleet: string): boolean {
  return Object.hasOwn(kinds, `${platform}-${fleet}`);
}
