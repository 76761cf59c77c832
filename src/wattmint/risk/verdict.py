"""The last noun: what to think of each build, small enough to read, complete enough to draw the report from.

Every number is a plain float (or None where it is undefined), so that ``Verdict.to_dict()`` is the JSON as it stands.
"""

import dataclasses
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
import polars as pl

from wattmint.provenance import MarketValue, SourceUsed, UsedInput
from wattmint.risk.beside import CoinInstead, Levelised
from wattmint.risk.financed import Financed, FinancedPaths
from wattmint.risk.measures import UNDEFINED, Spread
from wattmint.risk.phase import Phase
from wattmint.types import FloatArray

BEFORE_ALL: Final = "NPV before tax and debt"
"""What builds are ranked by without `[tax]` and `[debt]`."""


@dataclass(frozen=True, slots=True)
class PathResults:
    """One build's results, one number per path: the rows of ``paths.parquet``.

    Attributes
    ----------
    npv_usd, irr, mirr, roi, capital_need_usd, payback_months, discounted_payback_months : FloatArray, shape (paths,)
        NaN where undefined (an IRR with no or several roots, a payback that never comes). `irr` and `mirr`, the modified one at the
        discount rate, are per year; `capital_need_usd` the deepest point of the cumulative cash flow, as a positive number.
    irr_roots : FloatArray, shape (paths,)
        Number of internal rates of return found.
    bitcoin, bitcoin_kept : FloatArray, shape (paths,)
        Coins mined over the horizon, and those of them that the treasury still holds at its end.
    btc_end_usd : FloatArray, shape (paths,)
        Mean coin price of the last month.
    grid_mwh : FloatArray, shape (paths,)
        Energy bought over the horizon.
    net_by_year_usd : FloatArray, shape (paths, years)
        Net cash flow by year of the horizon; the decision day counts to the first.
    """

    npv_usd: FloatArray
    irr: FloatArray
    irr_roots: FloatArray
    mirr: FloatArray
    roi: FloatArray
    capital_need_usd: FloatArray
    payback_months: FloatArray
    discounted_payback_months: FloatArray
    bitcoin: FloatArray
    bitcoin_kept: FloatArray
    btc_end_usd: FloatArray
    grid_mwh: FloatArray
    net_by_year_usd: FloatArray


@dataclass(frozen=True, slots=True)
class BuildVerdict:
    """What to think of one build.

    Attributes
    ----------
    name : str
        As the site file calls it; ``"do nothing"`` is the zero line.
    parts : tuple of str
        One phrase per part, e.g. ``"mining, 60 MW, Antminer S21 XP"``.
    grid_mw : float
        Power reserved: the most in any month.
    months_to_revenue : int
        Months until the first part earns.
    capital_need_usd : Spread
        Deepest point of the cumulative cash flow.
    capital_gap_usd : float or None
        Median need beyond the site's capital (0 = it fits); None when the site names no capital.
    npv_usd, irr, payback_months, discounted_payback_months, roi : Spread
        `irr` per year over the paths that have exactly one; paybacks over the paths that pay back.
    irr_defined_share, paid_back_share : float
        Share of paths with exactly one IRR, and with a payback inside the horizon.
    mirr : Spread
        Modified IRR per year, money out and in both at the discount rate: it is there where an IRR is not.
    irr_none_share, irr_several_share : float
        Shares of paths that have no IRR, and more than one.
    loss_probability : float
        Share of paths with a negative NPV.
    cvar_npv_usd : float
        Mean NPV of the worst 5 % of paths.
    best_share : float
        Share of paths in which this build has the highest NPV of all, the zero line included.
    npv_usd_per_mw, npv_usd_per_usd, npv_usd_per_month_waited : float or None
        Mean NPV per grid MW, per dollar of mean capital need and per month until the first revenue.
    uptime : float or None
        Share of hours the interruptible load runs, over the months in service; None without such load.
    energy_usd_per_mwh : float or None
        Mean wholesale price paid per grid MWh.
    bitcoin : Spread
        Coins mined over the horizon.
    lines_by_year_usd : mapping of str to tuple of float
        Mean of every cash-flow line by year; the lines sum to the mean net.
    cumulative_usd : mapping of str to tuple of float
        ``month`` and the bands ``p10``, ``p50``, ``p90``, ``mean`` of the cumulative cash flow, quarterly.
    payback_histogram : mapping of str to tuple of float
        ``year`` (upper edge) and ``share`` of paths paying back within that year of the horizon; the rest never do.
    strike_usd_per_mwh : Spread
        What a MWh of the interruptible load is worth in its first full year, in the mode that stays on longest: above this cost
        nothing runs. None without such load.
    inputs : tuple of UsedInput
        Numbers used by the parts.
    levelised : tuple of Levelised
        What a unit of each output costs.
    coin_instead : CoinInstead or None
        The same capital spent on coins; None where nothing is spent.
    bitcoin_kept : Spread or None
        Coins that the treasury still holds when the horizon ends; None without a treasury.
    financed : Financed or None
        The same after tax and debt, by which the builds are then ranked; None where the site file has neither.
    phases : tuple of Phase
        When each of its parts runs; empty where all are built at the start and run to the end.
    """

    name: str
    parts: tuple[str, ...]
    grid_mw: float
    months_to_revenue: int
    capital_need_usd: Spread
    capital_gap_usd: float | None
    npv_usd: Spread
    irr: Spread
    irr_defined_share: float
    payback_months: Spread
    discounted_payback_months: Spread
    paid_back_share: float
    roi: Spread
    loss_probability: float
    cvar_npv_usd: float
    best_share: float
    npv_usd_per_mw: float | None
    npv_usd_per_usd: float | None
    npv_usd_per_month_waited: float | None
    uptime: float | None
    energy_usd_per_mwh: float | None
    bitcoin: Spread
    lines_by_year_usd: Mapping[str, tuple[float, ...]]
    cumulative_usd: Mapping[str, tuple[float, ...]]
    payback_histogram: Mapping[str, tuple[float, ...]]
    strike_usd_per_mwh: Spread
    inputs: tuple[UsedInput, ...]
    mirr: Spread = UNDEFINED
    irr_none_share: float = 0.0
    irr_several_share: float = 0.0
    levelised: tuple[Levelised, ...] = ()
    coin_instead: CoinInstead | None = None
    bitcoin_kept: Spread | None = None
    financed: Financed | None = None
    phases: tuple[Phase, ...] = ()

    @property
    def decisive(self) -> "BuildVerdict | Financed":
        """What the build is ranked by: `financed` where there is tax or debt, else the numbers before both."""
        return self if self.financed is None else self.financed


