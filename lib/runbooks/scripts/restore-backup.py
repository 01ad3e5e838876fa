#!/usr/bin/env python3
"""Restores the newest backup of a PostgreSQL database into a scratch database (a job), compares, and drops it again.

Settings: ROUNDS_SERVICE, ROUNDS_PG_USER: see psql.py; the live database, its role may create databases (CREATEDB)
          ROUNDS_BACKUPS             pattern of the backups, by pg_dump (plain or custom, gzip or not): /backups/*.dump
          ROUNDS_TABLES              tables whose rows are counted, in words: `users app.orders`
          ROUNDS_SCRATCH             name of the scratch database; default rounds_restore_test
          ROUNDS_LEAST_PERCENT       least rows of such a table, as a share of the live ones; default 90
          ROUNDS_LEAST_FREE_PERCENT  least space that has to stay free on the server's disk, where it is this host's;
                                     default 20
          ROUNDS_MAX_AGE_HOURS       the newest backup is not older than this; default 26
          ROUNDS_MAXIMUM_SECONDS     most seconds to restore, below the time-out of the job; default 1800
Metrics:  age [s] and size [B] of the backup; rows_share [%], the least share of rows restored; missing: tables of the
          live database that the backup does not hold
OK when the backup was restored and holds the rows. WARNING when a table is missing that is not counted. CRITICAL when
there is no backup, or an old one, or it cannot be restored, or rows are missing. UNKNOWN when that could not be tried: no
connection, no space, the scratch database is somebody else's, a plain backup would leave it (made with pg_dump --create,
or by pg_dumpall). The scratch database is made, marked by a comment, and dropped whatever happens; one that does not
carry the mark is never touched.
"""
import glob
import gzip
import os
import re
import shutil
import signal
import stat
import subprocess
import threading
import time
import zlib

from plugin import CannotCheck, datum, number, run, setting
from psql import Stop, Stopped, literal, rows, run_statement, start

MARK = 'made by Rounds'
SETTLED_SECONDS = 60
COUNT_SECONDS = 300
BLOCK = 1 << 16
DAMAGED = (OSError, EOFError, zlib.error)

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

# Owners and rights, as pg_restore leaves them out with --no-owner --no-privileges.
RIGHTS = re.compile(rb'(ALTER .* OWNER TO|ALTER DEFAULT PRIVILEGES|GRANT|REVOKE) .*;\s*$')
DATA = re.compile(rb'COPY .* FROM stdin;\s*$')
# What pg_dump writes outside of data: these lines would lead psql out of the scratch database, or out of psql.
LEAVES = re.compile(rb'\\(?!(un)?restrict )|(create|drop|alter)\s+(database|role|user|tablespace)\b', re.IGNORECASE)


class Bad(Exception):
    """The backup is not one that could be relied on."""


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


class Backup:
    """A backup file, opened by the user that runs the script, unpacked if need be."""

    def __init__(self, path):
        self.path = path
        try:
            file = open(path, 'rb')
        except OSError as error:
            raise CannotCheck(f'cannot read {path}: {error.strerror}') from error
        packed = file.read(2) == b'\x1f\x8b'
        file.seek(0)
        self.file = gzip.open(file) if packed else file
        try:
            self.start = self.file.read(1000)
        except DAMAGED as error:
            raise Bad(f'{path} cannot be read: {error}') from error
        self.is_plain = not self.start.startswith(b'PGDMP')
        if self.is_plain and b'PostgreSQL database dump' not in self.start:
            raise Bad(f'{path} is no backup of one database by pg_dump: it begins with {self.start[:30]!r}')

    def blocks(self):
        """Its content; of a plain one whole lines, each of which has been looked at, but none of the data's."""
        try:
            self.file.seek(0)
            yield from self.lines() if self.is_plain else iter(lambda: self.file.read(BLOCK), b'')
        except DAMAGED as error:
            raise Bad(f'{self.path} cannot be read to its end: {error}') from error

    def lines(self):
        block, in_data, fresh = bytearray(), False, True
        for line in iter(lambda: self.file.readline(BLOCK), b''):
            if in_data:
                in_data = not (fresh and line.rstrip(b'\r\n') == b'\\.')
            elif fresh and LEAVES.match(line):
                raise CannotCheck(f'{self.path} would leave the scratch database: '
                                  f'{line[:60].decode("ascii", "replace").strip()!r}; '
                                  'make it with pg_dump, without --create')
            elif fresh and RIGHTS.match(line):
                continue
            elif fresh and DATA.match(line):
                in_data = True
            fresh = line.endswith(b'\n')
            block += line
            if len(block) >= BLOCK:
                yield bytes(block)
                block.clear()
        yield bytes(block)


