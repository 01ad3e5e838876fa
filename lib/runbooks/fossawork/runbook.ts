import { fleet, incidentsCheck, routine } from '../../runbook/builders.ts';
import { businessDays, everyDay } from '../../runbook/schedule.ts';
import type { Contacts, Runbook } from '../../runbook/types.ts';
import { healthChecks } from './health-checks.ts';
import { defaults, type FossaWorkOptions } from './options.ts';

/** Start of the business day, and of Morning Operations. */
const morning = '08:00';

/** Evening Operations, with which the business day ends and the night begins. */
const evening = '18:00';

/** FossaWork V2's Daily Operations Procedures. */
export function fossawork(contacts: Contacts, options: Partial<FossaWorkOptions> = {}): Runbook {
  const chosen: FossaWorkOptions = { ...defaults, ...options };
  const systemHealth = healthChecks(chosen);
  const overnight = incidentsCheck('overnight', {
    title: 'No critical alerts from overnight',
    covers: ['F8'],
    since: evening,
    priorities: ['P0', 'P1'],
  });

  return {
    id: 'fossawork',
    name: 'FossaWork V2',
    timeZone: chosen.timeZone,
    calendar: {
      businessDays: ['monday', 'tuesday', 'wednesday', 'thursday', 'friday'],
      hours: { from: morning, to: evening },
      wakingHours: { from: '07:00', to: '22:00' },
      ...chosen.holidays,
    },
    incidentFormat: 'DAILY-YYYYMMDD-NNN',
    procedureUrl: chosen.procedureUrl,
    contacts,
    roles: {
      operations: { title: 'Primary Operations Contact', contacts: ['primary-operations'] },
      administrator: { title: 'System Administrator', contacts: ['system-administrator'] },
      security: { title: 'Security Officer', contacts: ['security-officer'] },
    },
    priorities: {
      P1: {
        meaning: 'Immediate Escalation',
        channels: ['sms', 'email'],
        delivery: 'immediately',
        levels: [{ tell: ['operations', 'administrator', 'security'], acknowledgeMinutes: 15 }],
        repageMinutes: 240,
      },
      P2: {
        meaning: 'Same Day Escalation',
        channels: ['sms', 'email'],
        delivery: 'same-day',
        levels: [{ tell: ['operations', 'administrator'], acknowledgeMinutes: 240 }],
      },
      P3: {
        meaning: 'Next Business Day Escalation',
        channels: ['email'],
        delivery: 'next-business-day',
        levels: [{ tell: ['operations'] }],
      },
    },
    watchers: 'administrator',
    fleets: {
      app: fleet({ title: 'Application hosts', tags: chosen.tags, floor: chosen.floor }),
    },
    routines: [
      routine('morning', {
        title: 'Morning Operations',
        fleet: 'app',
        schedule: businessDays.at(morning),
        checks: [...systemHealth, overnight],
      }),
      routine('health', {
        title: 'Health check',
        covers: ['F38'],
        fleet: 'app',
        schedule: everyDay.everyHours(4),
        checks: systemHealth,
      }),
    ],
  };
}
