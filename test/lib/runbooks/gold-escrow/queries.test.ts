import { basename } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { loadContacts } from '../../../../lib/runbook/contacts.ts';
import type { ScriptCheck } from '../../../../lib/runbook/types.ts';
import { goldEscrow } from '../../../../lib/runbooks/gold-escrow/runbook.ts';
import { isPostgresSkipped, type PostgresServer, startPostgres } from '../postgres-server.ts';
import { type Outcome, runScript } from '../run-script.ts';

const { contacts } = loadContacts('gold-escrow', { allowUnconfigured: true });
const checks = goldEscrow(contacts).routines.flatMap((routine) => routine.checks);
const queries = new Map(
  checks.flatMap((check) => {
    return 'script' in check && basename(check.script) === 'sql.py' ? [[check.id, check] as const] : [];
  }),
);

const tables = `
  CREATE TABLE support_tickets (priority text, created_at timestamptz, first_response_at timestamptz, resolved_at timestamptz);
  CREATE TABLE feedback (rating int, created_at timestamptz);
  CREATE TABLE transactions (id text, status text, value_usd numeric, fee_usd numeric, created_at timestamptz);
  CREATE TABLE users (created_at timestamptz, verified_at timestamptz);
  CREATE TABLE sessions (user_id int, started_at timestamptz);
  CREATE TABLE feature_usage (feature text, used_at timestamptz)`;

const hours = (ago: number) => `now() - interval '${ago} hours'`;

describe.skipIf(isPostgresSkipped())('the queries of the default options', () => {
  let server: PostgresServer;
  beforeAll(async () => {
    server = await startPostgres();
    await server.sql(tables);
  });
  afterAll(() => server?.stop());

  async function ask(id: string): Promise<Outcome> {
    const { settings } = queries.get(id) as ScriptCheck;
    return await runScript('sql.py', { ...settings, service: 'live' }, { environment: server.environment });
  }

  test.each([...queries.keys()])('%s is answered by an empty platform', async (id) => {
    const { exitCode, text } = await ask(id);
    expect([exitCode, text]).toEqual([0, expect.stringMatching(/^[^{}]+$/)]);
  });

  test('count tickets that wait too long, and how long those of the day waited for an answer', async () => {
    await server.sql(`INSERT INTO support_tickets VALUES
      ('high', ${hours(3)}, NULL, NULL), ('high', ${hours(1)}, NULL, NULL),
      ('Medium', ${hours(30)}, ${hours(20)}, ${hours(2)}), ('low', ${hours(5)}, ${hours(3.8)}, NULL),
      ('low', ${hours(90)}, ${hours(50)}, ${hours(48)}), ('urgent', ${hours(1)}, NULL, NULL)`);
    expect((await ask('support-tickets')).metrics).toEqual({
      ...{ high_overdue: '1', medium_overdue: '0', low_overdue: '0', unknown_priority: '1' },
      // Of two answers of the last 24 hours one took 10 hours, and the other 1.2.
      ...{ created: '4', resolved: '1', response_hours: '5.6' },
    });
  });

  test('have no time to answer on a day on which nobody was answered', async () => {
    await server.sql('DELETE FROM support_tickets');
    const outcome = await ask('support-tickets');
    expect(outcome.metrics.response_hours).toBe('U');
    expect(outcome.text).toMatch(/0 new, 0 resolved/);
  });

  test('tell what the reports of the day are made of', async () => {
    await server.sql(`INSERT INTO users VALUES (${hours(2)}, ${hours(1)}), (${hours(3)}, NULL), (${hours(100)}, NULL);
      INSERT INTO sessions VALUES (1, ${hours(1)}), (1, ${hours(2)}), (2, ${hours(3)}), (3, ${hours(30)});
      INSERT INTO transactions VALUES ('a', 'completed', 1000, 5, ${hours(1)}), ('b', 'failed', 20, 1, ${hours(2)}),
        ('c', 'disputed', 150000, 9, ${hours(3)}), ('d', 'cancelled', 30, 1, ${hours(4)}), ('e', 'completed', 7, 7, ${hours(30)})`);
    expect((await ask('user-activity')).metrics).toEqual({
      ...{ new_users: '2', verified: '1', pending: '1', active_users: '2', sessions: '3' },
    });
    expect((await ask('transactions')).metrics).toEqual({
      ...{
        transactions: '4',
        value: '151050',
        successful: '1',
        failed: '1',
        disputed: '1',
        cancelled: '1',
        large: '1',
      },
    });
    expect((await ask('revenue')).metrics).toEqual({ fees: '5', revenue: '1000' });
  });
});
