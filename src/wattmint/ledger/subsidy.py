"""The subsidy: new coins that a block may create, halved every 210,000 blocks, counted in satoshi."""

from typing import Final

from wattmint.errors import InputError
from wattmint.units import SAT_PER_BTC

HALVING_INTERVAL_BLOCKS: Final = 210_000
"""Blocks of one subsidy era."""

FIRST_SUBSIDY_SAT: Final = 50 * SAT_PER_BTC
"""Subsidy of the first era."""

SUBSIDY_ERAS: Final = FIRST_SUBSIDY_SAT.bit_length()
"""Eras with a subsidy above nothing: each halving shifts the satoshi one bit to the right, dropping the odd one."""


def subsidy_sat(height: int, halving_blocks: int = HALVING_INTERVAL_BLOCKS) -> int:
    """Return the subsidy of the block at a height.

    Parameters
    ----------
    height : int
        0 for the first block.
    halving_blocks : int
        Blocks of one subsidy era; another number makes another chain.

    Returns
    -------
    int
        Satoshi.

    Raises
    ------
    InputError
        If `height` is negative.
    """
    if height < 0:
        raise InputError("height", height, "0 or above")
    return FIRST_SUBSIDY_SAT >> height // halving_blocks


def issued_sat(height: int, halving_blocks: int = HALVING_INTERVAL_BLOCKS) -> int:
    """Return all coins created up to and including the block at a height.

    Parameters
    ----------
    height : int
        0 for the first block.
    halving_blocks : int
        Blocks of one subsidy era; another number makes another chain.

    Returns
    -------
    int
        Satoshi. What miners forwent and the first block's unspendable coins are counted: it is what the rules allow.

    Raises
    ------
    InputError
        If `height` is negative.
    """
    if height < 0:
        raise InputError("height", height, "0 or above")
    full_eras, blocks = divmod(height + 1, halving_blocks)
    full = sum(FIRST_SUBSIDY_SAT >> era for era in range(min(full_eras, SUBSIDY_ERAS)))
    return halving_blocks * full + blocks * (FIRST_SUBSIDY_SAT >> full_eras)


MAX_SUPPLY_SAT: Final = issued_sat(SUBSIDY_ERAS * HALVING_INTERVAL_BLOCKS)
"""All coins there will ever be: a little less than 21 million, because odd satoshi are dropped."""
