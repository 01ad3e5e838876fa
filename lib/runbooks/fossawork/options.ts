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
  /** The folder whose entries are measured. */
  readonly logs: string;
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
  cpuUsed: { warning: '80', critical: '95' },
  memoryUsed: { warning: '80', critical: '95' },
  diskUsed: { warning: '80', critical: '90' },
  responseTime: { warning: '2', critical: '5' },
  logsTotal: { warning: String(5e9), critical: String(20e9) },
};
