#!/usr/bin/env python3
"""Checks that the database backup of the day is there and intact, by reading a copy of it.

Settings: ROUNDS_BACKUPS          the folder that holds a folder for each day
          ROUNDS_DAY              name of the day's folder, as strftime writes the host's own date; %Y%m%d unless given
          ROUNDS_PATTERN          names of the database backups in it, such as fossa_*.db; the newest is checked
          ROUNDS_TABLE            table whose rows are counted
          ROUNDS_TIMEOUT_SECONDS  most seconds for copy and check; 60 unless given
          ROUNDS_STATE            where the copy is made, and removed again
Metrics:  size [B] of the backup, rows
OK when SQLite's integrity check passes and the rows were counted. CRITICAL when the backup is missing, empty,
truncated, corrupt, or without the table. UNKNOWN when that could not be told: permission denied, no space for the copy,
too slow, the backup still being written.
A -wal or -journal beside the backup belongs to it, as it would when it is restored: it is copied, too, and SQLite
applies it to the copy. The -shm file is only an index, which SQLite makes anew. The backup itself is never opened by
SQLite, so that nothing is changed or left beside it.
"""
import fcntl
import fnmatch
import multiprocessing
import os
import shutil
import signal
import stat
import time

from plugin import CannotCheck, datum, run, setting, state_path

SPARE_BYTES = 100_000_000
COMPANIONS = '-wal', '-journal'
ADVICE = 'run the backup now, then find out why it did not run'


def newest_backup(folder, pattern):
    """Path of the newest regular file of that name, or nothing."""
    newest, written = None, -1
    with os.scandir(folder) as entries:
        for entry in entries:
            if fnmatch.fnmatchcase(entry.name, pattern) and entry.is_file() and entry.stat().st_mtime_ns > written:
                newest, written = entry.path, entry.stat().st_mtime_ns
    return newest


def version(path):
    """What changes when somebody writes the file; nothing when there is none."""
    try:
        found = os.stat(path)
    except FileNotFoundError:
        return None
    return found.st_size, found.st_mtime_ns, found.st_ino


def copy_file(source, target, deadline):
    with open(source, 'rb') as reader, open(target, 'xb') as writer:
        while True:
            block = reader.read(1 << 20)
            if not block:
                return
            if time.monotonic() > deadline:
                raise CannotCheck(f'could not copy {source} in time: raise ROUNDS_TIMEOUT_SECONDS')
            writer.write(block)


def copy_backup(backup, folder, deadline):
    """The path of a copy in the folder, as the backup was at one moment."""
    before = {suffix: version(backup + suffix) for suffix in ('', *COMPANIONS)}
    present = {suffix: found for suffix, found in before.items() if found}
    # The pages of a -wal are written into the copy once more.
    needed = 2 * sum(size for size, *_ in present.values()) - before[''][0] + SPARE_BYTES
    free = shutil.disk_usage(folder).free
    if free < needed:
        raise CannotCheck(f'no space to check a copy of {backup}: {free / 1e6:.0f} MB free in {folder}, '
                          f'{needed / 1e6:.0f} MB needed: free some there')
    copy = os.path.join(folder, 'copy.db')
    for suffix in present:
        copy_file(backup + suffix, copy + suffix, deadline)
    if before != {suffix: version(backup + suffix) for suffix in before}:
        raise CannotCheck(f'{backup} is still being written: check later than the backup is done')
    return copy


def verdict(sqlite3, copy, table):
    """Exit code, what was found, and the number of rows."""
    try:
        connection = sqlite3.connect(copy)
        complaints = [row[0] for row in connection.execute('PRAGMA integrity_check(3)')]
        if complaints != ['ok']:
            return 2, f'is corrupt: {"; ".join(complaints)}', None
        quoted = '"' + table.replace('"', '""') + '"'
        rows = connection.execute(f'SELECT COUNT(*) FROM {quoted}').fetchone()[0]
        connection.close()
        return 0, f'is intact: {rows} rows in {table}', rows
    except sqlite3.Error as error:
        words = str(error)
    if 'malformed' in words or 'not a database' in words:
        return 2, f'is corrupt: {words}', None
    if 'no such table' in words:
        return 2, f'has no table {table}: it is a backup of something else, or of an empty database', None
    return 3, f'could not be checked: {words}', None


def verdict_in_time(copy, table, deadline):
    """In a process of its own: older versions of SQLite cannot be stopped in an integrity check."""
    import sqlite3  # Here, since some distributions leave this module out, which must end as UNKNOWN.
    context = multiprocessing.get_context('fork')
    answer, sender = context.Pipe(duplex=False)

    def work():
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        sender.send(verdict(sqlite3, copy, table))

    worker = context.Process(target=work)
    worker.start()
    sender.close()
    try:
        if not answer.poll(max(0, deadline - time.monotonic())):
            return 3, 'was not checked in time: raise ROUNDS_TIMEOUT_SECONDS', None
        return answer.recv()
    except EOFError:
        return 3, 'could not be checked: SQLite itself failed over it', None
    finally:
        worker.kill()
        worker.join()


def check_copy(backup, table, deadline):
    """Leaves no copy behind; one that a kill left is removed by the next check."""
    with open(state_path('lock'), 'w') as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise CannotCheck(f'another check of {backup} is running: wait for it') from None
        folder = state_path('copy')
        shutil.rmtree(folder, ignore_errors=True)
        try:
            os.mkdir(folder, 0o700)
            return verdict_in_time(copy_backup(backup, folder, deadline), table, deadline)
        finally:
            shutil.rmtree(folder, ignore_errors=True)


def stop(*_):
    raise CannotCheck('the check was ended from outside before the backup was checked: give it more time')


def check():
    signal.signal(signal.SIGTERM, stop)  # What runs out of time has to remove its copy all the same.
    backups, day = setting('ROUNDS_BACKUPS', 'a path'), setting('ROUNDS_DAY', 'a date format', default='%Y%m%d')
    pattern, table = setting('ROUNDS_PATTERN', 'names of files'), setting('ROUNDS_TABLE', 'the name of a table')
    timeout = float(setting('ROUNDS_TIMEOUT_SECONDS', 'seconds above 0', r'(?=.*[1-9])\d{1,4}(\.\d+)?', '60'))
    deadline = time.monotonic() + timeout
    folder = os.path.join(backups, time.strftime(day))
    try:
        backup = newest_backup(folder, pattern)
    except (FileNotFoundError, NotADirectoryError):
        return 2, f'no backup of the day: {folder} is no folder; {ADVICE}'
    except OSError as error:
        return 3, f'cannot look into {folder}: {error.strerror}; let the user {os.geteuid()} read it'
    if backup is None:
        return 2, f'no database backup of the day: no file {pattern} in {folder}; {ADVICE}'
    size = os.stat(backup).st_size
    if not size:
        return 2, f'database backup {backup} is empty: 0 bytes; {ADVICE}', [datum('size', 0, 'B')]
    try:
        code, words, rows = check_copy(backup, table, deadline)
    except OSError as error:
        return 3, f'cannot copy {backup}: {error.strerror}: {error.filename}; the user {os.geteuid()} has to read it'
    text = f'database backup {backup} ({size / 1e6:.1f} MB) {words}' + (f'; {ADVICE}' if code == 2 else '')
    return code, text, [datum('size', size, 'B')] + ([] if rows is None else [datum('rows', rows)])


run(check)
