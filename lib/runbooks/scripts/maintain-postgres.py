#!/usr/bin/env python3
"""Maintains a PostgreSQL database (a job): ANALYZE, old rows of one table deleted in batches, VACUUM ANALYZE.

Settings: ROUNDS_SERVICE, ROUNDS_PG_USER: see psql.py; the role must own the table and have two sessions at once
          ROUNDS_TABLE            table whose old rows are deleted: `audit_logs`, or with its schema, `app.audit_logs`
          ROUNDS_COLUMN           its date or timestamp; default created_at
          ROUNDS_DAYS             rows older than this are deleted; default 90
          ROUNDS_BATCH_ROWS       most rows of one transaction; default 5000
          ROUNDS_PAUSE_SECONDS    pause between two batches; default 0.2
          ROUNDS_TIMEOUT_SECONDS  most seconds for a batch; default 30
          ROUNDS_MAXIMUM_SECONDS  most seconds in all, below the time-out of the job; default 600
Metrics:  deleted, left: rows; seconds [s]
OK when nothing older is left. WARNING when some is and the next run goes on: time is over, it was told to stop (TERM
ends it after the batch), others hold locks; or when a trigger keeps it. CRITICAL when PostgreSQL refuses, as for a
foreign key. UNKNOWN when it could not begin, or lost its connection: no such table or column, not its owner, rows of
other tables would go with it (ON DELETE CASCADE, SET NULL, SET DEFAULT), another run maintains it. Every batch is a
transaction of its own, and rows that others have locked are left for later, so that it can be ended at any moment and
holds nobody up for longer than a batch. VACUUM ANALYZE is run of every table that the role may, this one first, then
those whose turn is longest ago; the others are named. ANALYZE leaves out tables that others have locked, for which it
needs PostgreSQL 12.
"""
import time

from claim import claim
from plugin import CannotCheck, datum, number, run, setting
from psql import LOCK_SECONDS, Refused, Stop, Stopped, literal, rows, run_psql, run_statement

FIND = """
SELECT current_database() AS database, c.oid, (
    SELECT string_agg(DISTINCT conrelid::regclass::text, ', ') FROM pg_constraint
    WHERE confrelid = c.oid AND contype = 'f' AND confdeltype IN ('c', 'n', 'd')) AS followers, (
    SELECT string_agg(quote_ident(tgname), ', ') FROM pg_trigger
    WHERE tgrelid = c.oid AND NOT tgisinternal AND tgenabled <> 'D'
      AND tgtype & 11 = 11) AS triggers,  -- BEFORE DELETE FOR EACH ROW
  format('%I.%I', n.nspname, c.relname) AS name, c.relkind, c.relhassubclass AS parent,
  quote_ident(a.attname) AS quoted,
  format_type(a.atttypid, NULL) AS type, pg_has_role(current_user, c.relowner, 'USAGE') AS own, current_user AS role,
  row_security_active(c.oid) AS hides, (clock_timestamp() - make_interval(days => {days}))::text AS before
FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
LEFT JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attname = {column} AND a.attnum > 0 AND NOT a.attisdropped
WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f')
  AND (c.relname = {table} AND pg_table_is_visible(c.oid) OR n.nspname || '.' || c.relname = {table})"""

# The locked rows are asked again for their age: what somebody has just made young, or moved, stays.
DELETE = """
WITH chosen AS (SELECT ctid AS place FROM ONLY {name} WHERE {old} LIMIT {batch} FOR UPDATE SKIP LOCKED),
gone AS (DELETE FROM ONLY {name} WHERE {old} AND ctid = ANY (ARRAY(SELECT place FROM chosen)) RETURNING 1)
SELECT (SELECT count(*) FROM chosen) AS chosen, (SELECT count(*) FROM gone) AS gone"""

# What VACUUM itself would skip with a warning: the owner of the database may all but what all databases share.
TABLES = """
SELECT format('%I.%I', n.nspname, c.relname) AS name, n.nspname IN ('pg_catalog', 'information_schema') AS system,
  pg_has_role(current_user, c.relowner, 'USAGE') OR NOT c.relisshared AND pg_has_role(current_user, d.datdba, 'USAGE')
  OR CASE WHEN current_setting('server_version_num')::int >= 170000 THEN has_table_privilege(c.oid, 'MAINTAIN')
    ELSE false END AS may
FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
JOIN pg_database AS d ON d.datname = current_database()
LEFT JOIN pg_stat_all_tables AS s ON s.relid = c.oid
WHERE c.relkind IN ('r', 'm') AND c.relpersistence <> 't'
ORDER BY c.oid <> {oid}, s.last_vacuum NULLS FIRST"""
MOST_NAMES = 3


