"""What checks count over the hours, and how they keep it from one round to the next."""
import fcntl
import hashlib
import json
import math
import os
import time
from collections import Counter

from plugin import CannotCheck, state_path

MOST_KEYS = 500
FORMAT = 1  # Of what is kept, which a later version of this file may not understand.
WIDTH = math.log(1.04)
NONE = -999  # The bin of nothing at all, whose logarithm there is not.


class Histogram:
    """How often which values were seen, in bins that are 4 % wide, so that any quantile is right to 2 %."""

    def __init__(self, bins=(), total=0.0, least=math.inf, most=-math.inf):
        self.bins, self.total, self.least, self.most = dict(bins), total, least, most

    def add(self, value, times=1):
        place = round(math.log(value) / WIDTH) if value > 1e-9 else NONE
        self.bins[place] = self.bins.get(place, 0) + times
        self.total += value * times
        self.least, self.most = min(self.least, value), max(self.most, value)

    def merge(self, other):
        for place, times in other.bins.items():
            self.bins[place] = self.bins.get(place, 0) + times
        self.total += other.total
        self.least, self.most = min(self.least, other.least), max(self.most, other.most)

    @property
    def count(self):
        return sum(self.bins.values())

    @property
    def mean(self):
        return self.total / self.count if self.bins else None

    def quantile(self, share):
        """The value that this share of all does not exceed: 0.5 is the median, None where there is none."""
        rank = math.ceil(share * self.count)
        for place in sorted(self.bins):
            rank -= self.bins[place]
            if rank <= 0:
                return min(max(math.exp(place * WIDTH) if place != NONE else 0.0, self.least), self.most)
        return None


class Tally:
    """What was counted: numbers, tables of the most frequent, and histograms, each by its name."""

    def __init__(self):
        self.counts, self.tables, self.histograms = Counter(), {}, {}

    def table(self, name):
        if name not in self.tables:
            self.tables[name] = Counter()
        return self.tables[name]

    def rank(self, name, key, times=1):
        """Counts a key of a table. A table that grows too long loses its rarest keys, and counts them as others."""
        table = self.table(name)
        table[key] += times
        if len(table) >= 2 * MOST_KEYS:
            self.shorten(name)

    def shorten(self, name):
        kept = self.tables[name].most_common(MOST_KEYS)
        if len(self.tables[name]) > len(kept):
            self.counts[f'others of {name}'] += sum(self.tables[name].values()) - sum(times for _, times in kept)
            self.tables[name] = Counter(dict(kept))

    def histogram(self, name):
        if name not in self.histograms:
            self.histograms[name] = Histogram()
        return self.histograms[name]

    def merge(self, other):
        self.counts.update(other.counts)
        for name, table in other.tables.items():
            self.table(name).update(table)
        for name, histogram in other.histograms.items():
            self.histogram(name).merge(histogram)

    def as_json(self):
        for name in self.tables:
            self.shorten(name)
        histograms = {name: (list(one.bins.items()), one.total, one.least, one.most)
                      for name, one in self.histograms.items()}
        return {'counts': self.counts, 'tables': self.tables, 'histograms': histograms}

    @classmethod
    def from_json(cls, kept):
        tally = cls()
        tally.counts = Counter(kept['counts'])
        tally.tables = {name: Counter(table) for name, table in kept['tables'].items()}
        tally.histograms = {name: Histogram(*one) for name, one in kept['histograms'].items()}
        return tally


class Memory:
    """What one check keeps from one round to the next, in a file that is replaced as a whole. Damaged, or kept for
    other questions, it is forgotten, and the window is read anew."""

    def __init__(self, questions):
        self.path = state_path('logs.json')
        self.questions = json.dumps([FORMAT, questions])
        self.lock = open(state_path('lock'), 'w')
        self.files, self.buckets, self.notes = [], {}, {}

    def __enter__(self):
        for _ in range(50):
            try:
                fcntl.flock(self.lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                time.sleep(0.1)
        else:
            raise CannotCheck('another run of this check still reads the logs: look again when it has ended')
        try:
            with open(self.path, encoding='ascii') as file:
                digest, text = file.read().split('\n', 1)
            kept = json.loads(text) if digest == hashlib.sha256(text.encode()).hexdigest() else {}
        except (OSError, ValueError):
            kept = {}
        if kept.get('questions') == self.questions:
            self.files, self.notes = kept['files'], kept['notes']
            self.buckets = {int(index): Tally.from_json(tally) for index, tally in kept['buckets'].items()}
        return self

    def __exit__(self, *_):
        self.lock.close()

    def save(self):
        buckets = {index: tally.as_json() for index, tally in self.buckets.items()}
        kept = {'questions': self.questions, 'files': self.files, 'notes': self.notes, 'buckets': buckets}
        text = json.dumps(kept)
        try:
            with open(f'{self.path}.new', 'w', encoding='ascii') as file:
                file.write(f'{hashlib.sha256(text.encode()).hexdigest()}\n{text}')
            os.replace(f'{self.path}.new', self.path)
        except OSError as error:
            raise CannotCheck(f'cannot remember what was read in {self.path}: {error.strerror}') from error
