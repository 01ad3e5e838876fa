#!/usr/bin/env python3
"""Removes old temporary files, old logs and old browser folders, and cleans the caches of package managers.

Settings: ROUNDS_TEMPORARY       folders for temporary files, separated by spaces: /tmp /var/tmp
          ROUNDS_TEMPORARY_DAYS  a temporary file older than that many days is removed
          ROUNDS_FOLDERS         optional: names of folders there that are removed with all that is in them: playwright*
          ROUNDS_LOGS            the log folder
          ROUNDS_PATTERN         names of logs: *.jsonl
          ROUNDS_LOG_DAYS        a log older than that many days is removed
          ROUNDS_CACHES          optional: which caches are cleaned, of npm, pip and packages (the lists of apt or dnf)
          ROUNDS_TIMEOUT_SECONDS most seconds until it stops, wherever it is
          ROUNDS_DRY_RUN         1: says what it would remove, and removes nothing
Metrics:  removed (files), freed [B]
OK when all that is old is gone; WARNING when a cache could not be cleaned, a folder could not be read, or the time was
over; CRITICAL when a file could not be removed; UNKNOWN when a setting is wrong: then nothing is removed.

Old is what neither its content nor its owner, mode or name have changed for that many times 24 hours: a file that was
unpacked today is not old, whatever date it bears. What is open or mapped by a process stays, and what a loop device is
made of or something is mounted onto, like links, sockets, pipes and devices, empty folders, and what systemd and X keep
in a temporary folder. Folders are entered by descriptors, never
by paths, and never through a link or into another mount, so nobody can lead the job outside by exchanging a folder for
a link while it works. Killed at any moment it has removed a part, and the next run removes the rest.
"""
import errno
import fnmatch
import glob
import os
import re
import shutil
import stat
import subprocess
import time

from plugin import CannotCheck, datum, finish, number, run, setting

MOST_LEVELS = 200
SECONDS_FOR_A_CACHE = 120
NUMBER = r'\d{1,5}(\.\d+)?'
# Neither these nor what is in them; of the second kind only what is in them.
FORBIDDEN = r'/(bin|boot|dev|etc|lib[^/]*|proc|root|run|sbin|sys|usr)(/.*)?'
TOO_WIDE = r'/|/(home|media|mnt|opt|srv|var)|/home/[^/]+|/var/(cache|lib|log|mail|opt|spool)'
KEPT = r'systemd-private-.*|snap-private-tmp|\.(X11|ICE|XIM|font|Test)-unix|\.X\d+-lock|lost\+found'


def open_folder(path, name):
    """A descriptor of a folder that the job may work in; raises CannotCheck for any other."""
    if not path.startswith('/') or os.path.normpath(path) != path or path.startswith('//'):
        raise CannotCheck(f'setting {name} is {path!r}, expected a plain path that begins with /')
    if re.fullmatch(f'{FORBIDDEN}|{TOO_WIDE}', path, re.DOTALL):
        raise CannotCheck(f"setting {name} is {path!r}, which holds more than this job may remove: correct the setting")
    if os.path.realpath(path) != path:
        real = os.path.realpath(path)
        raise CannotCheck(f'setting {name} is {path!r}, which is reached by a link: name {real} instead')
    try:
        return os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    except OSError as error:
        raise CannotCheck(f'cannot read {path}: {error.strerror}; correct the setting {name}') from error


def open_temporary(path):
    """A temporary folder is one where everybody may write and remove only his own; no other is emptied as one."""
    folder = open_folder(path, 'ROUNDS_TEMPORARY')
    if stat.S_IMODE(os.fstat(folder).st_mode) != 0o1777:
        raise CannotCheck(f'{path} is no folder for temporary files: its mode is not 1777')
    return folder


def mount_of(folder):
    """The number of the mount, which tells a bind mount from its surroundings; the device would not."""
    with open(f'/proc/self/fdinfo/{folder}', encoding='ascii') as file:
        return re.search(r'^mnt_id:\s*(\d+)$', file.read(), re.MULTILINE).group(1)


def inode_of(pid, descriptor):
    """The inode of an open file; nothing when it was closed meanwhile. Its path is not asked for: it may be longer than
    the kernel tells."""
    try:
        with open(f'/proc/{pid}/fdinfo/{descriptor}', encoding='ascii') as file:
            found = re.search(r'^ino:\s*(\d+)$', file.read(), re.MULTILINE)
        return int(found.group(1)) if found else os.stat(f'/proc/{pid}/fd/{descriptor}').st_ino  # Linux before 5.14
    except OSError:
        return None


