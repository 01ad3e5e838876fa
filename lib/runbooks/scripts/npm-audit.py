#!/usr/bin/env python3
"""Counts the packages with known vulnerabilities that Node.js applications have in use, as `npm audit` tells them.

Settings: ROUNDS_FOLDERS          folders of applications, each with a lock file of npm, separated by spaces
          ROUNDS_TIMEOUT_SECONDS  most seconds for all folders together, up to 600
          ROUNDS_STATE            folder in which npm keeps what it fetched
Metrics:  critical, high, moderate  vulnerable packages, judged by the runbook; without those only developers use
OK when counted. UNKNOWN when npm is missing or too slow, the registry cannot be reached, or a folder has no lock file;
what the other folders have is told then all the same. Changes nothing in the folders, and installs nothing.
"""
import json
import os
import re
import shutil
import signal
import subprocess
import time

from plugin import CannotCheck, datum, number, run, setting, state_path

severities = 'critical', 'high', 'moderate'
lock_files = 'package-lock.json', 'npm-shrinkwrap.json'
most_folders = 20
# One try: a registry that is away for a moment is asked again by the next run. npm's own news are not for us.
quiet = {'npm_config_fetch_retries': '0', 'npm_config_update_notifier': 'false', 'npm_config_fund': 'false',
         'npm_config_logs_max': '0'}


def audit(npm, folder, seconds):
    """What `npm audit` prints. It ends with exit code 1 both for vulnerabilities and for trouble."""
    environment = {**os.environ, **quiet, 'npm_config_cache': state_path('npm')}
    process = subprocess.Popen([npm, 'audit', '--json', '--omit=dev'], cwd=folder, env=environment,
                               stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                               start_new_session=True)
    try:
        output, complaint = process.communicate(timeout=seconds)
    except subprocess.TimeoutExpired as error:
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
        raise CannotCheck(f'npm audit did not end in the {seconds:.0f} s that were left') from error
    try:
        return json.loads(output)
    except ValueError as error:
        words = complaint.decode('ascii', 'replace').strip().splitlines()
        said = words[-1] if words else 'nothing'
        raise CannotCheck(f'npm audit ended with exit code {process.returncode} and said: {said}') from error


def vulnerable(npm, folder, deadline):
    """Severity to the names of vulnerable packages."""
    if not os.path.isdir(folder):
        raise CannotCheck('there is no such folder')
    if not any(os.path.exists(os.path.join(folder, name)) for name in lock_files):
        raise CannotCheck(f'there is no {" or ".join(lock_files)}: npm knows only what it locked')
    seconds = deadline - time.monotonic()
    if seconds <= 0:
        raise CannotCheck('no time was left for it')
    report = audit(npm, folder, seconds)
    try:
        counts = {severity: int(report['metadata']['vulnerabilities'][severity]) for severity in severities}
    except (KeyError, TypeError, ValueError) as error:
        raise CannotCheck(why_not(report)) from error
    packages = report.get('vulnerabilities') or {}
    names = {severity: sorted(name for name, package in packages.items() if package.get('severity') == severity)
             for severity in severities}
    return counts, names


def why_not(report):
    """The words in which npm says that it could not ask the registry."""
    report = report if isinstance(report, dict) else {}
    error = report.get('error') if isinstance(report.get('error'), dict) else {}
    words = error.get('summary') or report.get('message') or error.get('code') or 'npm audit counted nothing'
    return re.sub('//[^/@ ]*@', '//', str(words))  # The address of a registry may hold a password.


def check():
    folders = setting('ROUNDS_FOLDERS', 'folders with a lock file, separated by spaces').split()
    if len(folders) > most_folders:
        raise CannotCheck(f'setting ROUNDS_FOLDERS names {len(folders)} folders, expected at most {most_folders}')
    timeout = number('ROUNDS_TIMEOUT_SECONDS', 'seconds')
    if not 0 < timeout <= 600:
        raise CannotCheck(f'setting ROUNDS_TIMEOUT_SECONDS is {timeout:g}, expected seconds above 0, up to 600')
    npm = shutil.which('npm')
    if npm is None:
        raise CannotCheck('npm is not installed, or not in the PATH of the SSM agent: packages are audited with it')

    deadline = time.monotonic() + timeout
    totals, worst, unjudged = dict.fromkeys(severities, 0), [], []
    for folder in folders:
        try:
            counts, names = vulnerable(npm, folder, deadline)
        except CannotCheck as error:
            unjudged.append(f'{folder}: {error}')
            continue
        for rank, severity in enumerate(severities):
            totals[severity] += counts[severity]
            worst += [(rank, f'{name[:40]} ({severity}, {folder})') for name in names[severity]]
    found = ', '.join(f'{totals[severity]} {severity}' for severity in severities)
    text = f'{found} vulnerable packages in {len(folders) - len(unjudged)} of {len(folders)} folders'
    if worst:
        worst.sort()
        text += ': ' + ', '.join(name for _, name in worst[:4]) + (f' and {len(worst) - 4} more' if worst[4:] else '')
    if unjudged:
        return 3, f'cannot audit {"; ".join(unjudged)}' + (f' -- {text}' if len(unjudged) < len(folders) else '')
    return 0, text, [datum(severity, totals[severity]) for severity in severities]


run(check)
