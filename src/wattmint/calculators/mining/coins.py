"""Coins: what a hash of each earns, and what merged mining adds. A coin is a row of the facts table `coins`, not code.

A machine of H hashes per second finds H × 86,400 ÷ (D × hashes per difficulty) blocks a day. Bitcoin, Litecoin and Dogecoin all
quote difficulty against the target 0xffff × 2^208, so a unit of difficulty is the same number of tries, of SHA-256 twice for
the one and of Scrypt for the others.

Merged mining hands the same tries in to two chains, each against its own target: rewards add, difficulties do not. To put the
second coin into a calculator that knows one, `extra_coins_per_block` gives its worth per block of the first.

Prices and difficulties of coins other than bitcoin are not shipped: they are given.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from wattmint.errors import InputError
from wattmint.facts.fact import Fact
from wattmint.facts.load import attribute, record
from wattmint.units import HASHES_PER_TH, SAT_PER_BTC, SECONDS_PER_DAY


@dataclass(frozen=True, slots=True)
class Coin:
    """A coin's rules.

    Attributes
    ----------
    id, name, ticker : str
        Row of the facts table `coins`, name and short name.
    algorithm : str
        ``sha-256`` or ``scrypt``; machines carry the same word.
    block_interval_s : float
        Spacing of blocks that difficulty is set for.
    initial_subsidy_coins : float
        Subsidy of a block before the first halving.
    halving_interval_blocks : int or None
        Blocks between halvings; None for a coin whose subsidy stays.
    hashes_per_difficulty : float
        Expected tries per block at difficulty 1.
    j_per_th : tuple of float
        Energies per terahash between which a machine of the coin is believed.
    merged_with : str or None
        Id of the coin whose work this coin accepts too.
    """

    id: str
    name: str
    ticker: str
    algorithm: str
    block_interval_s: float
    initial_subsidy_coins: float
    halving_interval_blocks: int | None
    hashes_per_difficulty: float
    j_per_th: tuple[float, float]
    merged_with: str | None

    @property
    def blocks_per_day(self) -> float:
        """Blocks per day that difficulty is set for."""
        return SECONDS_PER_DAY / self.block_interval_s


@dataclass(frozen=True, slots=True)
class CoinMarket:
    """Where a coin's market stands.

    Attributes
    ----------
    coin : Coin
        Its rules.
    coin_usd : float
        Price.
    difficulty : float
        Mining difficulty.
    subsidy_coins, fees_coins_per_block : float
        What a block pays.
    """

    coin: Coin
    coin_usd: float
    difficulty: float
    subsidy_coins: float
    fees_coins_per_block: float


@cache
def coin(name: str) -> Coin:
    """Return a coin's rules.

    Parameters
    ----------
    name : str
        Row of the facts table `coins`, e.g. ``litecoin``.

    Returns
    -------
    Coin
        As the table has it.

    Raises
    ------
    UnknownNameError
        If there is no such coin.
    """
    facts = record("coins", name, field="coin")
    halving = _number(facts, "halving_interval_blocks")
    return Coin(
        id=name,
        name=str(facts["name"].value),
        ticker=str(facts["ticker"].value),
        algorithm=str(facts["algorithm"].value),
        block_interval_s=float(facts["block_interval_s"].value),
        initial_subsidy_coins=float(facts["initial_subsidy_coins"].value),
        halving_interval_blocks=None if halving is None else int(halving),
        hashes_per_difficulty=float(facts["hashes_per_difficulty"].value),
        j_per_th=(float(facts["least_j_per_th"].value), float(facts["most_j_per_th"].value)),
        merged_with=str(facts["merged_with"].value) if "merged_with" in facts else None,
    )


def subsidy_coins(of: Coin, height: int) -> float:
    """Return the subsidy of the block at a height.

    Parameters
    ----------
    of : Coin
        Its rules.
    height : int
        At least 0. Dogecoin's subsidy is the one from height 600,000 on.

    Returns
    -------
    float
        Coins, cut to whole units of 1e-8 (the smallest unit of all three) as the chain does.

    Raises
    ------
    InputError
        If the height is negative.
    """
    if height < 0:
        raise InputError("height", height, "0 or above")
    if of.halving_interval_blocks is None:
        return of.initial_subsidy_coins
    return (int(of.initial_subsidy_coins * SAT_PER_BTC) >> (height // of.halving_interval_blocks)) / SAT_PER_BTC


def coin_market(
    name: str, coin_usd: float, difficulty: float, *, subsidy: float | None = None, height: int | None = None, fees_coins_per_block: float = 0.0
) -> CoinMarket:
    """Return a coin's market from what is given, checked.

    Parameters
    ----------
    name : str
        Row of the facts table `coins`.
    coin_usd, difficulty : float
        Price and difficulty of the day; not shipped for coins other than bitcoin.
    subsidy : float, optional
        Coins per block; follows from `height` when left out.
    height : int, optional
        Block height; needed, unless the subsidy is given or the coin has no halvings.
    fees_coins_per_block : float
        Mean transaction fees.

    Returns
    -------
    CoinMarket
        Within the data dictionary's ranges of price and difficulty.

    Raises
    ------
    UnknownNameError
        If there is no such coin.
    InputError
        If a number is missing or outside its range.
    """
    of = coin(name)
    if subsidy is None:
        if height is None and of.halving_interval_blocks is not None:
            raise InputError("height", None, f"the subsidy of {of.name} halves: give its block height or the subsidy")
        subsidy = subsidy_coins(of, height or 0)
    price = attribute("btc_usd").high or math.inf  # cheap coins cost far less than the dictionary's least bitcoin
    for field, value, high in (("coin_usd", coin_usd, price), ("difficulty", difficulty, attribute("difficulty").high or math.inf)):
        if not 0.0 < value <= high:
            raise InputError(field, value, f"above 0 and at most {high:g}")
    for field, value in (("subsidy", subsidy), ("fees_coins_per_block", fees_coins_per_block)):
        if not 0.0 <= value < math.inf:
            raise InputError(field, value, "0 or above")
    return CoinMarket(of, float(coin_usd), float(difficulty), float(subsidy), float(fees_coins_per_block))


def coins_per_th_day(market: CoinMarket) -> float:
    """Return the mean coins that one TH/s finds in a day, before any pool fee."""
    tries_per_block = market.difficulty * market.coin.hashes_per_difficulty
    return HASHES_PER_TH * SECONDS_PER_DAY / tries_per_block * (market.subsidy_coins + market.fees_coins_per_block)


def usd_per_th_day(*markets: CoinMarket) -> float:
    """Return what one TH/s earns in a day, from one coin or from merged mining of several.

    Parameters
    ----------
    *markets : CoinMarket
        The coin whose blocks are worked on, then those that accept its work.

    Returns
    -------
    float
        USD per TH/s and day, before any pool fee: the sum of the coins' own, because each try counts for all of them.

    Raises
    ------
    InputError
        If a coin does not accept the work of the first.
    """
    parent, *others = markets
    for other in others:
        _check_merged(parent.coin, other.coin)
    return sum(coins_per_th_day(market) * market.coin_usd for market in markets)


def extra_coins_per_block(parent: CoinMarket, merged: CoinMarket) -> float:
    """Return what merged mining of a second coin is worth, in coins of the first per block of the first.

    Parameters
    ----------
    parent, merged : CoinMarket
        The coin whose blocks are worked on, and the one that accepts its work.

    Returns
    -------
    float
        Added to the parent's subsidy, it makes one coin's calculator count both.

    Raises
    ------
    InputError
        If the second does not accept the work of the first.
    """
    _check_merged(parent.coin, merged.coin)
    usd_per_th_day_of_merged = coins_per_th_day(merged) * merged.coin_usd
    blocks_per_th_day = HASHES_PER_TH * SECONDS_PER_DAY / (parent.difficulty * parent.coin.hashes_per_difficulty)
    return usd_per_th_day_of_merged / blocks_per_th_day / parent.coin_usd


def check_machine(of: Coin, machine: str) -> None:
    """Do nothing if a machine can mine a coin.

    Parameters
    ----------
    of : Coin
        Its rules.
    machine : str
        Row of the facts table `machines`.

    Raises
    ------
    UnknownNameError
        If there is no such machine.
    InputError
        If it hashes another algorithm.
    """
    algorithm = str(record("machines", machine, field="machine")["algorithm"].value)
    if algorithm != of.algorithm:
        raise InputError("machine", machine, f"its algorithm is {algorithm!r}; {of.name} needs a {of.algorithm} machine")


def _check_merged(parent: Coin, merged: Coin) -> None:
    if merged.merged_with != parent.id:
        accepts = "no other coin's work" if merged.merged_with is None else f"the work of {merged.merged_with}"
        raise InputError("merged", merged.id, f"{merged.name} accepts {accepts}, not that of {parent.id}")


def _number(facts: Mapping[str, Fact], name: str) -> float | None:
    return float(facts[name].value) if name in facts else None
