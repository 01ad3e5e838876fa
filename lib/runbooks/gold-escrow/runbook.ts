import { fleet, routine } from '../../runbook/builders.ts';
import { everyDay, monthly, weekly } from '../../runbook/schedule.ts';
import type { Contacts, Routine, Runbook } from '../../runbook/types.ts';
import { evening, eveningOnHosts, midday, middayOnHosts, morning, morningOnHosts } from './daily-checklist.ts';
import {
  dailyTasks,
  logRotation,
  monthlyTasks,
  postIncidentReview,
  weeklyDocumentation,
  weeklyPerformance,
  weeklySecurity,
} from './maintenance.ts';
import { containers, infrastructure, memoryLeaks, platform } from './monitoring.ts';
import { defaults, type GoldEscrowOptions } from './options.ts';
import { procedure } from './procedure.ts';
import { reports } from './reports.ts';

/** The Gold Escrow Platform's Daily Operations Guide. */
export function goldEscrow(contacts: Contacts, options: Partial<GoldEscrowOptions> = {}): Runbook {
  const chosen: GoldEscrowOptions = { ...defaults, ...options };
  return {
    id: 'gold-escrow',
    name: 'Gold Escrow Platform',
    timeZone: chosen.timeZone,
    calendar: {
      businessDays: ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'],
      hours: { from: '09:00', to: '18:00' },
      wakingHours: { from: '07:00', to: '22:00' },
      ...chosen.holidays,
    },
    incidentFormat: 'INC-YYYY-NNN',
    procedureUrl: chosen.procedureUrl,
    contacts,
    roles: {
      'on-call': {
        title: 'On-call engineer',
        rotation: {
          every: 'week',
          from: chosen.rotationFrom,
          at: '09:00',
          contacts: ['engineer-one', 'engineer-two'],
        },
      },
      'team-lead': { title: 'Team lead', contacts: ['team-lead'] },
      team: { title: 'Regular team member', contacts: ['team'] },
      product: { title: 'Product team', contacts: ['product-team'] },
      stakeholders: { title: 'All stakeholders', contacts: ['stakeholders'] },
      internal: { title: 'Internal team', contacts: ['team-chat'] },
    },
    priorities: {
      P0: {
        meaning: 'Critical: system completely down or data loss',
        channels: ['sms', 'email', 'https'],
        delivery: 'immediately',
        levels: [{ tell: ['on-call', 'team-lead', 'stakeholders', 'internal'], acknowledgeMinutes: 15 }],
        repageMinutes: 60,
      },
      P1: {
        meaning: 'High: major functionality affected',
        channels: ['sms', 'email', 'https'],
        delivery: 'immediately',
        levels: [
          { tell: ['on-call', 'product', 'internal'], acknowledgeMinutes: 60 },
          { tell: ['on-call', 'team-lead'], acknowledgeMinutes: 60 },
        ],
        repageMinutes: 240,
      },
      P2: {
        meaning: 'Medium: minor functionality affected',
        channels: ['email', 'https'],
        delivery: 'same-day',
        levels: [{ tell: ['team', 'internal'], acknowledgeMinutes: 240 }, { tell: ['on-call'] }],
      },
      P3: {
        meaning: 'Low: cosmetic or minor issues',
        channels: ['email'],
        delivery: 'next-business-day',
        levels: [{ tell: ['team'], acknowledgeMinutes: 24 * 60 }],
      },
    },
    watchers: 'team-lead',
    fleets: {
      app: fleet({ title: 'Application hosts', ...chosen.app }),
      operations: fleet({ title: 'Operations host', ...chosen.operations }),
    },
    procedure,
    covers: {
      G7: { rule: 'priorities.P0.levels' },
      G23: { rule: 'priorities.P0' },
      G24: { rule: 'priorities.P2' },
      G33: { rule: 'priorities' },
      G35: { rule: 'incidentFormat' },
      G39: { rule: 'priorities.P1.channels' },
    },
    routines: [...dailyChecklist(chosen), ...monitoring(chosen), ...maintenance(chosen)],
    reports: reports(chosen),
  };
}

