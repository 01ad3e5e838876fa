"""Reads logs of any size in little memory: of every file only what is new since the last round.

Settings: ROUNDS_LOGS             optional: the folder to which those of the patterns belong that do not begin with /
          ROUNDS_FILES            patterns of paths, separated by spaces: backend/*.jsonl /var/log/app/error.log;
                                  a space in one is written as ?
          ROUNDS_FORMAT           jsonl (the default), or text with the time at the start of a line
          ROUNDS_WINDOW_MINUTES   how many minutes back it looks
          ROUNDS_TIMEOUT_SECONDS  most seconds to read for, 20 by default; the rest follows in the next round
A line counts at the time that it bears, to a hundredth of the window; one without a readable time at that of the line
before it, or at the file's own. A time without a zone is the host's. A file is followed when it is renamed, and its
copy when it is copied and cut; compressed files are not read. The last line is left for later until it ends.
"""
import contextlib
import glob
import hashlib
import operator
import os
import re
import stat
import time

from plugin import CannotCheck, setting
from tallies import Memory, Tally
from timeline import Timeline, peek

CHUNK = 1 << 16  # Of more the memory is given back each time, and asked for anew.
LONGEST_LINE = 1 << 20
MARK = 256  # Bytes of its beginning, and before the place where reading ended, by which a file is known again.
MOST_FILES = 5000
MOST_REMEMBERED = 1000
LAST = operator.itemgetter(-1)
COMPRESSED = ('.gz', '.bz2', '.xz', '.zst', '.zip')
NOTHING_READ = {'offset': 0, 'long': False, 'mark': hashlib.sha256().hexdigest()[:32]}
ABOVE_ZERO = r'(?=.*[1-9])\d{1,5}(\.\d+)?'


