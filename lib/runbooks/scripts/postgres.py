#!/usr/bin/env python3
"""Measures a PostgreSQL database: how fast it answers, connections, cache, locks, transactions, size, replication.

Settings: ROUNDS_SERVICE, ROUNDS_PG_USER: see psql.py
          ROUNDS_TIMEOUT_SECONDS  most seconds for a statement; default 5
Metrics:  response [s], of SELECT 1; connections, connections_used [%], of max_connections; cache_hit_rate [%] and
          deadlocks, since the last time that the script ran; locks_waiting; oldest_transaction [s]; size [B];
          replication_lag [s], of a replica only
OK when measured: the runbook judges the numbers. CRITICAL when no session can be had (gone, refuses, full, starting) or
SELECT 1 is not answered in time. UNKNOWN when we are kept out: no or a wrong password, no such service. A role without
pg_monitor cannot see the transactions of others: their age is undefined then.
"""
import json
import os
import re
import time

from plugin import datum, number, run, state_path
from psql import Refused, Unreachable, rows, run_psql

MEASURE = """
SELECT current_database() AS name, current_user AS role, d.blks_hit, d.blks_read, d.deadlocks, d.stats_reset,
  pg_database_size(d.datid) AS size, current_setting('max_connections')::int AS most,
  (SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend') AS connections,
  (SELECT count(*) FROM pg_locks WHERE NOT granted) AS waiting,
  (SELECT format('pid %s (%s) waits for pid %s', pid, usename, pg_blocking_pids(pid)) FROM pg_stat_activity
    WHERE wait_event_type = 'Lock' AND cardinality(pg_blocking_pids(pid)) > 0 ORDER BY query_start LIMIT 1) AS waits,
  CASE WHEN pg_has_role(current_user, 'pg_read_all_stats', 'USAGE') THEN (SELECT
    coalesce(extract(epoch FROM max(clock_timestamp() - xact_start)), 0) FROM pg_stat_activity
    WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()) END AS oldest,
  pg_is_in_recovery() AS replica,
  CASE WHEN NOT pg_is_in_recovery() THEN NULL WHEN pg_last_wal_receive_lsn() = pg_last_wal_replay_lsn() THEN 0
    ELSE extract(epoch FROM clock_timestamp() - pg_last_xact_replay_timestamp()) END AS lag
FROM pg_stat_database AS d WHERE d.datname = current_database()"""


def since_last_time(now):
    """Blocks found in the cache, blocks read, deadlocks, and words for the time in which they were counted."""
    path = state_path('postgres.json')
    counters = ('blks_hit', 'blks_read', 'deadlocks')
    try:
        with open(path, encoding='ascii') as file:
            last = json.load(file)
        seconds = time.time() - last['time']
        same = last['name'] == now['name'] and last['stats_reset'] == now['stats_reset'] and seconds >= 0
        changes = [now[name] - last[name] for name in counters]
    except (OSError, ValueError, KeyError, TypeError):
        last, same, changes = None, False, [-1]
    with open(f'{path}.new', 'w', encoding='ascii') as file:
        json.dump({'time': time.time(), **{name: now[name] for name in (*counters, 'name', 'stats_reset')}}, file)
    os.replace(f'{path}.new', path)
    if same and min(changes) >= 0:
        return (*changes, f'in {seconds:.0f} s')
    # Deadlocks before the first look may be years old: they are counted from now on.
    return now['blks_hit'], now['blks_read'], 0 if last is None else now['deadlocks'], 'since its statistics began'


def check():
    timeout = number('ROUNDS_TIMEOUT_SECONDS', 'seconds', '5')
    try:
        timing = run_psql('\\timing on\nSELECT 1;\n', timeout)
        now = rows(MEASURE, timeout)[0]
    except Unreachable as error:
        return 2, str(error)
    except Refused as error:
        return (2 if error.state == '57014' else 3), str(error)
    response = float(re.search(r'Time: ([\d.]+) ms', timing)[1]) / 1000
    hit, read, deadlocks, period = since_last_time(now)
    rate = 100 * hit / (hit + read) if hit + read else 100.0
    used = 100 * now['connections'] / now['most']
    metrics = [
        datum('response', response, 's'), datum('connections', now['connections'], '', now['most']),
        datum('connections_used', used, '%', 100), datum('cache_hit_rate', rate, '%', 100),
        datum('deadlocks', deadlocks), datum('locks_waiting', now['waiting']),
        datum('oldest_transaction', None if now['oldest'] is None else float(now['oldest']), 's'),
        datum('size', now['size'], 'B')]
    text = (f'database {now["name"]} answered in {response:.4f} s: {now["connections"]} of {now["most"]} connections, '
            f'cache hit rate {rate:.1f}% and {deadlocks} deadlocks {period}, {now["waiting"]} locks waiting')
    text += f' ({now["waits"]})' if now['waits'] else ''
    text += (f', ages of transactions hidden: GRANT pg_monitor TO {now["role"]}' if now['oldest'] is None else
             f', oldest transaction {now["oldest"]:.0f} s')
    if now['replica']:
        metrics.append(datum('replication_lag', None if now['lag'] is None else float(now['lag']), 's'))
        text += ', replica that has replayed nothing yet' if now['lag'] is None else f', replica {now["lag"]:.0f} s behind'
    return 0, text, metrics


run(check)
