#!/usr/bin/env python3
"""Checks that HTTP endpoints answer 2xx, and measures how long each takes until the end of its body.

Settings: ROUNDS_URLS             http or https addresses, separated by spaces; one that begins with / belongs to
          ROUNDS_BASE_URL         optional: scheme and host of those
          ROUNDS_TIMEOUT_SECONDS  most seconds for each of them
Metrics:  a response time [s] for each endpoint, labelled by the last segment of its path, without one by its host, or as
          home where that is ROUNDS_BASE_URL's; U where it did not answer 2xx
OK when every endpoint answers 2xx; CRITICAL when one does not; UNKNOWN when a setting is missing or wrong.
"""
import http.client
import re
import signal
import time
import urllib.parse

from plugin import CannotCheck, datum, run, setting


class TooSlow(Exception):
    """No OSError, which http.client would take for one bad address of several and try the next."""


def endpoints(addresses):
    """Each address, split, by the label of its metric."""
    labelled = {}
    for address in addresses.split():
        base = setting('ROUNDS_BASE_URL', 'the scheme and host of endpoints').rstrip('/') if address[0] == '/' else ''
        url = urllib.parse.urlsplit(base + address)
        if url.scheme not in ('http', 'https') or not url.hostname or '@' in url.netloc:
            raise CannotCheck(f'setting ROUNDS_URLS holds {url.scheme}://{url.hostname or ""}{url.path}, '
                              'expected http:// or https://, a host and no password: correct it in the runbook')
        label = re.sub('[^A-Za-z0-9._-]', '_', url.path.rstrip('/').rpartition('/')[2] or (base and 'home') or url.hostname)
        if label in labelled:
            raise CannotCheck(f'setting ROUNDS_URLS holds two addresses that end in {label}: put them in two checks')
        labelled[label] = url
    return labelled


def fetch(url, timeout):
    """Status and seconds. http.client knows no proxy and follows no redirect: nothing else answers for the endpoint."""
    kind = http.client.HTTPSConnection if url.scheme == 'https' else http.client.HTTPConnection
    connection = kind(url.hostname, url.port)
    started = time.monotonic()
    # One alarm bounds connection, header and body together; a time-out of the socket would start anew with every byte.
    signal.setitimer(signal.ITIMER_REAL, timeout)
    try:
        connection.request('GET', urllib.parse.urlunsplit(('', '', url.path or '/', url.query, '')))
        response = connection.getresponse()
        while response.read(65536):
            pass
        if response.length:
            raise http.client.HTTPException('the body ended early')
        return response.status, time.monotonic() - started
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        connection.close()


def probe(url, timeout):
    """Rank (0 is worst), words, and the response time of an endpoint that answered 2xx."""
    name = url.netloc + url.path
    try:
        status, elapsed = fetch(url, timeout)
    except TooSlow:
        return 0, f'{name}: no complete answer within {timeout:g} s', None
    except OSError as error:
        return 0, f'{name}: {error.strerror or error}', None
    except http.client.HTTPException as error:
        return 0, f'{name}: no valid HTTP answer: {error}', None
    if not 200 <= status < 300:
        return 1, f'{name}: HTTP {status}', None
    return 2, f'{name}: HTTP {status} in {elapsed:.3f} s', elapsed


def check():
    urls = endpoints(setting('ROUNDS_URLS', 'http or https addresses'))
    timeout = float(setting('ROUNDS_TIMEOUT_SECONDS', 'seconds above 0', r'(?=.*[1-9])\d{1,4}(\.\d+)?'))

    def too_slow(*_):
        raise TooSlow

    signal.signal(signal.SIGALRM, too_slow)
    probes = {label: probe(url, timeout) for label, url in urls.items()}
    metrics = [datum(label, elapsed, 's') for label, (_, _, elapsed) in probes.items()]
    worst_first = sorted(probes.values(), key=lambda outcome: (outcome[0], -(outcome[2] or 0)))
    failed = sum(elapsed is None for _, _, elapsed in worst_first)
    summary = f'{failed or len(probes)} of {len(probes)} endpoints ' + ('failed: ' if failed else 'answered: ')
    return 2 if failed else 0, summary + '; '.join(words for _, words, _ in worst_first), metrics


run(check)
