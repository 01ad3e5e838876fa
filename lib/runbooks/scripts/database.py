#!/usr/bin/env python3
"""Checks that a SQLite database can be read in time, by counting the rows of one table.

Settings: ROUNDS_DATABASE         path of the database
          ROUNDS_TABLE            table whose rows are counted
          ROUNDS_TIMEOUT_SECONDS  most seconds until they are counted
Metrics:  rows, query_time [s]
OK when the rows were counted. CRITICAL when the database is locked, too slow, corrupt, empty or gone: one that is not
where the application keeps it is a problem found, not a failure to look. UNKNOWN when looking was not possible: a
setting is missing, permission denied, no such table. The database is opened read-only and never created; beside one in
WAL mode SQLite may leave its -wal and -shm files, which belong to the owner of the database.
"""
import os
import pathlib
import time

from plugin import datum, run, setting


def trouble(error, path, table, timeout):
    """Exit code and text; Python tells SQLite's error codes apart only from 3.11 on, but the words never changed."""
    words = str(error)
    if 'locked' in words:
        return 2, f'database {path} is locked: not readable within {timeout:g} s, another process holds it'
    if words == 'interrupted':
        return 2, f'database {path} is too slow: the rows of {table} were not counted within {timeout:g} s'
    if 'malformed' in words or 'not a database' in words:
        return 2, f'database {path} is corrupt: {words}'
    if 'readonly' in words:
        return 3, f'database {path} must be recovered by its application before it can be read: {words}'
    if 'no such table' in words:
        return 3, f'database {path} has no table {table}: correct the setting ROUNDS_TABLE, or restore the table'
    return 3, f'cannot read database {path}: {words}'


def check():
    path, table = setting('ROUNDS_DATABASE', 'a path'), setting('ROUNDS_TABLE', 'the name of a table')
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
    address = pathlib.Path(path).absolute().as_uri() + '?mode=ro'
    started = time.monotonic()
    try:
        connection = sqlite3.connect(address, uri=True, timeout=timeout)
        # SQLite's own time-out covers only the wait for a lock; this one ends a query that runs too long.
        connection.set_progress_handler(lambda: time.monotonic() - started > timeout, 1000)
        quoted = '"' + table.replace('"', '""') + '"'
        rows = connection.execute(f'SELECT COUNT(*) FROM {quoted}').fetchone()[0]
        elapsed = time.monotonic() - started
        connection.close()
    except sqlite3.Error as error:
        return trouble(error, path, table, timeout)
    metrics = datum('rows', rows), datum('query_time', elapsed, 's')
    return 0, f'database {path} answered in {elapsed:.3f} s: {rows} rows in {table}', metrics


run(check)