/** "Daily Checklist" */
function dailyChecklist(options: GoldEscrowOptions): readonly Routine[] {
  const schedule = { morning: everyDay.at('09:00'), midday: everyDay.at('14:00'), evening: everyDay.at('18:00') };
  return [
    routine('morning', {
      title: 'Morning Routine',
      fleet: 'operations',
      schedule: schedule.morning,
      checks: morning(options),
    }),
    routine('morning-hosts', {
      title: 'Morning Routine: Error Rates',
      fleet: 'app',
      schedule: schedule.morning,
      checks: morningOnHosts(options),
    }),
    routine('midday', {
      title: 'Midday Check: Performance Monitoring',
      fleet: 'operations',
      schedule: schedule.midday,
      checks: midday(options),
    }),
    routine('midday-hosts', {
      title: 'Midday Check: Memory Usage and Security Review',
      fleet: 'app',
      schedule: schedule.midday,
      checks: middayOnHosts(options),
    }),
    routine('evening', {
      title: 'Evening Review: Daily Metrics Summary',
      fleet: 'operations',
      schedule: schedule.evening,
      checks: evening(options),
    }),
    routine('evening-hosts', {
      title: 'Evening Review: Error Summary and Documentation Update',
      fleet: 'app',
      schedule: schedule.evening,
      checks: eveningOnHosts(options),
    }),
  ];
}

/** "Monitoring Procedures" */
function monitoring(options: GoldEscrowOptions): readonly Routine[] {
  const schedule = everyDay.everyMinutes(5);
  return [
    routine('infrastructure', {
      title: 'Infrastructure Monitoring',
      fleet: 'app',
      schedule,
      checks: infrastructure(options),
    }),
    routine('containers', { title: 'Container Monitoring', fleet: 'app', schedule, checks: containers(options) }),
    routine('platform', { title: 'Platform Monitoring', fleet: 'operations', schedule, checks: platform(options) }),
    routine('memory-leaks', {
      title: 'Memory Monitoring',
      fleet: 'app',
      schedule: everyDay.everyHours(1),
      checks: [memoryLeaks(options)],
    }),
  ];
}

/** "Routine Maintenance" */
function maintenance(options: GoldEscrowOptions): readonly Routine[] {
  return [
    routine('log-rotation', {
      title: 'Daily Tasks: Log Rotation',
      fleet: 'app',
      schedule: everyDay.at('01:00'),
      checks: [logRotation(options)],
    }),
    routine('daily-tasks', {
      title: 'Daily Tasks: Database Maintenance and Cache Management',
      fleet: 'operations',
      schedule: everyDay.at('02:00'),
      checks: dailyTasks(options),
    }),
    routine('weekly-security', {
      title: 'Weekly Tasks: Security Review',
      fleet: 'operations',
      schedule: weekly.on('monday').at('10:00'),
      checks: weeklySecurity(options),
    }),
    routine('weekly-performance', {
      title: 'Weekly Tasks: Performance Optimization',
      fleet: 'operations',
      schedule: weekly.on('tuesday').at('10:00'),
      checks: weeklyPerformance(options),
    }),
    routine('weekly-documentation', {
      title: 'Weekly Tasks: Documentation Update',
      schedule: weekly.on('wednesday').at('10:00'),
      checks: weeklyDocumentation,
    }),
    routine('post-incident-review', {
      title: 'Post-Incident Review',
      schedule: weekly.on('thursday').at('10:00'),
      checks: postIncidentReview,
    }),
    routine('monthly-tasks', {
      title: 'Monthly Tasks',
      schedule: monthly.onFirst('monday').at('11:00'),
      checks: monthlyTasks,
    }),
  ];
}