@dataclass(frozen=True, slots=True)
class Winner:
    """Which build wins, how often and by how much.

    Attributes
    ----------
    name, runner_up : str
        Highest and second-highest mean NPV.
    share : float
        Share of paths in which `name` beats `runner_up`.
    margin_usd : Spread
        NPV of `name` less NPV of `runner_up`, path by path.
    """

    name: str
    runner_up: str
    share: float
    margin_usd: Spread


@dataclass(frozen=True, slots=True)
class Flip:
    """At which value of one driver the ranking changes.

    Attributes
    ----------
    driver : str
        ``bitcoin price``, ``power price``, ``GPU rental`` or ``token price``.
    unit : str
        Unit of `base` and `value`.
    base : float
        Today's value.
    value : float or None
        Nearest value at which another build takes the lead; None when none does in the range looked at.
    low, high : float
        The range looked at.
    winner, then : str
        Winner today, and beyond `value`.
    """

    driver: str
    unit: str
    base: float
    value: float | None
    low: float
    high: float
    winner: str
    then: str | None


@dataclass(frozen=True, slots=True)
class WinMap:
    """Which build has the highest mean NPV over bitcoin price × GPU rental.

    Attributes
    ----------
    btc_usd, gpu_usd_per_gpu_h : tuple of float
        The axes (first month's coin price; rental of the accelerator named in `gpu_label`).
    gpu_label : str
        What the second axis prices.
    winner : tuple of tuple of str
        ``winner[i][j]`` at ``gpu_usd_per_gpu_h[i]``, ``btc_usd[j]``.
    margin_usd : tuple of tuple of float
        Its lead over the second.
    """

    btc_usd: tuple[float, ...]
    gpu_usd_per_gpu_h: tuple[float, ...]
    gpu_label: str
    winner: tuple[tuple[str, ...], ...]
    margin_usd: tuple[tuple[float, ...], ...]


