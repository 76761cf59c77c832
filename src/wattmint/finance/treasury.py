"""What becomes of mined coins: sold at once, sold as far as costs take, held, or their price fixed by forwards.

Mining earns coins at the price of their month, and those lines stay as they are. A coin that is put aside is bought from the site at that
price (line `PUT_ASIDE`) and comes back as money when it is sold (line `SOLD_LATER`): to cover costs, or, all that is left, at the path's own
price when the horizon ends. Forwards are settled in cash: the price agreed less the price of the month of delivery (line `FORWARDS`). A month's
price is its mean; a sale costs nothing, and holding neither costs nor earns.
"""

from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from wattmint.facts.load import attribute, record
from wattmint.finance.cashflow import sum_of
from wattmint.provenance import UsedInput
from wattmint.scenario.model import Treasury
from wattmint.types import Cashflow, FloatArray, World
from wattmint.units import MONTHS_PER_YEAR

PUT_ASIDE, SOLD_LATER, FORWARDS = "coins put aside", "coins sold later", "forward sales"
"""Names of the lines that the treasury adds."""

COIN_LINES: Final = ("subsidy", "transaction fees")
"""Lines that are coins at the month's price."""

PAID_IN_COINS: Final = ("pool fee",)
"""Lines that are taken out of those coins before they arrive."""

CARRY: Final = "forward_carry_per_year"


@dataclass(frozen=True, slots=True)
class CoinBook:
    """What became of the coins.

    Attributes
    ----------
    mined, sold_at_once, sold_later, kept : FloatArray, shape (paths,)
        Coins that arrived; of these sold in their own month, sold from the stock before the horizon ends, and still there then:
        the three sum to the first.
    no_income : FloatArray, shape (paths, months + 1)
        What of the treasury's lines is no income but property bought and its cost given back [USD]; sums to zero. Tax is due on a
        coin's price when it is mined, and on what it has gained when it is sold.
    """

    mined: FloatArray
    sold_at_once: FloatArray
    sold_later: FloatArray
    kept: FloatArray
    no_income: FloatArray


def carry_used(terms: Treasury) -> UsedInput:
    """Return by how much forwards lie above the price of the day, per year: the site file's, or the cited default."""
    if terms.forward_carry_per_year is not None:
        return UsedInput(CARRY, terms.forward_carry_per_year, attribute(CARRY).unit, "site file", "given")
    return record("defaults", "treasury")[CARRY].used()


def with_treasury(flows: Cashflow, world: World, terms: Treasury, planned_mw: FloatArray) -> tuple[Cashflow, CoinBook | None]:
    """Return a build's cash flow with what its treasury makes of the coins.

    Parameters
    ----------
    flows : Cashflow
        Of the build, all coins sold at once.
    world : World
        Coin price and subsidy.
    terms : Treasury
        The site file's.
    planned_mw : FloatArray, shape (months,)
        Power that mines as planned on the day of decision.

    Returns
    -------
    tuple of (Cashflow, CoinBook or None)
        The lines with those of the treasury behind them, which sum to the new net; the same object and None where no coins are mined.
    """
    value = sum_of({name: flows.lines[name] for name in (*COIN_LINES, *PAID_IN_COINS) if name in flows.lines}, flows.net.shape)
    if not value.any():
        return flows, None
    price, added = world.btc_usd, {}
    mined = np.maximum(value[:, 1:], 0.0) / price
    forwards = forward_flows(mined, world, terms, planned_mw) if terms.forward_share > 0.0 else None
    others = flows.net - value if forwards is None else flows.net - value + forwards
    covers = np.maximum(-others[:, 1:], 0.0) if terms.coin_policy == "cover" else np.zeros_like(mined)
    share = 0.0 if terms.coin_policy == "sell" else terms.hold_share
    stock = keep(mined, price, covers, share)
    if stock.put_usd.any():
        added[PUT_ASIDE] = -_booked(stock.put_usd)
        added[SOLD_LATER] = _booked(stock.sold_usd)
    if forwards is not None:
        added[FORWARDS] = forwards
    book = CoinBook(mined.sum(axis=1), stock.at_once, stock.later, stock.left, _booked(stock.cost_usd - stock.put_usd))
    if not added:
        return flows, book
    lines = {**flows.lines, **added}
    return replace(flows, lines=lines, net=sum_of(lines, flows.net.shape)), book


