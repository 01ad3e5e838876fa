"""What one line of a log says: its time, its fields, whether a condition holds for it, and what of it may be quoted.

A condition is `part`s joined by `and` and `or` (`and` binds first; there are no brackets). A part is one of
  "some words"        the line contains them
  !"some words"       the line does not
  level=ERROR         a field of the JSON object equals a value      level!=DEBUG  has another value
  endpoint~login      its value contains it                          user!~test    does not
  status>=500         its value is a number above (>, >=) or below (<, <=) that
Upper and lower case are alike. A field is a name, a path (`request.user`), or several of which the first counts that
the line has (`user|username`). A value with spaces stands in quotes. Nothing holds for a field that the line lacks.
"""
import json
import math
import operator
import re
from datetime import datetime, timedelta, timezone

TIME_FIELDS = ('timestamp', 'time', 'ts', '@timestamp')
MONTHS = 'JanFebMarAprMayJunJulAugSepOctNovDec'
ISO = re.compile(r'\[?(\d{4})[-/](\d\d)[-/](\d\d)[T ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,6})\d*)?)?'
                 r'(Z|[+-]\d\d(?::?\d\d)?| (?:UTC|GMT|[+-]\d{4})\b)?')
COMMON = re.compile(r'[^\[]{0,300}\[(\d\d)/([A-Z][a-z]{2})/(\d{4}):(\d\d):(\d\d):(\d\d) ([+-]\d{4})\]')
SECRET = re.compile(r'(?i)((?:password|passwd|secret|token|authorization|cookie|api[_-]?key)"?\s*[=:]\s*"?)'
                    r'(?:(?:basic|bearer)\s+)?[^\s,;&"]+')
DIGITS = re.compile(r'(?<![\w+=-])(?:[^\W\d]|[+=-])*\d[\w+=-]*')
PART = re.compile(r'(?:(!?)"([^"]+)"|([A-Za-z_@][\w.@|-]*)(>=|<=|!=|!~|=|~|>|<)(?:"([^"]*)"|([^\s"]+)))(?=\s|$)')
ANY_LINE = re.compile(rb'(?m)^[^\n]')
COMPARISONS = {'>': operator.gt, '>=': operator.ge, '<': operator.lt, '<=': operator.le}

# Python takes minutes to make a whole number of a million digits.
decoder = json.JSONDecoder(parse_int=lambda digits: int(digits) if len(digits) < 25 else float(digits))


def parse(line):
    """The JSON object of a line, or None."""
    text = line.decode('utf-8', 'replace').strip('\ufeff\0 \t\r\n')
    try:
        entry, end = decoder.raw_decode(text)
    except (ValueError, RecursionError):
        return None
    return entry if isinstance(entry, dict) and end == len(text) else None


def time_of(line, is_json):
    """Seconds since 1970 by the line's own time stamp, or None."""
    if is_json:
        return time_in(parse(line) or {})
    start = line[:400].decode('ascii', 'replace').lstrip('\ufffd\0 ')
    return iso_time(start) or common_time(start)


def time_in(entry):
    """By the first of the fields that hold one: ISO 8601, or a number of seconds, milli-, micro- or nanoseconds."""
    for name in TIME_FIELDS:
        value = entry.get(name)
        found = iso_time(value) if isinstance(value, str) else None
        count = None if found else number_of(value)
        if count is not None and 1e8 <= count < 1e19:
            found = count / next(unit for unit in (1, 1e3, 1e6, 1e9) if count / unit < 1e11)
        if found:
            return found
    return None


def iso_time(text):
    match = ISO.match(text)
    if not match:
        return None
    *numbers, fraction, zone = match.groups()
    return since_1970([int(digits or 0) for digits in numbers] + [int((fraction or '').ljust(6, '0'))], zone)


