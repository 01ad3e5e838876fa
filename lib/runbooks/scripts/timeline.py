"""When the lines of a log were written."""
import os

from entries import time_of

PROBE = 1 << 17
MOST_UNTIMED = 64  # Lines in a row in which a time stamp is looked for.
MOST_AHEAD_SECONDS = 300


def peek(file, offset, size):
    return os.pread(file.fileno(), size, offset)


class Timeline:
    """Tells when the lines of one file were written, without reading all of their time stamps: they only ever rise, so
    the places where an hour begins are found by halving."""

    def __init__(self, is_json, now, bucket, otherwise):
        self.is_json, self.most, self.bucket, self.otherwise = is_json, now + MOST_AHEAD_SECONDS, bucket, otherwise
        self.latest = None

    def first(self, data, start, stop):
        """Where the first line with a readable time begins from there on, and that time; None where none comes soon."""
        for _ in range(MOST_UNTIMED):
            end = data.find(b'\n', start, stop)
            if end < 0:
                return None
            moment = time_of(data[start:end], self.is_json)
            if moment is not None and moment <= self.most:
                return start, moment
            start = end + 1
        return None

    def last(self, data):
        """The same from the end of the data backwards."""
        stop = len(data)
        for _ in range(MOST_UNTIMED):
            start = data.rfind(b'\n', 0, max(0, stop - 1)) + 1
            found = self.first(data, start, stop)
            if found or not start:
                return found
            stop = start
        return None

    def parts(self, data):
        """Yields (bytes, time) for every run of whole lines that belong to one bucket."""
        begin = self.first(data, 0, len(data))
        end = self.last(data) or begin
        if not end:
            if data:
                yield data, self.latest or self.otherwise
            return
        start, moment = 0, max((begin or end)[1], self.latest or 0)
        while moment // self.bucket < end[1] // self.bucket:
            place, following = self.halve(data, start, end, (moment // self.bucket + 1) * self.bucket)
            if place > start:
                yield data[start:place], moment
            start, moment = place, following
        yield data[start:], moment
        self.latest = moment

    def halve(self, data, low, found, boundary):
        """The first line from there on that is not older than the boundary, as the one that was found is not."""
        high = found[0]
        while low < high:
            line = data.rfind(b'\n', low, (low + high) // 2) + 1 or low
            probe = self.first(data, line, high)
            if probe and probe[1] < boundary:
                low = data.find(b'\n', probe[0]) + 1
            else:
                high, found = line, probe or found
        return found

    def find(self, file, low, high, since):
        """About where the lines of the window begin in a file, between two places: never after the first of them."""
        while high - low > 2 * PROBE:
            middle = (low + high) // 2
            data = peek(file, middle, PROBE)
            found = self.first(data, data.find(b'\n') + 1, len(data))
            if found and found[1] < since:
                low = middle + found[0]
            else:
                high = middle
        return low
