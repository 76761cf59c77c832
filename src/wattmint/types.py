"""The nouns that travel along the corridor.

Throughout: `paths` is the number of simulated futures, `months` the number of months of the horizon, `m` a month
counted from 0. Arrays are float64 of shape (paths, months) unless said otherwise; (1, months) stands for "the same on
every path". Cash-flow arrays have `months + 1` columns: column 0 is the day of decision, column m + 1 the end of month m.

    Scenario ─▶ World ─▶ Offer ─▶ Dispatch ─▶ Cashflow ─▶ Verdict

`Scenario` lives in `wattmint.scenario`, `Verdict` in `wattmint.risk.verdict`; the four between them are here.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from wattmint.provenance import UsedInput

ZERO_LINE: Final = "do nothing"
"""Name of the build that keeps the land and spends nothing; no build of a site file may be called so."""

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class MonthLibrary:
    """Historical months, each kept whole: its hours of price and weather. Equal to itself alone, so that what follows from it can be kept beside it.

    Rows are months, columns the hours of the month in time order; a month with fewer hours is padded with NaN.

    Attributes
    ----------
    labels : tuple of str
        Human name of each month, e.g. ``"ercot-west-2024 2024-07"``.
    calendar_month : IntArray, shape (n,)
        1 … 12.
    hours : IntArray, shape (n,)
        Hours that have data; the rest of the row is padding.
    price_usd_per_mwh : FloatArray, shape (n, MAX_HOURS_PER_MONTH)
        Wholesale price, may be negative.
    temp_dry_c, temp_wet_c, temp_dew_c : FloatArray, shape (n, MAX_HOURS_PER_MONTH)
        Dry-bulb and wet-bulb temperature and dew point in the same hours.
    pressure_pa : FloatArray, shape (n, MAX_HOURS_PER_MONTH)
        Pressure of the outside air.
    hour_of_day : IntArray, shape (n, MAX_HOURS_PER_MONTH)
        0 … 23 local time; -1 in the padding.
    ordinary_price_usd_per_mwh : float
        Price level of an ordinary year of the history: the mean over calendar months of the median month's mean.
    market_level_factor : float
        What multiplies the shapes so that an ordinary year meets the expected price level at the start.
    notes : tuple of str
        What was found and done while reading: gaps, repeated clock hours, negative prices.
    sources : tuple of str
        Source ids of the data.
    """

    labels: tuple[str, ...]
    calendar_month: IntArray
    hours: IntArray
    price_usd_per_mwh: FloatArray
    temp_dry_c: FloatArray
    temp_wet_c: FloatArray
    temp_dew_c: FloatArray
    pressure_pa: FloatArray
    hour_of_day: IntArray
    ordinary_price_usd_per_mwh: float
    market_level_factor: float
    notes: tuple[str, ...]
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class World:
    """What may happen: monthly paths of everything no site controls.

    Attributes
    ----------
    first_path : int
        Number of the first path held here; the study walks the paths in chunks.
    hours : FloatArray, shape (months,)
        Hours of each calendar month of the horizon.
    calendar_month : IntArray, shape (months,)
        1 … 12.
    btc_usd : FloatArray
        Mean coin price of the month.
    network_hashrate_ehs : FloatArray
        Mean network hashrate [EH/s].
    difficulty : FloatArray
        Mean difficulty of the month.
    subsidy_btc : FloatArray
        Mean block subsidy of the month; halvings follow the path's own block height.
    fees_btc_per_block : FloatArray
        Mean transaction fees per block.
    running_share : FloatArray
        Share of the network's installed base that can afford to run.
    installed_j_per_th, marginal_j_per_th : FloatArray
        Mean efficiency of that base, and of its worst tier at least half of which can afford to run.
    gpu_rental_factor : FloatArray
        Rental price of a newly bought accelerator relative to the snapshot (1 = snapshot): the market's cycle.
    token_price_factor : FloatArray
        Price of a model's tokens relative to its trend (1 = on it): the market's cycle.
    gpu_ageing_per_year : float
        Rate at which an ageing accelerator's rental falls behind a new one's, per year (continuous).
    frontier_factor : FloatArray
        J/TH of the best new mining machine relative to the snapshot (1 = snapshot), falling at a rate of each path's own.
    power_level : FloatArray
        Multiplies the historical month's prices.
    history_month : IntArray
        Row of `library` whose hours this path-month lives through.
    tenant_draw : FloatArray
        Uniform (0, 1) numbers that decide tenants' defaults, independent by month.
    works_draw : FloatArray, shape (paths,)
        Standard normal: how much dearer (> 0) or cheaper the works of this path come than planned.
    lease_draw : FloatArray, shape (paths,)
        Standard normal: how much dearer (> 0) or cheaper halls are let on this path than expected.
    library : MonthLibrary
        The historical months.
    """

    first_path: int
    hours: FloatArray
    calendar_month: IntArray
    btc_usd: FloatArray
    network_hashrate_ehs: FloatArray
    difficulty: FloatArray
    subsidy_btc: FloatArray
    fees_btc_per_block: FloatArray
    running_share: FloatArray
    installed_j_per_th: FloatArray
    marginal_j_per_th: FloatArray
    gpu_rental_factor: FloatArray
    token_price_factor: FloatArray
    gpu_ageing_per_year: float
    frontier_factor: FloatArray
    power_level: FloatArray
    history_month: IntArray
    tenant_draw: FloatArray
    works_draw: FloatArray
    lease_draw: FloatArray
    library: MonthLibrary

    @property
    def paths(self) -> int:
        """Number of paths held."""
        return int(self.btc_usd.shape[0])

    @property
    def months(self) -> int:
        """Number of months of the horizon."""
        return int(self.hours.shape[0])


@dataclass(frozen=True, slots=True)
class Tariff:
    """What the grid connection costs beside the wholesale price.

    Attributes
    ----------
    delivery_usd_per_mwh : float
        Delivery, losses and retail adder on every grid MWh.
    demand_charge_usd_per_kw_month : float
        Charge on the power reserved.
    peak_avoidance : float
        Share of the demand charge that interruptible load avoids by stopping at the system's peaks.
    """

    delivery_usd_per_mwh: float
    demand_charge_usd_per_kw_month: float
    peak_avoidance: float


class Step(NamedTuple):
    """One increment of a machine's power: running mode k means that the first k steps run.

    Attributes
    ----------
    power_share : float
        Its power, as a share of nominal power; above 0.
    value_share : float
        What its MWh earns, over what a MWh earns at nominal efficiency; not above the step before, so that any hour which pays for
        a step pays for those before it.
    """

    power_share: float
    value_share: float


NOMINAL: Final = (Step(1.0, 1.0),)
"""One mode: nominal power at nominal efficiency, or off."""


@dataclass(frozen=True, slots=True)
class Offer:
    """What one workload makes of a megawatt: the narrow waist. Only megawatts, hours and dollars.

    Signs: money in is positive, money out negative, in every line.

    Attributes
    ----------
    workload : str
        Label, e.g. ``"mining"``.
    grid_mw, it_mw : float
        Power reserved at the grid connection, and IT power that it feeds at the design hour.
    in_service : FloatArray
        Share of `it_mw` that is installed and alive (construction, ramp, wear).
    load_factor : float
        IT power drawn per IT MW in service while running.
    hourly_pue : FloatArray, shape (n, MAX_HOURS_PER_MONTH)
        Power usage effectiveness in each hour of the month library.
    interruptible : bool
        True: runs in exactly the hours that pay. False: runs always.
    per_mwh : mapping of str to FloatArray
        Named lines in USD per MWh of IT load; their sum is what an hour's MWh is worth (the strike).
    per_month : mapping of str to FloatArray
        Named lines in USD per month that do not depend on the hours run.
    capital : mapping of str to FloatArray, shape (paths or 1, months + 1)
        Named lines in USD: works, machines, replacement, salvage.
    power_passthrough : float
        Share of energy, delivery and demand charges that a tenant reimburses.
    construction_months : int
        Months without revenue at the start.
    inputs : tuple of UsedInput
        The numbers used, with their sources.
    steps : tuple of Step
        The modes of an interruptible load, as increments of power; a load that is not interruptible has one.
    made_per_mwh, made_per_month : mapping of str to FloatArray
        By unit, what an MWh at nominal efficiency makes, and what a month makes whatever the hours run; nothing but the levelised cost
        reads them.
    """

    workload: str
    grid_mw: float
    it_mw: float
    in_service: FloatArray
    load_factor: float
    hourly_pue: FloatArray
    interruptible: bool
    per_mwh: Mapping[str, FloatArray]
    per_month: Mapping[str, FloatArray]
    capital: Mapping[str, FloatArray]
    power_passthrough: float
    construction_months: int
    inputs: tuple[UsedInput, ...]
    steps: tuple[Step, ...] = NOMINAL
    made_per_mwh: Mapping[str, FloatArray] = field(default_factory=dict)
    made_per_month: Mapping[str, FloatArray] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Dispatch:
    """What was run.

    Attributes
    ----------
    hours_on : FloatArray
        Hours of the month in which the load ran, in whatever mode.
    it_mwh, grid_mwh : FloatArray
        Energy used by IT, and bought from the grid (IT × PUE).
    energy_usd : FloatArray
        Wholesale cost of `grid_mwh` (positive = paid).
    value_mwh : FloatArray
        MWh at nominal efficiency that earn what was run: `it_mwh` with every step's energy weighted by its `value_share`.
    """

    hours_on: FloatArray
    it_mwh: FloatArray
    grid_mwh: FloatArray
    energy_usd: FloatArray
    value_mwh: FloatArray


@dataclass(frozen=True, slots=True)
class Cashflow:
    """What it paid: one named line per cause, and their sum.

    Attributes
    ----------
    lines : mapping of str to FloatArray, shape (paths, months + 1)
        USD, money in positive.
    net : FloatArray, shape (paths, months + 1)
        The sum of all lines.
    """

    lines: Mapping[str, FloatArray]
    net: FloatArray