class Reader:
    """Reads the logs of the settings for one check, whose questions change what is remembered."""

    def __init__(self, *questions, form=None):
        logs = glob.escape(setting('ROUNDS_LOGS', 'a folder', '/.*', ''))
        self.patterns = [os.path.join(logs, one) for one in setting('ROUNDS_FILES', 'patterns of paths').split()]
        for pattern in self.patterns:
            if not pattern.startswith('/'):
                raise CannotCheck(f'setting ROUNDS_FILES holds {pattern!r}, expected a path that begins with /')
        self.is_json = (form or setting('ROUNDS_FORMAT', 'jsonl or text', 'jsonl|text', 'jsonl')) == 'jsonl'
        self.minutes = float(setting('ROUNDS_WINDOW_MINUTES', 'minutes above 0', ABOVE_ZERO))
        self.timeout = float(setting('ROUNDS_TIMEOUT_SECONDS', 'seconds above 0', ABOVE_ZERO, '20'))
        self.span = f'{self.minutes / 60:g} h' if self.minutes >= 60 else f'{self.minutes:g} min'
        self.questions = [self.patterns, self.is_json, self.minutes, *questions]
        self.now, self.deadline = time.time(), time.monotonic() + self.timeout
        self.bucket = next(size for size in (10, 60, 300, 900, 3600, 86400) if self.minutes * 60 <= 100 * size)
        self.oldest = int((self.now - self.minutes * 60) // self.bucket)
        self.buckets, self.notes, self.newest, self.read_bytes, self.unread_bytes = {}, {}, 0.0, 0, 0

    def read(self, visit, settle=None):
        """Calls visit(bytes, tally) for every new run of whole lines of the window, then settle(). Returns the tally of
        the whole window. What is put into `notes` meanwhile is there again in the next round."""
        self.visit = visit
        with Memory(self.questions) as memory:
            self.notes = memory.notes
            self.buckets = {index: tally for index, tally in memory.buckets.items() if index >= self.oldest}
            memory.files = self.follow(memory.files)
            if settle:
                settle()
            memory.buckets = self.buckets
            memory.save()
        if self.unread_bytes:
            raise CannotCheck(f'read {self.read_bytes / 1e6:.0f} MB of the logs in {self.timeout:g} s, '
                              f'{self.unread_bytes / 1e6:.0f} MB are left: they follow in the next round')
        total = Tally()
        for tally in self.buckets.values():
            total.merge(tally)
        return total

    def remarks(self, total):
        """What a reader of the result should know about the logs themselves."""
        lines, broken, gone = (total.counts[name] for name in ('lines', 'broken', 'gone'))
        found = [] if lines else [f'no line is of this time, the newest log was written at '
                                  f'{time.strftime("%Y-%m-%d %H:%M", time.localtime(self.newest))}']
        found += [f'{broken} of {lines} lines broken'] if broken else []
        found += [f'{gone} file(s) gone or cut before they were surely read'] if gone else []
        return found

    def follow(self, entries):
        """Reads on in every file that was read before, then in new ones; returns what to remember of each."""
        since = self.oldest * self.bucket
        matching, followed, lost = self.matching(since), [], []
        for entry in entries:
            path, file = open_again(entry, matching.pop(entry['id'], None))
            if file is None:
                lost.append(entry)
                continue
            with file:
                present = self.read_on(file, path, entry)
            if present:
                followed.append(present)
            else:
                lost.append(entry)
                matching[entry['id']] = path
        known, originals = {entry['id'] for entry in followed}, [one for one in followed if one['offset'] >= MARK]
        beside = {one: path for entry in lost for one, path in files_in(os.path.dirname(entry['path'])).items()}
        for identity, path in {**beside, **matching}.items():
            file = open_log(path)
            if file is None:
                continue
            with file:
                copied = copied_from(file, lost)
                if copied:
                    lost.remove(copied)
                if identity not in known and (copied or identity in matching):
                    source = copied or copied_from(file, originals) or NOTHING_READ
                    followed.append(self.read_on(file, path, source))
        gone = sum(entry['modified'] >= since for entry in lost)
        if gone:
            self.tally_at(self.now).counts['gone'] += gone
        return sorted(filter(None, followed), key=lambda entry: entry['modified'])[-MOST_REMEMBERED:]

    def matching(self, since):
        """The files that match the patterns and were written to since then, by identity."""
        found = {}
        for pattern in self.patterns:
            folder = os.path.dirname(re.split(r'[*?[]', pattern)[0]) or '.'
            if os.path.isdir(folder) and not os.access(folder, os.R_OK | os.X_OK):
                raise CannotCheck(f'cannot list {folder}: permission denied; let the user {os.geteuid()} read it')
            for path in glob.iglob(pattern, recursive=True):
                with contextlib.suppress(FileNotFoundError):
                    status = os.stat(path)
                    if stat.S_ISREG(status.st_mode) and not path.endswith(COMPRESSED):
                        self.newest = max(self.newest, status.st_mtime)
                        if status.st_mtime >= since:
                            found.setdefault(identity_of(status), os.path.realpath(path))
        if not self.newest:
            raise CannotCheck(f'no log matches {" ".join(self.patterns)}: correct the setting ROUNDS_FILES, or see why '
                              'the application writes none')
        if len(found) > MOST_FILES:
            raise CannotCheck(f'{len(found)} logs match, expected at most {MOST_FILES}: narrow ROUNDS_FILES')
        return found

    def read_on(self, file, path, entry):
        """Reads a file from where its entry says to its present end; returns its entry for the next round, or None when
        the file does not hold any more what was read of it."""
        status = os.fstat(file.fileno())
        size, offset, is_long = status.st_size, entry['offset'], entry['long']
        begun, ended = ends_of(file, offset)
        if offset > size or mark_of(begun, ended, offset) != entry['mark']:
            return None
        timeline = Timeline(self.is_json, self.now, self.bucket, min(status.st_mtime, self.now))
        if size - offset > CHUNK:
            start = timeline.find(file, offset, size, self.oldest * self.bucket)
            offset, is_long = start, is_long and start == offset
            begun, ended = ends_of(file, offset)
        while offset < size and time.monotonic() < self.deadline:
            data = peek(file, offset, min(CHUNK, size - offset))
            if b'\n' not in data:
                data = peek(file, offset, min(LONGEST_LINE, size - offset))
            whole = data.rfind(b'\n') + 1
            if not data or not whole and not is_long and len(data) < LONGEST_LINE:
                break
            first = data.find(b'\n') + 1 if is_long else 0
            if whole and is_long:
                self.tally_at(timeline.latest or timeline.otherwise).counts.update(lines=1, broken=1)
            for part, moment in timeline.parts(data[first:whole]):
                if moment >= self.oldest * self.bucket:
                    self.take(part, self.tally_at(moment))
            is_long, used = not whole, whole or len(data)
            offset, ended, self.read_bytes = offset + used, (ended + data[:used])[-MARK:], self.read_bytes + used
        if time.monotonic() >= self.deadline:
            self.unread_bytes += size - offset
        return {'id': identity_of(status), 'path': path, 'modified': status.st_mtime, 'offset': offset, 'long': is_long,
                'mark': mark_of(begun, ended, offset)}

    def take(self, part, tally):
        """Counts the lines, in the odd case one by one, and shows them to the check."""
        lines = list(filter(None, part.split(b'\n')))
        if self.is_json and set(map(LAST, lines)) != {ord('}')}:
            lines = list(filter(None, (line.rstrip(b'\0 \t\r') for line in lines)))
            tally.counts['broken'] += sum(not line.endswith(b'}') for line in lines)
        tally.counts['lines'] += len(lines)
        self.visit(part, tally)

    def tally_at(self, moment):
        return self.buckets.setdefault(int(moment // self.bucket), Tally())


def identity_of(status):
    return f'{status.st_dev}:{status.st_ino}'


def ends_of(file, offset):
    """The first bytes of a file, and the last before a place in it."""
    return peek(file, 0, MARK), peek(file, max(0, offset - MARK), min(MARK, offset))


def mark_of(begun, ended, offset):
    """By which what was read of a file is known again."""
    return hashlib.sha256(begun[:offset] + ended).hexdigest()[:32]


def copied_from(file, entries):
    """The entry of the file of which this one is a copy, or None."""
    return next((one for one in entries
                 if one['offset'] and mark_of(*ends_of(file, one['offset']), one['offset']) == one['mark']), None)


def open_log(path):
    """An open file, None where there is none. It never waits, as opening a pipe would."""
    try:
        return open(path, 'rb', buffering=0, opener=lambda name, flags: os.open(name, flags | os.O_NONBLOCK))
    except FileNotFoundError:
        return None
    except OSError as error:
        raise CannotCheck(f'cannot read {path}: {error.strerror}; let the user {os.geteuid()} read it') from error


def open_again(entry, path):
    """Path and file of an entry under its present name: at any moment it may be renamed."""
    for _ in range(3):
        file = open_log(path or entry['path'])
        if file and identity_of(os.fstat(file.fileno())) == entry['id']:
            return path or entry['path'], file
        if file:
            file.close()
        path = files_in(os.path.dirname(entry['path'])).get(entry['id'])
        if path is None:
            break
    return None, None


def files_in(folder):
    """The path of every plain file in a folder, by identity."""
    found = {}
    with contextlib.suppress(FileNotFoundError, NotADirectoryError), os.scandir(folder) as entries:
        for entry in entries:
            with contextlib.suppress(FileNotFoundError):
                status = entry.stat(follow_symlinks=False)
                if stat.S_ISREG(status.st_mode) and not entry.name.endswith(COMPRESSED):
                    found[identity_of(status)] = entry.path
    return found
