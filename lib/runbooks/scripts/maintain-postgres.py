#!/usr/bin/env python3
"""Maintains a PostgreSQL database (a job): ANALYZE, old rows of one table deleted in batches, VACUUM ANALYZE of the table.

Settings: ROUNDS_SERVICE, ROUNDS_PG_USER: see psql.py; the role must own the table
          ROUNDS_TABLE            table whose old rows are deleted: `audit_logs`, or with its schema, `app.audit_logs`
          ROUNDS_COLUMN           its date or timestamp; default created_at
          ROUNDS_DAYS             rows older than this are deleted; default 90
          ROUNDS_BATCH_ROWS       most rows of one transaction; default 5000
          ROUNDS_PAUSE_SECONDS    pause between two batches; default 0.2
          ROUNDS_TIMEOUT_SECONDS  most seconds for a batch; default 30
          ROUNDS_MAXIMUM_SECONDS  most seconds in all, below the time-out of the job; default 600
Metrics:  deleted, left: rows; seconds [s]
OK when nothing older is left. WARNING when some is and the next run goes on: time is over, it was told to stop (TERM
ends it after the batch), others hold locks. CRITICAL when PostgreSQL refuses, as for a foreign key. UNKNOWN when it could
not begin, or lost its connection: no such table or column, not its owner. Every batch is a transaction of its own, and
rows that others have locked are left for later, so that it can be ended at any moment and holds nobody up for longer
than a batch. ANALYZE leaves out tables that others have locked, for which it needs PostgreSQL 12.
"""
import time

from plugin import CannotCheck, datum, number, run, setting
from psql import Refused, Stop, Stopped, literal, rows, run_statement

FIND = """
SELECT format('%I.%I', n.nspname, c.relname) AS name, c.relkind, c.relhassubclass AS parent,
  quote_ident(a.attname) AS quoted,
  format_type(a.atttypid, NULL) AS type, pg_has_role(current_user, c.relowner, 'USAGE') AS own, current_user AS role,
  row_security_active(c.oid) AS hides, (clock_timestamp() - make_interval(days => {days}))::text AS before
FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
LEFT JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attname = {column} AND a.attnum > 0 AND NOT a.attisdropped
WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f')
  AND (c.relname = {table} AND pg_table_is_visible(c.oid) OR n.nspname || '.' || c.relname = {table})"""

# The locked rows are asked again for their age: what somebody has just made young, or moved, stays.
DELETE = """
WITH gone AS (DELETE FROM ONLY {name} WHERE {old} AND ctid = ANY (ARRAY(
  SELECT ctid FROM ONLY {name} WHERE {old} LIMIT {batch} FOR UPDATE SKIP LOCKED)) RETURNING 1)
SELECT count(*) FROM gone"""


def run_unless_stopped(sql, stop, ends):
    """Runs what can be interrupted; false when it was, or has not ended in time."""
    seconds = ends - time.monotonic()
    try:
        stop.at_once = True
        if stop.asked or seconds <= 0:
            return False
        run_statement(sql, seconds, None)
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
    """Quoted name of the table, the condition of its old rows, and their age in days."""
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
    return row['name'], f'{row["quoted"]} < {literal(row["before"])}::timestamptz', days


def delete_batches(name, old, stop, ends):
    """Deletes until nothing is left or it has to end: the rows deleted, and why it ended before."""
    batch = int(setting('ROUNDS_BATCH_ROWS', 'rows above 0', '0*[1-9][0-9]{0,6}', '5000'))
    pause = number('ROUNDS_PAUSE_SECONDS', 'seconds', '0.2')
    timeout = number('ROUNDS_TIMEOUT_SECONDS', 'seconds', '30')
    deleted = 0
    while True:
        if stop.asked:
            return deleted, 'it was told to stop'
        if time.monotonic() >= ends:
            return deleted, 'its time is over'
        try:
            count = int(run_statement(DELETE.format(name=name, old=old, batch=batch), timeout, 'READ WRITE')[0])
        except Refused as error:
            if error.state == '55P03':
                return deleted, 'another session locks the table'
            if error.state == '57014':
                return deleted, f'a batch of {batch} rows took over {timeout:g} s, set fewer as ROUNDS_BATCH_ROWS'
            raise
        deleted += count
        if count < batch:
            return deleted, None
        time.sleep(min(pause, max(0, ends - time.monotonic())))


def count_left(name, old, stop):
    """Rows that should be gone, None when they could not be counted in time."""
    try:
        return rows(f'SELECT count(*) AS count FROM ONLY {name} WHERE {old}', 1 if stop.asked else 30)[0]['count']
    except Refused:
        return None


def maintain(name, old, stop, ends):
    """Rows deleted, rows left, and why not everything was done."""
    analyzed = run_unless_stopped('ANALYZE (SKIP_LOCKED)', stop, ends)
    deleted, reason = delete_batches(name, old, stop, ends)
    left = count_left(name, old, stop)
    if not reason and not run_unless_stopped(f'VACUUM (ANALYZE) {name}', stop, ends):
        reason = 'VACUUM was not finished'
    if not reason and left != 0:
        reason = 'the rest could not be counted' if left is None else 'other sessions lock these rows'
    return deleted, left, reason or (None if analyzed else 'ANALYZE was not finished')


def check():
    started, stop = time.monotonic(), Stop()
    ends = started + number('ROUNDS_MAXIMUM_SECONDS', 'seconds', '600')
    name, old, days = find_table()
    try:
        deleted, left, reason = maintain(name, old, stop, ends)
    except Refused as error:
        return 2, f'{name} could not be maintained: {error}'
    seconds = time.monotonic() - started
    metrics = [datum('deleted', deleted), datum('left', left), datum('seconds', seconds, 's')]
    text = (f'{deleted} rows older than {days} days deleted from {name} in {seconds:.1f} s, '
            f'{"an unknown number" if left is None else left} left')
    if reason:
        return 1, f'{text}: {reason}; the rest follows with the next run', metrics
    return 0, f'{text}; analyzed and vacuumed', metrics


run(check)
