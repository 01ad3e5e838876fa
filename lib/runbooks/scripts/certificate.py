#!/usr/bin/env python3
"""Tells for how many days the certificates of TLS endpoints, and of files, are still good.

Settings: ROUNDS_ENDPOINTS        host:port of TLS servers, separated by spaces; an IPv6 address in brackets
          ROUNDS_FILES            paths of certificates (PEM), separated by spaces; one of the two settings may be empty
          ROUNDS_TIMEOUT_SECONDS  most seconds to wait for a server, up to 60
Metrics:  days_<host> of each endpoint, days_<file name> of each file, and days, the lowest; judged by the runbook
OK when all are good. CRITICAL when one has expired, is not valid yet, or does not carry the name of its endpoint, when
an endpoint does not answer with TLS, or a file is gone. WARNING when a certificate is right otherwise, but clients on
this host do not trust it: self-signed, or its chain is not complete. UNKNOWN when openssl is not installed or a file
cannot be read. The date is read even where the certificate is not to be trusted.
"""
import concurrent.futures
import os
import re
import shutil
import socket
import ssl
import subprocess
import time

from plugin import CannotCheck, datum, number, run, setting

most_places, most_in_file, most_file_bytes = 15, 10, 1_000_000
# What OpenSSL calls its findings (X509_V_ERR_...).
not_yet_valid, expired, wrong_name, wrong_address = 9, 10, 62, 64


def openssl(der, *arguments):
    """What the openssl tool says of one certificate. Python's own ssl decodes only certificates that it trusts."""
    tool = shutil.which('openssl')
    if tool is None:
        raise CannotCheck('openssl is not installed: the dates of certificates are read with it')
    process = subprocess.run([tool, 'x509', '-inform', 'DER', '-noout', *arguments], input=der, stdout=subprocess.PIPE,
                             stderr=subprocess.PIPE, timeout=10, check=False)
    return process.stdout.decode('ascii', 'replace')


def judge_dates(der, now):
    """Days until the end, and what is wrong with the dates."""
    found = dict(re.findall(r'^(notBefore|notAfter)=(.+)$', openssl(der, '-startdate', '-enddate'), re.MULTILINE))
    try:
        begin, end = (ssl.cert_time_to_seconds(found[name]) for name in ('notBefore', 'notAfter'))
    except (KeyError, ValueError) as error:
        raise CannotCheck('openssl does not tell the dates of its certificate') from error
    days = round((end - now) / 86400, 1)
    if end <= now:
        return days, f'expired {-days:g} days ago ({found["notAfter"]})'
    if begin > now:
        return days, f'not valid before {found["notBefore"]}'
    return days, None


def carries_name(der, host):
    is_address = re.fullmatch(r'[\d.]+|.*:.*', host)
    said = openssl(der, '-checkip' if is_address else '-checkhost', host)
    if 'does match' not in said and 'does NOT match' not in said:
        raise CannotCheck('openssl does not tell whether its certificate carries the name')
    return 'does match' in said


def fetch(host, port, timeout, context):
    with socket.create_connection((host, port), timeout=timeout) as connection:
        with context.wrap_socket(connection, server_hostname=host) as tls:
            return tls.getpeercert(binary_form=True)


def judge_endpoint(place, timeout, now):
    """(exit code, words, days) of one endpoint."""
    host, port = place.rsplit(':', 1)
    host, distrust = host.strip('[]'), None
    if not 1 <= int(port) <= 65535:  # Python would take the remainder for the port.
        raise CannotCheck('a port is a number from 1 to 65535')
    try:
        try:
            der = fetch(host, int(port), timeout, ssl.create_default_context())
        except ssl.SSLCertVerificationError as error:
            distrust = error
            blind = ssl.create_default_context()
            blind.check_hostname, blind.verify_mode = False, ssl.CERT_NONE
            der = fetch(host, int(port), timeout, blind)
    except socket.timeout:
        return 2, f'{place} did not answer within {timeout:g} s', None
    except ssl.SSLError as error:
        return 2, f'{place} does not speak TLS as clients expect: {error.reason or error}', None
    except OSError as error:
        return 2, f'{place} cannot be reached: {error.strerror or error}', None

    days, problem = judge_dates(der, now)
    problems = [problem] if problem else []
    if distrust and not carries_name(der, host):
        problems.append('made out to another name')
    if problems:
        return 2, f'{place} has a certificate that is {" and ".join(problems)}', days
    if distrust and distrust.verify_code in (expired, not_yet_valid):
        return 2, f'{place} has a good certificate but a bad chain: {distrust.verify_message}', days
    if distrust and distrust.verify_code in (wrong_name, wrong_address):
        return 2, f'{place} has a certificate of the wrong name: {distrust.verify_message}', days
    if distrust:
        return 1, f'{place} is not trusted: {distrust.verify_message} ({days:g} days left)', days
    return 0, f'{place} {days:g} days left', days