def restore(backup, scratch, ends):
    """Feeds the backup to the program that restores it."""
    if backup.is_plain:
        command = ['psql', '-X', '-q', '-w', '-v', 'ON_ERROR_STOP=1', '-d', scratch]
    else:
        command = ['pg_restore', '-w', '--no-owner', '--no-privileges', '--no-publications', '--no-subscriptions',
                   '--exit-on-error', '-d', scratch]
    process = start(command, stdout=subprocess.DEVNULL, bufsize=0)
    try:
        said = feed(process, backup, ends - time.monotonic())
    finally:
        process.kill()
        process.wait()
    if process.returncode != 0:
        words = next((line for line in said.split('\n') if re.search('error|ERROR|FATAL', line)), said.split('\n')[0])
        raise Bad(f'{backup.path} cannot be restored: {words}')


def feed(process, backup, seconds):
    """Writes the backup to the stdin of the process, and tells the beginning of what it writes to its stderr."""
    def too_late(*_):
        raise Bad(f'{backup.path} was not restored in time: give it more by ROUNDS_MAXIMUM_SECONDS, or look at the server')

    def listen():
        for block in iter(lambda: process.stderr.read(BLOCK), b''):
            said.extend(block[:4000 - len(said)])

    said = bytearray()
    listener = threading.Thread(target=listen, daemon=True)
    listener.start()
    signal.signal(signal.SIGALRM, too_late)
    signal.setitimer(signal.ITIMER_REAL, max(seconds, 0.001))
    try:
        for block in backup.blocks():
            process.stdin.write(block)
        process.stdin.close()
        process.wait()
    except BrokenPipeError:
        process.wait()  # It wants no more: its exit code tells why.
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
    listener.join(1)
    return said.decode(errors='replace')


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


def compare(scratch, names):
    """Words for tables without their rows, the least share of rows, and the tables that the backup does not hold."""
    live, restored = rows(TABLES, 30, 100_000), {row['name'] for row in rows(TABLES, 30, 100_000, database=scratch)}
    least, lacking, shares = number('ROUNDS_LEAST_PERCENT', 'percent', '90'), [], []
    for name in names:
        table = next((row for row in live if name == row['name'] or row['visible'] and name == row['short']), None)
        if table is None:
            raise CannotCheck(f'the live database has no table {name}: correct the setting ROUNDS_TABLES')
        query = f'SELECT count(*) AS count FROM {table["quoted"]}'
        wanted = rows(query, COUNT_SECONDS)[0]['count']
        is_there = table['name'] in restored
        count = rows(query, COUNT_SECONDS, database=scratch)[0]['count'] if is_there else 0
        shares.append(100 * count / wanted if wanted else 100.0 if is_there else 0.0)
        if not is_there:
            lacking.append(f'{name} is missing')
        elif shares[-1] < least:
            lacking.append(f'{name} has {count} rows of {wanted}')
    return lacking, min(shares), [row['name'] for row in live if row['name'] not in restored]


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
    started = time.monotonic()
    try:
        create(scratch, live, stop)
        restore(backup, scratch, ends)
        seconds = time.monotonic() - started
        lacking, share, missing = compare(scratch, names)
    finally:
        stop.at_once = False
        drop(scratch)
    metrics = metrics + [datum('rows_share', share, '%'), datum('missing', len(missing))]
    text = f'{backup.path} restored in {seconds:.1f} s'
    if lacking:
        return 2, f'{text}, but rows are missing: {", ".join(lacking)}', metrics
    if missing:
        return 1, f'{text}, but it does not hold {len(missing)} tables of the live database: {", ".join(missing)}', metrics
    return 0, f'{text}: {len(names)} tables hold at least {share:.1f}% of the live rows', metrics


run(check)
