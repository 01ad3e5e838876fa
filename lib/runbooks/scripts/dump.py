"""A backup by pg_dump, and its restore into a database that holds nothing else."""
import gzip
import os
import re
import signal
import subprocess
import tempfile
import threading
import time
import zlib

from plugin import CannotCheck
from psql import Refused, literal, run_psql, start

BLOCK = 1 << 16
EXTENSION_SECONDS = 60
DAMAGED = (OSError, EOFError, zlib.error)

# Owners and rights, as pg_restore leaves them out with --no-owner --no-privileges.
RIGHTS = re.compile(rb'(ALTER .* OWNER TO|ALTER DEFAULT PRIVILEGES|GRANT|REVOKE) .*;\s*$')
DATA = re.compile(rb'COPY .* FROM stdin;\s*$')
# What pg_dump writes outside of data: these lines would lead psql out of the scratch database, or out of psql.
LEAVES = re.compile(rb'\\(?!(un)?restrict )|(create|drop|alter)\s+(database|role|user|tablespace)\b', re.IGNORECASE)

# How pg_dump writes them, and pg_restore -l: `2; 3079 16385 EXTENSION - pg_stat_statements`.
EXTENSION = re.compile(rb'CREATE EXTENSION (?:IF NOT EXISTS )?("(?:[^"]|"")+"|[a-z_][a-z0-9_$]*) ?.*;\s*$')
COMMENT = re.compile(rb'COMMENT ON EXTENSION ("(?:[^"]|"")+"|[a-z_][a-z0-9_$]*) IS ')
LISTED_EXTENSION = re.compile(rb'\d+; \d+ \d+ EXTENSION - (.+?) *\n')
LISTED_COMMENT = re.compile(rb'\d+; \d+ \d+ COMMENT - EXTENSION ')


class Bad(Exception):
    """The backup is not one that could be relied on."""


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

    def blocks(self, extensions):
        """Its content; of a plain one whole lines, each of which has been looked at, but none of the data's."""
        try:
            self.file.seek(0)
            yield from self.lines(extensions) if self.is_plain else iter(lambda: self.file.read(BLOCK), b'')
        except DAMAGED as error:
            raise Bad(f'{self.path} cannot be read to its end: {error}') from error

    def lines(self, extensions):
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
            elif fresh and EXTENSION.match(line):
                if extensions.leaves_out(EXTENSION.match(line)[1]):
                    continue
            elif fresh and COMMENT.match(line):
                line = COMMENT.sub(b'SELECT ', line)  # It may go on for lines: as a mere text it does no harm.
            elif fresh and DATA.match(line):
                in_data = True
            fresh = line.endswith(b'\n')
            block += line
            if len(block) >= BLOCK:
                yield bytes(block)
                block.clear()
        yield bytes(block)


class Extensions:
    """The extensions of a backup. Those that the role may not create are left out, and all comments on extensions: whose
    they are is not known, and rows are there without them."""

    def __init__(self, scratch):
        self.scratch, self.left_out = scratch, []

    def leaves_out(self, name):
        """Whether the extension is left out; its name is quoted as in SQL. Trying is all that tells: whom a cloud lets
        create what stands in no catalog."""
        attempt = literal(f'CREATE EXTENSION IF NOT EXISTS {name.decode(errors="replace")} CASCADE')
        try:
            run_psql(f'BEGIN;\nSELECT {attempt} \\gexec\nROLLBACK;\n', EXTENSION_SECONDS, self.scratch)
        except Refused as error:
            if error.state == '42501':
                self.left_out.append(name.decode(errors='replace'))
                return True
        return False  # Whatever else is wrong with it the restore will tell.

    def leaves_out_listed(self, line):
        """Whether a line of the list by pg_restore -l is left out."""
        extension = LISTED_EXTENSION.match(line)
        if extension:
            return self.leaves_out(b'"' + extension[1].replace(b'"', b'""') + b'"')
        return LISTED_COMMENT.match(line) is not None

    def told(self):
        return f'extension {", ".join(name.strip(chr(34)) for name in self.left_out)}'


def restore(backup, extensions, ends):
    """Feeds the backup to the program that restores it."""
    with tempfile.TemporaryFile() as contents:
        if backup.is_plain:
            command = ['psql', '-X', '-q', '-w', '-v', 'ON_ERROR_STOP=1', '-d', extensions.scratch]
        else:
            command = ['pg_restore', '-w', '--no-owner', '--no-privileges', '--no-publications', '--no-subscriptions',
                       '--exit-on-error', '-d', extensions.scratch, '-L', '/dev/stdout']
            list_contents(backup, extensions, contents, ends)
        words = run_fed(command, backup, extensions, contents, ends)
    if words and extensions.left_out and 'does not exist' in words:
        raise CannotCheck(f'{backup.path} cannot be restored without {extensions.told()}, which this role may not create '
                          f'(name a role that may in the service): {words}')
    if words:
        raise Bad(f'{backup.path} cannot be restored: {words}')


def list_contents(backup, extensions, contents, ends):
    """Writes what is wanted of a custom backup, for pg_restore to read from its stdout: that file is handed down, nobody
    else reaches it, and whichever user runs pg_restore may read it."""
    words = run_fed(['pg_restore', '-l'], backup, extensions, contents, ends)
    if words:
        raise Bad(f'{backup.path} cannot be restored: {words}')
    contents.seek(0)
    wanted = [line for line in contents if not extensions.leaves_out_listed(line)]
    contents.seek(0)
    contents.truncate()
    contents.writelines(wanted)
    contents.flush()
    os.fchmod(contents.fileno(), 0o444)


def run_fed(command, backup, extensions, stdout, ends):
    """What a program that is fed with the backup complains of when it fails."""
    process = start(command, stdout=stdout, bufsize=0)
    try:
        said = feed(process, backup, extensions, ends - time.monotonic())
    finally:
        process.kill()
        process.wait()
    if process.returncode == 0:
        return None
    return next((line for line in said.split('\n') if re.search('error|ERROR|FATAL', line)), said.split('\n')[0])


def feed(process, backup, extensions, seconds):
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
        for block in backup.blocks(extensions):
            process.stdin.write(block)
        process.stdin.close()
        process.wait()
    except BrokenPipeError:
        process.wait()  # It wants no more: its exit code tells why.
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
    listener.join(1)
    return said.decode(errors='replace')
