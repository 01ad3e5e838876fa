#!/usr/bin/env python3
"""Measures how much the disks read and write, and how busy the busiest of them is.

Settings: ROUNDS_PROC_PATH       where procfs is mounted: /proc
          ROUNDS_SAMPLE_SECONDS  how long to measure, up to 60
Metrics:  disk_read, disk_written [B]  per second, of all disks together
          disk_busy [%]                time in which the busiest disk had work; judged by the runbook
OK when measured; UNKNOWN when procfs cannot be read or shows no disk. Whole disks are counted, once: no partitions, no
loop or memory devices, nothing that stands on other disks (device mapper, RAID).
"""
import os
import re
import time

from plugin import CannotCheck, datum, run, setting

# The kernel counts sectors of 512 bytes, whatever the disk's own are.
sector_bytes = 512
# Not disks, or on top of disks that are counted themselves. The nvme form is one path to a disk that has several.
not_counted = re.compile(r'(loop|ram|zram|dm-|md|sr|fd|nbd|drbd|bcache)\d+.*|nvme\d+c\d+n\d+.*')


def read_counters(path):
    """Name to (bytes read, bytes written, milliseconds busy), of every block device."""
    try:
        with open(path, encoding='ascii', errors='replace') as file:
            lines = [line.split() for line in file.read(1_000_000).splitlines()]
    except OSError as error:
        raise CannotCheck(f'cannot read the counters of the disks in {path}: {error.strerror}') from error
    try:
        return {fields[2]: (int(fields[5]) * sector_bytes, int(fields[9]) * sector_bytes, int(fields[12]))
                for fields in lines if len(fields) >= 14}
    except ValueError as error:
        raise CannotCheck(f'cannot judge the disks: {path} has an unknown form: {error}') from error


def is_disk(name, names):
    """A partition is named for its disk: sda1 for sda, nvme0n1p1 for nvme0n1. Some virtual disks are called xvda1."""
    parent = re.fullmatch(r'(.*\d)p\d+|(.*\D)\d+', name)
    return not not_counted.fullmatch(name) and not (parent and (parent[1] or parent[2]) in names)


def size(count):
    for unit in ('B', 'KiB', 'MiB'):
        if count < 1024:
            return f'{count:.1f} {unit}'
        count /= 1024
    return f'{count:.1f} GiB'


def check():
    proc = setting('ROUNDS_PROC_PATH', 'the path of procfs')
    sample = float(setting('ROUNDS_SAMPLE_SECONDS', 'seconds above 0, up to 60', r'(?=.*[1-9])([0-5]?\d(\.\d+)?|60)'))
    path = os.path.join(proc, 'diskstats')
    before, started = read_counters(path), time.monotonic()
    time.sleep(sample)
    after, elapsed = read_counters(path), time.monotonic() - started

    # Counters that ran backwards are those of another disk that took the name.
    changes = {name: [new - old for new, old in zip(after[name], before[name])]
               for name in after if name in before and is_disk(name, after)}
    changes = {name: change for name, change in changes.items() if min(change) >= 0}
    if not changes:
        raise CannotCheck(f'cannot judge the disks: {path} shows none, or none that stayed for {sample:g} s')
    read, written = (sum(change[field] for change in changes.values()) / elapsed for field in (0, 1))
    worst = max(changes, key=lambda name: changes[name][2])
    busy = min(changes[worst][2] / 10 / elapsed, 100.0)
    text = f'disks read {size(read)}/s and wrote {size(written)}/s over {sample:g} s; busiest: {worst[:32]} {busy:.1f}%'
    return 0, text, [datum('disk_read', round(read), 'B'), datum('disk_written', round(written), 'B'),
                     datum('disk_busy', round(busy, 1), '%', 100)]


run(check)
