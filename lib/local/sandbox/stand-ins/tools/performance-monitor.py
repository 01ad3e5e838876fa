#!/usr/bin/env python3
"""FossaWork's performance monitor, which adds a line to the performance log."""
import datetime
import json
import pathlib
import sys

if sys.argv[1:] != ['--log-only']:
    sys.exit("the sandbox's performance-monitor.py knows only: --log-only")
root = pathlib.Path(__file__).resolve().parents[2]
entry = {
    'timestamp': datetime.datetime.now(datetime.timezone.utc).isoformat(),
    'system': {'load': float((root / 'proc/loadavg').read_text().split()[0])},
    'api': {'/api/health': {'response_time': 0.004, 'success': True}},
}
with open(root / 'logs/performance/performance-metrics.jsonl', 'a', encoding='utf-8') as log:
    log.write(json.dumps(entry) + '\n')
print('added to the performance log')