@dataclass(frozen=True, slots=True)
class HoursPicture:
    """When the interruptible load runs, over the whole month library at its first full year's strike.

    Attributes
    ----------
    build : str
        Whose load.
    strike_usd_per_mwh : Spread
        What its IT MWh is worth in the mode that stays on longest.
    hours_share, cost_usd_per_mwh : tuple of float
        Duration curve: share of hours with at least this cost of an IT MWh (price × hourly PUE + delivery).
    on_share : tuple of 12 tuples of 24 floats
        Share of hours running by calendar month (row) and local hour of day (column).
    """

    build: str
    strike_usd_per_mwh: Spread
    hours_share: tuple[float, ...]
    cost_usd_per_mwh: tuple[float, ...]
    on_share: tuple[tuple[float, ...], ...]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What to think: per build, between builds, and what it rests on.

    Attributes
    ----------
    site, version, forecast : str
        Name of the site, wattmint's version, ``random`` or ``median``.
    start : str
        First month, ``YYYY-MM``.
    power_mw : float
        Grid connection.
    capital_usd : float or None
        What the site can spend.
    horizon_months, paths, seed : int
        As run.
    discount_rate : float
        Per year.
    builds : tuple of BuildVerdict
        In the order of the site file; the zero line last.
    winner : Winner
        Among all builds.
    winner_within_capital : Winner or None
        Among the builds that need no more than the site's capital; None when no capital is named.
    flips : tuple of Flip
        Where the ranking changes.
    win_map : WinMap
        Winner over bitcoin price × GPU rental.
    hours : HoursPicture or None
        None when no build has interruptible load.
    market : tuple of MarketValue
        The market snapshot used.
    inputs : tuple of UsedInput
        The site file's own numbers.
    world_inputs : tuple of UsedInput
        Parameters of the random processes: what is assumed about coin price, network, fees, GPU rental, token prices and power level.
    notes : tuple of str
        What was found in the data and what the reader must know.
    sources : tuple of SourceUsed
        Exactly the sources this answer used.
    ranked_by : str
        Whose mean is the highest for the winner: ``NPV before tax and debt``, ``NPV after tax``, ``NPV after debt`` or
        ``NPV after tax and debt``; after debt it is the owner's.
    equity_discount_rate : float or None
        Per year, of the owner's money; None without tax and debt.
    path_results : mapping of str to PathResults
        Per build, one number per path; not part of the JSON.
    financed_results : mapping of str to FinancedPaths
        The same after tax and debt; empty without them.
    """

    site: str
    version: str
    forecast: str
    start: str
    power_mw: float
    capital_usd: float | None
    horizon_months: int
    paths: int
    seed: int
    discount_rate: float
    builds: tuple[BuildVerdict, ...]
    winner: Winner
    winner_within_capital: Winner | None
    flips: tuple[Flip, ...]
    win_map: WinMap
    hours: HoursPicture | None
    market: tuple[MarketValue, ...]
    inputs: tuple[UsedInput, ...]
    world_inputs: tuple[UsedInput, ...]
    notes: tuple[str, ...]
    sources: tuple[SourceUsed, ...]
    ranked_by: str = BEFORE_ALL
    equity_discount_rate: float | None = None
    path_results: Mapping[str, PathResults] = field(default_factory=dict, repr=False, compare=False)
    financed_results: Mapping[str, FinancedPaths] = field(default_factory=dict, repr=False, compare=False)

    def to_dict(self) -> dict[str, Any]:
        """Return the verdict as plain dicts, lists, numbers and None, ready for JSON.

        Returns
        -------
        dict
            Keys are the attribute names, `path_results` left out; a number that is not finite becomes None.
        """
        plain: dict[str, Any] = _plain(dataclasses.asdict(dataclasses.replace(self, path_results={}, financed_results={})))
        del plain["path_results"], plain["financed_results"]
        return plain

    def to_frame(self) -> pl.DataFrame:
        """Return the per-path results as one data frame: a row per build and path.

        Returns
        -------
        polars.DataFrame
            Columns ``build``, ``path``, every one-dimensional attribute of `PathResults` and, with tax or debt, of
            `FinancedPaths`, and ``net_year_1_usd`` ….
        """
        return pl.concat([_frame_of(name, results, self.financed_results.get(name)) for name, results in self.path_results.items()])


def _frame_of(build: str, results: PathResults, financed: FinancedPaths | None) -> pl.DataFrame:
    columns: dict[str, Any] = {"path": np.arange(results.npv_usd.size)}
    for item in dataclasses.fields(results):
        values = getattr(results, item.name)
        if values.ndim == 1:
            columns[item.name] = values
    if financed is not None:
        columns |= {item.name: getattr(financed, item.name) for item in dataclasses.fields(financed)}
    for year, values in enumerate(results.net_by_year_usd.T, start=1):
        columns[f"net_year_{year}_usd"] = values
    return pl.DataFrame(columns).select(pl.lit(build).alias("build"), pl.all())


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, np.generic):
        return _plain(value.item())
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value