def inodes_in_use():
    """Inodes of the files that processes have open or mapped, as far as they let us look. Without the device, which
    some file systems do not tell alike everywhere: now and then a file is kept for nothing."""
    inodes = set()
    for pid in filter(str.isdigit, os.listdir('/proc')):
        try:
            inodes.update(inode_of(pid, descriptor) for descriptor in os.listdir(f'/proc/{pid}/fd'))
            with open(f'/proc/{pid}/maps', 'rb') as file:
                inodes.update(int(line.split(None, 5)[4]) for line in file)
        except OSError:
            continue  # Ended meanwhile, or not ours to look into.
    return inodes | inodes_of_loop_devices()


def inodes_of_loop_devices():
    """Inodes of the files that loop devices are made of, which no process needs to have open."""
    inodes = set()
    for path in glob.glob('/sys/block/loop*/loop/backing_file'):
        try:
            with open(path, 'rb') as file:
                inodes.add(os.stat(file.read().rstrip(b'\n')).st_ino)
        except OSError:
            continue  # Detached meanwhile, or its file is gone.
    return inodes


class OutOfTime(Exception):
    """The rest stays for the next run."""


class Sweep:
    """Removes what is old from folders, and counts it."""

    def __init__(self, in_use, ends, dry_run):
        self.in_use, self.ends, self.dry_run = in_use, ends, dry_run
        self.files, self.folders, self.freed = {}, 0, 0
        self.examples, self.failures, self.unread = [], [], []

    def empty(self, folder, path, kind, pattern, whole_folders, days):
        """Removes old files whose names match the first pattern, and old folders that match the second."""
        self.kind, self.pattern, self.whole_folders = kind, pattern, whole_folders
        self.newest, self.mount = time.time() - days * 86400, mount_of(folder)
        self.files[kind] = 0
        self.walk(folder, path, False, MOST_LEVELS)

    def walk(self, folder, path, whole, levels):
        with os.scandir(folder) as entries:
            for entry in entries:
                if time.monotonic() > self.ends:
                    raise OutOfTime
                name, shown = entry.name, f'{path}/{entry.name}'
                try:
                    found = os.stat(name, dir_fd=folder, follow_symlinks=False)
                    is_old = max(found.st_mtime, found.st_ctime) < self.newest
                    if re.fullmatch(KEPT, name, re.DOTALL):
                        continue
                    if stat.S_ISDIR(found.st_mode):
                        self.enter(folder, name, shown, is_old, whole, levels)
                    elif is_old and self.may_go(name, found, whole):
                        self.remove(folder, name, shown, found)
                except FileNotFoundError:
                    continue  # Somebody else has removed it.

    def may_go(self, name, found, whole):
        if stat.S_ISLNK(found.st_mode):
            return whole
        is_ours = stat.S_ISREG(found.st_mode) and fnmatch.fnmatchcase(name, self.pattern)
        return is_ours and found.st_ino not in self.in_use

    def remove(self, folder, name, shown, found):
        try:
            if not self.dry_run:
                os.unlink(name, dir_fd=folder)
        except FileNotFoundError:
            raise
        except OSError as error:
            if error.errno != errno.EBUSY:  # Something is mounted onto it.
                self.failures.append(f'{shown}: {error.strerror}')
            return
        self.files[self.kind] += 1
        self.freed += found.st_blocks * 512 if found.st_nlink == 1 else 0
        if len(self.examples) < 3:
            self.examples.append(shown[-60:])

    def enter(self, parent, name, shown, is_old, whole, levels):
        whole = whole or fnmatch.fnmatchcase(name, self.whole_folders)
        try:
            folder = os.open(name, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_NONBLOCK, dir_fd=parent)
        except (FileNotFoundError, NotADirectoryError):
            return  # Removed, or exchanged for a link, since we looked.
        except OSError as error:
            self.unread.append(f'{shown}: {error.strerror}')
            return
        try:
            if mount_of(folder) != self.mount:
                return
            if not levels:
                self.unread.append(f'{shown[:60]}: more than {MOST_LEVELS} folders deep')
                return
            self.walk(folder, shown, whole, levels - 1)
        finally:
            os.close(folder)
        if whole and is_old and not self.dry_run:
            try:
                os.rmdir(name, dir_fd=parent)
                self.folders += 1
            except OSError:
                return  # Something in it has to stay.


