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
      holidays: chosen.holidays,
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
        tell: ['operations', 'administrator', 'security'],
        channels: ['sms', 'email'],
      },
      P2: { meaning: 'Same Day Escalation', tell: ['operations', 'administrator'], channels: ['sms', 'email'] },
      P3: { meaning: 'Next Business Day Escalation', tell: ['operations'], channels: ['email'] },
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
