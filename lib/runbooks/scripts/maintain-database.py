#!/usr/bin/env python3
"""Maintains a SQLite database while the service that uses it is stopped: integrity check, VACUUM, ANALYZE.

Settings: ROUNDS_DATABASE         path of the database
          ROUNDS_SERVICE          the one systemd service that uses it
          ROUNDS_TIMEOUT_SECONDS  most seconds for the work on the database
          ROUNDS_STOP_SECONDS     most seconds until the service has stopped
          ROUNDS_START_SECONDS    most seconds until it is active again
Metrics:  database_size [B], freed [B], stopped_for [s]
OK when all is done, the database is whole and the service is active again; WARNING when it was not active before: it is
now; CRITICAL when anything failed; UNKNOWN when nothing was begun: a setting or a tool is missing, systemd cannot be
asked, or there is no room for VACUUM, which needs twice the size of the database beside it.

The service is started again whatever happens. A signal ends the work and starts it at once. A process of its own, which
no signal to this script or its process group reaches, starts it when this script is killed outright. SQLite undoes
a VACUUM that was killed when the database is opened next. The database is held exclusively from the check to the end, so
that what is vacuumed is what was checked; one that failed its check, or whose check did not end, is not vacuumed.
"""
import json
import os
import pathlib
import signal
import subprocess
import time

from plugin import CannotCheck, datum, finish, number, run, setting

SECONDS_TO_ASK = 10
SECONDS_TO_LOCK = 3
SECONDS_TO_STAY_ACTIVE = 1
SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)


class Failed(Exception):
    """A step of the work failed; the service is started all the same."""


class Told(Exception):
    """A signal told this script to end."""


class Ears:
    """Hears the signals. The first one, as long as the work may be interrupted, ends it by raising Told."""

    def __init__(self):
        self.heard, self.may_interrupt = '', True
        for each in SIGNALS:
            signal.signal(each, self.hear)

    def hear(self, received, _frame):
        self.heard = signal.Signals(received).name
        if self.may_interrupt:
            self.may_interrupt = False
            raise Told(f'told to end by {self.heard}')


def systemctl(seconds, *arguments):
    """What systemctl prints. It runs in a session of its own, where no signal to our group reaches it."""
    try:
        done = subprocess.run(['systemctl', *arguments], stdin=subprocess.DEVNULL, capture_output=True, timeout=seconds,
                              start_new_session=True)
    except subprocess.TimeoutExpired as error:
        raise Failed(f'systemctl {arguments[0]} did not end within {seconds:g} s') from error
    if done.returncode:
        words = done.stderr.decode(errors='replace').strip().splitlines() or [f'exit code {done.returncode}']
        raise Failed(f'systemctl {arguments[0]} failed: {words[0][:120]}')
    return done.stdout.decode(errors='replace')


def state_of(service):
    """ActiveState of a service that systemd knows."""
    answer = systemctl(SECONDS_TO_ASK, 'show', '--property=LoadState,ActiveState', '--', service)
    found = dict(line.split('=', 1) for line in answer.splitlines() if '=' in line)
    if found.get('LoadState') != 'loaded':
        raise Failed(f'to systemd the service {service} is {found.get("LoadState") or "unknown"}, expected loaded')
    return found.get('ActiveState') or 'unknown'


def stop(service, seconds):
    systemctl(seconds, 'stop', '--', service)
    state = state_of(service)
    if state not in ('inactive', 'failed'):
        raise Failed(f'{service} is {state} after systemctl stop')


def start(service, seconds, ears):
    """Starts the service and waits until it is active and stays so; raises Failed when it is not."""
    systemctl(SECONDS_TO_ASK, 'start', '--no-block', '--', service)
    asked, active_since = time.monotonic(), None
    while True:
        now, state = time.monotonic(), state_of(service)
        active_since = (active_since or now) if state == 'active' else None
        if active_since and (now - active_since >= SECONDS_TO_STAY_ACTIVE or ears.heard):
            return
        # Two seconds after its first signal the wrapper sends one that cannot be heard.
        if now - asked > (min(seconds, 1) if ears.heard else seconds):
            raise Failed(f'it was started, and is {state} after {now - asked:.0f} s')
        time.sleep(0.1)


