#!/usr/bin/env python3
"""Names the ten processes that use the processors most, and those that run away.

Settings: ROUNDS_PROC_PATH         where procfs is mounted: /proc
          ROUNDS_SAMPLE_SECONDS    how long to measure, up to 60
          ROUNDS_RUNAWAY_PERCENT   share of one core above which a process may have run away
          ROUNDS_STATE             folder that remembers the busy processes of the run before
Metrics:  top_cpu [%]              share of one core of the busiest process: 250 % is two cores and a half
          processes, runaway       how many there are, and how many of them ran away
OK when measured. WARNING when a process ran away: it used more than its share in this sample, and did so also in the
run before, or over its whole life of more than ten minutes. UNKNOWN when procfs cannot be read. Processes are shown by
their short names; command lines may hold secrets.
"""
import json
import os
import time

from plugin import CannotCheck, datum, number, run, setting, state_path

ticks_per_second = os.sysconf('SC_CLK_TCK')
least_age_seconds = 600
most_remembered = 100


def first_line(path):
    try:
        with open(path, encoding='ascii', errors='replace') as file:
            return file.readline()
    except OSError as error:
        raise CannotCheck(f'cannot read {path}: {error.strerror}') from error


def uptime_seconds(proc):
    line = first_line(os.path.join(proc, 'uptime'))
    try:
        return float(line.split()[0])
    except (ValueError, IndexError) as error:
        raise CannotCheck(f'cannot judge processes: {proc}/uptime is {line!r}, expected seconds') from error


def read_processes(proc):
    """(pid, start) to (name, ticks used); a pid alone may belong to another process in the next sample."""
    try:
        pids = [name for name in os.listdir(proc) if name.isdigit()]
    except OSError as error:
        raise CannotCheck(f'cannot list the processes in {proc}: {error.strerror}') from error
    found = {}
    for pid in pids:
        try:
            with open(os.path.join(proc, pid, 'stat'), encoding='ascii', errors='replace') as file:
                text = file.read(4096)
            # The name stands in brackets and may hold brackets and spaces itself.
            name, rest = text[text.index('(') + 1:text.rindex(')')], text[text.rindex(')') + 1:].split()
            found[int(pid), int(rest[19])] = name, int(rest[11]) + int(rest[12])
        except (FileNotFoundError, ProcessLookupError):
            continue  # It ended meanwhile.
        except OSError as error:
            raise CannotCheck(f'cannot read {proc}/{pid}/stat: {error.strerror}') from error
        except (ValueError, IndexError) as error:
            raise CannotCheck(f'cannot judge processes: {proc}/{pid}/stat has an unknown form') from error
    if not found:
        raise CannotCheck(f'cannot judge processes: {proc} shows none; is procfs mounted there?')
    return found


def swap_remembered(busy):
    """The processes that were busy in the run before, in exchange for those that are now."""
    path = state_path('busy.json')
    try:
        with open(path, encoding='ascii') as file:
            before = {(int(pid), int(start)) for pid, start in json.loads(file.read(100_000))}
    except (OSError, ValueError, TypeError):
        before = set()  # The first run, or a file that was cut: this run is what the next one remembers.
    try:
        with open(path + '.new', 'w', encoding='ascii') as file:
            json.dump(busy[:most_remembered], file)
        os.replace(path + '.new', path)
    except OSError as error:
        raise CannotCheck(f'cannot remember the busy processes in {path}: {error.strerror}') from error
    return before


def life(start, ticks, uptime):
    """Share of a core in percent over the life of a process, and its age in seconds."""
    age = max(uptime - start / ticks_per_second, 0.001)
    return 100 * ticks / ticks_per_second / age, age


def span(seconds):
    days, hours = seconds / 86400, seconds / 3600
    return f'{days:.1f} days' if days >= 2 else f'{hours:.1f} h' if hours >= 2 else f'{seconds / 60:.0f} min'


def check():
    proc = setting('ROUNDS_PROC_PATH', 'the path of procfs')
    sample = float(setting('ROUNDS_SAMPLE_SECONDS', 'seconds above 0, up to 60', r'(?=.*[1-9])([0-5]?\d(\.\d+)?|60)'))
    limit = number('ROUNDS_RUNAWAY_PERCENT', 'percent of one core')
    before, started = read_processes(proc), time.monotonic()
    time.sleep(sample)
    after, elapsed = read_processes(proc), time.monotonic() - started
    uptime = uptime_seconds(proc)

    # One that started in the sample used all its ticks in it.
    used = {key: 100 * (ticks - before.get(key, ('', 0))[1]) / ticks_per_second / elapsed
            for key, (_, ticks) in after.items()}
    order = sorted(after, key=lambda key: -used[key])
    busy = [key for key in order if used[key] > limit]
    remembered = swap_remembered(busy)
    runaways = []
    for key in busy:
        name, ticks = after[key]
        share, age = life(key[1], ticks, uptime)
        words = [f'{share:.0f}% over its life of {span(age)}'] if share > limit and age > least_age_seconds else []
        words += ['as in the run before'] if key in remembered else []
        if words:
            runaways.append(f'{name} ({key[0]}) {used[key]:.0f}% of a core, {", ".join(words)}')

    top = ', '.join(f'{after[key][0]} ({key[0]}) {used[key]:.1f}%' for key in order[:10] if used[key] > 0)
    text = f'{len(after)} processes; busiest over {sample:g} s: {top or "none used a processor"}'
    if runaways:
        more = f' and {len(runaways) - 3} more' if len(runaways) > 3 else ''
        text = f'{len(runaways)} ran away: {"; ".join(runaways[:3])}{more} -- {text}'
    metrics = [datum('top_cpu', round(max(used[order[0]], 0.0), 1), '%'), datum('processes', len(after)),
               datum('runaway', len(runaways))]
    return (1 if runaways else 0), text, metrics


run(check)
