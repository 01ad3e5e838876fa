#!/usr/bin/env python3
"""Measures what a query of the runbook answers.

Settings: ROUNDS_SERVICE, ROUNDS_PG_USER: see psql.py
          ROUNDS_QUERY            one SELECT; semicolons only in texts
          ROUNDS_SHAPE            `row`: exactly one row, each column a metric of its name; or `rows`: two columns, label
                                  and value, and up to 20 rows, each a metric of its label; default row
          ROUNDS_UNITS            optional: units s, B or % of columns, as in `response=s size=B`
          ROUNDS_SUMMARY          optional: the text, with columns (of `rows`: labels, and rows) in single braces
          ROUNDS_TIMEOUT_SECONDS  most seconds for the query; default 5
Metrics:  one for each number; NULL and NaN are undefined, true and false are 1 and 0; for `rows` also rows, their number
OK when the query was answered: the runbook judges the numbers. UNKNOWN whenever it was not: no connection, time-out,
refused, no or too many rows. The query runs in a read-only transaction and cannot change anything, but it can read what
its role can: give it a role with no more rights than it needs. A column of words that may be NULL needs coalesce().
"""
import re
from decimal import Decimal

from plugin import CannotCheck, datum, number, run, setting
from psql import rows

MOST_ROWS = 20
MOST_BYTES = 1150
LARGEST = 10 ** 18


def read_units(columns):
    """Units by column."""
    text = setting('ROUNDS_UNITS', 'column=unit with units s, B or %', r'[^\s=]+=(s|B|%)(\s+[^\s=]+=(s|B|%))*', '')
    units = dict(pair.split('=') for pair in text.split())
    for name in units:
        if name not in columns:
            raise CannotCheck(f'setting ROUNDS_UNITS names {name}, expected one of {", ".join(columns)}')
    return units


def as_number(name, value):
    """The value as a number, None when it is undefined."""
    if value is None or value in ('NaN', 'Infinity', '-Infinity'):
        return None
    if isinstance(value, bool):
        return int(value)
    if not isinstance(value, (int, Decimal)):
        raise CannotCheck(f'the query answers {str(value)[:40]!r} as {name}, expected a number')
    if abs(value) >= LARGEST:
        raise CannotCheck(f'the query answers {name} as {value:.3g}, expected less than {LARGEST:.0e}')
    return value if isinstance(value, int) else float(value)


def shown(value):
    if isinstance(value, bool):
        return 'yes' if value else 'no'
    if isinstance(value, (int, Decimal)):
        return f'{value:,}'
    return 'nothing' if value is None else str(value)[:200]


def summarize(values):
    template = setting('ROUNDS_SUMMARY', 'a text with columns in braces', default='')
    if not template:
        return ', '.join(f'{name} {shown(value)}' for name, value in values.items()) or 'no rows'

    def replace(match):
        if match[1] not in values:
            raise CannotCheck(f'setting ROUNDS_SUMMARY names {match[1]}, which the query does not answer: '
                              f'it answers {", ".join(values)}')
        return shown(values[match[1]])

    return re.sub(r'\{([^{}]+)\}', replace, template)


def read_row(answer):
    """Values by column, and the metrics of the numbers among them."""
    if len(answer) != 1:
        raise CannotCheck(f'the query answers {"several rows" if answer else "no row"}, expected exactly one')
    values, units = answer[0], read_units(answer[0])
    metrics = [(name, as_number(name, value), units.get(name, '')) for name, value in values.items()
               if not isinstance(value, (str, list, dict)) or value in ('NaN', 'Infinity', '-Infinity')]
    return values, metrics


def read_rows(answer):
    """Values by label, with the number of rows, and their metrics."""
    if len(answer) > MOST_ROWS:
        raise CannotCheck(f'the query answers over {MOST_ROWS} rows: let it group them, or add a LIMIT')
    values = {}
    for row in answer:
        if len(row) != 2:
            raise CannotCheck(f'the query answers {len(row)} columns, expected two: label and value')
        label, value = row.values()
        values[str(label)] = value
    unit = read_units(answer[0]).get(list(answer[0])[1], '') if answer else ''
    metrics = [(label, as_number(label, value), unit) for label, value in values.items()]
    if len(values) < len(answer):
        raise CannotCheck('the query answers one label twice: let it group by the label')
    return {**values, 'rows': len(answer)}, metrics + [('rows', len(answer), '')]


def check():
    query = re.sub(r'[\s;]+$', '', setting('ROUNDS_QUERY', 'one SELECT'))
    if ';' in re.sub("'[^']*'", '', query) or "\\'" in query:
        raise CannotCheck("setting ROUNDS_QUERY holds a semicolon or \\', expected one statement: a text may hold ; and ''")
    shape = setting('ROUNDS_SHAPE', 'row or rows', 'rows?', 'row')
    answer = rows(query, number('ROUNDS_TIMEOUT_SECONDS', 'seconds', '5'), MOST_ROWS)
    values, measured = (read_row if shape == 'row' else read_rows)(answer)
    metrics = [datum(label, value, unit) for label, value, unit in measured]
    labels = [metric.split('=')[0] for metric in metrics]
    twin = next((label for label in labels if labels.count(label) > 1), None)
    if twin:
        raise CannotCheck(f'the query answers two metrics {twin}: name them apart, in letters, digits, ._-')
    if len(' '.join(metrics)) > MOST_BYTES:
        raise CannotCheck(f'the query answers more than fits: {len(metrics)} metrics; let it answer fewer, or shorter names')
    return 0, summarize(values), metrics


run(check)
