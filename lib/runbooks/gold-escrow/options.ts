import type { Calendar, MetricThreshold } from '../../runbook/types.ts';

/** Warning and critical range of a metric. */
type Limits = Omit<MetricThreshold, 'metric'>;

type Tags = Readonly<Record<string, string | readonly string[]>>;

/** What differs from one installation of the Gold Escrow Platform to another. */
export interface GoldEscrowOptions {
  /** IANA name. */
  readonly timeZone: string;
  /** The holidays, and up to when they are complete; the procedure knows none. */
  readonly holidays: Pick<Calendar, 'holidays' | 'holidaysThrough'>;
  readonly procedureUrl: string;
  /** Tags of the hosts that the application runs on, and the least number of them. */
  readonly app: { readonly tags: Tags; readonly floor: number };
  /** Tags of the one host from which databases, chain and endpoints are asked, and jobs are run. */
  readonly operations: { readonly tags: Tags };
  /** Monday of the week in which the first contact of the on-call rotation begins. */
  readonly rotationFrom: string;

  /** Address of the platform; the paths below belong to it, and answer 2xx to anybody. */
  readonly baseUrl: string;
  readonly frontend: readonly string[];
  /** The last segment of each becomes the label of its response time. */
  readonly api: readonly string[];
  /** host:port whose certificates are watched. */
  readonly certificates: readonly string[];

  /** The name in the host's pg_service.conf; the password stands in its pgpass file. */
  readonly database: string;
  /** The same for a role that owns the audit table and may create databases: only jobs use it. */
  readonly maintenanceDatabase: string;
  readonly queries: Queries;
  readonly auditTable: string;
  readonly auditDays: number;
  /** Pattern of the database's backups, and the tables that are compared after a test of restoring. */
  readonly backups: string;
  readonly restoredTables: readonly string[];

  readonly redis: { readonly host: string; readonly port: number; readonly pattern: string };
  /** File on the host that holds the address of the Ethereum node, which may hold a key. */
  readonly nodeUrlFile: string;
  readonly chainId: number;
  /** Minutes after which a transaction without a receipt is late. */
  readonly pendingMinutes: number;

  /** Names of the containers that have to run. */
  readonly containers: readonly string[];
  /** Ports that somebody has to listen on. */
  readonly listening: readonly number[];
  /** The folder of the application's logs. */
  readonly logs: string;
  readonly logrotate: string;
  /** Conditions on a line of the application's log, as `log-events.py` takes them. */
  readonly loginFailure: string;
  readonly securityAlert: string;
  readonly breach: string;
  /** Folders with a lock file of npm. */
  readonly npmFolders: readonly string[];
  /** Path of the scanner that is run every week. */
  readonly scanner: { readonly tools: string; readonly tool: string };
  readonly procPath: string;
  readonly sampleSeconds: number;
  readonly diskPath: string;

  /** In %, of memory. */
  readonly memoryUsed: Limits;
  /** In %: 80 used is 20 free. */
  readonly diskUsed: Limits;
  readonly cpuUsed: Limits;
}

/** SELECTs of one row, whose columns are metrics. */
export interface Queries {
  readonly tickets: string;
  readonly feedback: string;
  readonly transactions: string;
  readonly users: string;
  readonly revenue: string;
  readonly features: string;
  readonly indexes: string;
  /** Columns hash and age_seconds, the oldest first. */
  readonly pending: string;
}