def start_when_we_die(service):
    """Forks a process that starts the service when it sees the end of a pipe, and none of us lives any more. Returns
    the pipe, through which it can be told that all is well."""
    reading, writing = os.pipe()
    if os.fork():
        os.close(reading)
        return writing
    try:
        os.setsid()
        os.close(writing)
        nothing = os.open(os.devnull, os.O_RDWR)
        for stream in range(3):
            os.dup2(nothing, stream)  # The wrapper waits for whoever holds its pipes.
        for each in SIGNALS:
            signal.signal(each, signal.SIG_IGN)
        if not os.read(reading, 1):
            os.execvp('systemctl', ['systemctl', 'start', '--', service])
    finally:
        os._exit(0)


def expect_ok(connection, question):
    found = [str(row[0]) for row in connection.execute(question)]
    if found != ['ok']:
        raise Failed(f'{len(found)} faults, the first: {"".join(found[:1])[:120]}; look for a backup')


def work_on(path, tell):
    """The work itself, telling each step before it begins; raises Failed or sqlite3.Error."""
    import sqlite3
    connection = sqlite3.connect(pathlib.Path(path).absolute().as_uri() + '?mode=rw', uri=True, isolation_level=None,
                                 timeout=SECONDS_TO_LOCK)
    connection.text_factory = lambda text: text.decode(errors='replace')
    tell('taking it exclusively')
    connection.execute('PRAGMA temp_store = FILE')  # Memory is no place for a copy of the database.
    connection.execute('PRAGMA locking_mode = EXCLUSIVE')
    connection.execute('BEGIN EXCLUSIVE')
    connection.execute('COMMIT')
    tell('integrity check')
    expect_ok(connection, 'PRAGMA integrity_check')
    for command in ('VACUUM', 'ANALYZE'):
        tell(command)
        connection.execute(command)
    tell('check after VACUUM')
    expect_ok(connection, 'PRAGMA quick_check')
    connection.close()
    tell('end')


def work_in_child(path, seconds, writing):
    """Never returns. Python would hear a signal only after VACUUM; a child can be killed in the middle of it."""
    def tell(step, failure=''):
        os.write(writing, json.dumps([step, failure]).encode() + b'\n')
    try:
        for each in SIGNALS:
            signal.signal(each, signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, SIGNALS)
        signal.setitimer(signal.ITIMER_REAL, seconds)
        work_on(path, tell)
    except Exception as error:
        words = str(error)
        tell('', words + '; another process holds it' if 'locked' in words else words)
    finally:
        os._exit(0)


def maintain(path, seconds, steps):
    """Has the work done by a child and adds each step to the list as it begins; raises Failed."""
    reading, writing = os.pipe()
    signal.pthread_sigmask(signal.SIG_BLOCK, SIGNALS)
    child = os.fork()
    if not child:
        os.close(reading)
        work_in_child(path, seconds, writing)
    failure, status = '', None
    try:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, SIGNALS)
        os.close(writing)
        with open(reading, encoding='utf-8') as answers:
            for line in answers:
                step, failure = json.loads(line)
                if step:
                    steps.append(step)
        status = os.waitpid(child, 0)[1]
    finally:
        if status is None:
            os.kill(child, signal.SIGKILL)
    if os.WIFSIGNALED(status):
        killer = os.WTERMSIG(status)
        failure = f'no end within {seconds:g} s' if killer == signal.SIGALRM else f'killed by signal {killer}'
    if failure or steps[-1] != 'end':
        raise Failed(failure or 'it ended without a word')


def ask_database(path):
    """Raises sqlite3.Error when the database does not answer."""
    import sqlite3
    address = pathlib.Path(path).absolute().as_uri() + '?mode=ro'
    connection = sqlite3.connect(address, uri=True, timeout=SECONDS_TO_LOCK)
    connection.execute('SELECT COUNT(*) FROM sqlite_master').fetchone()
    connection.close()


