#!/usr/bin/env python3
"""Restores the newest backup of a PostgreSQL database into a scratch database (a job), compares, and drops it again.

Settings: ROUNDS_SERVICE, ROUNDS_PG_USER: see psql.py; the live database, its role may create databases (CREATEDB)
                                     and have two sessions at once
          ROUNDS_BACKUPS             pattern of the backups, by pg_dump (plain or custom, gzip or not): /backups/*.dump
          ROUNDS_TABLES              tables whose rows are counted, in words: `users app.orders`
          ROUNDS_SCRATCH             name of the scratch database; default rounds_restore_test
          ROUNDS_LEAST_PERCENT       least rows of such a table, as a share of the live ones; default 90
          ROUNDS_LEAST_FREE_PERCENT  least space that has to stay free on the server's disk, where it is this host's;
                                     default 20
          ROUNDS_MAX_AGE_HOURS       the newest backup is not older than this; default 26
          ROUNDS_MAXIMUM_SECONDS     most seconds to restore and count, below the time-out of the job; default 1800
Metrics:  age [s] and size [B] of the backup; rows_share [%], the least share of rows restored; missing: tables of the
          live database that the backup does not hold
OK when the backup was restored and holds the rows. WARNING when a table is missing that is not counted. CRITICAL when
there is no backup, or an old one, or it cannot be restored, or rows are missing. UNKNOWN when that could not be tried:
no connection, no space, no time to count, another restore test is running, the scratch database is somebody else's, a
plain backup would leave it (made with pg_dump --create, or by pg_dumpall). An extension that the role may not create is
left out, and told of; when something else in the backup needs it, that is UNKNOWN as well. The scratch database is
made, marked by a comment, and dropped whatever happens; one that does not carry the mark is never touched.
"""
import glob
import os
import re
import shutil
import stat
import time

from claim import claim
from dump import Backup, Bad, Extensions, restore
from plugin import CannotCheck, datum, number, run, setting
from psql import Refused, Stop, Stopped, literal, rows, run_statement

MARK = 'made by Rounds'
SETTLED_SECONDS = 60
COUNT_SECONDS = 300

TABLES = """
SELECT n.nspname || '.' || c.relname AS name, pg_table_is_visible(c.oid) AS visible, c.relname AS short,
  format('%I.%I', n.nspname, c.relname) AS quoted
FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p') AND c.relpersistence <> 't' AND n.nspname NOT IN ('pg_catalog', 'information_schema')
ORDER BY 1"""

LIVE = """
SELECT current_database() AS name, pg_database_size(oid) AS size, pg_encoding_to_char(encoding) AS encoding, datcollate,
  datctype, pg_is_in_recovery() AS replica, (SELECT setting FROM pg_settings WHERE name = 'data_directory') AS folder
FROM pg_database WHERE datname = current_database()"""


class Uncounted(Exception):
    """There was no time to count the rows of this table."""


def find_backup():
    """Path, age in seconds and size of the newest backup that is not being written any more."""
    pattern = setting('ROUNDS_BACKUPS', 'a pattern of paths', '/.+')
    folder = os.path.dirname(re.split(r'[*?\[]', pattern)[0] + 'x')
    found, now = [], time.time()
    try:
        os.scandir(folder).close()
        for path in glob.glob(pattern):
            about = os.stat(path)
            if stat.S_ISREG(about.st_mode):
                found.append((now - about.st_mtime, path, about.st_size))
    except FileNotFoundError as error:
        if not os.path.isdir(folder):
            raise Bad(f'no backup: there is no folder {folder}') from error
        raise CannotCheck(f'{error.filename} went away while backups were looked for: run it again') from error
    except OSError as error:
        raise CannotCheck(f'cannot look for backups: {error.filename}: {error.strerror}') from error
    settled = [entry for entry in found if entry[0] >= SETTLED_SECONDS]
    if found and not settled:
        raise CannotCheck(f'{min(found)[1]} was written within the last {SETTLED_SECONDS} s: run it again when it is done')
    if not found:
        raise Bad(f'no backup: nothing matches {pattern}')
    age, path, size = min(settled)
    return path, age, size


def database_mark(name):
    """The comment of a database, empty when it has none; None when there is no such database."""
    found = rows(f"SELECT coalesce(shobj_description(oid, 'pg_database'), '') AS mark FROM pg_database "
                 f'WHERE datname = {literal(name)}', 10)
    return found[0]['mark'] if found else None


def drop(scratch):
    """Drops the scratch database if it carries the mark, whoever is still in it."""
    if database_mark(scratch) == MARK:
        run_statement(f'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = {literal(scratch)}', 10)
        run_statement(f'DROP DATABASE "{scratch}"', 60, None)


