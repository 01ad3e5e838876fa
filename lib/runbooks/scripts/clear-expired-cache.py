#!/usr/bin/env python3
"""Frees the expired entries of a cache in Redis, which by itself frees them at random or when they are asked for.

Asks for the time to live of every key that matches the pattern, in small steps between which Redis serves others (SCAN,
never KEYS). It deletes nothing: an entry without expiry stays, and is counted. It may be ended at any moment.

Settings: ROUNDS_HOST, ROUNDS_PORT      where Redis listens
          ROUNDS_PASSWORD_FILE          optional: file on the host that holds the password
          ROUNDS_PATTERN                keys of the cache: cache:*
          ROUNDS_WITHOUT_EXPIRY_LIMIT   so many entries without expiry are accepted; they stay for ever
          ROUNDS_MAXIMUM_SECONDS        it stops after these
Metrics:  cleared (expired entries that Redis says it freed meanwhile, whoever asked), without_expiry, seconds [s]
OK when every entry was asked for. WARNING when the time was too short for all, or too many have no expiry. CRITICAL
when Redis cannot be reached, or was lost on the way. UNKNOWN when it refuses, is still loading its data, is a replica
(which frees nothing by itself), or a setting is missing.
"""
import collections
import re
import signal
import socket
import time

from plugin import CannotCheck, datum, number, run, setting

STEP = 1000  # Keys that Redis looks at in one go, in about a millisecond.
MOST_BYTES = 16_000_000  # Of one answer; a thousand keys of sensible length are far below.
MOST_GROUPS = 1000
GONE, WITHOUT_EXPIRY = -2, -1  # What PTTL answers for a time to live.


class Lost(Exception):
    """Redis cannot be reached, or answers no more."""


class Refused(Exception):
    """The words with which Redis refuses a command."""


class Redis:
    """Speaks Redis' own protocol: a key may hold any byte, and the password stands on no command line."""

    def __init__(self, host, port):
        self.socket = socket.create_connection((host, port), timeout=5)
        self.answers = self.socket.makefile('rb')

    def ask(self, *commands):
        """Sends all commands at once, as lists of bytes; answers their replies."""
        words = [b'*%d\r\n' % len(command) + b''.join(b'$%d\r\n%b\r\n' % (len(part), part) for part in command)
                 for command in commands]
        self.socket.sendall(b''.join(words))
        return [self.reply() for _ in commands]

    def reply(self):
        line = self.answers.readline(1000)
        kind, value = line[:1], line[1:-2]
        if not line:
            raise Lost('it closed the connection')
        if kind == b'-':
            raise Refused(value.decode(errors='replace'))
        if kind == b'+':
            return value
        if not re.fullmatch(rb'(:-?|[$*])\d{1,18}\r\n', line) or kind != b':' and int(value) > MOST_BYTES:
            raise CannotCheck(f'something else than Redis answers: {line[:60].decode(errors="replace")}')
        if kind == b':':
            return int(value)
        if kind == b'*':
            return [self.reply() for _ in range(int(value))]
        text = self.answers.read(int(value) + 2)
        if len(text) < int(value) + 2:
            raise Lost('it closed the connection')
        return text[:-2]

    def info(self):
        text = self.ask([b'INFO'])[0].decode(errors='replace')
        return dict(line.split(':', 1) for line in text.split('\r\n') if ':' in line)


def sign_in(redis):
    path = setting('ROUNDS_PASSWORD_FILE', 'a path', default='')
    if not path:
        return
    try:
        with open(path, 'rb') as file:
            password = file.read(1000).rstrip(b'\r\n')
    except OSError as error:
        raise CannotCheck(f'cannot read the password of Redis in {path}: {error.strerror}') from error
    try:
        redis.ask([b'AUTH', password])
    except Refused as error:
        # Like redis-cli: a password that is not asked for is no obstacle.
        if 'no password is set' not in str(error) and 'without any password configured' not in str(error):
            raise


