import { fileURLToPath } from 'node:url';
import { fleet, hostCheck, incidentsCheck, routine } from '../../../lib/runbook/builders.ts';
import { heading, operator, report } from '../../../lib/runbook/reports.ts';
import { checkRules, p2 } from '../../../lib/runbook/rules.ts';
import { businessDays, everyDay } from '../../../lib/runbook/schedule.ts';
import type { Runbook } from '../../../lib/runbook/types.ts';

export function fixture(name: string): string {
  return fileURLToPath(new URL(`fixtures/${name}`, import.meta.url));
}

/** A valid runbook that uses everything the language has. */
export function sampleRunbook(): Runbook {
  const disk = hostCheck('disk', {
    title: 'Disk usage',
    covers: ['F4'],
    script: fixture('fine.sh'),
    settings: { diskPath: '/', samples: 3 },
    thresholds: [{ metric: 'disk_used', warning: '80', critical: '90' }],
    baselines: [{ metric: 'inodes_used', rounds: 7 }],
    dependsOn: ['fleet-app'],
    look: 'df -h /',
    rules: [...checkRules, p2.whenWorse('inodes_used', 50)],
  });
  return {
    id: 'sample',
    name: 'Sample',
    timeZone: 'Europe/Berlin',
    calendar: {
      businessDays: ['monday', 'tuesday', 'wednesday', 'thursday', 'friday'],
      hours: { from: '08:00', to: '18:00' },
      wakingHours: { from: '07:00', to: '22:00' },
      holidays: [
        { date: '2028-02-29', name: 'Leap Day' },
        { date: '2026-12-25', name: 'Christmas Day' },
      ],
      holidaysThrough: '2099-12-31',
    },
    incidentFormat: 'DAILY-YYYYMMDD-NNN',
    procedureUrl: 'https://example.com/procedure',
    contacts: {
      operator: { name: 'Olivia Operator', email: 'olivia@example.com', phone: '+12025550100' },
      chat: { name: 'Operations chat', https: 'https://example.com/chat' },
    },
    roles: {
      operations: { title: 'Operations', contacts: ['operator', 'chat'] },
      room: { title: 'Operations room', contacts: ['chat'] },
      duty: {
        title: 'On duty',
        rotation: {
          every: 'week',
          from: '2026-11-02',
          at: '09:00',
          contacts: ['operator', 'chat'],
          overrides: [{ date: '2026-12-24', contact: 'operator' }],
        },
      },
    },
    priorities: {
      P1: {
        meaning: 'At once',
        channels: ['sms', 'https'],
        delivery: 'immediately',
        levels: [
          { tell: ['operations', 'room'], acknowledgeMinutes: 15 },
          { tell: ['duty'], acknowledgeMinutes: 60 },
        ],
        repageMinutes: 240,
      },
      P2: { meaning: 'Same day', channels: ['email'], delivery: 'same-day', levels: [{ tell: ['operations'] }] },
      P3: {
        meaning: 'Next business day',
        channels: ['email'],
        delivery: 'next-business-day',
        levels: [{ tell: ['operations'] }],
      },
    },
    watchers: 'operations',
    fleets: { app: fleet({ title: 'Application hosts', tags: { Role: 'app', Stage: ['blue', 'green'] } }) },
    routines: [
      routine('morning', {
        title: 'Morning',
        fleet: 'app',
        schedule: businessDays.at('08:00'),
        checks: [
          disk,
          incidentsCheck('overnight', { title: 'Overnight', covers: ['F8'], since: '18:00', priorities: ['P1'] }),
        ],
      }),
      routine('health', {
        title: 'Health',
        covers: ['F38'],
        fleet: 'app',
        schedule: everyDay.everyHours(4),
        checks: [disk],
      }),
    ],
    reports: [
      report('log', {
        title: 'Daily log',
        covers: ['F48'],
        schedule: businessDays.at('20:15'),
        parts: [heading('Operator'), operator],
      }),
    ],
    maintenance: [{ title: 'Backup', checks: ['fleet-app'], schedule: everyDay.at('02:00'), minutes: 60 }],
  };
}
