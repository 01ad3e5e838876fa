#!/usr/bin/env python3
"""Measures how fast a SQLite database answers queries, which are run several times.

Settings: ROUNDS_DATABASE         path of the database
          ROUNDS_QUERY            queries, one a line, each a SELECT, WITH or EXPLAIN; one run is all of them in turn
          ROUNDS_REPEATS          how many runs; 5 unless given
          ROUNDS_TIMEOUT_SECONDS  most seconds for all runs together
Metrics:  query_median [s], query_worst [s]  of the runs; judged by the runbook, which keeps their baseline
OK when all runs were done. CRITICAL when the database is locked, too slow, corrupt, empty or gone, as database.py says
of it. UNKNOWN when a setting is missing, permission denied, or a query is wrong or not allowed: the database is opened
read-only, and SQLite itself is told to refuse what does not only read (so that ATTACH and PRAGMA are refused, too).
"""
import os
import pathlib
import re
import statistics
import time

from plugin import CannotCheck, datum, run, setting

MOST_QUERIES = 20


def trouble(error, path, timeout):
    """Exit code and text; Python tells SQLite's error codes apart only from 3.11 on, but the words never changed."""
    words = str(error)
    if 'locked' in words:
        return 2, f'database {path} is locked: not readable within {timeout:g} s, another process holds it'
    if words == 'interrupted':
        return 2, f'database {path} is too slow: its benchmark was not done within {timeout:g} s'
    if 'malformed' in words or 'not a database' in words:
        return 2, f'database {path} is corrupt: {words}'
    if 'readonly' in words:
        return 3, f'database {path} must be recovered by its application before it can be read: {words}'
    if 'not authorized' in words or 'prohibited' in words:
        return 3, 'setting ROUNDS_QUERY holds a query that does more than read: write it as one SELECT'
    if re.search('no such|syntax error|incomplete|token|one statement', words):
        return 3, f'setting ROUNDS_QUERY holds a query that is wrong: {words}'
    return 3, f'cannot read database {path}: {words}'


def queries():
    lines = setting('ROUNDS_QUERY', 'queries, one a line').splitlines()
    found = [line.strip() for line in lines if line.strip()]
    if len(found) > MOST_QUERIES:
        raise CannotCheck(f'setting ROUNDS_QUERY holds {len(found)} queries, expected at most {MOST_QUERIES}')
    for query in found:
        if not re.match(r'(SELECT|WITH|EXPLAIN)\b', query, re.IGNORECASE):
            raise CannotCheck(f'setting ROUNDS_QUERY holds {short(query)}, expected a SELECT, WITH or EXPLAIN a line')
    return found


def short(query):
    return query if len(query) <= 60 else query[:57] + '...'


def open_read_only(sqlite3, path, timeout, deadline):
    connection = sqlite3.connect(pathlib.Path(path).absolute().as_uri() + '?mode=ro', uri=True, timeout=timeout,
                                 isolation_level=None)
    # SQLite's own time-out covers only the wait for a lock; this one ends a query that runs too long.
    connection.set_progress_handler(lambda: time.monotonic() > deadline, 1000)
    reading = sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_FUNCTION, sqlite3.SQLITE_RECURSIVE
    connection.set_authorizer(lambda action, *_: sqlite3.SQLITE_OK if action in reading else sqlite3.SQLITE_DENY)
    return connection


def timed(connection, query):
    """Seconds until the last row, none of which is kept."""
    started = time.monotonic()
    for _ in connection.execute(query):
        pass
    return time.monotonic() - started


def check():
    path, asked = setting('ROUNDS_DATABASE', 'a path'), queries()
    repeats = int(setting('ROUNDS_REPEATS', 'a whole number from 1 to 999', r'[1-9]\d{0,2}', '5'))
    timeout = float(setting('ROUNDS_TIMEOUT_SECONDS', 'seconds above 0', r'(?=.*[1-9])\d{1,4}(\.\d+)?'))
    try:
        with open(path, 'rb') as file:
            if not file.read(1):
                return 2, f'database {path} is empty: 0 bytes'
    except FileNotFoundError:
        return 2, f'database {path} is gone: no such file'
    except OSError as error:
        return 3, f'cannot read database {path}: {error.strerror}; let the user {os.geteuid()} read the file'
    import sqlite3  # Here, since some distributions leave this module out, which must end as UNKNOWN.
    try:
        connection = open_read_only(sqlite3, path, timeout, time.monotonic() + timeout)
        runs = [[timed(connection, query) for query in asked] for _ in range(repeats)]
        connection.close()
    except (sqlite3.Error, sqlite3.Warning) as error:
        return trouble(error, path, timeout)
    totals = [sum(times) for times in runs]
    median, worst = statistics.median(totals), max(totals)
    text = f'database {path} answered {repeats} times: median {1000 * median:.2f} ms, worst {1000 * worst:.2f} ms'
    if len(asked) > 1:
        medians = [statistics.median(times) for times in zip(*runs)]
        slowest = max(medians)
        text += f'; slowest, {1000 * slowest:.2f} ms: {short(asked[medians.index(slowest)])}'
    return 0, text, (datum('query_median', median, 's'), datum('query_worst', worst, 's'))


run(check)
