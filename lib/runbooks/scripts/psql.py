"""What the scripts that speak to PostgreSQL share: a statement through psql, its answer as rows.

Settings: ROUNDS_SERVICE  name in the host's own pg_service.conf, which says host, database and user; the password stands
                          in the host's own pgpass file, and psql never asks for one
          ROUNDS_PG_USER  optional: the user of the host whose ~/.pg_service.conf, ~/.pgpass and peer authentication
                          are used, instead of those of the user that runs the script
"""
import json
import os
import pwd
import re
import signal
import subprocess
from decimal import Decimal

from plugin import CannotCheck, setting

CONNECT_SECONDS = 5
LOCK_SECONDS = 2
MOST_CHARACTERS = 20000

# What keeps us out says nothing about the health of the database: its words, and what to do.
KEPT_OUT = (
    (r'definition of service .* not found|service file .* not found', 'describe it in the ~/.pg_service.conf of {user}'),
    (r'has group or world access', 'let nobody but {user} read the file: chmod 600'),
    (r'no password supplied', 'add its line to the ~/.pgpass of {user}, mode 600'),
    (r'password authentication failed', 'correct its line in the ~/.pgpass of {user}'),
    (r'authentication failed|no pg_hba\.conf entry|role .* does not exist|not permitted to log in|'
     r'permission denied for database|too many connections for role', 'let this role of {user} connect'),
    (r'unsupported startup parameter', 'name PostgreSQL itself in the service, not its pooler'),
)


class Unreachable(CannotCheck):
    """No session could be had, or it was lost."""


class Refused(CannotCheck):
    """The server answered with an error. Its SQLSTATE is the same in all languages that a server may speak."""

    def __init__(self, state, words):
        super().__init__(words)
        self.state = state


class Stopped(Exception):
    """The script was told to end."""


class Stop:
    """Keeps a signal from ending the script half-way: Stopped is raised, once, where `at_once` is set; elsewhere `asked`
    tells that it came, and what goes on is finished first."""

    def __init__(self, at_once=False):
        self.asked, self.at_once = False, at_once
        for name in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(name, self.ask)

    def ask(self, *_):
        self.asked = True
        if self.at_once:
            self.at_once = False
            raise Stopped


def literal(text):
    """SQL for a text, whatever it holds and whatever standard_conforming_strings says."""
    return "E'" + text.replace('\\', '\\\\').replace("'", "''") + "'"


def rows(query, seconds, most=1, mode='READ ONLY', database=None):
    """The rows that a query answers, by the names of its columns; one more than `most` tells that there are more."""
    cut = f'left(row_to_json(answer)::text, {MOST_CHARACTERS + 1})'
    lines = run_statement(f'SELECT {cut} FROM (\n{query}\n) AS answer LIMIT {most + 1}', seconds, mode, database)
    if any(len(line) > MOST_CHARACTERS for line in lines):
        raise CannotCheck(f'the query answers a row of over {MOST_CHARACTERS} characters: let it answer less')
    return [json.loads(line, parse_float=Decimal, object_pairs_hook=without_twins) for line in lines]


def without_twins(pairs):
    row = dict(pairs)
    if len(row) < len(pairs):
        raise CannotCheck('the query answers two columns of one name: name them apart with AS')
    return row


def run_statement(sql, seconds, mode='READ ONLY', database=None):
    """The lines that one statement answers, in a transaction of its own (READ ONLY or READ WRITE) with time-outs that
    hold whatever the service or the role says; mode None is for what cannot run in a transaction.

    The statement reaches the server as a text and is sent by \\gexec, so that nothing in it is a command of psql's.
    """
    send = f'SELECT {literal(sql)} \\gexec\n'
    if mode is not None:
        limits = {'statement_timeout': seconds, 'lock_timeout': min(LOCK_SECONDS, seconds),
                  'idle_in_transaction_session_timeout': seconds + LOCK_SECONDS}
        bounds = ''.join(f'SET LOCAL {name} = {max(1, round(value * 1000))};\n' for name, value in limits.items())
        send = f'BEGIN {mode};\n{bounds}{send}COMMIT;\n'
    return run_psql(send, seconds, database).split('\n')[:-1]


