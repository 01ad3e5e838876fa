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
  const name = `${platform}-${fleet}`;
  return (Object.hasOwn(kinds, name) ? kinds[name] : undefined) ?? plain;
}
