import { fleet, incidentsCheck, routine, signOff } from '../../runbook/builders.ts';
import { businessDays, everyDay, monthly, onDemand, weekly } from '../../runbook/schedule.ts';
import type { Contacts, Routine, Runbook } from '../../runbook/types.ts';
import { backupVerification, logAnalysis } from './evening-checks.ts';
import { healthChecks, systemResources } from './health-checks.ts';
import { automatedMaintenance, diskInputOutput, manualMaintenance } from './maintenance-jobs.ts';
import { load, monitoringReview, userActivity } from './midday-checks.ts';
import { defaults, type FossaWorkOptions } from './options.ts';
import { performanceChecks, performanceSummary } from './performance-checks.ts';
import { procedure } from './procedure.ts';
import { reports } from './reports.ts';
import { breachChecks, securityChecks } from './security-checks.ts';

/** Start of the business day, and of Morning Operations. */
const morning = '08:00';

const midday = '12:00';

/** Evening Operations, with which the business day ends and the night begins. */
const evening = '18:00';

/** FossaWork V2's Daily Operations Procedures. */
export function fossawork(contacts: Contacts, options: Partial<FossaWorkOptions> = {}): Runbook {
  const chosen: FossaWorkOptions = { ...defaults, ...options };
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
    procedure,
    covers: {
      F43: { rule: 'priorities.P1' },
      F44: { rule: 'priorities.P2' },
      F45: { rule: 'priorities.P3' },
      F46: { rule: 'contacts' },
      F49: { rule: 'incidentFormat' },
    },
    routines: [...businessDay(chosen), ...maintenance(chosen), ...qualityAssurance],
    reports,
  };
}

/** "Daily Operations Checklist" */
function businessDay(options: FossaWorkOptions): readonly Routine[] {
  const app = { fleet: 'app' };
  const overnight = incidentsCheck('overnight', {
    title: 'No critical alerts from overnight',
    covers: ['F8'],
    since: evening,
    priorities: ['P0', 'P1'],
  });
  const schedule = {
    morning: businessDays.at(morning),
    midday: businessDays.at(midday),
    evening: businessDays.at(evening),
  };
  return [
    routine('morning', {
      title: 'Morning Operations: System Health Verification',
      ...app,
      schedule: schedule.morning,
      checks: [...healthChecks(options), overnight],
    }),
    routine('morning-security', {
      title: 'Morning Operations: Security Status Review',
      ...app,
      schedule: schedule.morning,
      checks: securityChecks(options),
    }),
    routine('morning-performance', {
      title: 'Morning Operations: Performance Baseline Verification',
      ...app,
      schedule: schedule.morning,
      checks: performanceChecks(options),
    }),
    routine('midday', {
      title: 'Midday Operations: System Monitoring Review',
      ...app,
      schedule: schedule.midday,
      checks: monitoringReview(options, evening),
    }),
    routine('midday-users', {
      title: 'Midday Operations: User Activity Analysis',
      ...app,
      schedule: schedule.midday,
      checks: userActivity(options),
    }),
    routine('evening-backup', {
      title: 'Evening Operations: Daily Backup Verification',
      ...app,
      schedule: schedule.evening,
      checks: backupVerification(options),
    }),
    routine('evening-logs', {
      title: 'Evening Operations: Log Analysis and Rotation',
      ...app,
      schedule: schedule.evening,
      checks: logAnalysis(options),
    }),
    routine('evening-performance', {
      title: 'Evening Operations: Performance Summary',
      ...app,
      schedule: schedule.evening,
      checks: performanceSummary(options),
    }),
  ];
}

/** "Daily Maintenance Tasks" */
function maintenance(options: FossaWorkOptions): readonly Routine[] {
  const app = { fleet: 'app' };
  const { backup, rotation, optimization, securityScan, performanceMonitor } = automatedMaintenance(options);
  const { database, cleanup } = manualMaintenance(options);
  return [
    routine('backup', { title: 'Daily backup', ...app, schedule: everyDay.at('02:00'), checks: [backup] }),
    routine('log-rotation', { title: 'Log rotation', ...app, schedule: everyDay.at('03:00'), checks: [rotation] }),
    routine('optimization', {
      title: 'Database optimization',
      ...app,
      schedule: everyDay.at('04:00'),
      checks: [optimization],
    }),
    routine('health', {
      title: 'Health check',
      covers: ['F38'],
      ...app,
      schedule: everyDay.everyHours(4),
      checks: healthChecks(options),
    }),
    routine('security-scan', {
      title: 'Security scan',
      ...app,
      schedule: everyDay.at('06:00'),
      checks: [securityScan],
    }),
    routine('security', {
      title: 'Security monitoring',
      ...app,
      schedule: everyDay.everyHours(1),
      checks: breachChecks(options),
    }),
    routine('performance', {
      title: 'Performance monitoring',
      ...app,
      schedule: everyDay.everyHours(1),
      checks: [...systemResources(options), diskInputOutput(options), load(options), performanceMonitor],
    }),
    routine('database-maintenance', { title: 'Database Maintenance', ...app, schedule: onDemand, checks: [database] }),
    routine('system-cleanup', { title: 'System Cleanup', ...app, schedule: onDemand, checks: [cleanup] }),
  ];
}

const dayMinutes = 24 * 60;

/** "Quality Assurance": what is asked of people about all the days together. */
const qualityAssurance: readonly Routine[] = [
  routine('weekly-review', {
    title: 'Weekly Review',
    schedule: weekly.on('friday').at('14:00'),
    checks: [
      signOff('logs-reviewed', {
        title: 'Daily operations logs reviewed',
        covers: ['F51'],
        question: 'Are all operations logs of the week reviewed, and recurring issues identified?',
        dueMinutes: dayMinutes,
        note: 'required',
      }),
      signOff('procedures-updated', {
        title: 'Procedures updated',
        covers: ['F51'],
        question: 'Are procedures updated, the team trained, and lessons learned documented?',
        dueMinutes: 4 * dayMinutes,
      }),
    ],
  }),
  routine('monthly-audit', {
    title: 'Daily Operations Audit',
    schedule: monthly.onFirst('monday').at('10:00'),
    checks: [
      signOff('audit', {
        title: 'Daily operations audit',
        covers: ['F50'],
        question: 'Do the records of the month answer the seven points of the audit, and is documentation up to date?',
        dueMinutes: 5 * dayMinutes,
        note: 'required',
      }),
    ],
  }),
];