def judge_file(path, now):
    """(exit code, words, days) of the certificate in a file that ends first."""
    try:
        with open(path, encoding='ascii', errors='replace') as file:
            text = file.read(most_file_bytes)
    except FileNotFoundError:
        return 2, f'{path} is gone: no such file', None
    except OSError as error:
        return 3, f'cannot read {path}: {error.strerror}; let the user {os.geteuid()} read it', None
    blocks = re.findall(r'-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----', text)[:most_in_file]
    if not blocks:
        return 3, f'{path} holds no certificate in PEM form', None
    judged = [judge_dates(ssl.PEM_cert_to_DER_cert(block), now) for block in blocks]
    days, problem = min(judged, key=lambda pair: pair[0])
    return (2, f'{path} is {problem}', days) if problem else (0, f'{path} {days:g} days left', days)


def judge(kind, place, timeout, now):
    try:
        return judge_endpoint(place, timeout, now) if kind == 'endpoint' else judge_file(place, now)
    except (CannotCheck, ValueError, subprocess.SubprocessError) as error:
        return 3, f'cannot judge {place}: {error}', None


def label(kind, place, taken):
    """days_<host>, or with the port where one host has several."""
    host, port = place.rsplit(':', 1) if kind == 'endpoint' else (os.path.basename(place), '')
    short = f'days_{host.strip("[]")[:40]}'
    return short if short not in taken else f'{short}_{port or len(taken)}'


def check():
    form = r'(([A-Za-z0-9][A-Za-z0-9._-]*|\[[0-9A-Fa-f:.]+\]):\d{1,5}(\s+|$))*'
    endpoints = setting('ROUNDS_ENDPOINTS', 'host:port, separated by spaces', form, '').split()
    places = [('endpoint', place) for place in endpoints]
    places += [('file', path) for path in setting('ROUNDS_FILES', 'paths', default='').split()]
    if not 1 <= len(places) <= most_places:
        raise CannotCheck(f'settings ROUNDS_ENDPOINTS and ROUNDS_FILES name {len(places)} certificates together, '
                          f'expected 1 to {most_places}')
    timeout = number('ROUNDS_TIMEOUT_SECONDS', 'seconds')
    if not 0 < timeout <= 60:
        raise CannotCheck(f'setting ROUNDS_TIMEOUT_SECONDS is {timeout:g}, expected seconds above 0, up to 60')
    if shutil.which('openssl') is None:
        raise CannotCheck('openssl is not installed: the dates of certificates are read with it')

    now = time.time()
    with concurrent.futures.ThreadPoolExecutor(most_places) as pool:
        outcomes = list(pool.map(lambda place: judge(*place, timeout, now), places))
    measured = {}
    for (kind, place), (_, _, days) in zip(places, outcomes):
        if days is not None:
            measured[label(kind, place, measured)] = days
    lowest = [datum('days', min(measured.values()))] if measured else []
    # The worst first: CRITICAL, UNKNOWN, WARNING, and of the good ones that which ends first.
    severity = [2, 3, 1, 0]
    order = sorted(outcomes, key=lambda outcome: (severity.index(outcome[0]), outcome[2] or 0))
    text = f'{len(places)} certificates: {"; ".join(words for _, words, _ in order)}'
    return order[0][0], text, lowest + [datum(name, days) for name, days in measured.items()]


run(check)
