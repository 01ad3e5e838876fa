import { fileURLToPath } from 'node:url';
import { fleet, hostCheck, routine } from '../../lib/runbook/builders.ts';
import { checkRules } from '../../lib/runbook/rules.ts';
import { everyDay } from '../../lib/runbook/schedule.ts';
import type { PriorityPolicy, Runbook } from '../../lib/runbook/types.ts';

/** Hosts carry these tags to belong to the fleet. */
export const fleetTags = { Role: 'bench' } as const;

/** The one routine. */
export const routineId = 'round';

/** The ids of its checks begin with this. */
export const checkPrefix = 'disk-';

/** The people of the one role: what P1 to P3 tell. */
export const contactCount = 3;

const script = fileURLToPath(new URL('../../lib/runbooks/scripts/disk.sh', import.meta.url));

/** A platform with one fleet and one routine of so many checks. Its script is real; the simulated hosts do not run it. */
export function benchRunbook(checks: number): Runbook {
  const policy: Omit<PriorityPolicy, 'meaning'> = {
    channels: ['email'],
    delivery: 'immediately',
    levels: [{ tell: ['operations'], acknowledgeMinutes: 60 }],
  };
  const people = Array.from({ length: contactCount }, (_, index) => `person-${index + 1}`);
  return {
    id: 'bench',
    name: 'Bench',
    timeZone: 'UTC',
    calendar: {
      businessDays: ['monday'],
      hours: { from: '08:00', to: '18:00' },
      wakingHours: { from: '07:00', to: '22:00' },
      holidays: [],
      holidaysThrough: '2099-12-31',
    },
    incidentFormat: 'BENCH-YYYYMMDD-NNN',
    procedureUrl: 'https://example.com/procedure',
    contacts: Object.fromEntries(people.map((id) => [id, { name: id, email: `${id}@example.com` }])),
    roles: { operations: { title: 'Operations', contacts: people } },
    priorities: {
      P1: { meaning: 'At once', ...policy },
      P2: { meaning: 'Same day', ...policy },
      P3: { meaning: 'Next business day', ...policy },
    },
    watchers: 'operations',
    fleets: { hosts: fleet({ title: 'Simulated hosts', tags: fleetTags }) },
    routines: [
      routine(routineId, {
        title: 'Round',
        fleet: 'hosts',
        schedule: everyDay.at('06:00'),
        checks: Array.from({ length: checks }, (_, index) => diskCheck(`${checkPrefix}${index + 1}`)),
      }),
    ],
  };
}

function diskCheck(id: string) {
  return hostCheck(id, {
    title: `Disk usage ${id}`,
    script,
    settings: { diskPath: '/' },
    thresholds: [{ metric: 'disk_used', warning: '80', critical: '90' }],
    look: 'df -h /',
    rules: checkRules.map((rule) => rule.atOnce()),
  });
}