const queries: Queries = {
  tickets: `SELECT
  count(*) FILTER (WHERE lower(priority) = 'high' AND first_response_at IS NULL AND created_at < now() - interval '2 hours') AS high_overdue,
  count(*) FILTER (WHERE lower(priority) = 'medium' AND first_response_at IS NULL AND created_at < now() - interval '24 hours') AS medium_overdue,
  count(*) FILTER (WHERE lower(priority) = 'low' AND first_response_at IS NULL AND created_at < now() - interval '48 hours') AS low_overdue,
  count(*) FILTER (WHERE lower(priority) NOT IN ('high', 'medium', 'low') AND first_response_at IS NULL) AS unknown_priority,
  count(*) FILTER (WHERE created_at > now() - interval '24 hours') AS created,
  count(*) FILTER (WHERE resolved_at > now() - interval '24 hours') AS resolved,
  round((extract(epoch FROM avg(first_response_at - created_at) FILTER (WHERE first_response_at > now() - interval '24 hours')) / 3600)::numeric, 1) AS response_hours
FROM support_tickets`,
  feedback: `SELECT count(*) AS feedback, count(*) FILTER (WHERE rating <= 2) AS bad_ratings,
  coalesce(avg(rating), 0) AS rating FROM feedback WHERE created_at > now() - interval '24 hours'`,
  transactions: `SELECT count(*) AS transactions, coalesce(sum(value_usd), 0) AS value,
  count(*) FILTER (WHERE status = 'completed') AS successful, count(*) FILTER (WHERE status = 'failed') AS failed,
  count(*) FILTER (WHERE status = 'disputed') AS disputed, count(*) FILTER (WHERE status = 'cancelled') AS cancelled,
  count(*) FILTER (WHERE value_usd > 100000) AS large,
  left(coalesce(string_agg(id || ' $' || round(value_usd), ', ' ORDER BY value_usd DESC) FILTER (WHERE value_usd > 100000), 'none'), 200) AS large_ones
FROM transactions WHERE created_at > now() - interval '24 hours'`,
  users: `SELECT
  (SELECT count(*) FROM users WHERE created_at > now() - interval '24 hours') AS new_users,
  (SELECT count(*) FROM users WHERE created_at > now() - interval '24 hours' AND verified_at IS NOT NULL) AS verified,
  (SELECT count(*) FROM users WHERE created_at > now() - interval '24 hours' AND verified_at IS NULL) AS pending,
  (SELECT count(DISTINCT user_id) FROM sessions WHERE started_at > now() - interval '24 hours') AS active_users,
  (SELECT count(*) FROM sessions WHERE started_at > now() - interval '24 hours') AS sessions`,
  revenue: `SELECT coalesce(sum(fee_usd), 0) AS fees, coalesce(sum(value_usd), 0) AS revenue
FROM transactions WHERE status = 'completed' AND created_at > now() - interval '24 hours'`,
  features: `SELECT count(*) AS new_features, left(coalesce(string_agg(feature, ', '), 'none'), 200) AS names FROM (
  SELECT feature FROM feature_usage GROUP BY feature HAVING min(used_at) > now() - interval '24 hours' LIMIT 20) AS first_used`,
  indexes: `SELECT count(*) FILTER (WHERE idx_scan = 0) AS unused_indexes,
  (SELECT count(*) FROM pg_stat_user_tables WHERE seq_scan > 1000 AND n_live_tup > 10000 AND seq_scan > 10 * coalesce(idx_scan, 0)) AS tables_without_index
FROM pg_stat_user_indexes`,
  pending: `SELECT tx_hash AS hash, extract(epoch FROM now() - submitted_at) AS age_seconds
FROM blockchain_transactions WHERE confirmed_at IS NULL ORDER BY submitted_at LIMIT 201`,
};

export const defaults: GoldEscrowOptions = {
  timeZone: 'UTC',
  holidays: { holidays: [], holidaysThrough: '9999-12-31' },
  procedureUrl: 'https://wiki.example.com/gold-escrow/daily-operations',
  app: { tags: { Platform: 'gold-escrow', Role: 'app' }, floor: 1 },
  operations: { tags: { Platform: 'gold-escrow', Role: 'operations' } },
  rotationFrom: '2026-01-05',
  baseUrl: 'https://escrow.example.com',
  frontend: ['/'],
  api: ['/api/health'],
  certificates: ['escrow.example.com:443'],
  database: 'gold-escrow',
  maintenanceDatabase: 'gold-escrow-maintenance',
  queries,
  auditTable: 'audit_logs',
  auditDays: 90,
  backups: '/backups/gold-escrow/*.dump',
  restoredTables: ['users', 'transactions'],
  redis: { host: '127.0.0.1', port: 6379, pattern: 'cache:*' },
  nodeUrlFile: '/etc/rounds/ethereum-node-url',
  chainId: 1,
  pendingMinutes: 30,
  containers: ['escrow-frontend', 'escrow-api'],
  listening: [443],
  logs: '/var/log/app',
  logrotate: '/etc/logrotate.d/escrow-app',
  loginFailure: '"login failed" or "authentication failed"',
  securityAlert: '"security alert" or "suspicious activity"',
  breach: '"unauthorized access detected" or "security breach detected"',
  npmFolders: ['/srv/app'],
  scanner: { tools: '/opt/security', tool: 'vulnerability-scan.sh' },
  procPath: '/proc',
  sampleSeconds: 0.5,
  diskPath: '/',
  memoryUsed: { warning: '80', critical: '95' },
  diskUsed: { warning: '80', critical: '95' },
  cpuUsed: { warning: '85', critical: '98' },
};