def clean_cache(name, seconds):
    """What was done about the cache, and what went wrong."""
    pip = 'pip' if shutil.which('pip') else 'pip3'
    packages = ['apt-get', '-qq', 'update'] if shutil.which('apt-get') else ['dnf', '-q', 'makecache']
    command = {'npm': ['npm', 'cache', 'clean', '--force'], 'pip': [pip, 'cache', 'purge'], 'packages': packages}[name]
    if not shutil.which(command[0]):
        return f'{command[0]} is not installed', ''
    # The wrapper's TMPDIR lies in memory, and SSM gives no home.
    environment = {**os.environ, 'HOME': os.path.expanduser('~'), 'TMPDIR': '/tmp', 'DEBIAN_FRONTEND': 'noninteractive'}
    try:
        done = subprocess.run(command, cwd='/', env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                              stderr=subprocess.PIPE, timeout=seconds)
    except subprocess.TimeoutExpired:
        return '', f'{" ".join(command)} did not end within {seconds:.0f} s'
    words = done.stderr.decode(errors='replace').strip()
    if done.returncode and 'No matching packages' not in words:  # pip says so of an empty cache.
        return '', f'{" ".join(command)} failed: {(words.splitlines() or ["without a word"])[-1][:80]}'
    return f'{" ".join(command[:2])} done', ''


def human(size):
    for unit in ('B', 'kB', 'MB', 'GB'):
        if size < 1000:
            return f'{size:.4g} {unit}'
        size /= 1000
    return f'{size:.4g} TB'


def told_of(sweep):
    count = sum(sweep.files.values())
    kinds = ', '.join(f'{number_} {kind}' for kind, number_ in sweep.files.items())
    if sweep.dry_run:
        examples = f', such as {", ".join(sweep.examples)}' if sweep.examples else ''
        return f'dry run: would remove {count} files ({human(sweep.freed)}): {kinds}{examples}'
    return f'removed {count} files ({human(sweep.freed)}): {kinds}, and {sweep.folders} folders'


def check():
    paths = setting('ROUNDS_TEMPORARY', 'folders, separated by spaces').split()
    days = float(setting('ROUNDS_TEMPORARY_DAYS', 'a number of days', NUMBER))
    whole_folders = setting('ROUNDS_FOLDERS', 'a pattern with a beginning, such as playwright*', r'[\w.-]{3,}\*?', '')
    logs = setting('ROUNDS_LOGS', 'a folder')
    pattern = setting('ROUNDS_PATTERN', 'a pattern with an ending, such as *.jsonl', r'[^/]*\.\w+')
    log_days = float(setting('ROUNDS_LOG_DAYS', 'a number of days', NUMBER))
    cache = '(npm|pip|packages)'
    caches = setting('ROUNDS_CACHES', 'some of npm, pip and packages', rf'{cache}(\s+{cache})*', '')
    ends = time.monotonic() + number('ROUNDS_TIMEOUT_SECONDS', 'a number of seconds')
    dry_run = setting('ROUNDS_DRY_RUN', '0 or 1', '[01]', default='0') == '1'
    # All are looked at before anything is removed from one.
    temporary = [(path, open_temporary(path)) for path in paths]
    log_folder = open_folder(logs, 'ROUNDS_LOGS')

    sweep, remarks, done = Sweep(inodes_in_use(), ends, dry_run), [], []
    try:
        for path, folder in temporary:
            sweep.empty(folder, path, f'in {path}', '*', whole_folders, days)
        sweep.empty(log_folder, logs, 'logs', pattern, '', log_days)
        for cache in [] if dry_run else caches.split():
            good, bad = clean_cache(cache, max(1, min(SECONDS_FOR_A_CACHE, ends - time.monotonic())))
            done += [good] if good else []
            remarks += [bad] if bad else []
    except OutOfTime:
        remarks.append('the time was over before all was looked at: run it again')
    if sweep.unread:
        remarks.append(f'{len(sweep.unread)} folders could not be read: {sweep.unread[0][:100]}')
    faults = [f'{len(sweep.failures)} files could not be removed: {sweep.failures[0][:100]}'] if sweep.failures else []
    text = '; '.join([*faults, *remarks, told_of(sweep), *done])
    freed, count = (0, 0) if dry_run else (sweep.freed, sum(sweep.files.values()))
    return 2 if faults else 1 if remarks else 0, text, [datum('removed', count), datum('freed', freed, 'B')]


run(check)