@dataclass(frozen=True, slots=True)
class Stock:
    """A stock of coins over the horizon.

    Attributes
    ----------
    put_usd, sold_usd, cost_usd : FloatArray, shape (paths, months)
        Worth of what is put aside in a month, of what is sold from the stock, and what the coins sold had been worth when they were put aside
        (each at the stock's mean); everything is sold in the last month.
    at_once, later, left : FloatArray, shape (paths,)
        Coins sold in their own month, sold from the stock, and left for the end.
    """

    put_usd: FloatArray
    sold_usd: FloatArray
    cost_usd: FloatArray
    at_once: FloatArray
    later: FloatArray
    left: FloatArray


def keep(mined: FloatArray, price: FloatArray, covers_usd: FloatArray, share: float) -> Stock:
    """Walk a stock of coins through the months.

    Parameters
    ----------
    mined, price, covers_usd : FloatArray, shape (paths, months)
        Coins, USD per coin, and costs to be covered by selling coins, positive: first the month's own, then the stock.
    share : float
        Share that is put aside of the coins that costs leave.

    Returns
    -------
    Stock
        Of each path.
    """
    put, drawn, cost = np.zeros_like(mined), np.zeros_like(mined), np.zeros_like(mined)
    stock, stock_usd = np.zeros(mined.shape[0]), np.zeros(mined.shape[0])
    for month in range(mined.shape[1]):
        needed = covers_usd[:, month] / price[:, month]
        first = np.minimum(needed, mined[:, month])
        drawn[:, month] = np.minimum(needed - first, stock)
        put[:, month] = share * (mined[:, month] - first)
        cost[:, month] = stock_usd * _ratio(drawn[:, month], stock)
        stock += put[:, month] - drawn[:, month]
        stock_usd += put[:, month] * price[:, month] - cost[:, month]
    later, sold_usd = drawn.sum(axis=1), drawn * price
    sold_usd[:, -1] += stock * price[:, -1]
    cost[:, -1] += stock_usd
    return Stock(put * price, sold_usd, cost, mined.sum(axis=1) - put.sum(axis=1), later, stock)


def forward_flows(mined: FloatArray, world: World, terms: Treasury, planned_mw: FloatArray) -> FloatArray:
    """Return what forwards pay: agreed up to some months ahead, for a share of the output of the month in which they are agreed.

    Parameters
    ----------
    mined : FloatArray, shape (paths, months)
        Coins.
    world : World
        Coin price, and the subsidy: halvings are known beforehand, and less is sold for the time after them.
    terms : Treasury
        Share, months and carry.
    planned_mw : FloatArray, shape (months,)
        Power that mines as planned: parts that stop are known beforehand too, and less is sold for the time after them.

    Returns
    -------
    FloatArray, shape (paths, months + 1)
        USD: coins sold forward × (price agreed − price of the month). A month's output is sold `forward_months` before, or with the first
        month that mines; how difficulty, wear and the hours run will change it nobody knows, so that a part may be over- or undersold.
    """
    months = np.arange(mined.shape[1])
    first = (mined > 0.0).argmax(axis=1)[:, None]
    agreed = np.maximum(first, months - terms.forward_months)
    ahead = months - agreed
    rows = np.arange(mined.shape[0])[:, None]
    stays = np.minimum(_ratio(np.broadcast_to(planned_mw, mined.shape), planned_mw[agreed]), 1.0)
    coins = terms.forward_share * mined[rows, agreed] * (world.subsidy_btc / world.subsidy_btc[rows, agreed]) * stays
    price = world.btc_usd[rows, agreed] * (1.0 + float(carry_used(terms).value)) ** (ahead / MONTHS_PER_YEAR)
    return _booked(np.where(ahead > 0, coins * (price - world.btc_usd), 0.0))


def _ratio(part: FloatArray, whole: FloatArray) -> FloatArray:
    return np.divide(part, whole, out=np.zeros_like(part), where=whole > 0.0)


def _booked(monthly: FloatArray) -> FloatArray:
    """Book what a month brings at its end."""
    return np.concatenate([np.zeros((monthly.shape[0], 1)), monthly], axis=1)
