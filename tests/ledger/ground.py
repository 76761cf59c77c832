"""What the ledger's tests share: a chain of the playground with a clock, a purse and ripe coins, and the golden bytes."""

import functools
import json
import weakref
from pathlib import Path

from wattmint.ledger.block import Block
from wattmint.ledger.chain import Chain, Moved
from wattmint.ledger.mempool import Mempool
from wattmint.ledger.miner import mined
from wattmint.ledger.rules import COINBASE_MATURITY_BLOCKS, PLAYGROUND
from wattmint.ledger.transaction import OutPoint, Transaction, TxOut
from wattmint.ledger.wallet import Wallet
from wattmint.units import SAT_PER_BTC

GOLDEN = json.loads((Path(__file__).parents[1] / "golden" / "ledger_bytes.json").read_text())
SPACING_S = 300
PURSE, SHOP = Wallet(b"\1" * 32), Wallet(b"\2" * 32, legacy=True)


class Ground:
    """A chain whose clock goes `SPACING_S` per block."""

    def __init__(self, path: Path | None = None) -> None:
        self.time_s = PLAYGROUND.genesis_time_s
        self.chain = Chain(path, PLAYGROUND, lambda: self.time_s)
        self.mempool = Mempool(self.chain)
        weakref.finalize(self, self.chain.close)

    def next_block(self, script: bytes = PURSE.script, *, empty: bool = False, mark: bytes = b"") -> Block:
        return mined(self.chain, None if empty else self.mempool, script, self.time_s + SPACING_S, mark=mark)

    def take(self, block: Block) -> Moved:
        self.time_s = max(self.time_s, block.header.time_s)
        moved = self.chain.accept(block)
        if moved.joined:
            self.mempool.follow(moved)
        return moved

    def mine(self, count: int = 1, script: bytes = PURSE.script, *, mark: bytes = b"") -> list[Block]:
        blocks = []
        for _ in range(count):
            blocks.append(self.next_block(script, mark=mark))
            self.take(blocks[-1])
        return blocks

    def coin(self, number: int = 0) -> tuple[OutPoint, TxOut]:
        point, coin = PURSE.coins(self.chain, self.mempool)[number]
        return point, coin.output

    def payment(self, *, rate: int = 10, number: int = 0, to: bytes = SHOP.script, value_sat: int = SAT_PER_BTC) -> Transaction:
        return PURSE.pay([self.coin(number)], [TxOut(value_sat, to)], rate)


@functools.cache
def first_blocks() -> tuple[Block, ...]:
    """Blocks after which four coins are ripe, found once."""
    return tuple(Ground().mine(COINBASE_MATURITY_BLOCKS + 3))


def ripe(path: Path | None = None) -> Ground:
    """A chain with four coins that can be spent."""
    ground = Ground(path)
    for block in first_blocks():
        ground.take(block)
    return ground
