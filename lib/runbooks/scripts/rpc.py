"""What the scripts that ask an Ethereum node share: JSON-RPC over HTTP.

Settings: ROUNDS_URL              http or https URL of the node; of a URL that holds a key or a password, instead:
          ROUNDS_URL_FILE         file on the host that holds the URL
          ROUNDS_CHAIN_ID         number of the chain: 1 is Ethereum itself
          ROUNDS_TIMEOUT_SECONDS  most seconds until the node has answered a request
The URL may hold a secret, so that nothing of it is ever shown but the host.
"""
import base64
import http.client
import json
import os
import re
import signal
import time
import urllib.parse

from plugin import CannotCheck, setting

MOST_BYTES = 8_000_000
CLOCKS_APART_SECONDS = 60


class TooSlow(Exception):
    """No OSError, which http.client would take for one bad address of several and try the next."""


class Refused(CannotCheck):
    """The error that the node answers to one call."""


def read_url():
    path, where = setting('ROUNDS_URL_FILE', 'a path', default=''), 'setting ROUNDS_URL'
    if path:
        where = f'file {path}'
        try:
            with open(path, encoding='ascii', errors='replace') as file:
                text = file.read(2000).strip()
        except OSError as error:
            raise CannotCheck(f'cannot read the URL of the node in {path}: {error.strerror}; '
                              f'let the user {os.geteuid()} read the file') from error
    else:
        text = setting('ROUNDS_URL', 'the URL of a node (or ROUNDS_URL_FILE, a file on the host that holds it)')
    try:
        url = urllib.parse.urlsplit(text)
        if re.fullmatch('https?://[!-~]+', text) and url.hostname and url.port != 0:
            return url
    except ValueError:
        pass
    raise CannotCheck(f'{where} holds no URL of a node, expected http:// or https:// and a host: correct it')


class Node:
    def __init__(self):
        self.url = read_url()
        self.host = self.url.hostname
        self.chain_id = int(setting('ROUNDS_CHAIN_ID', 'the number of a chain', r'\d{1,15}'))
        self.timeout = float(setting('ROUNDS_TIMEOUT_SECONDS', 'seconds above 0', r'(?=.*[1-9])\d{1,4}(\.\d+)?'))

    def trouble(self, words):
        """What is wrong with the node, which may quote the URL to us."""
        url = self.url
        for part in re.split('[/?&=]', f'{url.path}?{url.query}') + [url.username, url.password]:
            if part and len(part) >= 6:
                words = words.replace(part, '...')
        return CannotCheck(f'node {self.host} {words[:200]}')

    def ask(self, *calls):
        """The answers to calls (method, parameters...) that are sent as one batch: a result, or a Refused."""
        requests = [{'jsonrpc': '2.0', 'id': number, 'method': method, 'params': parameters}
                    for number, (method, *parameters) in enumerate(calls)]
        try:
            batch = json.loads(self.post(json.dumps(requests)))
        except (ValueError, RecursionError) as error:
            raise self.trouble('answers no JSON: is it an Ethereum node?') from error
        if not isinstance(batch, list):
            raise self.trouble(f'refuses a batch of {len(calls)} calls: {message(batch)}')
        by_number = {answer.get('id'): answer for answer in batch
                     if isinstance(answer, dict) and isinstance(answer.get('id'), int)}
        return [self.result(method, by_number.get(number)) for number, (method, *_) in enumerate(calls)]

    def result(self, method, answer):
        if answer is None or 'result' not in answer and 'error' not in answer:
            raise self.trouble(f'does not answer {method}')
        if answer.get('error') is not None:
            return Refused(self.trouble(f'refuses {method}: {message(answer)}'))
        return answer['result']

    def post(self, body):
        kind = http.client.HTTPSConnection if self.url.scheme == 'https' else http.client.HTTPConnection
        connection = kind(self.host, self.url.port)
        headers = {'Content-Type': 'application/json'}
        if self.url.password is not None:
            password = urllib.parse.unquote(f'{self.url.username}:{self.url.password}')
            headers['Authorization'] = 'Basic ' + base64.b64encode(password.encode()).decode()

        def too_slow(*_):
            raise TooSlow

        # One alarm bounds connection, header and body; a time-out of the socket would start anew with every byte.
        signal.signal(signal.SIGALRM, too_slow)
        signal.setitimer(signal.ITIMER_REAL, self.timeout)
        try:
            connection.request('POST', urllib.parse.urlunsplit(('', '', self.url.path or '/', self.url.query, '')),
                               body, headers)
            response = connection.getresponse()
            answer = response.read(MOST_BYTES + 1)
            if response.length and len(answer) <= MOST_BYTES:
                raise http.client.HTTPException('it ended early')
        except TooSlow as error:
            raise self.trouble(f'gave no complete answer within {self.timeout:g} s') from error
        except OSError as error:
            raise self.trouble(f'cannot be asked: {error.strerror or error}') from error
        except http.client.HTTPException as error:
            raise self.trouble(f'gave no valid HTTP answer: {error}') from error
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
            connection.close()
        if response.status != 200:
            advice = {401: ': correct the key in its URL', 403: ': correct the key in its URL',
                      429: ': it is asked more often than it allows'}.get(response.status, '')
            raise self.trouble(f'answers HTTP {response.status}{advice}')
        if len(answer) > MOST_BYTES:
            raise self.trouble(f'answers more than {MOST_BYTES} bytes')
        return answer

    def latest(self, *calls):
        """Seconds since the latest block that the node knows, and the answers to further calls of the same batch."""
        chain_id, block, *answers = self.ask(('eth_chainId',), ('eth_getBlockByNumber', 'latest', False), *calls)
        found = self.quantity(chain_id, 'a chain id')
        if found != self.chain_id:
            raise self.trouble(f'is on chain {found}, expected chain {self.chain_id}: '
                               'correct the URL, or the setting ROUNDS_CHAIN_ID')
        block = granted(block)
        timestamp = block.get('timestamp') if isinstance(block, dict) else None
        age = time.time() - self.quantity(timestamp, 'a time of a block')
        if age < -CLOCKS_APART_SECONDS:
            raise self.trouble(f'has a block from {-age:.0f} s ahead of this clock: set the clock of this host')
        return max(0.0, age), answers

    def quantity(self, answer, what):
        """The number that an answer is, in the way in which Ethereum writes numbers."""
        text = granted(answer)
        if not isinstance(text, str) or not re.fullmatch('0x[0-9a-fA-F]{1,64}', text):
            raise self.trouble(f'answers {str(text)[:40]!r}, expected {what} as 0x and hexadecimal digits')
        return int(text, 16)


def granted(answer):
    if isinstance(answer, Refused):
        raise answer
    return answer


def message(answer):
    """The words of a JSON-RPC error."""
    error = answer.get('error') if isinstance(answer, dict) else None
    return str(error.get('message')) if isinstance(error, dict) else 'it gives no reason'
