"""Mining: a block on top of the tip, filled from the mempool, with a coinbase that takes subsidy and fees."""

from dataclasses import replace
from typing import Final

from wattmint.ledger.block import COMMITMENT, MOST_WEIGHT, Block, commitment
from wattmint.ledger.chain import Chain
from wattmint.ledger.hashes import NO_HASH, merkle_root
from wattmint.ledger.header import Header, solved
from wattmint.ledger.mempool import Mempool
from wattmint.ledger.script import number_push, push
from wattmint.ledger.subsidy import subsidy_sat
from wattmint.ledger.transaction import NO_INDEX, OutPoint, Transaction, TxIn, TxOut

BLOCK_VERSION: Final = 0x20000000
"""Version bits (BIP 9) with none set."""

ROOM_FOR_COINBASE: Final = 4_000
"""Weight kept free for header and coinbase."""

_EXTRA_NONCE_BYTES: Final = 4


def mined(chain: Chain, mempool: Mempool | None, script: bytes, time_s: int, *, mark: bytes = b"") -> Block:
    """Return a block on top of the tip, with its work done. The chain does not have it yet.

    Parameters
    ----------
    chain : Chain
        Whose tip.
    mempool : Mempool or None
        What fills the block.
    script : bytes
        Lock of the new coins.
    time_s : int
        Of the block; raised to the earliest that is allowed.
    mark : bytes
        Up to 60, put into the coinbase; makes blocks of different miners differ.

    Returns
    -------
    Block
        Whose coinbase takes all that the rules allow.
    """
    chosen = [] if mempool is None else mempool.best(MOST_WEIGHT - ROOM_FOR_COINBASE)
    height = chain.height + 1
    value = subsidy_sat(height, chain.rules.halving_blocks) + sum(one.fee_sat for one in chosen)
    header = Header(BLOCK_VERSION, chain.tip_hash, NO_HASH, max(time_s, chain.earliest_time_s()), chain.required_bits(), 0)
    extra_nonce = 0
    while True:
        start = number_push(height) + push(extra_nonce.to_bytes(_EXTRA_NONCE_BYTES, "little") + mark)
        transactions = _with_coinbase(start, TxOut(value, script), tuple(one.transaction for one in chosen))
        root, _ = merkle_root([one.txid for one in transactions])
        found = solved(replace(header, merkle=root))
        if found is not None:
            return Block(found, transactions)
        extra_nonce += 1


def _with_coinbase(script: bytes, reward: TxOut, others: tuple[Transaction, ...]) -> tuple[Transaction, ...]:
    inputs = (TxIn(OutPoint(NO_HASH, NO_INDEX), script),)
    if not any(one.has_witness for one in others):
        return (Transaction(1, inputs, (reward,)), *others)
    inputs = (replace(inputs[0], witness=(NO_HASH,)),)
    bare = Transaction(1, inputs, (reward,))
    committed = TxOut(0, COMMITMENT + commitment((bare, *others), NO_HASH))
    return (Transaction(1, inputs, (reward, committed)), *others)
