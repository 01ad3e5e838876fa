#!/usr/bin/env python3
"""Rotates the logs of a folder that have grown too large, without losing a line, and names the ten largest.

Settings: ROUNDS_LOGS           the log folder; everything below it belongs to it, except links and other mounts
          ROUNDS_PATTERN        names of logs: *.jsonl
          ROUNDS_MAXIMUM_BYTES  a log with more bytes than that is rotated
          ROUNDS_RELOAD         optional: systemd service that opens its logs anew when it is told to reload
Metrics:  logs, logs_total [B], logs_largest [B], rotated
OK when no log is too large any more; WARNING when a process goes on writing to a rotated log, since it holds it open;
CRITICAL when a log could not be rotated; UNKNOWN when the folder, or a part of it, cannot be read.

Beside app.jsonl an empty app_20260131_180000.jsonl with the same owner, mode and access list is made, and the kernel
exchanges the two names in one step. So there is an app.jsonl at every moment; nothing is copied or truncated; who has
the log open goes on writing to it under its new name; no name that exists is taken, whoever else renames at the same
time. Killed before that step, this script leaves an empty file; after it, only the reload is missing, and the next run
makes up for it. A log whose name ends like those of rotated ones is never rotated again. The service is reloaded, never
restarted and never sent a signal: who does not know SIGHUP dies of it.
"""
import datetime
import fnmatch
import heapq
import os
import re
import stat
import subprocess
import time

from plugin import CannotCheck, datum, finish, number, run, setting

EXCHANGE = 2  # RENAME_EXCHANGE of linux/fs.h
ACCESS_LIST = 'system.posix_acl_access'
MOST_NAMES_TRIED = 10
SECONDS_TO_REOPEN = 5
MOST_SECONDS_TO_RELOAD = 60


def exchanger():
    """A function (folder, name, name) that exchanges two names of a folder in one step; Python itself has none."""
    try:
        import ctypes
        renameat2 = ctypes.CDLL(None, use_errno=True).renameat2
    except (ImportError, AttributeError) as error:
        needed = 'python3 with ctypes and glibc 2.28 or newer'
        raise CannotCheck(f'cannot exchange names: {error}; install {needed}') from error

    def exchange(folder, first, second):
        if renameat2(folder, os.fsencode(first), folder, os.fsencode(second), EXCHANGE):
            code = ctypes.get_errno()
            raise OSError(code, os.strerror(code))
    return exchange


def is_rotated(name):
    return re.search(r'_\d{8}_\d{6}$', os.path.splitext(name)[0]) is not None


def create_beside(name, folder):
    """A new file whose name tells the moment of the rotation: its name and its descriptor."""
    stem, ending = os.path.splitext(name)
    now = datetime.datetime.now()
    for seconds in range(MOST_NAMES_TRIED):
        moment = now + datetime.timedelta(seconds=seconds)
        rotated = f'{stem}_{moment:%Y%m%d_%H%M%S}{ending}'
        try:
            return rotated, os.open(rotated, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600, dir_fd=folder)
        except FileExistsError:
            continue
    raise FileExistsError(0, f'{rotated} and {MOST_NAMES_TRIED - 1} names before it exist')


def copy_access(log, fresh):
    """Whoever may write to the log has to be able to write to its successor."""
    found = os.fstat(log)
    os.fchown(fresh, found.st_uid, found.st_gid)
    os.fchmod(fresh, stat.S_IMODE(found.st_mode))
    try:
        access_list = os.getxattr(log, ACCESS_LIST)
    except OSError:
        return  # No list, or a file system that has none.
    os.setxattr(fresh, ACCESS_LIST, access_list)


def rotate(name, folder, exchange):
    """Rotates one log and returns its new name, or raises OSError and has changed nothing."""
    log = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK, dir_fd=folder)
    try:
        rotated, fresh = create_beside(name, folder)
        try:
            copy_access(log, fresh)
            exchange(folder, name, rotated)
        except OSError:
            os.unlink(rotated, dir_fd=folder)
            raise
        finally:
            os.close(fresh)
        if not os.path.samestat(os.fstat(log), os.stat(rotated, dir_fd=folder, follow_symlinks=False)):
            raise OSError(0, f'another process renamed it at the same time; what it put there is {rotated} now')
        return rotated
    finally:
        os.close(log)


def mount_of(folder):
    """The number of the mount, which tells a bind mount from its surroundings; the device would not."""
    with open(f'/proc/self/fdinfo/{folder}', encoding='ascii') as file:
        return re.search(r'^mnt_id:\s*(\d+)$', file.read(), re.MULTILINE).group(1)


def logs_below(top, pattern, unread):
    """Yields (folder as text, folder as descriptor, name, stat) of each log below."""
    walk = os.fwalk('.', dir_fd=top, onerror=unread.append)
    for path, folders, names, folder in walk:
        if mount_of(folder) != mount_of(top):
            folders.clear()
            continue
        for name in sorted(fnmatch.filter(names, pattern)):
            try:
                found = os.stat(name, dir_fd=folder, follow_symlinks=False)
            except FileNotFoundError:
                continue
            if stat.S_ISREG(found.st_mode):
                yield path[2:], folder, name, found