def common_time(text):
    """By the time stamp of the common log format of web servers."""
    match = COMMON.match(text)
    if not match:
        return None
    day, month, year, *clock, zone = match.groups()
    return since_1970([int(year), MONTHS.find(month) // 3 + 1, int(day), *map(int, clock)], zone)


def since_1970(numbers, zone):
    """A time without a zone is the host's own."""
    offset = None
    try:
        if zone:
            digits = re.sub(r'\D', '', zone).ljust(4, '0')
            shift = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
            offset = timezone(-shift if '-' in zone else shift)
        return datetime(*numbers, tzinfo=offset).timestamp()
    except (ValueError, OverflowError, OSError):
        return None


def field_of(entry, names):
    """The value of the first of the fields `user|request.user` that the entry has, None where it has none."""
    for name in names.split('|'):
        value = entry.get(name)
        if value is None and '.' in name:
            value = entry
            for step in name.split('.'):
                value = value.get(step) if isinstance(value, dict) else None
        if isinstance(value, (str, int, float)):
            return value
    return None


def value_of(entry, names):
    """The same as text."""
    value = field_of(entry, names)
    if isinstance(value, bool):
        return 'true' if value else 'false'
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return None if value is None else str(value)


def number_of(value):
    """A number, also one that is written as text; None for anything else and for what no measurement can be."""
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        return None
    try:
        found = float(value)
    except (ValueError, OverflowError):
        return None
    return found if math.isfinite(found) else None


def without_time(text):
    """The text of a line without the time stamp at its start."""
    match = ISO.match(text)
    return text[match.end():] if match else text


def quotable(text, fold=False, length=60):
    """Of what a log quotes, a short text without secrets. Folded, words with digits are alike, so that the same message
    about different things is one pattern."""
    text = re.sub(r'://[^\s/@]+@', '://***@', SECRET.sub(r'\1***', ' '.join(text[:300].split())))
    return (DIGITS.sub('#', text) if fold else text)[:length].strip()


def path_pattern(path):
    """A path without its query, which may hold secrets, and with all ids alike."""
    return DIGITS.sub('#', re.split('[?#]', path[:200], maxsplit=1)[0])[:60] or '-'


class Line:
    """One line as bytes, in lower case too, and its JSON object, which is parsed when it is first asked for."""

    def __init__(self, raw, low):
        self.raw, self.low, self._entry, self.is_parsed = raw, low, None, False

    @property
    def entry(self):
        if not self.is_parsed:
            self._entry, self.is_parsed = parse(self.raw), True
        return self._entry


class Part:
    """One part of a condition, and by what bytes the lines are found for which it may hold."""

    def __init__(self, match):
        self.negated, words, self.names, self.operator, quoted, plain = match.groups()
        self.words = words.lower().encode() if words else None
        self.value = (plain if quoted is None else quoted).lower() if self.names else None
        self.number = number_of(self.value)
        self.compare = COMPARISONS.get(self.operator)
        self.selectivity, self.needles = self.finder()

    def finder(self):
        """How selective it is (0: not at all), and the needles that find it in bytes of lower case. A key stands in
        JSON as it is; of a value only letters and digits surely do."""
        if self.words:
            return (0, ()) if self.negated else (2 + len(self.words), [self.words])
        longest = max(re.findall(r'[a-z0-9 _.-]+', self.value), key=len, default='')
        if self.operator == '~' and longest:
            return 2 + len(longest), [longest.encode()]
        start = re.match(r'[a-z0-9 _.-]*', self.value).group() if self.operator == '=' else ''
        rest = rb'\s*([0-9.e+-]*)' if self.compare else re.escape(start).encode()
        keys = [re.escape(name.split('.')[-1].lower()).encode() for name in self.names.split('|')]
        return 1 + len(start), [re.compile(key + rb'"\s*:\s*"?' + rest) for key in keys]

    def starts(self, low):
        """Where the lines begin for which it may hold."""
        if not self.selectivity:
            yield from (match.start() for match in ANY_LINE.finditer(low))
        for needle in self.needles:
            if isinstance(needle, bytes):
                at = low.find(needle)
                while at >= 0:
                    yield low.rfind(b'\n', 0, at) + 1
                    at = low.find(needle, low.find(b'\n', at))
            elif self.compare:
                for match in needle.finditer(low):
                    number = number_of(match.group(1).decode())
                    if number is not None and self.compare(number, self.number):
                        yield low.rfind(b'\n', 0, match.start()) + 1
            else:
                for match in needle.finditer(low):
                    yield low.rfind(b'\n', 0, match.start()) + 1

    def holds(self, line):
        if self.words:
            return (self.words in line.low) != bool(self.negated)
        text = value_of(line.entry, self.names) if line.entry else None
        if text is None:
            return False
        if self.compare:
            found = number_of(text)
            return found is not None and self.compare(found, self.number)
        if self.operator in ('~', '!~'):
            return (self.value in text.lower()) == (self.operator == '~')
        same = text.lower() == self.value or (self.number is not None and number_of(text) == self.number)
        return same == (self.operator == '=')


class Condition:
    """A condition that was read from a setting; raises ValueError with the words that cannot be read."""

    def __init__(self, text, is_json):
        self.clauses, place, joint = [], 0, 'or'
        while True:
            match = PART.match(text, place)
            if not match:
                raise ValueError(f'cannot read {text[place:place + 40]!r} in {text[:60]!r}')
            part = Part(match)
            if part.names and not is_json:
                raise ValueError(f'{match.group()!r} asks for a field, which only the format jsonl has')
            if part.compare and part.number is None:
                raise ValueError(f'{match.group()!r} compares with what is no number')
            if joint == 'or':
                self.clauses.append([])
            self.clauses[-1].append(part)
            following = re.compile(r'\s+(and|or)\s+|\s*$').match(text, match.end())
            if not following:
                raise ValueError(f'expected and/or at {text[match.end():][:40]!r} in {text[:60]!r}')
            joint, place = following.group(1), following.end()
            if not joint:
                break
        self.rarest = [max(clause, key=lambda part: part.selectivity) for clause in self.clauses]

    def holds(self, line):
        return any(all(part.holds(line) for part in clause) for clause in self.clauses)


def lines_that_may(conditions, part):
    """The lines of some bytes for which one of the conditions may hold, in their order."""
    low = part.lower()
    rarest = [rare for condition in conditions for rare in condition.rarest]
    for start in sorted({start for rare in rarest for start in rare.starts(low)}):
        end = low.find(b'\n', start)
        yield Line(part[start:end], low[start:end])
