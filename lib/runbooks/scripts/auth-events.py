#!/usr/bin/env python3
"""Looks for unusual patterns in who logs in: too many failures, too many addresses, a success after many failures.

Settings: those of logs.py (the format is jsonl), and
  ROUNDS_FAILURES               a condition (see conditions.py): which lines are failed logins
  ROUNDS_LOGINS                 a condition: which other lines are logins that succeeded
  ROUNDS_MOST_FAILURES          failures of one user, or from one address, from which on they are unusual
  ROUNDS_MOST_TRIES             failures in a row, the last within the hour, after which a success is suspicious
  ROUNDS_MOST_ADDRESSES         addresses from which one user may log in
  ROUNDS_USER, ROUNDS_ADDRESS   the fields that hold them: user|username|user_id and ip|client_ip|remote_addr by default
Metrics: logins, failures, unusual (patterns found)
OK when nothing is unusual; WARNING for what is; CRITICAL when a login succeeded right after many failures of the same
user or address, since a password may have been guessed. UNKNOWN when no log matches, one cannot be read, or there was
more to read than time.
"""
from collections import Counter

from conditions import Condition, Lines
from entries import quotable, time_in, value_of
from logs import Reader
from plugin import CannotCheck, datum, run, setting

# Events are put in the order of their times, of all files together, as many as fit into little memory.
MOST_EVENTS = 20000
MOST_STREAKS = 2000
STREAK_SECONDS = 3600


class Watch:
    def __init__(self):
        asked = [setting(f'ROUNDS_{name}', 'a condition') for name in ('FAILURES', 'LOGINS')]
        self.fields = [setting('ROUNDS_USER', 'a field', r'\S+', 'user|username|user_id'),
                       setting('ROUNDS_ADDRESS', 'a field', r'\S+', 'ip|client_ip|remote_addr')]
        self.most = {name: int(setting(f'ROUNDS_MOST_{name}', 'a whole number above 0', r'[1-9]\d{0,8}'))
                     for name in ('FAILURES', 'TRIES', 'ADDRESSES')}
        self.reader = Reader(asked, self.fields, self.most['TRIES'], form='jsonl')
        try:
            self.failure, self.login = (Condition(one, True) for one in asked)
        except ValueError as error:
            raise CannotCheck(f'setting ROUNDS_FAILURES or ROUNDS_LOGINS: {error}: correct it') from error
        self.events, self.latest = [], 0.0

    def visit(self, part, tally):
        lines = Lines(part)
        for line in lines.of(self.failure, self.login):
            has_failed = self.failure.holds(line)
            if has_failed or self.login.holds(line):
                entry = line.entry or {}
                self.latest = time_in(entry) or self.latest
                user, address = (quotable(value_of(entry, field) or '', length=40) for field in self.fields)
                self.events.append((self.latest, has_failed, user, address, tally))
        tally.counts['broken'] += lines.broken
        if len(self.events) > MOST_EVENTS:
            self.judge()

    def judge(self):
        """Streaks outlive the round: the next one may see the success."""
        streaks = self.reader.notes.setdefault('streaks', {})
        for moment, has_failed, user, address, tally in sorted(self.events, key=lambda event: event[0]):
            named = [f'{kind} {name}' for kind, name in (('user', user), ('address', address)) if name]
            tally.counts['failures' if has_failed else 'logins'] += 1
            if has_failed:
                for one in named:
                    tally.rank('failures', one)
                    tries, last = streaks.get(one, (0, 0))
                    streaks[one] = (tries + 1 if moment - last <= STREAK_SECONDS else 1), moment
                continue
            if user and address:
                tally.rank('addresses', f'{user}\t{address}')
            ended = [streaks.pop(one, (0, 0)) for one in named]
            tries = max([tries for tries, last in ended if moment - last <= STREAK_SECONDS], default=0)
            if tries >= self.most['TRIES']:
                tally.rank('break-ins', f'{user or "somebody"} from {address or "somewhere"} after {tries} failures')
        self.events = []
        latest = sorted(streaks.items(), key=lambda streak: streak[1][1])[-MOST_STREAKS:]
        self.reader.notes['streaks'] = dict(latest)


def most_of(found):
    """The three worst of (name, number) pairs."""
    worst = sorted(found, key=lambda pair: -pair[1])
    return ', '.join(f'{name} ({count:g})' for name, count in worst[:3]) + (', ...' if len(worst) > 3 else '')


def check():
    watch = Watch()
    total = watch.reader.read(watch.visit, watch.judge)
    failing = [(one, times) for one, times in total.table('failures').items() if times >= watch.most['FAILURES']]
    addresses = Counter(pair.split('\t')[0] for pair in total.table('addresses'))
    roaming = [(user, count) for user, count in addresses.items() if count > watch.most['ADDRESSES']]
    break_ins = list(total.table('break-ins').items())
    words = []
    if break_ins:
        words.append(f'possible break-in: {", ".join(name for name, _ in break_ins[:3])}')
    if failing:
        words.append(f'many failures: {most_of(failing)}')
    if roaming:
        words.append(f'logins from many addresses: {most_of(roaming)}')
    lines, logins, failures = (total.counts[name] for name in ('lines', 'logins', 'failures'))
    words.append(f'{logins} logins, {failures} failures in {lines} lines of the last {watch.reader.span}')
    words += watch.reader.remarks(total)
    unusual = len(break_ins) + len(failing) + len(roaming)
    metrics = [datum('logins', logins), datum('failures', failures), datum('unusual', unusual)]
    return 2 if break_ins else 1 if unusual else 0, '; '.join(words), metrics


run(check)