def run_unless_stopped(sql, stop, ends):
    """Runs what can be interrupted; false when it was, or has not ended in time."""
    seconds = ends - time.monotonic()
    try:
        stop.at_once = True
        if stop.asked or seconds <= 0:
            return False
        run_psql(f'SET lock_timeout = {1000 * LOCK_SECONDS};\nSELECT {literal(sql)} \\gexec\n', seconds)
        return True
    except Stopped:
        return False
    except Refused as error:
        if error.state == '57014':
            return False
        raise
    finally:
        stop.at_once = False


def find_table():
    """The table: its quoted name, the condition of its old rows and their age in days, and what else FIND tells."""
    table, column = setting('ROUNDS_TABLE', 'a table'), setting('ROUNDS_COLUMN', 'a column', default='created_at')
    days = int(setting('ROUNDS_DAYS', 'whole days above 0', '0*[1-9][0-9]{0,4}', '90'))
    found = rows(FIND.format(table=literal(table), column=literal(column), days=days), 10)
    if len(found) != 1:
        raise CannotCheck(f'{"two tables are" if found else "no table is"} called {table!r}: '
                          'correct the setting ROUNDS_TABLE')
    row = found[0]
    if row['relkind'] != 'r' or row['parent']:
        raise CannotCheck(f'{table} is a view or has partitions or heirs, expected a plain table: '
                          'drop old partitions instead')
    if row['type'] not in ('date', 'timestamp without time zone', 'timestamp with time zone'):
        what = f'is {row["type"]}' if row['type'] else 'is missing'
        raise CannotCheck(f'column {column} of {table} {what}, expected a date or timestamp: '
                          'correct the setting ROUNDS_COLUMN')
    if not row['own'] or row['hides']:
        raise CannotCheck(f'{row["role"]} does not own {table}, or not all of its rows: '
                          'name the role of its owner in the service')
    if row['followers']:
        raise CannotCheck(f'rows of {row["followers"][:100]} would go or change with those of {table}: a foreign key says '
                          'ON DELETE CASCADE, SET NULL or SET DEFAULT; let it say NO ACTION, or delete by hand')
    return {**row, 'old': f'{row["quoted"]} < {literal(row["before"])}::timestamptz', 'days': days}


def delete_batches(table, stop, ends):
    """Deletes until nothing is left or it has to end: the rows deleted, those of the last batch that were neither locked
    nor deleted, and why it ended before."""
    batch = int(setting('ROUNDS_BATCH_ROWS', 'rows above 0', '0*[1-9][0-9]{0,6}', '5000'))
    pause = number('ROUNDS_PAUSE_SECONDS', 'seconds', '0.2')
    timeout = number('ROUNDS_TIMEOUT_SECONDS', 'seconds', '30')
    sql = DELETE.format(name=table['name'], old=table['old'], batch=batch)
    deleted = 0
    while True:
        if stop.asked:
            return deleted, 0, 'it was told to stop'
        if time.monotonic() >= ends:
            return deleted, 0, 'its time is over'
        try:
            chosen, gone = map(int, run_statement(sql, timeout, 'READ WRITE')[0].split('|'))
        except Refused as error:
            if error.state == '55P03':
                return deleted, 0, 'another session locks the table'
            if error.state == '57014':
                return deleted, 0, f'a batch of {batch} rows took over {timeout:g} s, set fewer as ROUNDS_BATCH_ROWS'
            raise
        deleted += gone
        if chosen < batch or not gone:
            return deleted, chosen - gone, None
        time.sleep(min(pause, max(0, ends - time.monotonic())))


def count_left(table, stop):
    """Rows that should be gone, None when they could not be counted in time."""
    query = f'SELECT count(*) AS count FROM ONLY {table["name"]} WHERE {table["old"]}'
    try:
        return rows(query, 1 if stop.asked else 30)[0]['count']
    except Refused:
        return None


