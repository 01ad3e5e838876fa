#!/usr/bin/env python3
"""Compares the size of the backup of the day with the median of the days before it.

Settings: ROUNDS_BACKUPS          the folder that holds a folder for each day
          ROUNDS_DAY              name of a day's folder, as strftime writes the host's own date; %Y%m%d unless given
          ROUNDS_DAYS             how many days before today to compare with; 7 unless given
          ROUNDS_TIMEOUT_SECONDS  most seconds for all of them; 20 unless given
Metrics:  size [B], change [%] (how far it is from the median, up or down; judged by the runbook), earlier (how many
          days it was compared with)
OK when measured. CRITICAL when the folder of the day is not there. UNKNOWN when one cannot be read, or not in time.
Earlier days without a folder, or with nothing in it, are left out. The text tells when fewer than three are left. With
none at all, as on the first day of a host, there is nothing to differ from: change is 0, and the text and `earlier` say
so. A size is the sum of the files' lengths; links are not followed.
"""
import datetime
import os
import statistics
import time

from plugin import CannotCheck, datum, number, run, setting

FEW_DAYS = 3


def folder_size(folder, deadline):
    """Bytes of all files below a folder. Files that are removed meanwhile do not count."""
    total, waiting = 0, [folder]
    while waiting:
        current = waiting.pop()
        try:
            with os.scandir(current) as entries:
                for entry in entries:
                    if time.monotonic() > deadline:
                        raise CannotCheck(f'could not measure {folder} in time: raise ROUNDS_TIMEOUT_SECONDS')
                    if entry.is_dir(follow_symlinks=False):
                        waiting.append(entry.path)
                    elif entry.is_file(follow_symlinks=False):
                        total += length(entry)
        except (FileNotFoundError, NotADirectoryError):
            if current == folder:
                raise
        except OSError as error:
            advice = f'let the user {os.geteuid()} read it'
            raise CannotCheck(f'cannot read {current}: {error.strerror}; {advice}') from error
    return total


def length(entry):
    try:
        return entry.stat(follow_symlinks=False).st_size
    except FileNotFoundError:
        return 0


def earlier_sizes(folders, deadline):
    sizes = []
    for folder in folders:
        try:
            sizes.append(folder_size(folder, deadline))
        except (FileNotFoundError, NotADirectoryError):
            pass
    return [size for size in sizes if size]


def human(size):
    for unit in ('B', 'kB', 'MB', 'GB'):
        if size < 1000:
            break
        size /= 1000
    else:
        unit = 'TB'
    return f'{size:.3g}{unit}' if size < 1000 else f'{size:.0f}{unit}'


def check():
    backups, name = setting('ROUNDS_BACKUPS', 'a path'), setting('ROUNDS_DAY', 'a date format', default='%Y%m%d')
    days = int(setting('ROUNDS_DAYS', 'whole days', r'[1-9]\d{0,2}', '7'))
    deadline = time.monotonic() + number('ROUNDS_TIMEOUT_SECONDS', 'seconds', 20.0)
    now = datetime.datetime.now()
    today, *before = (os.path.join(backups, (now - datetime.timedelta(days=age)).strftime(name))
                      for age in range(days + 1))
    try:
        size = folder_size(today, deadline)
    except (FileNotFoundError, NotADirectoryError):
        return 2, f'no backup of the day: {today} is no folder; run the backup now, then find out why it did not run'
    earlier = earlier_sizes((folder for folder in before if folder != today), deadline)
    measured, compared = datum('size', size, 'B'), datum('earlier', len(earlier))
    text = f'backup of the day {today} takes {human(size)}'
    if not earlier:
        text += f'; there is nothing to compare it with: no backup of the {days} days before'
        return 0, text, (measured, datum('change', 0, '%'), compared)
    median = statistics.median(earlier)
    change = 100 * abs(size - median) / median
    way, few = 'less' if size < median else 'more', ', too few to tell much' if len(earlier) < FEW_DAYS else ''
    text += f', {change:.1f}% {way} than the median {human(median)} of earlier days; compared with {len(earlier)}{few}'
    return 0, text, (measured, datum('change', change, '%'), compared)


run(check)
