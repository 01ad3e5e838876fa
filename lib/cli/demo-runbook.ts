import { loadContacts } from '../runbook/contacts.ts';
import { didYouMean } from '../runbook/nearest.ts';
import type { Runbook } from '../runbook/types.ts';
import { platforms } from '../runbooks/platforms.ts';

/**
 * A platform's runbook with fictional contacts, whatever the contacts file says: nobody is to be told of a demo.
 * @throws {Error} that names the platforms there are
 */
export function demoRunbook(platform: string): Runbook {
  const runbookOf = Object.hasOwn(platforms, platform) ? platforms[platform] : undefined;
  if (!runbookOf) {
    const known = Object.keys(platforms);
    throw new Error(
      `There is no platform '${platform}'; there are: ${known.join(', ')}.${didYouMean(platform, known)}`,
    );
  }
  return runbookOf(loadContacts(platform, { allowUnconfigured: true }).contacts);
}
