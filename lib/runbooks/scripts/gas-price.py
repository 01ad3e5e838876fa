#!/usr/bin/env python3
"""Measures what a transaction costs on the chain of an Ethereum node, and whether the node follows its chain.

Settings: ROUNDS_URL or ROUNDS_URL_FILE, ROUNDS_CHAIN_ID, ROUNDS_TIMEOUT_SECONDS: see rpc.py
          ROUNDS_MAX_BLOCK_AGE_SECONDS  a node whose latest block is older has stopped following the chain
Metrics:  gas_price_gwei (judged by the runbook), base_fee_gwei (of the next block; U where the node does not know it),
          block_age [s], response_time [s]
OK when measured. CRITICAL when the latest block is too old; its prices are of the past and not told. UNKNOWN when the
node cannot be asked, refuses, answers nonsense or is on another chain, which says nothing about the price.
"""
import time

from plugin import CannotCheck, datum, number, run
from rpc import Node

WEI_PER_GWEI = 1e9
ABSURD_GWEI = 1e6


def next_base_fee(node, history):
    """The history of one block ends with the fee of the block after it; not every node keeps it."""
    try:
        return node.quantity(history['baseFeePerGas'][-1], 'a base fee') / WEI_PER_GWEI
    except (CannotCheck, LookupError, TypeError):
        return None


def check():
    most = number('ROUNDS_MAX_BLOCK_AGE_SECONDS', 'seconds')
    node = Node()
    started = time.monotonic()
    age, (price, history) = node.latest(('eth_gasPrice',), ('eth_feeHistory', '0x1', 'latest', []))
    elapsed = time.monotonic() - started
    times = [datum('block_age', age, 's'), datum('response_time', elapsed, 's')]
    if age > most:
        text = f'node {node.host} has stopped following the chain: its latest block is {age:.0f} s old, over {most:g} s'
        return 2, text, [datum('gas_price_gwei', None), datum('base_fee_gwei', None), *times]
    gwei = node.quantity(price, 'a gas price') / WEI_PER_GWEI
    if not 0 < gwei <= ABSURD_GWEI:
        raise CannotCheck(f'node {node.host} tells a gas price of {gwei:g} gwei, expected above 0 to {ABSURD_GWEI:g}')
    base_fee = next_base_fee(node, history)
    told = 'unknown' if base_fee is None else f'{base_fee:.4g} gwei'
    text = (f'gas price {gwei:.4g} gwei, base fee of the next block {told}; latest block {age:.0f} s old; '
            f'node {node.host} answered in {elapsed:.3f} s')
    return 0, text, [datum('gas_price_gwei', gwei), datum('base_fee_gwei', base_fee), *times]


run(check)