class Vacuum:
    """VACUUM ANALYZE of all tables that the role may, as far as there is time."""

    def __init__(self, table, stop, ends):
        self.role, self.done, self.system, self.locked, self.is_finished = table['role'], 0, 0, [], False
        found = rows(TABLES.format(oid=table['oid']), 30, 100_000)
        self.denied = [row for row in found if not row['may']]
        own = [row['name'] for row in found if row['may'] and not row['system']]
        system = [row['name'] for row in found if row['may'] and row['system']]
        if all(self.vacuum(name, stop, ends) for name in own):
            # Those of the system in one go: they are small, and one that is locked is no news.
            self.is_finished = not system or run_unless_stopped(
                f'VACUUM (ANALYZE, SKIP_LOCKED) {", ".join(system)}', stop, ends)
            self.system = len(system) if self.is_finished else 0

    def vacuum(self, name, stop, ends):
        """Whether it may go on with the next one."""
        try:
            if not run_unless_stopped(f'VACUUM (ANALYZE) {name}', stop, ends):
                return False
            self.done += 1
        except Refused as error:
            if error.state == '55P03':
                self.locked.append(name)
            elif error.state not in ('42P01', '3F000'):  # Dropped meanwhile.
                raise Refused(error.state, f'{name}: {error}') from error
        return True

    def told(self):
        done = f'vacuumed and analyzed {enumerated(self.done, self.system)}'
        names = [row['name'] for row in self.denied if not row['system']]
        others = enumerated(shortened(names), len(self.denied) - len(names))
        return f'{done}, but not those that {self.role} may not: {others}' if self.denied else done


def enumerated(tables, system):
    """Words for tables, named or counted, and for a number of the system's own."""
    words = f'{tables} tables' if isinstance(tables, int) else tables
    return ' and '.join(filter(None, [words, f"{system} of the system's own" if system else '']))


def shortened(names):
    """The first of the names, and how many more there are."""
    more = [f'{len(names) - MOST_NAMES} more'] if len(names) > MOST_NAMES else []
    return ', '.join([name[:60] for name in names[:MOST_NAMES]] + more)


def maintain(table, stop, ends):
    """Rows deleted, rows left, why not everything was done, and what was vacuumed, if anything."""
    analyzed = run_unless_stopped('ANALYZE (SKIP_LOCKED)', stop, ends)
    deleted, kept, reason = delete_batches(table, stop, ends)
    left = count_left(table, stop)
    vacuum = None if stop.asked or time.monotonic() >= ends else Vacuum(table, stop, ends)
    later = '; the rest follows with the next run'
    if reason:
        reason += later
    elif left is None:
        reason = f'the rest could not be counted{later}'
    elif left and kept and table['triggers']:
        reason = f'trigger {table["triggers"]} keeps {kept} rows that should go: change it, or ROUNDS_DAYS'
    elif left:
        reason = f'other sessions {"change" if kept else "lock"} these rows{later}'
    elif not vacuum or not vacuum.is_finished:
        reason = f'VACUUM was not finished{later}'
    elif vacuum.locked:
        reason = f'other sessions lock {shortened(vacuum.locked)}{later}'
    elif not analyzed:
        reason = f'ANALYZE was not finished{later}'
    return deleted, left, reason, vacuum


def check():
    started, stop = time.monotonic(), Stop()
    ends = started + number('ROUNDS_MAXIMUM_SECONDS', 'seconds', '600')
    table = find_table()
    name = table['name']
    with claim(f'maintenance of {name}', table['database']):
        try:
            deleted, left, reason, vacuum = maintain(table, stop, ends)
        except Refused as error:
            return 2, f'{name} could not be maintained: {error}'
    seconds = time.monotonic() - started
    metrics = [datum('deleted', deleted), datum('left', left), datum('seconds', seconds, 's')]
    text = (f'{deleted} rows older than {table["days"]} days deleted from {name} in {seconds:.1f} s, '
            f'{"an unknown number" if left is None else left} left')
    text += (f': {reason}' if reason else '') + (f'; {vacuum.told()}' if vacuum else '')
    return 1 if reason else 0, text, metrics


run(check)
