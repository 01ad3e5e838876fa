"""A claim to a piece of work on a PostgreSQL server, so that no two scripts do it at once, on whichever hosts."""
import contextlib
import select
import time
import zlib

from plugin import CannotCheck, setting
from psql import cancel, failure, start

ANSWER_SECONDS = 10
OURS = 1383429732  # The class of our locks, lest one of the platform's own be taken for one.

# A lock counts in its own database only, but is seen from all. A session may be idle for as long as the work takes.
TAKE = """
SELECT pg_try_advisory_lock({ours}, {key}),
  (SELECT set_config(name, '0', false) FROM pg_settings WHERE name = 'idle_session_timeout');
SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND classid = {ours} AND objid = {key} AND objsubid = 2;
"""


@contextlib.contextmanager
def claim(work, name):
    """Holds the claim to the work on the thing of that name, by a session that ends with the script however it ends;
    raises CannotCheck when somebody else holds it."""
    process = start(['psql', '-X', '-A', '-t', '-q', '-w', '-v', 'ON_ERROR_STOP=1', '-v', 'VERBOSITY=verbose'], bufsize=0)
    try:
        with contextlib.suppress(BrokenPipeError):  # Its exit code tells why.
            process.stdin.write(TAKE.format(ours=OURS, key=zlib.crc32(f'{work} {name}'.encode()) >> 1).encode())
        taken, *held = two_lines(process)
        if taken[:1] != 't' or held != ['1']:
            raise CannotCheck(f'another {work} is running: run this one when it has ended')
        yield
    finally:
        process.kill()
        process.communicate()


def two_lines(process):
    said, ends = b'', time.monotonic() + ANSWER_SECONDS
    while said.count(b'\n') < 2:
        is_ready = select.select([process.stdout], [], [], max(0, ends - time.monotonic()))[0]
        block = process.stdout.read(1000) if is_ready else b''
        if not block:
            error = cancel(process)[1].decode(errors='replace')
            raise failure(process.returncode, error, setting('ROUNDS_SERVICE', 'a name in pg_service.conf'), ANSWER_SECONDS)
        said += block
    return said.decode().split('\n')[:2]
