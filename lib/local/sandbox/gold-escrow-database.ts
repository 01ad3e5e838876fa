/** What the platform's database answers: rows as the queries name them, or lines. */
type Answer =
  | { readonly asks: string; readonly rows: readonly object[] }
  | { readonly asks: string; readonly lines: readonly string[] };

/** A transaction that is confirmed, or has failed, and one that nobody has mined yet. */
export const settledHash = `0x${'5e'.repeat(32)}`;
const waitingHash = `0x${'3a'.repeat(32)}`;

const tables = ['audit_logs', 'blockchain_transactions', 'transactions', 'users'];

/** By words that only one statement of the runbook and of its scripts holds; the first one counts. */
export const databaseAnswers: readonly Answer[] = [
  {
    asks: 'FROM support_tickets',
    rows: [
      {
        ...{ high_overdue: 0, medium_overdue: 0, low_overdue: 0, unknown_priority: 0 },
        ...{ created: 9, resolved: 11, response_hours: 2.3 },
      },
    ],
  },
  { asks: 'FROM feedback', rows: [{ feedback: 23, bad_ratings: 1, rating: 4.6 }] },
  {
    asks: "status = 'disputed'",
    rows: [
      {
        ...{ transactions: 312, value: 1_840_220, successful: 305, failed: 3, disputed: 1, cancelled: 3 },
        ...{ large: 0, large_ones: 'none' },
      },
    ],
  },
  { asks: 'AS new_users', rows: [{ new_users: 41, verified: 36, pending: 5, active_users: 870, sessions: 1_406 }] },
  { asks: 'sum(fee_usd)', rows: [{ fees: 9_201.1, revenue: 1_802_544 }] },
  { asks: 'FROM feature_usage', rows: [{ new_features: 0, names: 'none' }] },
  { asks: 'pg_stat_user_indexes', rows: [{ unused_indexes: 2, tables_without_index: 0 }] },
  {
    asks: 'FROM blockchain_transactions WHERE confirmed_at IS NULL',
    rows: [
      { hash: settledHash, age_seconds: 214.2 },
      { hash: waitingHash, age_seconds: 41.7 },
    ],
  },
  {
    asks: 'd.blks_hit',
    rows: [
      {
        ...{ name: 'escrow', role: 'rounds', blks_hit: 9_871_220, blks_read: 88_120, deadlocks: 0, stats_reset: null },
        ...{ size: 734_003_200, most: 100, connections: 18, waiting: 0, waits: null, oldest: 0.8 },
        ...{ replica: false, lag: null },
      },
    ],
  },
  { asks: "state = 'disabled'", rows: [{ role: 'rounds', all: true, untracked: 0 }] },
  { asks: "state = 'active'", rows: [] },
  { asks: "e.extname = 'pg_stat_statements'", rows: [{ view: 'public.pg_stat_statements', exec: true }] },
  {
    asks: 'FROM public.pg_stat_statements',
    rows: [
      {
        query: 'SELECT * FROM users WHERE id = $1',
        calls: 91_204,
        total: 182.4,
        mean: 0.002,
        share: 61,
        slowest: 0.08,
      },
      { query: 'SELECT count(*) FROM transactions', calls: 1_440, total: 115.2, mean: 0.08, share: 39, slowest: 0.08 },
    ],
  },
  {
    asks: 'row_security_active',
    rows: [
      {
        ...{ database: 'escrow', oid: 16400, followers: null, triggers: null },
        ...{ name: 'public.audit_logs', relkind: 'r', parent: false, quoted: 'created_at' },
        ...{ type: 'timestamp with time zone', own: true, role: 'rounds', hides: false },
        before: '2026-01-05 02:00:00+00',
      },
    ],
  },
  { asks: 'gone AS (DELETE FROM ONLY public.audit_logs', lines: ['1204|1204'] },
  { asks: 'SELECT count(*) AS count FROM ONLY public.audit_logs', rows: [{ count: 0 }] },
  { asks: 'ANALYZE (SKIP_LOCKED)', lines: [] },
  {
    asks: 'END AS may',
    rows: [
      { name: 'public.audit_logs', system: false, may: true },
      { name: 'pg_catalog.pg_class', system: true, may: true },
    ],
  },
  { asks: 'VACUUM (ANALYZE', lines: [] },
  {
    asks: 'pg_encoding_to_char',
    rows: [
      {
        ...{ name: 'escrow', size: 734_003_200, encoding: 'UTF8', datcollate: 'C.UTF-8', datctype: 'C.UTF-8' },
        ...{ replica: false, folder: null },
      },
    ],
  },
  {
    asks: 'pg_table_is_visible(c.oid) AS visible',
    rows: tables.map((short) => ({
      ...{ name: `public.${short}`, visible: true, short },
      quoted: `public.${short}`,
    })),
  },
  { asks: 'SELECT count(*) AS count FROM public.users', rows: [{ count: 12_480 }] },
  { asks: 'SELECT count(*) AS count FROM public.transactions', rows: [{ count: 90_311 }] },
  { asks: 'pg_terminate_backend', lines: [] },
];
