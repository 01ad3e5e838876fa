import type { Plan, PriorityRule } from '../../../functions/core/plan.ts';

/** CRITICAL on every host is P1, on some P2; the rest is P3; all at once. */
export const usualRules: readonly PriorityRule[] = [
  { priority: 'P1', states: ['CRITICAL'], share: 1, attempts: 1 },
  { priority: 'P2', states: ['CRITICAL'], attempts: 1 },
  { priority: 'P3', states: ['WARNING', 'UNKNOWN'], attempts: 1 },
];

/** The same, but only the third bad result in a row counts. */
export const patientRules: readonly PriorityRule[] = usualRules.map((rule) => ({ ...rule, attempts: 3 }));

/** A small platform: one fleet, one routine, two checks on hosts and one on the records. */
export const examplePlan: Plan = {
  platform: { id: 'demo', name: 'Demo Shop' },
  timeZone: 'Europe/Berlin',
  calendar: {
    businessDays: ['monday', 'tuesday', 'wednesday', 'thursday', 'friday'],
    hours: { from: '08:00', to: '18:00' },
    wakingHours: { from: '07:00', to: '22:00' },
    holidays: [{ date: '2026-12-25', name: 'Christmas Day' }],
    holidaysThrough: '2030-12-31',
  },
  incidentFormat: 'DAILY-YYYYMMDD-NNN',
  procedureUrl: 'https://example.com/procedure',
  contacts: { ann: { name: 'Ann', channels: ['email', 'sms'] }, bob: { name: 'Bob', channels: ['email', 'sms'] } },
  roles: {
    operations: { title: 'Operations', contacts: ['ann'] },
    administrator: { title: 'System administrator', contacts: ['bob', 'ann'] },
  },
  priorities: {
    P1: {
      meaning: 'the shop is down',
      channels: ['sms', 'email'],
      delivery: 'immediately',
      levels: [
        { tell: ['operations'], acknowledgeMinutes: 15 },
        { tell: ['administrator'], acknowledgeMinutes: 60 },
      ],
      repageMinutes: 240,
    },
    P2: {
      meaning: 'the shop is impaired',
      channels: ['email'],
      delivery: 'same-day',
      levels: [{ tell: ['operations'], acknowledgeMinutes: 240 }, { tell: ['administrator'] }],
    },
    P3: {
      meaning: 'to be looked at',
      channels: ['email'],
      delivery: 'next-business-day',
      levels: [{ tell: ['operations'] }],
    },
    info: { meaning: 'for awareness', channels: [], delivery: 'immediately', levels: [] },
  },
  fleets: { app: { title: 'Hosts of the shop', tags: { Role: ['app'] }, floor: 2, rules: usualRules } },
  checks: {
    disk: {
      title: 'Disk usage',
      rules: usualRules,
      dependsOn: [],
      source: {
        kind: 'host',
        thresholds: [
          {
            metric: 'disk_used',
            warning: { low: 0, high: 80, alertInside: false },
            critical: { low: 0, high: 90, alertInside: false },
          },
        ],
        baselines: [],
        look: 'df -h',
        timeoutSeconds: 10,
      },
    },
    load: {
      title: 'Load',
      rules: usualRules,
      dependsOn: [],
      source: { kind: 'host', thresholds: [], baselines: [], look: 'uptime', timeoutSeconds: 10 },
    },
    overnight: {
      title: 'No critical alerts from overnight',
      rules: [],
      dependsOn: [],
      source: { kind: 'incidents', since: '18:00', priorities: ['P0', 'P1'], thresholds: [] },
    },
  },
  routines: {
    morning: {
      title: 'Morning',
      fleet: 'app',
      schedule: { days: 'business-days', at: ['08:00'] },
      checks: ['disk', 'load', 'overnight'],
      remedies: [],
      deadlineSeconds: 300,
    },
  },
  maintenance: [],
  reports: {},
};
