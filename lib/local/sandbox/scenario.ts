import { didYouMean } from '../../runbook/nearest.ts';

/** What is wrong with demo hosts, by platform. */
const scenariosByPlatform = {
  fossawork: [
    'backend-down',
    'disk-full',
    'database-locked',
    'api-error',
    'backup-missing',
    'break-in',
    'errors',
    'host-lost',
    'no-hosts',
  ],
  'gold-escrow': ['disk-full', 'errors', 'database-down', 'gas-high', 'transaction-failed', 'host-lost', 'no-hosts'],
} as const;

/** Of a platform whose hosts have nothing particular. */
const scenariosOfAny = ['host-lost', 'no-hosts'] as const;

type Platform = keyof typeof scenariosByPlatform;

export type Scenario = 'healthy' | (typeof scenariosByPlatform)[Platform][number];

/** Those of all platforms. */
export const scenarioNames: readonly string[] = [
  ...new Set<Scenario>(['healthy', ...Object.values(scenariosByPlatform).flat()]),
];

export function scenariosOf(platform: string): readonly Scenario[] {
  return ['healthy', ...(isPlatform(platform) ? scenariosByPlatform[platform] : scenariosOfAny)];
}

/** @throws {Error} that lists the scenarios of the platform. */
export function parseScenario(platform: string, text: string): Scenario {
  const known = scenariosOf(platform);
  const found = known.find((name) => name === text);
  if (found !== undefined) return found;
  throw new Error(
    `The demo hosts of ${platform} have no scenario "${text}", expected one of: ${known.join(', ')}.` +
      didYouMean(text, known),
  );
}

function isPlatform(text: string): text is Platform {
  return Object.hasOwn(scenariosByPlatform, text);
}
