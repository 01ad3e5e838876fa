import type { Plan, PriorityRule } from '../../../functions/core/plan.ts';

/** CRITICAL on every host is P1, on some P2; the rest is P3. */
export const usualRules: readonly PriorityRule[] = [
  { priority: 'P1', states: ['CRITICAL'], share: 1 },
  { priority: 'P2', states: ['CRITICAL'] },
  { priority: 'P3', states: ['WARNING', 'UNKNOWN'] },
];

/** A small platform: one fleet, one routine, two checks on hosts and one on the records. */
export const examplePlan: Plan = {
  platform: { id: 'demo', name: 'Demo Shop' },
  timeZone: 'Europe/Berlin',
  calendar: {
    businessDays: ['monday', 'tuesday', 'wednesday', 'thursday', 'friday'],
    hours: { from: '08:00', to: '18:00' },
    holidays: [{ date: '2026-12-25', name: 'Christmas Day' }],
  },
  incidentFormat: 'DAILY-YYYYMMDD-NNN',
  procedureUrl: 'https://example.com/procedure',
  contacts: { ann: { name: 'Ann' }, bob: { name: 'Bob' } },
  roles: {
    operations: { title: 'Operations', contacts: ['ann'] },
    administrator: { title: 'System administrator', contacts: ['bob', 'ann'] },
  },
  priorities: {
    P1: { meaning: 'the shop is down', tell: ['operations', 'administrator'], channels: ['sms', 'email'] },
    P2: { meaning: 'the shop is impaired', tell: ['operations'], channels: ['email'] },
    P3: { meaning: 'to be looked at', tell: ['operations'], channels: ['email'] },
  },
  fleets: { app: { title: 'Hosts of the shop', tags: { Role: ['app'] }, floor: 2, rules: usualRules } },
  checks: {
    disk: {
      title: 'Disk usage',
      rules: usualRules,
      source: {
        kind: 'host',
        thresholds: [
          {
            metric: 'disk_used',
            warning: { low: 0, high: 80, alertInside: false },
            critical: { low: 0, high: 90, alertInside: false },
          },
        ],
        look: 'df -h',
        timeoutSeconds: 10,
      },
    },
    load: {
      title: 'Load',
      rules: usualRules,
      source: { kind: 'host', thresholds: [], look: 'uptime', timeoutSeconds: 10 },
    },
    overnight: {
      title: 'No critical alerts from overnight',
      rules: [],
      source: { kind: 'incidents', since: '18:00', priorities: ['P0', 'P1'] },
    },
  },
  routines: {
    morning: {
      title: 'Morning',
      fleet: 'app',
      schedule: { days: 'business-days', at: ['08:00'] },
      checks: ['disk', 'load', 'overnight'],
      deadlineSeconds: 300,
    },
  },
};
