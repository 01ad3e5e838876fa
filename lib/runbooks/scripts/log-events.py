#!/usr/bin/env python3
"""Counts events in logs, tells their shares of one another, and names the most frequent values of one field.

Settings: those of logs.py, and
  ROUNDS_EVENTS    what is counted, one per line or separated by ` ; `, each `name: condition`, for instance
                     failed_logins: "authentication failed"
                     slow: duration_ms>2000 and endpoint~/api/
                   conditions.py tells what a condition may say, and which are slow
  ROUNDS_SHARES    percentages, in the same way, each `name: one/other`, of two events or of `lines`, which is every
                   line; `success: done/jobs else 100` says what to report where there is too little to judge
  ROUNDS_MINIMUM   how many of the other there have to be for a share to be judged: 1 by default
  ROUNDS_BY        `event: field`, whose most frequent values are named; the field `line` is the whole line
  ROUNDS_FOLD      yes: words with digits in them are alike, so that messages become patterns
  ROUNDS_DISTINCT  the name of a metric: how many different values the field had
Metrics: the number of each event, each share [%], lines, broken, and the distinct values, judged by the runbook
OK when counted, 0 lines too; a share of too little is not reported unless it has an `else`. UNKNOWN when no log
matches, one cannot be read, or there was more to read than time.
"""
import re

from conditions import Condition, Lines
from entries import quotable, value_of, without_time
from logs import Reader
from plugin import CannotCheck, datum, number, run, setting

NAME = '[A-Za-z][A-Za-z0-9_.-]{0,39}'
MOST_EVENTS = 12


def listed(name, text):
    """Name to text of a setting with one or several of them."""
    found = {}
    for one in filter(None, (one.strip() for one in re.split(r'\s;\s|\n', text))):
        match = re.fullmatch(rf'({NAME})\s*:\s*(.+)', one)
        if not match or match.group(1) in found or match.group(1) in ('lines', 'broken'):
            raise CannotCheck(f'setting {name} holds {one[:80]!r}, expected a new name, a colon and what it is')
        found[match.group(1)] = match.group(2)
    if len(found) > MOST_EVENTS:
        raise CannotCheck(f'setting {name} names {len(found)}, expected at most {MOST_EVENTS}: make two checks of it')
    return found


def shares_of(text, events):
    """Share to its two events and what to report where there is too little to judge."""
    shares = {}
    for name, share in listed('ROUNDS_SHARES', text).items():
        match = re.fullmatch(rf'({NAME})\s*/\s*({NAME})(?:\s+else\s+(\d+(?:\.\d+)?))?', share)
        if not match or not {match.group(1), match.group(2)} <= {*events, 'lines'} or name in events:
            raise CannotCheck(f'setting ROUNDS_SHARES holds {share!r} as {name}, expected two events: correct it')
        shares[name] = match.group(1), match.group(2), match.group(3) and float(match.group(3))
    return shares


class Counting:
    """What the settings ask, and how it is counted."""

    def __init__(self):
        events, by = setting('ROUNDS_EVENTS', 'name: condition'), setting('ROUNDS_BY', 'event: field', '.+', '-')
        self.fold = setting('ROUNDS_FOLD', 'yes or no', 'yes|no', 'no') == 'yes'
        self.reader = Reader(events, by, self.fold)
        self.events = {}
        for name, condition in listed('ROUNDS_EVENTS', events).items():
            try:
                self.events[name] = Condition(condition, self.reader.is_json)
            except ValueError as error:
                raise CannotCheck(f'setting ROUNDS_EVENTS, event {name}: {error}: correct it') from error
        (self.subject, self.field), = listed('ROUNDS_BY', by).items() if by != '-' else [(None, None)]
        if self.subject and self.subject not in self.events:
            raise CannotCheck(f'setting ROUNDS_BY names {self.subject!r}, expected an event of ROUNDS_EVENTS')

    def visit(self, part, tally):
        lines = Lines(part)
        for name, condition in self.events.items():
            if condition.is_certain and name != self.subject:
                tally.counts[name] += len(lines.starts(condition))
                continue
            for line in lines.of(condition):
                if condition.holds(line):
                    tally.counts[name] += 1
                    if name == self.subject:
                        self.rank(line, tally)
        tally.counts['broken'] += lines.broken

    def rank(self, line, tally):
        if self.field == 'line':
            value = without_time(line.raw.decode('utf-8', 'replace').strip())
        else:
            value = value_of(line.entry or {}, self.field)
        if value:
            tally.rank('by', quotable(value, self.fold))


def check():
    counting = Counting()
    shares = shares_of(setting('ROUNDS_SHARES', 'name: event/event', '.+', '\n'), counting.events)
    minimum = max(1, number('ROUNDS_MINIMUM', 'a number', '1'))
    distinct = setting('ROUNDS_DISTINCT', 'the name of a metric', NAME, '-')
    total = counting.reader.read(counting.visit)
    words = [', '.join(f'{total.counts[name]} {name}' for name in counting.events) +
             f' in {total.counts["lines"]} lines of the last {counting.reader.span}']
    metrics = [datum(name, total.counts[name]) for name in counting.events]
    for name, (one, other, otherwise) in shares.items():
        if total.counts[other] >= minimum:
            share = 100 * total.counts[one] / total.counts[other]
            words.append(f'{name} {share:.2f}%')
            metrics.append(datum(name, share, '%'))
        else:
            words.append(f'{name}: too few to judge, {total.counts[other]} {other}, expected {minimum:g}')
            metrics += [] if otherwise is None else [datum(name, otherwise, '%')]
    words += counting.reader.remarks(total)
    table = total.table('by')
    if distinct != '-':
        at_least = 'at least ' if total.counts['others of by'] else ''
        words.append(f'{at_least}{len(table)} {distinct}')
        metrics.append(datum(distinct, len(table)))
    if table:
        words.append('most frequent: ' + ', '.join(f'{value} ({times})' for value, times in table.most_common(5)))
    metrics += [datum('lines', total.counts['lines']), datum('broken', total.counts['broken'])]
    return 0, '; '.join(words), metrics


run(check)
