import type { Plan, PriorityRule } from '../../functions/core/plan.ts';

/** At once: CRITICAL on every host is P1, on some P2. */
const urgentRules: readonly PriorityRule[] = [
  { priority: 'P1', states: ['CRITICAL'], share: 1, attempts: 1 },
  { priority: 'P2', states: ['CRITICAL'], attempts: 1 },
  { priority: 'P3', states: ['UNKNOWN'], attempts: 3 },
];

/** The third bad result in a row: CRITICAL is P2, anything else P3. */
const patientRules: readonly PriorityRule[] = [
  { priority: 'P2', states: ['CRITICAL'], attempts: 3 },
  { priority: 'P3', states: ['WARNING', 'UNKNOWN'], attempts: 3 },
];

const source = { kind: 'host', thresholds: [], baselines: [], look: 'uptime', timeoutSeconds: 10 } as const;

/** A small platform in which every kind of delivery, of role and of rule occurs. */
export const simulatedPlan: Plan = {
  platform: { id: 'shop', name: 'Demo Shop' },
  timeZone: 'Europe/Berlin',
  calendar: {
    businessDays: ['monday', 'tuesday', 'wednesday', 'thursday', 'friday'],
    hours: { from: '08:00', to: '18:00' },
    wakingHours: { from: '07:00', to: '22:00' },
    holidays: [{ date: '2026-11-25', name: 'Founders Day' }],
    holidaysThrough: '2030-12-31',
  },
  incidentFormat: 'SHOP-YYYYMMDD-NNN',
  procedureUrl: 'https://wiki.example.com/shop',
  contacts: { ann: { name: 'Ann', channels: ['email', 'sms'] }, bob: { name: 'Bob', channels: ['email', 'sms'] } },
  roles: {
    'on-call': {
      title: 'On call',
      rotation: { every: 'day', from: '2026-01-01', at: '09:00', contacts: ['ann', 'bob'], overrides: [] },
    },
    lead: { title: 'Team lead', contacts: ['bob'] },
  },
  priorities: {
    P1: {
      meaning: 'the shop is down',
      channels: ['sms', 'email'],
      delivery: 'immediately',
      levels: [
        { tell: ['on-call'], acknowledgeMinutes: 15 },
        { tell: ['lead', 'on-call'], acknowledgeMinutes: 60 },
      ],
      repageMinutes: 240,
    },
    P2: {
      meaning: 'the shop is impaired',
      channels: ['sms', 'email'],
      delivery: 'same-day',
      levels: [{ tell: ['on-call'], acknowledgeMinutes: 120 }, { tell: ['lead'] }],
    },
    P3: {
      meaning: 'to be looked at',
      channels: ['email'],
      delivery: 'next-business-day',
      levels: [{ tell: ['lead'] }],
    },
  },
  fleets: { app: { title: 'Hosts of the shop', tags: { Role: ['app'] }, floor: 2, rules: urgentRules } },
  checks: {
    service: { title: 'Service', rules: urgentRules, dependsOn: [], source },
    disk: { title: 'Disk usage', rules: patientRules, dependsOn: [], source },
    load: {
      title: 'Load',
      rules: [{ priority: 'P3', states: ['WARNING', 'CRITICAL'], attempts: 1 }],
      dependsOn: ['service'],
      source,
    },
  },
  routines: {
    morning: {
      title: 'Morning',
      fleet: 'app',
      schedule: { days: 'business-days', at: ['08:00'] },
      checks: ['service', 'disk', 'load'],
      remedies: [],
      deadlineSeconds: 300,
    },
    watch: {
      title: 'Watch',
      fleet: 'app',
      schedule: { days: 'every-day', everyMinutes: 240 },
      checks: ['service', 'disk'],
      remedies: [],
      deadlineSeconds: 240,
    },
  },
  reports: {},
  maintenance: [
    { title: 'Nightly import', checks: ['disk'], schedule: { days: 'every-day', at: ['01:30'] }, minutes: 90 },
  ],
};
