"""Whether a condition holds for a line of a log, and how its lines are found without reading them all.

A condition is `part`s joined by `and` and `or` (`and` binds first; there are no brackets). A part is one of
  "some words"        the line contains them
  !"some words"       the line does not
  level=ERROR         a field of the JSON object equals a value      level!=DEBUG  has another value
  endpoint~login      its value contains it                          user!~test    does not
  status>=500         its value is a number above (>, >=) or below (<, <=) that
Upper and lower case are alike, but for letters beyond a to z. A field is a name, a path (`request.user`), or several of
which the first counts that the line has (`user|username`). A value with spaces stands in quotes. Nothing holds for a
field that the line lacks. A gigabyte takes seconds, and minutes where most of its lines pass for those of a field, as
with `status>=100` or `level!=DEBUG`: rather count them by words that they contain, which are not parsed.
"""
import operator
import re

from entries import number_of, parse, value_of

PART = re.compile(r'(?:(!?)"([^"]+)"|([A-Za-z_@][\w.@|-]*)(>=|<=|!=|!~|=|~|>|<)(?:"([^"]*)"|([^\s"]+)))(?=\s|$)', re.A)
COMPARISONS = {'>': operator.gt, '>=': operator.ge, '<': operator.lt, '<=': operator.le}
ANY_LINE = re.compile(rb'(?m)^[^\n]')
# Of a text only these surely stand in JSON as they are, but that any character may be written by its number.
PLAIN = rb'[a-z0-9 _.-]'
ESCAPED = re.compile(rb'\\u00(?:2[0bde]|3\d|4|5[0-9af]|[67])')
# A number whose first digits do not tell how large it is: by its exponent, or by being rounded up to the next.
ODD_NUMBER = rb'[\d.+-]+(?:e|\.9{4})'
MOST_WHOLE = 1e12  # Beyond it, numbers are rounded by more than those nines tell.


class Lines:
    """Some whole lines as bytes, in which conditions find theirs, each of them looked for and parsed once."""

    def __init__(self, data):
        self.data, self.low, self.lines, self.places = data, data.lower(), {}, {}

    def starts(self, *conditions):
        """Where the lines begin for which one of the conditions may hold."""
        needles = {needle for condition in conditions for needle in condition.needles}
        return set().union(*(self.places_of(needle) for needle in needles))

    def of(self, *conditions):
        """The same lines themselves, in their order."""
        for start in sorted(self.starts(*conditions)):
            if start not in self.lines:
                end = self.low.find(b'\n', start)
                self.lines[start] = Line(self.data[start:end], self.low[start:end])
            yield self.lines[start]

    @property
    def broken(self):
        """How many of those that were parsed end as a line of JSON does, and are none."""
        return sum(line.is_parsed and line.entry is None and line.raw.endswith(b'}') for line in self.lines.values())

    def places_of(self, needle):
        if needle not in self.places:
            find = self.words if isinstance(needle, bytes) else self.matches
            self.places[needle] = set(find(needle))
        return self.places[needle]

    def words(self, needle):
        at = self.low.find(needle)
        while at >= 0:
            yield self.low.rfind(b'\n', 0, at) + 1
            at = self.low.find(needle, self.low.find(b'\n', at))

    def matches(self, needle):
        if needle is not ESCAPED or b'\\' in self.low:
            yield from (self.low.rfind(b'\n', 0, match.start()) + 1 for match in needle.finditer(self.low))


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
    """One part of a condition, and by what bytes of lower case the lines are found for which it may hold."""

    def __init__(self, match):
        self.negated, words, self.names, self.operator, quoted, plain = match.groups()
        self.words = words and lower(words)
        self.value = lower((plain if quoted is None else quoted) or '')
        self.number = number_of(self.value.decode())
        self.compare = COMPARISONS.get(self.operator)
        self.selectivity, self.needles = self.finder()

    def finder(self):
        """How selective it is, and the needles: bytes, or patterns."""
        if self.words:
            return (0, [ANY_LINE]) if self.negated else (2 + len(self.words), [self.words])
        longest = max(re.findall(PLAIN + rb'+', self.value), key=len, default=b'')
        if self.operator == '~' and longest:
            return 2 + len(longest), [longest, ESCAPED]
        start = re.match(PLAIN + rb'*', self.value).group() if self.operator == '=' else b''
        selectivity, values = 1 + len(start), re.escape(start)
        if self.number is not None and (self.compare or start):
            values = rb'(?:%s|%s)' % (numbers(self.operator[0], abs(self.number), self.number < 0), ODD_NUMBER)
        keys = {re.escape(lower(name.split('.')[-1])) for name in self.names.split('|')}
        return selectivity, [*(re.compile(key + rb'"\s*:\s*"?' + values) for key in keys), ESCAPED]

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
            return (self.value in lower(text)) == (self.operator == '~')
        same = lower(text) == self.value or (self.number is not None and number_of(text) == self.number)
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
        rarest = [max(clause, key=lambda part: part.selectivity) for clause in self.clauses]
        self.needles = {needle for part in rarest for needle in part.needles}
        # Whatever line its needles find is one for which it holds.
        self.is_certain = all(len(clause) == 1 and clause[0].words and not clause[0].negated
                              for clause in self.clauses)

    def holds(self, line):
        return any(all(part.holds(line) for part in clause) for clause in self.clauses)


def lower(text):
    return text.encode('utf-8', 'replace').lower()


def numbers(comparison, size, is_negative):
    """A pattern of how the numbers begin that are equal to one of this size (=), above (>) or below it (<), by the digits
    before their point. Those below 1 and those of many digits tell too little: then any number may be one."""
    digits = b'%d' % size
    if size >= MOST_WHOLE or (comparison == '>' and (size < 1 or is_negative)):
        return rb'[\d.+-]'
    if comparison == '=':
        return rb'(?=[\d.+-])[+-]?0*%s(?!\d)' % digits.lstrip(b'0')
    if comparison == '<' and (size < 1 or is_negative):
        return rb'[-+.0]'
    following = len(digits) - 1
    if comparison == '>':
        return rb'\+?0*(?:[1-9]\d{%d}|%s)' % (following + 1, beside(digits, True))
    return rb'-|\+?(?=[\d.])0*(?:\d{0,%d}|%s)(?!\d)' % (following, beside(digits, False))


def beside(digits, is_above):
    """A pattern of the numbers with as many digits that are not below those, or not above them."""
    found = [digits]
    for place, digit in enumerate(map(int, digits.decode())):
        least, most = (digit + 1, 9) if is_above else (0, digit - 1)
        if least <= most:
            found.append(rb'%s[%d-%d]\d{%d}' % (digits[:place], least, most, len(digits) - place - 1))
    return b'|'.join(found)
