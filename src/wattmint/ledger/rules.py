"""Two chains by the same rules: Bitcoin's, for verifying it, and a playground whose blocks a laptop can find."""

from dataclasses import dataclass
from functools import cached_property
from typing import Final

from wattmint.ledger.block import Block
from wattmint.ledger.hashes import NO_HASH
from wattmint.ledger.header import Header
from wattmint.ledger.pow import BLOCK_SPACING_S, BLOCKS_PER_EPOCH, EASIEST_BITS
from wattmint.ledger.script import push
from wattmint.ledger.subsidy import FIRST_SUBSIDY_SAT, HALVING_INTERVAL_BLOCKS
from wattmint.ledger.transaction import NO_INDEX, OutPoint, Transaction, TxIn, TxOut
from wattmint.units import SECONDS_PER_HOUR

COINBASE_MATURITY_BLOCKS: Final = 100
"""New coins can be spent in the hundredth block after their own, not before."""

LATEST_S: Final = int(2 * SECONDS_PER_HOUR)
"""How far ahead of a node's clock a block's time may be."""

MEDIAN_BLOCKS: Final = 11
"""A block's time must be after the median time of so many blocks before it."""

_HEADLINE: Final = b"The Times 03/Jan/2009 Chancellor on brink of second bailout for banks"
_FIRST_KEY: Final = bytes.fromhex(
    "04678afdb0fe5548271967f1a67130b7105cd6a828e03909a67962e0ea1f61deb649f6bc3f4cef38c4f35504e51ec112de5c384df7ba0b8d578a4c702b6bf11d5f"
)


@dataclass(frozen=True)
class Rules:
    """What makes one chain differ from another.

    Attributes
    ----------
    name : str
        For people.
    magic : bytes
        First four bytes of every network message.
    genesis_time_s, genesis_nonce : int
        Of the first block.
    easiest_bits : int
        Of the easiest target, the first block's own.
    epoch_blocks, spacing_s : int
        Blocks between two retargets, and seconds per block that they aim at.
    halving_blocks : int
        Blocks of one subsidy era.
    height_in_coinbase, witness : int
        Heights from which BIP 34 and BIP 141 hold; strict DER (BIP 66) is asked for at every height.
    relative_locks : int
        Height from which BIP 68 and BIP 113 hold.
    version_floors : tuple of (height, version)
        Least block version from a height on.
    low_s : bool
        Whether blocks, not only relayed transactions, must carry the lower S.
    """

    name: str
    magic: bytes
    genesis_time_s: int
    genesis_nonce: int
    easiest_bits: int
    epoch_blocks: int
    spacing_s: int
    halving_blocks: int
    height_in_coinbase: int
    witness: int
    relative_locks: int
    version_floors: tuple[tuple[int, int], ...]
    low_s: bool

    @property
    def epoch_s(self) -> int:
        """Seconds an epoch is meant to last."""
        return self.epoch_blocks * self.spacing_s

    @cached_property
    def genesis(self) -> Block:
        """The first block. Its coins are in no set of coins and cannot be spent, which is Bitcoin's own oddity."""
        script = push(EASIEST_BITS.to_bytes(4, "little")) + push(b"\x04") + push(_HEADLINE)
        coinbase = Transaction(1, (TxIn(OutPoint(NO_HASH, NO_INDEX), script),), (TxOut(FIRST_SUBSIDY_SAT, push(_FIRST_KEY) + b"\xac"),))
        return Block(Header(1, NO_HASH, coinbase.txid, self.genesis_time_s, self.easiest_bits, self.genesis_nonce), (coinbase,))

    def least_version(self, height: int) -> int:
        """Return the least version of a block at a height."""
        return max((version for start, version in self.version_floors if height >= start), default=1)


MAINNET: Final = Rules(
    name="mainnet",
    magic=bytes.fromhex("f9beb4d9"),
    genesis_time_s=1_231_006_505,
    genesis_nonce=2_083_236_893,
    easiest_bits=EASIEST_BITS,
    epoch_blocks=BLOCKS_PER_EPOCH,
    spacing_s=BLOCK_SPACING_S,
    halving_blocks=HALVING_INTERVAL_BLOCKS,
    height_in_coinbase=227_931,
    witness=481_824,
    relative_locks=419_328,
    version_floors=((227_931, 2), (363_725, 3), (388_381, 4)),
    low_s=False,
)
"""Bitcoin. Heights as in Bitcoin Core's chainparams.cpp."""

PLAYGROUND: Final = Rules(
    name="playground",
    magic=bytes.fromhex("fabfb5da"),
    genesis_time_s=1_296_688_602,
    genesis_nonce=2,
    easiest_bits=0x207FFFFF,
    epoch_blocks=32,
    spacing_s=BLOCK_SPACING_S,
    halving_blocks=150,
    height_in_coinbase=1,
    witness=1,
    relative_locks=1,
    version_floors=((1, 4),),
    low_s=True,
)
"""First block, easiest target and halvings of Bitcoin Core's regtest, but the difficulty follows the chain, every 32 blocks."""
