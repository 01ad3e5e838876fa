import type { Calendar, MetricThreshold } from '../../runbook/types.ts';
import { federalHolidays } from './federal-holidays.ts';

/** Warning and critical range of a metric. */
type Limits = Omit<MetricThreshold, 'metric'>;

/** What differs from one installation of FossaWork to another. */
export interface FossaWorkOptions {
  /** IANA name. */
  readonly timeZone: string;
  /** The holidays, and up to when they are complete. */
  readonly holidays: Pick<Calendar, 'holidays' | 'holidaysThrough'>;
  readonly procedureUrl: string;
  /** Tags of the hosts that FossaWork runs on. */
  readonly tags: Readonly<Record<string, string | readonly string[]>>;
  /** The least number of hosts there must be. */
  readonly floor: number;
  /** systemd units that must be active. */
  readonly services: readonly string[];
  /** Where the proc file system is mounted. */
  readonly procPath: string;
  /** Seconds over which CPU usage is measured. */
  readonly sampleSeconds: number;
  /** A path on the file system whose usage counts. */
  readonly diskPath: string;
  /** Path of the SQLite database. */
  readonly database: string;
  /** The table whose rows are counted. */
  readonly table: string;
  /** Seconds until the database counts as unreachable. */
  readonly databaseTimeoutSeconds: number;
  /** Endpoints; the last segment of each path becomes the label of its response time, so no two may be the same. */
  readonly urls: readonly string[];
  /** Seconds until an endpoint counts as not answering. */
  readonly apiTimeoutSeconds: number;
  /** The folder of the logs, with one folder a kind in it. */
  readonly logs: string;
  /** The folder of the operations tools. */
  readonly tools: string;
  /** The folder that holds a folder of backups for each day. */
  readonly backups: string;
  /** Names of the database backups in it. */
  readonly databaseBackup: string;
  /** Patterns of what else has to be in it. */
  readonly backupParts: readonly string[];
  /** Days for which logs and backups are kept. */
  readonly retentionDays: number;
  /** The systemd unit that uses the database. */
  readonly backend: string;
  /** The systemd unit that opens its logs anew when it is told to reload; empty where it does so by itself. */
  readonly reload: string;
  /** Queries whose time is measured, each a SELECT. */
  readonly benchmark: readonly string[];
  /** Conditions on a line of the logs, as `log-events.py` takes them. */
  readonly login: string;
  readonly loginFailure: string;
  readonly automationSuccess: string;
  readonly automationFailure: string;
  /** Failed logins of one user, or from one address, that are unusual in a day. */
  readonly mostFailures: number;
  /** Logins of half a day up to which no spike is seen. */
  readonly usualLogins: number;
  /** Minutes after which the security monitoring counts as dead when it has written nothing. */
  readonly securityLogMinutes: number;
  /** In %. */
  readonly cpuUsed: Limits;
  /** In %. */
  readonly memoryUsed: Limits;
  /** In %. */
  readonly diskUsed: Limits;
  /** Of every endpoint, in seconds. */
  readonly responseTime: Limits;
  /** Of all logs together, in bytes. */
  readonly logsTotal: Limits;
  /** Of one benchmark query, in seconds. */
  readonly queryTime: Limits;
  /** Over 15 minutes, per processor. */
  readonly loadPerCore: Limits;
  /** In %. */
  readonly diskBusy: Limits;
  /** Days until the disk is full. */
  readonly diskDaysLeft: Limits;
  /** In 24 hours. */
  readonly failedLogins: Limits;
  /** In 24 hours. */
  readonly rateLimited: Limits;
  /** In 4 hours. */
  readonly errors: Limits;
  /** In 24 hours. */
  readonly errorsOfDay: Limits;
}

export const defaults: FossaWorkOptions = {
  timeZone: 'America/New_York',
  holidays: federalHolidays,
  procedureUrl: 'https://wiki.example.com/fossawork/daily-operations',
  tags: { Platform: 'fossawork', Role: 'app' },
  floor: 1,
  services: ['fossawork-backend', 'fossawork-frontend'],
  procPath: '/proc',
  sampleSeconds: 1,
  diskPath: '/',
  database: '/backend/fossawork_v2.db',
  table: 'work_orders',
  databaseTimeoutSeconds: 5,
  urls: ['http://localhost:8000/api/health', 'http://localhost:8000/api/work-orders'],
  apiTimeoutSeconds: 5,
  logs: '/logs',
  tools: '/tools/operations',
  backups: '/backups/daily',
  databaseBackup: 'fossawork_v2_*.db',
  backupParts: ['user_data*', 'config*'],
  retentionDays: 30,
  backend: 'fossawork-backend',
  reload: '',
  benchmark: ['SELECT COUNT(*) FROM work_orders', 'SELECT * FROM work_orders ORDER BY id DESC LIMIT 100'],
  // With a method only what posts is a login; the procedure's own lines have neither method nor status.
  login: [
    'endpoint~login and method=POST and status|status_code<400',
    'endpoint~login and !"method" and status|status_code<400',
    'endpoint~login and !"method" and !"status" and !"failed"',
  ].join(' or '),
  loginFailure: '"authentication failed"',
  automationSuccess: '"visit completed" or status=success',
  automationFailure: '"visit failed" or status=failed',
  mostFailures: 20,
  usualLogins: 50,
  securityLogMinutes: 24 * 60,
  cpuUsed: { warning: '80', critical: '95' },
  memoryUsed: { warning: '80', critical: '95' },
  diskUsed: { warning: '80', critical: '90' },
  responseTime: { warning: '2', critical: '5' },
  logsTotal: { warning: String(5e9), critical: String(20e9) },
  queryTime: { warning: '1', critical: '5' },
  loadPerCore: { warning: '1', critical: '2' },
  diskBusy: { warning: '80', critical: '98' },
  diskDaysLeft: { warning: '14:', critical: '3:' },
  failedLogins: { warning: '100', critical: '1000' },
  rateLimited: { warning: '100', critical: '1000' },
  errors: { warning: '50', critical: '500' },
  errorsOfDay: { warning: '300', critical: '3000' },
};