def create(scratch, live, stop):
    mark = database_mark(scratch)
    if scratch == live['name'] or mark not in (None, MARK):
        raise CannotCheck(f'database {scratch} is there and not made by us: it is not touched, give another ROUNDS_SCRATCH')
    drop(scratch)
    like = (f'ENCODING {literal(live["encoding"])} LC_COLLATE {literal(live["datcollate"])} '
            f'LC_CTYPE {literal(live["datctype"])}')
    stop.at_once = False  # Without its mark we would never dare to drop it.
    run_statement(f'CREATE DATABASE "{scratch}" TEMPLATE template0 {like}', 60, None)
    run_statement(f'COMMENT ON DATABASE "{scratch}" IS {literal(MARK)}', 10, None)
    stop.at_once = True
    if stop.asked:
        raise Stopped


def need_space(live):
    """The backup needs about as much as the live database does; a full disk would stop that one as well."""
    folder, least = live['folder'], number('ROUNDS_LEAST_FREE_PERCENT', 'percent', '20')
    if live['replica']:
        raise CannotCheck(f'{live["name"]} is on a replica, where nothing can be restored: name its primary in the service')
    if folder and os.path.isdir(folder):
        disk = shutil.disk_usage(folder)
        share = 100 * (disk.free - live['size']) / disk.total
        if share < least:
            raise CannotCheck(f'no space to restore: {max(share, 0):.0f}% of the disk of {folder} would stay free, '
                              f'expected {least:g}%')


def compare(scratch, names, ends):
    """Words for tables without their rows, the least share of rows, and the tables that the backup does not hold."""
    live, restored = rows(TABLES, 30, 100_000), {row['name'] for row in rows(TABLES, 30, 100_000, database=scratch)}
    least, lacking, shares = number('ROUNDS_LEAST_PERCENT', 'percent', '90'), [], []
    for name in names:
        table = next((row for row in live if name == row['name'] or row['visible'] and name == row['short']), None)
        if table is None:
            raise CannotCheck(f'the live database has no table {name}: correct the setting ROUNDS_TABLES')
        wanted = count_rows(table, ends)
        is_there = table['name'] in restored
        count = count_rows(table, ends, scratch) if is_there else 0
        shares.append(100 * count / wanted if wanted else 100.0 if is_there else 0.0)
        if not is_there:
            lacking.append(f'{name} is missing')
        elif shares[-1] < least:
            lacking.append(f'{name} has {count} rows of {wanted}')
    return lacking, min(shares), [row['name'] for row in live if row['name'] not in restored]


def count_rows(table, ends, database=None):
    """Rows of a table, of the live database unless another one is named."""
    seconds = min(COUNT_SECONDS, ends - time.monotonic())
    try:
        if seconds > 0:
            return rows(f'SELECT count(*) AS count FROM {table["quoted"]}', seconds, database=database)[0]['count']
    except Refused as error:
        if error.state != '57014':
            raise
    raise Uncounted(table['name'])


def check():
    stop = Stop(at_once=True)
    scratch = setting('ROUNDS_SCRATCH', 'a name in small letters, digits and _', '[a-z_][a-z0-9_]{0,62}',
                      'rounds_restore_test')
    names, metrics = setting('ROUNDS_TABLES', 'names of tables').split(), []
    most = number('ROUNDS_MAX_AGE_HOURS', 'hours', '26')
    ends = time.monotonic() + number('ROUNDS_MAXIMUM_SECONDS', 'seconds', '1800')
    try:
        path, age, size = find_backup()
        metrics = [datum('age', age, 's'), datum('size', size, 'B')]
        if age > 3600 * most:
            raise Bad(f'the newest backup, {path}, is {age / 3600:.1f} hours old, expected at most {most:g}')
        return try_backup(Backup(path), scratch, names, ends, metrics, stop)
    except Bad as error:
        return 2, str(error), metrics
    except Stopped:
        return 3, 'stopped before the backup was restored and compared; the scratch database is dropped', metrics


def try_backup(backup, scratch, names, ends, metrics, stop):
    live = rows(LIVE, 10)[0]
    need_space(live)
    extensions = Extensions(scratch)
    with claim('restore test', scratch):
        started = time.monotonic()
        try:
            create(scratch, live, stop)
            restore(backup, extensions, ends)
            text = f'{backup.path} restored in {time.monotonic() - started:.1f} s'
            lacking, share, missing = compare(scratch, names, ends)
        except Uncounted as error:
            return 3, f'{text}, but {error} was not counted in time: give it more by ROUNDS_MAXIMUM_SECONDS', metrics
        finally:
            stop.at_once = False
            drop(scratch)
    metrics = metrics + [datum('rows_share', share, '%'), datum('missing', len(missing))]
    without = f'; left out, as this role may not create it: {extensions.told()}' if extensions.left_out else ''
    if lacking:
        return 2, f'{text}, but rows are missing: {", ".join(lacking)}{without}', metrics
    if missing:
        tables = f'{len(missing)} tables of the live database: {", ".join(missing)}'
        return 1, f'{text}, but it does not hold {tables}{without}', metrics
    return 0, f'{text}: {len(names)} tables hold at least {share:.1f}% of the live rows{without}', metrics


run(check)
