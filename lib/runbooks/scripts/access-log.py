#!/usr/bin/env python3
"""Measures how often a web server failed and how fast it answered, by its access log; names the paths that fail most.

Settings: those of logs.py (the format is text): access logs in the common or combined format, where the time that the
          request took may stand last, in seconds ($request_time of nginx); and
  ROUNDS_MINIMUM  with fewer requests than this nothing is judged, and zeros are reported; without it, nothing is
                  reported where there was no request
Metrics: requests, error_share [%] (statuses 500 and above), and where there are times mean [s] and p95 [s]; judged by
the runbook
OK when measured; UNKNOWN when no log matches, one cannot be read or holds no such lines, or there was more to read than
time.
"""
import re
from collections import Counter

from entries import path_pattern
from logs import Reader
from plugin import CannotCheck, datum, number, run

# In quotes servers escape quotes, so that no request can pass for a status.
ANY = re.compile(rb'\] "[^"\\\n]*(?:\\.[^"\\\n]*)*" ([1-5]\d\d) (?:\d+|-)'
                 rb'(?:[^\n]*[ =]("?)(\d{1,7}\.\d{1,9})\2\r?\n|[^\n]*\n)')
FAILED = re.compile(rb'\] "([^"\\\n]*(?:\\.[^"\\\n]*)*)" 5\d\d (?:\d+|-)')


def visit(part, tally):
    found = ANY.findall(part)
    statuses = Counter(status for status, _, _ in found)
    errors = sum(times for status, times in statuses.items() if status >= b'500')
    tally.counts.update(requests=len(found), errors=errors)
    histogram = tally.histogram('seconds')
    for seconds, times in Counter(seconds for _, _, seconds in found).items():
        if seconds:
            histogram.add(float(seconds), times)
    if errors:
        for request in FAILED.findall(part):
            words = request.decode('ascii', 'replace').split(' ')
            tally.rank('failed', path_pattern(words[1] if len(words) > 1 else words[0]))


def check():
    minimum = number('ROUNDS_MINIMUM', 'a number of requests', '0')
    reader = Reader(form='text')
    total = reader.read(visit)
    lines, requests, errors = (total.counts[name] for name in ('lines', 'requests', 'errors'))
    if lines and not requests:
        raise CannotCheck(f'none of {lines} lines is in the common log format: correct the setting ROUNDS_FILES, or '
                          'the format of the log')
    times = total.histogram('seconds')
    metrics, remarks = [datum('requests', requests)], reader.remarks(total)
    if lines > requests:
        remarks.append(f'{lines - requests} of {lines} lines in another format')
    if requests < max(1, minimum):
        if minimum:
            metrics += [datum('error_share', 0.0, '%'), datum('mean', 0.0, 's'), datum('p95', 0.0, 's')]
        words = f'too few requests to judge: {requests} in the last {reader.span}, expected {max(1, minimum):g}'
        return 0, '; '.join([words, *remarks]), metrics
    metrics.append(datum('error_share', 100 * errors / requests, '%'))
    words = [f'{requests} requests in the last {reader.span}, {errors} failed ({100 * errors / requests:.2f}%)']
    if times.bins:
        metrics += [datum('mean', times.mean, 's'), datum('p95', times.quantile(0.95), 's')]
        words.append(f'mean {times.mean:.3f} s, p95 {times.quantile(0.95):.3f} s')
    words += remarks
    if errors:
        worst = total.table('failed').most_common(5)
        words.append('most errors: ' + ', '.join(f'{path} ({count})' for path, count in worst))
    return 0, '; '.join(words), metrics


run(check)
