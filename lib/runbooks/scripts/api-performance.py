#!/usr/bin/env python3
"""Measures how fast an API answered and how often it failed, by what the application itself logs; names the slowest.

Settings: those of logs.py (the format is jsonl), and
  ROUNDS_SHAPE      metrics (the default): a line has an object `api` of endpoints, each {"response_time": seconds,
                    "success": true}; requests: a line is one request, with the fields below
  ROUNDS_ENDPOINT, ROUNDS_DURATION, ROUNDS_STATUS
                    fields of a request: endpoint|path|url, duration_ms and status|status_code by default; a duration is
                    in seconds unless its name ends in ms; 500 and above is an error
  ROUNDS_ENDPOINTS  endpoints, separated by spaces, with a metric of their own: the mean, labelled by the last segment
  ROUNDS_MINIMUM    with fewer requests than this nothing is judged, and zeros are reported; without it, nothing is
                    reported where there was no request
Metrics: requests, mean [s], median [s], p95 [s], error_share [%], a mean [s] of each of the endpoints; judged by the
runbook
OK when measured; UNKNOWN when no log matches, one cannot be read, or there was more to read than time.
"""
from entries import field_of, number_of, parse, path_pattern, value_of
from logs import Reader
from plugin import datum, number, run, setting

MOST_ENDPOINTS = 12
FAILED = (False, None, '', '0')


class Measurement:
    def __init__(self):
        self.has_metrics = setting('ROUNDS_SHAPE', 'metrics or requests', 'metrics|requests', 'metrics') == 'metrics'
        self.fields = (setting('ROUNDS_ENDPOINT', 'a field', r'\S+', 'endpoint|path|url'),
                       setting('ROUNDS_DURATION', 'a field', r'\S+', 'duration_ms'),
                       setting('ROUNDS_STATUS', 'a field', r'\S+', 'status|status_code'))
        self.reader = Reader(self.has_metrics, self.fields, form='jsonl')
        names = [self.fields[1]] if not self.has_metrics else ['api']
        self.keys = [f'"{name.split(".")[-1]}"'.encode() for name in '|'.join(names).split('|')]

    def visit(self, part, tally):
        requests = self.requests_in_metrics if self.has_metrics else self.requests_in
        seen, broken = [], 0
        for line in part.split(b'\n'):
            for key in self.keys:
                if key in line:
                    entry = parse(line)
                    if entry is None:
                        broken += line.endswith(b'}')
                    else:
                        seen += requests(entry)
                    break
        tally.counts.update(requests=len(seen), errors=sum(has_failed for _, _, has_failed in seen), broken=broken)
        by_endpoint = {}
        for endpoint, seconds, _ in seen:
            if seconds is not None and seconds >= 0:
                by_endpoint.setdefault(path_pattern(endpoint), []).append(seconds)
        histogram = tally.histogram('seconds')
        for endpoint, times in by_endpoint.items():
            for seconds in times:
                histogram.add(seconds)
            tally.rank('seconds', endpoint, sum(times))
            tally.rank('times', endpoint, len(times))

    def requests_in_metrics(self, entry):
        """Endpoint, seconds and whether it failed; one that failed without a time counts as an error all the same."""
        api = entry.get('api')
        found = [(endpoint, number_of(data.get('response_time')) or None, data.get('success', True) in FAILED)
                 for endpoint, data in (api.items() if isinstance(api, dict) else ()) if isinstance(data, dict)]
        return [one for one in found if one[1] or one[2]]

    def requests_in(self, entry):
        endpoint = value_of(entry, self.fields[0])
        for name in self.fields[1].split('|'):
            duration = number_of(field_of(entry, name))
            if endpoint and duration is not None:
                seconds = duration / 1000 if name.endswith('ms') else duration
                return [(endpoint, seconds, (number_of(field_of(entry, self.fields[2])) or 0) >= 500)]
        return []


def check():
    measurement = Measurement()
    endpoints = setting('ROUNDS_ENDPOINTS', 'endpoints', '.+', '-').split()[:MOST_ENDPOINTS]
    minimum = number('ROUNDS_MINIMUM', 'a number of requests', '0')
    total = measurement.reader.read(measurement.visit)
    requests, times = total.counts['requests'], total.histogram('seconds')
    means = {name: seconds / total.table('times')[name]
             for name, seconds in total.table('seconds').items() if total.table('times')[name]}
    metrics = [datum('requests', requests)]
    remarks = measurement.reader.remarks(total)
    labels = {name: name.rstrip('/').rsplit('/', 1)[-1] or 'root' for name in endpoints if name != '-'}
    if requests < max(1, minimum):
        zeros = ('mean', 'median', 'p95', *labels.values()) if minimum else ()
        metrics += [datum(label, 0.0, 's') for label in zeros] + ([datum('error_share', 0.0, '%')] if minimum else [])
        words = f'too few requests to judge: {requests} in the last {measurement.reader.span}, ' \
                f'expected {max(1, minimum):g}'
        return 0, '; '.join([words, *remarks]), metrics
    error_share = 100 * total.counts['errors'] / requests
    summary = {'mean': times.mean, 'median': times.quantile(0.5), 'p95': times.quantile(0.95)}
    metrics += [datum(label, value, 's') for label, value in summary.items()]
    metrics.append(datum('error_share', error_share, '%'))
    patterns = {label: path_pattern(name) for name, label in labels.items()}
    metrics += [datum(label, means[pattern], 's') for label, pattern in patterns.items() if pattern in means]
    shown = ', '.join(f'{label} {value:.3f} s' for label, value in summary.items() if value is not None)
    slowest = sorted(means.items(), key=lambda pair: -pair[1])[:3]
    words = [f'{requests} requests in the last {measurement.reader.span}: {shown or "no times"}, '
             f'{error_share:.2f}% failed', *remarks]
    words += [f'slowest: {", ".join(f"{name} {mean:.3f} s" for name, mean in slowest)}'] if slowest else []
    return 0, '; '.join(words), metrics


run(check)