def group(key):
    """What keys like this one have in common: cache:rates:* of cache:rates:EUR:CHF. The rest may be a secret."""
    *beginning, _ = key.decode(errors='replace').split(':')
    return ':'.join(part[:20] for part in [*beginning[:2], '*'])


def clear(redis, pattern, deadline):
    """Number of entries that are left, groups of those without expiry, and whether it came to the end."""
    left, without_expiry, cursor = 0, collections.Counter(), b'0'
    while True:
        cursor, keys = redis.ask([b'SCAN', cursor, b'MATCH', pattern, b'COUNT', b'%d' % STEP])[0]
        for key, milliseconds in zip(keys, redis.ask(*([b'PTTL', key] for key in keys))):
            left += milliseconds != GONE
            if milliseconds == WITHOUT_EXPIRY:
                name = group(key)
                known = name in without_expiry or len(without_expiry) < MOST_GROUPS
                without_expiry[name if known else 'others'] += 1
        if cursor == b'0':
            return left, without_expiry, True
        if time.monotonic() > deadline:
            return left, without_expiry, False


def job(redis, name):
    started = time.monotonic()
    pattern = setting('ROUNDS_PATTERN', 'a pattern of keys').encode()
    accepted = number('ROUNDS_WITHOUT_EXPIRY_LIMIT', 'a number of entries')
    seconds = number('ROUNDS_MAXIMUM_SECONDS', 'seconds')
    sign_in(redis)
    before = redis.info()
    if before.get('loading') != '0':
        raise CannotCheck(f'redis at {name} is still loading its data: nothing was cleared, run it again later')
    if before.get('role') != 'master':
        raise CannotCheck(f'redis at {name} is a {before.get("role")}: only its master frees entries, run this there')
    left, groups, complete = clear(redis, pattern, started + seconds)
    after, took, without_expiry = redis.info(), time.monotonic() - started, sum(groups.values())
    cleared = max(0, int(after['expired_keys']) - int(before['expired_keys']))
    megabytes = [int(info['used_memory']) / 1e6 for info in (before, after)]
    text = (f'{pattern.decode()} in redis at {name}: {cleared} expired entries cleared in {took:.1f} s, {left} left; '
            f'memory {megabytes[1]:.1f} MB, was {megabytes[0]:.1f} MB')
    if groups:
        most, count = groups.most_common(1)[0]
        text = f'{without_expiry} entries without expiry, most in {most} ({count}); {text}'
    if not complete:
        text = f'stopped after {took:.0f} s before the end, raise ROUNDS_MAXIMUM_SECONDS; {text}'
    metrics = [datum('cleared', cleared), datum('without_expiry', without_expiry), datum('seconds', took, 's')]
    return 0 if complete and without_expiry <= accepted else 1, text, metrics


def clear_cache():
    host, port = setting('ROUNDS_HOST', 'a host'), int(setting('ROUNDS_PORT', 'a port', r'\d{1,5}'))
    name = f'{host}:{port}'

    def too_slow(*_):
        raise Lost('it answers too slowly')

    # For what trickles in so slowly that the time-out of the socket, which starts anew with every byte, never ends it.
    signal.signal(signal.SIGALRM, too_slow)
    signal.setitimer(signal.ITIMER_REAL, number('ROUNDS_MAXIMUM_SECONDS', 'seconds') + 10)
    redis = None
    try:
        redis = Redis(host, port)
        return job(redis, name)
    except (Lost, OSError) as error:
        what = 'was lost' if redis else 'unreachable'
        return 2, f'redis {what} at {name}: {getattr(error, "strerror", None) or error}'
    except Refused as error:
        password = re.match('NOAUTH|WRONGPASS|ERR invalid password', str(error))
        advice = '; let ROUNDS_PASSWORD_FILE name a file on the host that holds its password' if password else ''
        raise CannotCheck(f'redis at {name} refuses: {error}{advice}') from error


run(clear_cache)
