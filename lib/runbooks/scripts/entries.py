"""What one line of a log says: its time, its fields, and what of it may be quoted."""
import json
import math
import re
from datetime import datetime, timedelta, timezone

TIME_FIELDS = ('timestamp', 'time', 'ts', '@timestamp')
MONTHS = 'JanFebMarAprMayJunJulAugSepOctNovDec'
ISO = re.compile(r'\[?(\d{4})[-/](\d\d)[-/](\d\d)[T ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,6})\d*)?)?'
                 r'(Z|[+-]\d\d(?::?\d\d)?| (?:UTC|GMT|[+-]\d{4})\b)?')
COMMON = re.compile(r'[^\[]{0,300}\[(\d\d)/([A-Z][a-z]{2})/(\d{4}):(\d\d):(\d\d):(\d\d) ([+-]\d{4})\]')
SECRET = re.compile(r'(?i)((?:(?:password|passwd|pwd|passphrase|[_-]pass|token|authorization|cookie|secret'
                    r'|(?:api|access|secret|private|signing|encryption)[_-]?key)\\{0,3}["\']?\s*[=:]\s*'
                    r'|--(?:password|passwd|passphrase|token|secret|api-?key|access-?key)\s+)(?:(\\{0,3}")|(\'))?)'
                    r'(?:(?:basic|bearer|token|apikey)\s+)?(?(2)(?:[^"\\]|\\.)*|(?(3)[^\']*|[^\s,;&"]+))')
# By their own form: keys of AWS, tokens of code hosts, chats and payments, JSON web tokens, private keys.
TOKEN = re.compile(r'\b(?:AKIA|ASIA)[A-Z0-9]{16}\b|\b(?:gh[pousr]_|github_pat_|glpat-|xox[abeprs]-|[rs]k_live_)[\w-]{10,}'
                   r'|\beyJ[\w-]{5,}\.[\w-]{5,}(?:\.[\w-]*)?|-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----.*'
                   r'|(?<=://)[^\s/@]+(?=@)')
DIGITS = re.compile(r'(?<![\w+=-])(?:[^\W\d]|[+=-])*\d[\w+=-]*')
NUMBER = '0123456789.eE+-'

# Numbers stay the text that they are in the line: Python takes minutes to make a whole number of a million digits.
decoder = json.JSONDecoder(parse_int=str, parse_float=str)


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
    return None if value is None else str(value)


def number_of(value):
    """A number, also one that is written as text; None for anything else and for what no measurement can be."""
    if not isinstance(value, str) or value.strip(NUMBER):
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
    text = TOKEN.sub('***', SECRET.sub(r'\1***', ' '.join(text[:300].split())))
    return (DIGITS.sub('#', text) if fold else text)[:length].strip()


def path_pattern(path):
    """A path without its query, which may hold secrets, and with all ids alike."""
    return DIGITS.sub('#', re.split('[?#]', path[:200], maxsplit=1)[0])[:60] or '-'
