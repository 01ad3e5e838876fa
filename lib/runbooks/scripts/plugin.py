"""What the Python scripts of the runbooks share: settings in, one line of the plugin API out."""
import os
import re
import sys


class CannotCheck(Exception):
    """What is asked cannot be judged: the script ends as UNKNOWN with these words."""


def setting(name, expected, pattern='.+', default=None):
    """The text of the setting `diskPath` by its variable, ROUNDS_DISK_PATH; it has to match the pattern as a whole."""
    value = os.environ.get(name, '').strip()
    if not value and default is not None:
        return default
    if not re.fullmatch(pattern, value, re.DOTALL):
        found = repr(value) if value else 'missing'
        raise CannotCheck(f'setting {name} is {found}, expected {expected}: correct it in the runbook')
    return value


def number(name, expected, default=None):
    """A setting that is a plain number of 0 or more."""
    return float(setting(name, expected, r'\d{1,15}(\.\d+)?', default))


def state_path(name):
    """A file in the folder in which the host keeps what this check remembers from one round to the next."""
    folder = setting('ROUNDS_STATE', 'a folder to remember things in')
    try:
        os.makedirs(folder, mode=0o700, exist_ok=True)
    except OSError as error:
        raise CannotCheck(f'cannot remember anything in {folder}: {error.strerror}') from error
    return os.path.join(folder, name)


def datum(label, value, unit='', most=''):
    """Performance data of one metric; None is a value that could not be measured."""
    label = re.sub('[^A-Za-z0-9._-]', '_', label)
    shown = 'U' if value is None else (str(value) if isinstance(value, int) else f'{value:.6f}'.rstrip('0').rstrip('.'))
    return f"'{label}'={shown}{'' if value is None else unit};;;0" + (f';{most}' if most != '' else '')


def finish(code, text, metrics=()):
    """Ends with code, text and performance data. The text quotes others, so whatever could pass for performance data or
    for a second line is replaced, and it stays short enough for a text message."""
    text = re.sub('[^ -{}~]', '?', text.replace('\n', ' '))
    print((text if len(text) <= 300 else text[:297] + '...') + (f' | {" ".join(metrics)}' if metrics else ''))
    sys.exit(code)


def run(check):
    """Runs a function that answers (code, text) or (code, text, metrics). Whatever it raises ends as UNKNOWN."""
    try:
        outcome = check()
    except CannotCheck as error:
        outcome = 3, str(error)
    except Exception as error:
        outcome = 3, f'the check itself failed: {type(error).__name__}: {error}'
    finish(*outcome)
