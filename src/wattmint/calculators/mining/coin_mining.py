"""The mining calculator for any coin of the table `coins`, alone or merged: the same static formulas, prices given."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from wattmint.calculators.limits import check_together, checked
from wattmint.calculators.mining.coins import CoinMarket, check_machine, coins_per_th_day, extra_coins_per_block
from wattmint.calculators.mining.static import MiningCase, static_result
from wattmint.errors import InputError
from wattmint.facts.load import number
from wattmint.scenario.refusal import Words

FIGURES: Final = (
    "hashrate_ths", "power_w", "count", "power_price_usd_per_kwh", "pool_fee", "stale_rate", "uptime", "capex_usd", "pue",
)  # fmt: skip
"""What may be given about machines and contract, each a row of the data dictionary."""


@dataclass(frozen=True, slots=True)
class CoinResult:
    """What machines earn on a day like the one given, for all of them together.

    Attributes
    ----------
    coins_per_day : mapping of str to float
        Mean coins by ticker, after uptime, stale work and the pool's fee.
    usd_per_day : mapping of str to float
        Their worth by ticker.
    revenue_usd_per_day, power_cost_usd_per_day, profit_usd_per_day : float
        Sum over coins; energy; the difference.
    breakeven_power_usd_per_kwh : float
        Power price at which profit is zero.
    breakeven_price_share : float
        To which share of today's all prices can fall before profit is zero; above 1 when it is a loss today.
    payback_days : float or None
        Capital over profit per day; None without profit or without a known capital.
    """

    coins_per_day: Mapping[str, float]
    usd_per_day: Mapping[str, float]
    revenue_usd_per_day: float
    power_cost_usd_per_day: float
    profit_usd_per_day: float
    breakeven_power_usd_per_kwh: float
    breakeven_price_share: float
    payback_days: float | None


def mine_coins(machine: str | None, markets: Sequence[CoinMarket], **given: float | None) -> CoinResult:
    """Return what mining one coin, or several at once, earns.

    Parameters
    ----------
    machine : str or None
        Row of the facts table `machines`; None when ``hashrate_ths`` and ``power_w`` are given.
    markets : sequence of CoinMarket
        The coin whose blocks are worked on, then at most one that accepts its work.
    **given : float or None
        `FIGURES` by name, None for the default: uptime, pool fee and power price of the facts table `defaults`, one machine, no
        stale work, PUE 1. TH/s are tera of the coin's own hashes.

    Returns
    -------
    CoinResult
        By the formulas of `wattmint.calculators.mining.static`; the second coin enters as its worth per block of the first.

    Raises
    ------
    UnknownNameError
        If there is no such machine.
    InputError
        If the machine hashes another algorithm, a coin does not accept the work of the first, or a number is missing or out of range.

    Examples
    --------
    >>> from wattmint.calculators.mining.coins import coin_market
    >>> litecoin, dogecoin = coin_market("litecoin", 100, 9e7, height=2_900_000), coin_market("dogecoin", 0.2, 4e7)
    >>> round(mine_coins("antminer-l9", [litecoin, dogecoin], power_price_usd_per_kwh=0.05).revenue_usd_per_day, 2)
    17.42
    """
    if not 1 <= len(markets) <= 2:
        raise InputError("merged", len(markets) - 1, "one coin, and at most one that is merged with it")
    parent, extra = markets[0], sum(extra_coins_per_block(markets[0], merged) for merged in markets[1:])
    case = _case(machine, parent, extra, {name: checked(name, value) for name, value in given.items() if value is not None})
    result = static_result(case)
    kept_ths = case.hashrate_ths * case.count * case.uptime * (1.0 - case.pool_fee) * (1.0 - case.stale_rate)
    coins = {market.coin.ticker: coins_per_th_day(market) * kept_ths for market in markets}
    return CoinResult(
        coins_per_day=coins,
        usd_per_day={market.coin.ticker: coins[market.coin.ticker] * market.coin_usd for market in markets},
        revenue_usd_per_day=result.revenue_usd_per_day,
        power_cost_usd_per_day=result.power_cost_usd_per_day,
        profit_usd_per_day=result.profit_usd_per_day,
        breakeven_power_usd_per_kwh=result.breakeven_power_usd_per_kwh,
        breakeven_price_share=result.power_cost_usd_per_day / result.revenue_usd_per_day,
        payback_days=result.payback_days,
    )


def _case(machine: str | None, parent: CoinMarket, extra_coins: float, figures: Mapping[str, float]) -> MiningCase:
    if machine is not None:
        check_machine(parent.coin, machine)
        figures = {name: number("machines", machine, name) for name in ("hashrate_ths", "power_w")} | dict(figures)
    for name in ("hashrate_ths", "power_w"):
        if name not in figures:
            raise InputError(name, Words("(left out)"), "needed, unless a machine is named")
    reward = {"subsidy_btc": parent.subsidy_coins + extra_coins, "fees_btc_per_block": parent.fees_coins_per_block}
    check_together({**figures, **reward}, parent.coin.j_per_th)
    full: dict[str, Any] = {
        "power_price_usd_per_kwh": number("defaults", "calculator", "power_price_usd_per_kwh"),
        "pool_fee": number("defaults", "mining", "pool_fee"),
        "uptime": number("defaults", "mining", "uptime"),
        **figures,
        **reward,
    }
    return MiningCase(
        **full, btc_usd=parent.coin_usd, difficulty=parent.difficulty, expected_hashes_per_difficulty=parent.coin.hashes_per_difficulty
    )
