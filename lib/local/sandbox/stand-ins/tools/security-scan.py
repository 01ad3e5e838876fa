#!/usr/bin/env python3
"""FossaWork's scan for files that anybody may write to; its report is kept by day."""
import datetime
import json
import pathlib
import stat
import sys

if sys.argv[1:] != ['--daily']:
    sys.exit("the sandbox's security-scan.py knows only: --daily")
root = pathlib.Path(__file__).resolve().parents[2]
found = [str(path) for path in (root / 'backend').rglob('*') if path.stat().st_mode & stat.S_IWOTH]
reports = root / 'reports'
reports.mkdir(exist_ok=True)
report = reports / f'security-{datetime.date.today():%Y%m%d}.json'
report.write_text(json.dumps({'writable by anybody': found}))
print(f'{len(found)} findings, see {report}')
