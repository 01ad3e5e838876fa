#!/usr/bin/env python3
"""Finds the queries of a PostgreSQL server that run for long, and those that took most of its time.

Settings: ROUNDS_SERVICE, ROUNDS_PG_USER: see psql.py
          ROUNDS_SLOW_SECONDS     a running query is slow from this age on; default 5
          ROUNDS_LONG_SECONDS     and long from this one on; default 300
          ROUNDS_STATEMENTS       0: only running queries, pg_stat_statements is not asked; default 10, the most to name
          ROUNDS_CALLS            calls from which on the mean of a statement counts; default 10
          ROUNDS_TIMEOUT_SECONDS  most seconds for a statement; default 5
Metrics:  running_slow, running_long, longest [s]: queries that run now; slowest_mean [s] of the statements of this
          database, unless ROUNDS_STATEMENTS is 0
OK when measured: the runbook judges the numbers. UNKNOWN when the queries of others are hidden, or pg_stat_statements is
not there. Queries are named without their literals and comments, which may hold secrets.
"""
import re

from plugin import CannotCheck, datum, number, run
from psql import Refused, rows

RUNNING = """
SELECT pid, usename, age, query, count(*) FILTER (WHERE age > {slow}) OVER () AS slow,
  count(*) FILTER (WHERE age > {long}) OVER () AS long
FROM (SELECT pid, usename, left(query, 1000) AS query, extract(epoch FROM clock_timestamp() - query_start) AS age
  FROM pg_stat_activity WHERE state = 'active' AND backend_type = 'client backend' AND pid <> pg_backend_pid()) AS active
ORDER BY age DESC LIMIT 3"""

SEEN = """
SELECT current_user AS role, pg_has_role(current_user, 'pg_read_all_stats', 'USAGE') AS all,
  (SELECT count(*) FROM pg_stat_activity WHERE state = 'disabled') AS untracked"""

# Until PostgreSQL 12 the columns had no _exec.
EXTENSION = """
SELECT format('%I.pg_stat_statements', n.nspname) AS view, EXISTS (SELECT FROM pg_attribute
  WHERE attrelid = format('%I.pg_stat_statements', n.nspname)::regclass AND attname = 'total_exec_time') AS exec
FROM pg_extension AS e JOIN pg_namespace AS n ON n.oid = e.extnamespace WHERE e.extname = 'pg_stat_statements'"""

STATEMENTS = """
SELECT left(query, 1000) AS query, calls, total / 1000 AS total, mean / 1000 AS mean,
  100 * total / nullif(sum(total) OVER (), 0) AS share,
  max(mean) FILTER (WHERE calls >= {calls}) OVER () / 1000 AS slowest
FROM (SELECT query, calls, {total} AS total, {mean} AS mean FROM {view}
  WHERE dbid = (SELECT oid FROM pg_database WHERE datname = current_database())) AS statement
ORDER BY total DESC LIMIT {most}"""

# As SQL reads them. A comment in a comment, and whatever has no end, reaches to the end of the text.
TOKENS = re.compile(r'''
    (?P<gap> --[^\n]* | /\*(?:(?!/\*).)*?\*/ | /\*.* | \s+ )
  | (?P<hidden> (?:[bBeEnNxX]|[uU]&)?'(?:[^']|'')*(?:'|$) | \$(?P<tag>(?:[^\W\d]\w*)?)\$.*?(?:\$(?P=tag)\$|$) | \d[\w.]* )
  | (?P<kept> \$\d+ | [^\W\d][\w$]* | "[^\W\d]\w{0,62}" )
  | (?P<odd_name> "(?:[^"]|"")*(?:"|$) )
''', re.DOTALL | re.VERBOSE)


def redact(query, length=60):
    """The shape of a query. A quote behind a backslash ends a text or does not, as the server is set: cut before it."""
    def replace(match):
        return ' ' if match['gap'] else match['kept'] or '?'

    shape = ' '.join(TOKENS.sub(replace, (query or '').split("\\'")[0]).split()).rstrip('; ')
    return shape if len(shape) <= length else f'{shape[:length]}...'


def running(slow, long, timeout):
    """Words and metrics of the queries that run now."""
    seen = rows(SEEN, timeout)[0]
    if not seen['all']:
        raise CannotCheck(f'the queries of others are hidden: GRANT pg_monitor TO {seen["role"]}')
    if seen['untracked']:
        raise CannotCheck(f'{seen["untracked"]} sessions hide what they do: set track_activities = on')
    active = rows(RUNNING.format(slow=slow, long=long), timeout, 3)
    count, most, oldest = (active[0]['slow'], active[0]['long'], active[0]['age']) if active else (0, 0, 0)
    named = [f'pid {row["pid"]} {row["usename"]} {row["age"]:.0f} s {redact(row["query"])}'
             for row in active if row['age'] > slow]
    text = f'{count} queries run over {slow:g} s, {most} over {long:g} s{": " if named else ""}{"; ".join(named)}'
    return text, [datum('running_slow', count), datum('running_long', most), datum('longest', float(oldest), 's')]


def statements(most, calls, timeout):
    """Words and metrics of what pg_stat_statements has counted."""
    found = rows(EXTENSION, timeout)
    if not found:
        raise CannotCheck('pg_stat_statements is not in this database: CREATE EXTENSION pg_stat_statements, and name it '
                          'in shared_preload_libraries; or set ROUNDS_STATEMENTS to 0')
    suffix = '_exec_time' if found[0]['exec'] else '_time'
    query = STATEMENTS.format(calls=calls, total=f'total{suffix}', mean=f'mean{suffix}', view=found[0]['view'], most=most)
    try:
        top = rows(query, timeout, most)
    except Refused as error:
        if error.state == '55000':
            raise CannotCheck('pg_stat_statements is not loaded: name it in shared_preload_libraries and restart '
                              'PostgreSQL; or set ROUNDS_STATEMENTS to 0') from error
        raise
    named = [f'{row["share"] or 0:.0f}% {redact(row["query"], 40)} ({row["calls"]} x {row["mean"]:.3f} s)' for row in top]
    slowest = (top[0]['slowest'] if top else None) or 0
    text = f'slowest mean {slowest:.3f} s; most time: {", ".join(named) or "nothing counted"}'
    return text, [datum('slowest_mean', float(slowest), 's')]


def check():
    slow, long = number('ROUNDS_SLOW_SECONDS', 'seconds', '5'), number('ROUNDS_LONG_SECONDS', 'seconds', '300')
    most, calls = number('ROUNDS_STATEMENTS', 'a number', '10'), number('ROUNDS_CALLS', 'a number', '10')
    timeout = number('ROUNDS_TIMEOUT_SECONDS', 'seconds', '5')
    text, metrics = running(slow, long, timeout)
    if most > 0:
        more, further = statements(min(int(most), 50), int(calls), timeout)
        text, metrics = f'{text}; {more}', metrics + further
    return 0, text, metrics


run(check)