def run_psql(script, seconds, database=None):
    """What psql prints for a script in its own language; after the seconds, and some to connect, it is stopped."""
    service = setting('ROUNDS_SERVICE', 'a name in pg_service.conf', r'[ -~]{1,100}')
    arguments = ['psql', '-X', '-A', '-t', '-q', '-w', '-v', 'ON_ERROR_STOP=1', '-v', 'VERBOSITY=verbose']
    process = start(arguments + ([] if database is None else ['-d', database]))
    try:
        output, error = process.communicate(script.encode(), seconds + CONNECT_SECONDS + 1)
    except subprocess.TimeoutExpired:
        output, error = cancel(process)
    except BaseException:
        cancel(process)
        raise
    if process.returncode == 0:
        return output.decode(errors='replace')
    raise failure(process.returncode, error.decode(errors='replace'), service, seconds)


def start(arguments, stdout=subprocess.PIPE, bufsize=-1):
    """Starts a program of PostgreSQL's with the host's own credentials, in a session of its own: a signal for the
    script's group does not end a statement half-way."""
    name = setting('ROUNDS_PG_USER', 'a user of the host', default='')
    environment = {**os.environ, 'PGSERVICE': setting('ROUNDS_SERVICE', 'a name in pg_service.conf'), 'LC_ALL': 'C',
                   'PGCLIENTENCODING': 'UTF8', 'PGCONNECT_TIMEOUT': str(CONNECT_SECONDS), 'PGAPPNAME': 'rounds'}
    identity = {}
    if name:
        try:
            user = pwd.getpwnam(name)
        except KeyError as error:
            raise CannotCheck(f'setting ROUNDS_PG_USER is {name!r}, expected a user of the host') from error
        environment.update(HOME=user.pw_dir, USER=name, LOGNAME=name)
        if user.pw_uid != os.geteuid():
            identity = {'user': user.pw_uid, 'group': user.pw_gid,
                        'extra_groups': os.getgrouplist(name, user.pw_gid)}
    try:
        return subprocess.Popen(arguments, bufsize, stdin=subprocess.PIPE, stdout=stdout, stderr=subprocess.PIPE,
                                cwd='/', env=environment, start_new_session=True, **identity)
    except FileNotFoundError as error:
        raise CannotCheck(f'{arguments[0]} is not installed: PostgreSQL is spoken to with it, install its client '
                          'programs (postgresql-client)') from error
    except PermissionError as error:
        raise CannotCheck(f'cannot run {arguments[0]} as {name or "this user"}: {error.strerror}') from error


def cancel(process):
    """At SIGINT psql asks the server to end the statement, which would run on if psql just died."""
    process.send_signal(signal.SIGINT)
    try:
        return process.communicate(timeout=LOCK_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        return process.communicate()


def failure(code, error, service, seconds):
    """What went wrong, by what psql wrote to its stderr."""
    refusal = re.search(r':  ([0-9A-Z]{5}): (.*)', error)
    if refusal and not refusal[1].startswith(('08', '57P')):
        state, words = refusal.groups()
        if state == '57014':
            words = f'the statement did not end within {seconds:g} s: {words}'
        return Refused(state, f'PostgreSQL ({service}) refused: {words}')
    words = re.sub('^psql: (error: )?', '', (re.findall('.*error: .*', error) or error.split('\n'))[0])
    user = setting('ROUNDS_PG_USER', 'a user of the host', default='') or pwd.getpwuid(os.geteuid()).pw_name
    for pattern, remedy in KEPT_OUT:
        reason = re.search(f'.*({pattern}).*', error)
        if reason:
            kept_out = re.sub('^(psql: (error: )?)?(.*FATAL:  )?', '', reason[0])
            return CannotCheck(f'cannot log in to {service}: {kept_out}; {remedy.format(user=user)}')
    if code < 0:
        return Unreachable(f'database unreachable: {service} gave no answer within {seconds + CONNECT_SECONDS:g} s')
    if code == 2:
        return Unreachable(f'database unreachable: {refusal[2] if refusal else words}')
    return CannotCheck(f'psql failed: {words}')