def writers_of(files):
    """The processes, as `name (pid)`, that have one of the files {(device, inode): name} open for writing, and whether
    there are processes that do not let us look."""
    writers, names, hidden = {}, set(files.values()), False
    for pid in filter(str.isdigit, os.listdir('/proc')):
        try:
            for descriptor in os.listdir(f'/proc/{pid}/fd'):
                link = f'/proc/{pid}/fd/{descriptor}'
                try:
                    # The name first: to look at a file of a file server that hangs would hang.
                    if os.path.basename(os.readlink(link)) not in names:
                        continue
                    found = os.stat(link)
                    with open(f'/proc/{pid}/fdinfo/{descriptor}', encoding='ascii') as file:
                        flags = int(re.search(r'^flags:\s*([0-7]+)$', file.read(), re.MULTILINE).group(1), 8)
                    if (found.st_dev, found.st_ino) in files and flags & os.O_ACCMODE != os.O_RDONLY:
                        with open(f'/proc/{pid}/comm', encoding='utf-8', errors='replace') as file:
                            writers[f'{file.read().strip()} ({pid})'] = files[found.st_dev, found.st_ino]
                except OSError:
                    continue  # Closed meanwhile, or its path is longer than the kernel tells.
        except PermissionError:
            hidden = True
        except (FileNotFoundError, ProcessLookupError):
            continue  # Ended meanwhile.
    return writers, hidden


def reload(service):
    """What went wrong, or nothing."""
    try:
        done = subprocess.run(['systemctl', 'reload', '--', service], stdin=subprocess.DEVNULL, capture_output=True,
                              timeout=MOST_SECONDS_TO_RELOAD)
    except FileNotFoundError:
        return 'systemctl is not installed'
    except subprocess.TimeoutExpired:
        return f'no end within {MOST_SECONDS_TO_RELOAD} s'
    words = done.stderr.decode(errors='replace').strip()
    return (words.splitlines() or [f'exit code {done.returncode}'])[0][:120] if done.returncode else ''


def remarks_about(rotated_files, service):
    """Makes the writers of rotated logs open their logs anew where the runbook tells how, and says who does not."""
    writers, hidden = writers_of(rotated_files)
    trouble = reload(service) if writers and service else ''
    # Who opens the log for every line may have been caught with a line in his hand.
    patience = time.monotonic() + (SECONDS_TO_REOPEN if service and not trouble else 1)
    while writers and time.monotonic() < patience:
        time.sleep(0.1)
        writers, hidden = writers_of(rotated_files)
    remarks = [f'{service} could not be reloaded: {trouble}'] if trouble else []
    if writers:
        who, file = next(iter(writers.items()))
        more = f' and {len(writers) - 1} more' if len(writers) > 1 else ''
        cure = 'restart it, or name a service in the setting reload'
        remarks.append(f'{who}{more} goes on writing to {file[-60:]}: {cure}')
    elif hidden and rotated_files and os.geteuid() != 0:
        remarks.append('cannot see whether anybody goes on writing to rotated logs: run this as root')
    return remarks


def human(size):
    for unit in ('B', 'kB', 'MB', 'GB'):
        if size < 1000:
            return f'{size:.4g} {unit}'
        size /= 1000
    return f'{size:.4g} TB'


def check():
    logs = setting('ROUNDS_LOGS', 'a path that begins with /', '/.+')
    pattern = setting('ROUNDS_PATTERN', 'a pattern of names, such as *.jsonl', '[^/]+')
    most = number('ROUNDS_MAXIMUM_BYTES', 'a number of bytes')
    service = setting('ROUNDS_RELOAD', 'the name of a service', default='')
    exchange = exchanger()
    try:
        top = os.open(logs, os.O_RDONLY | os.O_DIRECTORY)
    except OSError as error:
        raise CannotCheck(f'cannot read {logs}: {error.strerror}; correct the setting, or mount the logs') from error

    sizes, unread, rotated, failures, rotated_files = [], [], [], [], {}
    for path, folder, name, found in logs_below(top, pattern, unread):
        shown = os.path.join(path, name)
        sizes.append((found.st_size, shown))
        try:
            if found.st_size > most and not is_rotated(name):
                name = rotate(name, folder, exchange)
                rotated.append(f'{shown[-40:]} ({human(found.st_size)})')
            if is_rotated(name):
                rotated_files[found.st_dev, found.st_ino] = name
        except OSError as error:
            failures.append(f'{shown[-60:]} ({human(found.st_size)}): {error.strerror}')

    largest = ', '.join(f'{shown[-30:]} {human(size)}' for size, shown in heapq.nlargest(10, sizes))
    metrics = [datum('logs', len(sizes)), datum('logs_total', sum(size for size, _ in sizes), 'B'),
               datum('logs_largest', max(sizes, default=(0, ''))[0], 'B'), datum('rotated', len(rotated))]
    remarks = remarks_about(rotated_files, service)
    done = f'rotated {len(rotated)} of {len(sizes)} logs' + (f': {", ".join(rotated[:3])}' if rotated else '')
    worst = [f'{len(failures)} could not be rotated: {failures[0]}'] if failures else []
    if unread:
        cure = f'let the user {os.geteuid()} read them'
        worst.append(f'{len(unread)} folders could not be read: {unread[0].strerror}; {cure}')
    code = 2 if failures else 3 if unread else 1 if remarks else 0
    return code, '; '.join([*worst, *remarks, done, f'largest: {largest or "none"}']), metrics


run(check)
