#!/usr/bin/env python3
"""Asks an Ethereum node what became of the transactions that the platform's database says are pending.

Settings: ROUNDS_URL or ROUNDS_URL_FILE, ROUNDS_CHAIN_ID, ROUNDS_TIMEOUT_SECONDS (of the query too): see rpc.py
          ROUNDS_SERVICE, ROUNDS_PG_USER  where the database is: see psql.py
          ROUNDS_QUERY                    SELECT of columns hash and age_seconds, the oldest first
          ROUNDS_LIMIT                    most transactions that are asked for
          ROUNDS_PENDING_MINUTES          a transaction without a receipt is late after these
          ROUNDS_MAX_BLOCK_AGE_SECONDS    a node whose latest block is older knows no receipt of today
Metrics:  pending, pending_too_long, oldest_pending [s], failed, confirmed
OK when none is late or failed. CRITICAL when one failed (its receipt says status 0), even if others could not be asked
for. WARNING when one is pending for too long, or when there are more than the limit, which are not asked for. UNKNOWN
when the database or the node cannot be asked, or the node does not know the present: a receipt that it still has to load
is not missing.
"""
import re
from decimal import Decimal

from plugin import CannotCheck, datum, number, run, setting
from psql import rows
from rpc import Node, granted

BATCH = 50
MOST_NAMED = 3


def read_pending(timeout, limit):
    """Age in seconds by hash, oldest first; how many rows of the query are no such thing; whether there are more."""
    ages, odd = {}, 0
    found = rows(setting('ROUNDS_QUERY', 'a SELECT'), timeout, limit)
    for row in found[:limit]:
        name, age = row.get('hash'), row.get('age_seconds')
        if re.fullmatch('0x[0-9a-fA-F]{64}', str(name)) and type(age) in (int, Decimal):
            ages[name.lower()] = max(0.0, float(age))
        else:
            odd += 1
    return dict(sorted(ages.items(), key=lambda item: -item[1])), odd, len(found) > limit


def outcome(node, name, receipt):
    """Whether the transaction succeeded; None while it is pending."""
    receipt = granted(receipt)
    if receipt is None:
        return None
    if not isinstance(receipt, dict) or str(receipt.get('transactionHash')).lower() != name:
        raise CannotCheck(f'node {node.host} answers no receipt of {short(name)}')
    if receipt.get('status') not in ('0x0', '0x1'):
        raise CannotCheck(f'node {node.host} answers a receipt of {short(name)} without a status')
    return receipt['status'] == '0x1'


def ask_for(node, names):
    """Outcome by hash, as far as the node could be asked, and what kept it from that."""
    outcomes, trouble = {}, ''
    for start in range(0, len(names), BATCH):
        batch = names[start:start + BATCH]
        try:
            receipts = node.ask(*(('eth_getTransactionReceipt', name) for name in batch))
        except CannotCheck as error:
            return outcomes, str(error)
        for name, receipt in zip(batch, receipts):
            try:
                outcomes[name] = outcome(node, name, receipt)
            except CannotCheck as error:
                trouble = str(error)
    return outcomes, trouble


def short(name):
    return f'{name[:6]}..{name[-4:]}'


def listed(names):
    more = f' and {len(names) - MOST_NAMED} more' if len(names) > MOST_NAMED else ''
    return ', '.join(short(name) for name in names[:MOST_NAMED]) + more


def check():
    limit = int(setting('ROUNDS_LIMIT', 'a number from 1 to 999', r'[1-9]\d{0,2}'))
    minutes = number('ROUNDS_PENDING_MINUTES', 'minutes')
    most = number('ROUNDS_MAX_BLOCK_AGE_SECONDS', 'seconds')
    node = Node()
    ages, odd, has_more = read_pending(node.timeout, limit)
    block_age, (syncing,) = node.latest(('eth_syncing',))
    if granted(syncing) is not False:
        raise CannotCheck(f'node {node.host} is still loading the chain: what it does not know may well have happened')
    if block_age > most:
        raise CannotCheck(f'node {node.host} has stopped following the chain: latest block {block_age:.0f} s old')
    outcomes, trouble = ask_for(node, list(ages))
    remarks = [f'{len(ages) - len(outcomes)} not judged: {trouble}'] if trouble else []
    if odd:
        remarks.append(f'{odd} rows without a hash and an age: correct the query')
    if has_more:
        remarks.append(f'there are more than {limit}, the others are not asked for')
    code = 3 if trouble or odd else 1 if has_more else 0
    return judge(ages, outcomes, minutes, code, remarks)


def judge(ages, outcomes, minutes, code, remarks):
    """The verdict on what is known of the transactions; the code and the remarks are of what is not."""
    names = {kind: [name for name, found in outcomes.items() if found is kind] for kind in (None, True, False)}
    pending, confirmed, failed = names[None], names[True], names[False]
    late = [name for name in pending if ages[name] > minutes * 60]
    words = []
    if failed:
        words.append(f'{len(failed)} failed: {listed(failed)}')
    if late:
        oldest = f'the oldest for {ages[late[0]] / 60:.0f} min'
        words.append(f'{len(late)} pending for over {minutes:g} min: {listed(late)}, {oldest}')
    words += [*remarks, f'{len(pending)} pending, {len(confirmed)} confirmed, {len(failed)} failed']
    oldest = ages[pending[0]] if pending else 0
    return 2 if failed else code or (1 if late else 0), 'transactions: ' + '; '.join(words), [
        datum('pending', len(pending)), datum('pending_too_long', len(late)), datum('oldest_pending', oldest, 's'),
        datum('failed', len(failed)), datum('confirmed', len(confirmed))]


run(check)
