#!/usr/bin/env python3
"""Measures how much memory is used, and names programs that have been growing for hours: a leak.

Settings: ROUNDS_PROC_PATH       where procfs is mounted: /proc
          ROUNDS_WINDOW_HOURS    how far back growth is looked for, up to 720; it is judged once half of that is known
          ROUNDS_GROWTH_PERCENT  growth in the window above which a program leaks, if it also grew
          ROUNDS_GROWTH_BYTES    by more than this
          ROUNDS_STATE           folder that remembers the sizes of programs from run to run
Metrics:  memory_used [%]        all but what the kernel could give without swapping; judged by the runbook
          growth [B]             of the program that grew most; U until half the window is known
OK when measured. WARNING when a program leaks: the median of its resident memory in the middle third of the samples is
above that of the first and below that of the last, and it grew steadily: a jump, or a start that settled, is no leak.
UNKNOWN when procfs cannot be read. A program is all processes of one name together, so that a restart or a pool of
workers makes no difference. Its processes have to be there in most of the window.
"""
import json
import os
import statistics
import time

from plugin import CannotCheck, datum, number, run, setting, state_path

page_bytes = os.sysconf('SC_PAGE_SIZE')
# A sample holds the largest programs; samples are kept this many to the window, however often the check runs.
programs_per_sample, samples_per_window = 60, 96
most_state_bytes = 2_000_000
# How much of the growth each half of the way has to bring: steady growth brings 50 % in each, a jump all in one.
least_share = 0.2


def memory_used(proc):
    """Percent of the memory, from MemTotal and MemAvailable."""
    path = os.path.join(proc, 'meminfo')
    try:
        with open(path, encoding='ascii', errors='replace') as file:
            fields = dict(line.split(':', 1) for line in file.read(100_000).splitlines() if ':' in line)
    except OSError as error:
        raise CannotCheck(f'cannot read {path}: {error.strerror}') from error
    try:
        total, available = (int(fields[name].split()[0]) for name in ('MemTotal', 'MemAvailable'))
        if 0 <= available <= total > 0:
            return 100 * (total - available) / total
    except (KeyError, ValueError, IndexError):
        pass
    raise CannotCheck(f'cannot judge memory use: {path} does not tell MemTotal and MemAvailable in kilobytes')


def read_sizes(proc):
    """Program to resident bytes, of the largest."""
    sizes = {}
    try:
        for pid in filter(str.isdigit, os.listdir(proc)):
            try:
                with open(os.path.join(proc, pid, 'stat'), encoding='ascii', errors='replace') as file:
                    text = file.read(4096)
                name, rest = text[text.index('(') + 1:text.rindex(')')], text[text.rindex(')') + 1:].split()
                sizes[name] = sizes.get(name, 0) + int(rest[21]) * page_bytes
            except (FileNotFoundError, ProcessLookupError):
                continue  # It ended meanwhile.
    except OSError as error:
        raise CannotCheck(f'cannot read the processes in {proc}: {error.strerror}') from error
    except (ValueError, IndexError) as error:
        raise CannotCheck(f'cannot judge processes: a stat file in {proc} has an unknown form: {error}') from error
    if not any(sizes.values()):
        raise CannotCheck(f'cannot judge processes: {proc} shows none; is procfs mounted there?')
    largest = sorted(sizes, key=lambda name: -sizes[name])[:programs_per_sample]
    return {name: sizes[name] for name in largest if sizes[name] > 0}


def remembered(path, now, window):
    """Samples of the window, oldest first: [time, sizes]."""
    try:
        with open(path, encoding='ascii') as file:
            samples = [[float(taken), {str(name): int(size) for name, size in sizes.items()}]
                       for taken, sizes in json.loads(file.read(most_state_bytes))]
    except (OSError, ValueError, TypeError, AttributeError):
        return []  # The first run, or a file that was cut: the window begins anew, and says so.
    return sorted((sample for sample in samples if now - window <= sample[0] < now), key=lambda sample: sample[0])


def remember(path, samples):
    try:
        with open(path + '.new', 'w', encoding='ascii') as file:
            json.dump(samples[-2 * samples_per_window:], file)
        os.replace(path + '.new', path)
    except OSError as error:
        raise CannotCheck(f'cannot remember the sizes of programs in {path}: {error.strerror}') from error


def growth_of(name, samples, window):
    """(bytes grown, bytes at first, seconds, steady), by medians of thirds; None where too little is known."""
    known = [(taken, sizes[name]) for taken, sizes in samples if name in sizes]
    if len(known) < 3 or known[-1][0] - known[0][0] < window / 2:
        return None
    third = len(known) // 3
    parts = known[:third], known[third:-third], known[-third:]
    first, middle, last = (statistics.median(size for _, size in part) for part in parts)
    grown = last - first
    steady = grown > 0 and min(middle - first, last - middle) >= least_share * grown
    return grown, first, known[-1][0] - known[0][0], steady


def size(count):
    return f'{count / 2**30:.1f} GiB' if count >= 2**30 else f'{count / 2**20:.0f} MiB'


def told(name, growth):
    grown, first, seconds, _ = growth
    return f'{name} from {size(first)} to {size(first + grown)} (+{100 * grown / first:.0f}%) in {seconds / 3600:.1f} h'


def check():
    proc = setting('ROUNDS_PROC_PATH', 'the path of procfs')
    hours = number('ROUNDS_WINDOW_HOURS', 'hours above 0, up to 720')
    if not 0 < hours <= 720:
        raise CannotCheck(f'setting ROUNDS_WINDOW_HOURS is {hours:g}, expected hours above 0, up to 720')
    percent = number('ROUNDS_GROWTH_PERCENT', 'percent')
    least = number('ROUNDS_GROWTH_BYTES', 'bytes')
    now, window = time.time(), hours * 3600
    used, sizes, path = memory_used(proc), read_sizes(proc), state_path('sizes.json')

    past = remembered(path, now, window)
    samples = past + [[now, sizes]]
    if not past or now - past[-1][0] >= window / samples_per_window:
        remember(path, samples)
    # Who is gone by now leaks no more.
    growths = {name: growth_of(name, samples, window) for name in sizes}
    growths = {name: growth for name, growth in growths.items() if growth}

    text, metrics = f'memory {used:.1f}% used', [datum('memory_used', round(used, 1), '%', 100)]
    if not growths:
        text += f'; growth is not known yet: {(now - samples[0][0]) / 3600:.1f} h in {len(samples)} samples' \
                f' remembered, {hours / 2:g} h in 3 needed'
        return 0, text, metrics + [datum('growth', None)]
    order = sorted(growths, key=lambda name: -growths[name][0])
    metrics.append(datum('growth', max(int(growths[order[0]][0]), 0), 'B'))
    leaks = [name for name in order
             if growths[name][3] and growths[name][0] > max(least, growths[name][1] * percent / 100)]
    if leaks:
        more = f' and {len(leaks) - 3} more' if len(leaks) > 3 else ''
        named = ', '.join(told(name, growths[name]) for name in leaks[:3])
        return 1, f'{text}; grows like a leak: {named}{more}', metrics
    if growths[order[0]][0] > 0:
        return 0, f'{text}; no leak, grew most: {told(order[0], growths[order[0]])}', metrics
    return 0, f'{text}; no program grew', metrics


run(check)
