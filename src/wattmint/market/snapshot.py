"""The market on one day, in one place: as shipped, or as the site file overrides it."""

from dataclasses import dataclass

from wattmint.facts.fact import Fact
from wattmint.facts.load import record, table
from wattmint.physics.hashing import difficulty_from_hashrate, network_hashrate_h_per_s
from wattmint.provenance import MarketValue
from wattmint.scenario.model import Market, Power
from wattmint.units import HASHES_PER_EH

_GIVEN = "site file"


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Where the market stands on the day of decision.

    Attributes
    ----------
    btc_usd : float
        Coin price.
    difficulty : float
        Mining difficulty.
    network_hashrate_ehs : float
        Network hashrate [EH/s] that goes with it.
    fees_btc_per_block : float
        Mean transaction fees per block.
    height : float
        Block height on the snapshot's own day.
    power_level_usd_per_mwh : float or None
        Expected mean wholesale price; None when no market's level was asked for or known.
    gpu_rental_multiplier : float
        Multiplies every GPU rental price; applied by the workloads.
    token_price_multiplier : float
        Multiplies every price of tokens; applied by the workloads.
    values : tuple of MarketValue
        The same with unit, date, source and kind, as the report prints them.
    """

    btc_usd: float
    difficulty: float
    network_hashrate_ehs: float
    fees_btc_per_block: float
    height: float
    power_level_usd_per_mwh: float | None
    gpu_rental_multiplier: float
    token_price_multiplier: float
    values: tuple[MarketValue, ...]


def market_snapshot(market: Market, power: Power | None = None) -> Snapshot:
    """Return the snapshot of the facts table `snapshot` with the site file's overrides.

    Parameters
    ----------
    market : Market
        Overrides; what it leaves out is used as shipped.
    power : Power, optional
        The site's power table; with it, the price level is part of the snapshot.

    Returns
    -------
    Snapshot
        Difficulty and hashrate belong together: one is derived from the other, a difficulty that is given rules.
    """
    shipped = record("snapshot", "market")
    price = _value(shipped["btc_usd"], market.btc_usd)
    fees = _value(shipped["fees_btc_per_block"], market.fees_btc_per_block)
    given = {key: getattr(market, key) if key in market.model_fields_set else None for key in ("gpu_rental_multiplier", "token_price_multiplier")}
    rental, token = (_value(shipped[key], value) for key, value in given.items())
    height = _value(shipped["block_height"], None)
    difficulty, hashrate = _network(shipped["network_hashrate_ehs"], market.difficulty)
    level = None if power is None else power_level(power, _market_of(power))
    values = (price, difficulty, hashrate, fees, height, rental, token) + (() if level is None else (level,))
    return Snapshot(
        btc_usd=price.value,
        difficulty=difficulty.value,
        network_hashrate_ehs=hashrate.value,
        fees_btc_per_block=fees.value,
        height=height.value,
        power_level_usd_per_mwh=None if level is None else level.value,
        gpu_rental_multiplier=rental.value,
        token_price_multiplier=token.value,
        values=values,
    )


def power_level(power: Power, market: str | None) -> MarketValue | None:
    """Return the expected mean wholesale price at the start.

    Parameters
    ----------
    power : Power
        The site's power table: its level or fixed price rules.
    market : str or None
        Wholesale market of the price history, e.g. ``ercot``.

    Returns
    -------
    MarketValue or None
        None when nothing is given and the market's level is not in the facts table `snapshot`.
    """
    given = power.fixed_usd_per_mwh if power.fixed_usd_per_mwh is not None else power.level_usd_per_mwh
    if given is not None:
        return MarketValue("power_level_usd_per_mwh", given, "USD/MWh", "", _GIVEN, "given")
    if market is None or market not in table("snapshot"):
        return None
    return _value(record("snapshot", market)["power_level_usd_per_mwh"], None)


def _market_of(power: Power) -> str | None:
    series = table("series")
    facts = series.get(power.history[0].prices) if power.history else None
    return None if facts is None or "market" not in facts else str(facts["market"].value)


def _network(shipped: Fact, difficulty: float | None) -> tuple[MarketValue, MarketValue]:
    if difficulty is None:
        hashrate = _value(shipped, None)
        found = difficulty_from_hashrate(hashrate.value * HASHES_PER_EH)
        return MarketValue("difficulty", found, "1", hashrate.as_of, hashrate.source, "derived"), hashrate
    implied = network_hashrate_h_per_s(difficulty) / HASHES_PER_EH
    given = MarketValue("difficulty", difficulty, "1", "", _GIVEN, "given")
    return given, MarketValue("network_hashrate_ehs", implied, shipped.unit, "", _GIVEN, "derived")


def _value(shipped: Fact, given: float | None) -> MarketValue:
    if given is None:
        return MarketValue(shipped.attribute, float(shipped.value), shipped.unit, shipped.as_of, shipped.source, shipped.kind)
    return MarketValue(shipped.attribute, given, shipped.unit, "", _GIVEN, "given")
