import { loadContacts } from '../runbook/contacts.ts';
import type { Runbook } from '../runbook/types.ts';
import { platforms } from '../runbooks/platforms.ts';

/**
 * A platform's runbook with fictional contacts, whatever the contacts file says: nobody is to be told of a demo.
 * @throws {Error} that names the platforms there are
 */
export function demoRunbook(platform: string): Runbook {
  const runbookOf = Object.hasOwn(platforms, platform) ? platforms[platform] : undefined;
  if (!runbookOf) {
    throw new Error(`There is no platform '${platform}'; there are: ${Object.keys(platforms).join(', ')}.`);
  }
  return runbookOf(loadContacts(platform, { allowUnconfigured: true }).contacts);
}