def size_of(path):
    """Bytes of the database and of the changes that lie beside it."""
    return sum(os.stat(each).st_size for each in (path, path + '-wal') if os.path.exists(each))


def human(size):
    for unit in ('B', 'kB', 'MB', 'GB'):
        if size < 1000:
            return f'{size:.4g} {unit}'
        size /= 1000
    return f'{size:.4g} TB'


def look_before(path, service):
    """The size of the database and the state of the service; raises Failed or CannotCheck before anything is touched."""
    try:
        import sqlite3  # noqa: F401
    except ImportError as error:
        raise CannotCheck(f'python3 has no sqlite3: {error}; install it') from error
    try:
        with open(path, 'rb') as file:
            if not file.read(1):
                raise Failed(f'database {path} is empty: 0 bytes; nothing was begun')
    except FileNotFoundError as error:
        raise Failed(f'database {path} is gone: no such file; nothing was begun') from error
    except OSError as error:
        raise CannotCheck(f'cannot read database {path}: {error.strerror}; run this as root') from error
    folder = os.path.dirname(os.path.realpath(path))
    size, room = size_of(path), os.statvfs(folder)
    free = room.f_bavail * room.f_frsize
    if free < 2 * size:
        raise CannotCheck(f'nothing was begun: VACUUM needs twice the {human(size)} of {path}, and {human(free)} are free '
                          f'in {folder}; free some space there')
    os.environ['SQLITE_TMPDIR'] = folder  # Where there is room; the wrapper's TMPDIR lies in memory.
    try:
        return size, state_of(service)
    except FileNotFoundError as error:
        raise CannotCheck('systemctl is not installed: the service cannot be stopped without it') from error
    except Failed as error:
        raise CannotCheck(f'nothing was begun: {error}') from error


def check():
    path = setting('ROUNDS_DATABASE', 'a path that begins with /', '/.+')
    service = setting('ROUNDS_SERVICE', 'the name of one service', r'[A-Za-z0-9:_.@\\-]+')
    limits = [number(f'ROUNDS_{name}_SECONDS', 'seconds') for name in ('TIMEOUT', 'STOP', 'START')]
    try:
        size_before, state = look_before(path, service)
    except Failed as error:
        return 2, str(error)

    guard, ears = start_when_we_die(service), Ears()
    faults, steps, stopping = [], [f'stopping {service}'], time.monotonic()
    try:
        try:
            stop(service, limits[1])
            maintain(path, limits[0], steps)
        finally:
            ears.may_interrupt = False
    except Exception as error:
        vacuumed = '' if 'VACUUM' in steps else '; it was NOT vacuumed'
        faults.append(f'database {path}: {steps[-1]} failed: {error}{vacuumed}')
    try:
        start(service, limits[2], ears)
        os.write(guard, b'.')
        stopped_for = time.monotonic() - stopping
        outcome = f'{service} is active again after {stopped_for:.1f} s'
    except Exception as error:
        faults.insert(0, f'{service} is NOT ACTIVE: {error}')
        return 2, '; '.join(faults), [datum('stopped_for', None)]
    try:
        ask_database(path)
        size = size_of(path)
    except Exception as error:
        faults.append(f'database {path} does not answer: {error}')
    if faults:
        return 2, '; '.join([*faults, outcome]), [datum('stopped_for', stopped_for, 's')]

    done = f'database {path} is whole; VACUUM and ANALYZE done, {human(size_before)} before, {human(size)} now; {outcome}'
    remarks = [] if state in ('active', 'reloading', 'activating') else [f'{service} was {state} before']
    if ears.heard:
        remarks.append(f'told to end by {ears.heard} when all was done but the start')
    metrics = [datum('database_size', size, 'B'), datum('freed', size_before - size, 'B'),
               datum('stopped_for', stopped_for, 's')]
    return 1 if remarks else 0, '; '.join([done, *remarks]), metrics


run(check)
