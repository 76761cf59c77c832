"""The builds side by side: one row per measure, one cell per build, the best cell of a row marked."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from wattmint.report.digits import NOT_DEFINED, duration, price, rate, share, usd
from wattmint.report.sentences import after_words, is_single
from wattmint.risk.measures import Spread
from wattmint.risk.verdict import BuildVerdict, Verdict


@dataclass(frozen=True, slots=True)
class Row:
    """One measure of all builds.

    Attributes
    ----------
    group, label : str
        Heading it stands under, and its own name with what it means.
    cells : tuple of str
        In the order of the builds.
    best : tuple of bool
        True at the best build; all False where best has no meaning or is shared by all.
    essential : bool
        Whether a narrow screen shows it at once.
    """

    group: str
    label: str
    cells: tuple[str, ...]
    best: tuple[bool, ...]
    essential: bool


@dataclass(frozen=True, slots=True)
class _Measure:
    group: str
    label: str
    cell: Callable[[BuildVerdict], str]
    rank: Callable[[BuildVerdict], float | None] | None = None
    """The larger, the better; None: no build is marked."""
    bands_only: bool = False
    """Means nothing where there is one path only."""
    capital_only: bool = False
    """Needs a site that names its capital."""


def middle(spread: Spread, text: Callable[[float | None], str]) -> str:
    """Return median with P10 and P90 in brackets behind it, where they differ."""
    if spread.p50 is None:
        return NOT_DEFINED
    if spread.p10 == spread.p90:
        return text(spread.p50)
    return f"{text(spread.p50)} ({text(spread.p10)} to {text(spread.p90)})"


def _minus(value: float | None) -> float | None:
    return None if value is None else -value


def _gap(build: BuildVerdict) -> str:
    return "fits" if build.capital_gap_usd == 0.0 else f"{usd(build.capital_gap_usd)} short"


def _when(build: BuildVerdict) -> str:
    return duration(build.months_to_revenue) if build.grid_mw else NOT_HERE


def _irr_left_out(build: BuildVerdict) -> str:
    if build.irr_none_share == build.irr_several_share == 0.0:
        return NOT_HERE
    return f"{share(build.irr_none_share)}, {share(build.irr_several_share)}"


def _coins(value: float | None) -> str:
    return f"{value:,.0f}" if value else NOT_HERE


NOT_HERE: Final = "-"
"""Stands where a measure has no meaning for a build, such as the waiting time of doing nothing."""

CAPITAL, VALUE, RETURN, PER_UNIT, RUNNING = "Capital and time", "Value", "Return", "Per unit", "Running"

_MEASURES: Final = (
    _Measure(CAPITAL, "Capital need, median (P10 to P90)", lambda b: middle(b.capital_need_usd, usd), lambda b: _minus(b.capital_need_usd.p50)),
    _Measure(CAPITAL, "Against the site's capital", _gap, capital_only=True),
    _Measure(CAPITAL, "First revenue after", _when, lambda b: -float(b.months_to_revenue)),
    _Measure(VALUE, "NPV, mean", lambda b: usd(b.npv_usd.mean), lambda b: b.npv_usd.mean),
    _Measure(VALUE, "NPV, P10", lambda b: usd(b.npv_usd.p10), lambda b: b.npv_usd.p10, bands_only=True),
    _Measure(VALUE, "NPV, P50 (median)", lambda b: usd(b.npv_usd.p50), lambda b: b.npv_usd.p50, bands_only=True),
    _Measure(VALUE, "NPV, P90", lambda b: usd(b.npv_usd.p90), lambda b: b.npv_usd.p90, bands_only=True),
    _Measure(VALUE, "Chance of loss (NPV below zero)", lambda b: share(b.loss_probability), lambda b: -b.loss_probability, bands_only=True),
    _Measure(VALUE, "Mean NPV of the worst 5% of futures (CVaR)", lambda b: usd(b.cvar_npv_usd), lambda b: b.cvar_npv_usd, bands_only=True),
    _Measure(VALUE, "Best choice of all in", lambda b: share(b.best_share), lambda b: b.best_share, bands_only=True),
    _Measure(RETURN, "IRR per year, median (P10 to P90)", lambda b: middle(b.irr, rate), lambda b: b.irr.p50),
    _Measure(RETURN, "Futures with exactly one IRR", lambda b: share(b.irr_defined_share), bands_only=True),
    _Measure(RETURN, "Futures without an IRR, and with several", _irr_left_out, bands_only=True),
    _Measure(RETURN, "MIRR per year at the discount rate, median (P10 to P90)", lambda b: middle(b.mirr, rate), lambda b: b.mirr.p50),
    _Measure(RETURN, "Payback, median where it pays back", lambda b: duration(b.payback_months.p50), lambda b: _minus(b.payback_months.p50)),
    _Measure(RETURN, "Pays back within the horizon in", lambda b: share(b.paid_back_share), lambda b: b.paid_back_share, bands_only=True),
    _Measure(
        RETURN, "Discounted payback, median where it pays back",
        lambda b: duration(b.discounted_payback_months.p50), lambda b: _minus(b.discounted_payback_months.p50),
    ),
    _Measure(RETURN, "ROI over the horizon, median (P10 to P90)", lambda b: middle(b.roi, rate), lambda b: b.roi.p50),
    _Measure(PER_UNIT, "NPV per MW", lambda b: usd(b.npv_usd_per_mw), lambda b: b.npv_usd_per_mw),
    _Measure(PER_UNIT, "NPV per dollar of capital needed", lambda b: price(b.npv_usd_per_usd), lambda b: b.npv_usd_per_usd),
    _Measure(PER_UNIT, "NPV per month of waiting for revenue", lambda b: usd(b.npv_usd_per_month_waited), lambda b: b.npv_usd_per_month_waited),
    _Measure(RUNNING, "Interruptible load runs in", lambda b: NOT_HERE if b.uptime is None else f"{share(b.uptime)} of hours"),
    _Measure(RUNNING, "Wholesale price paid", lambda b: price(b.energy_usd_per_mwh, "USD/MWh")),
    _Measure(RUNNING, "Bitcoin mined, mean", lambda b: _coins(b.bitcoin.mean)),
)  # fmt: skip


_ESSENTIAL: Final = (
    "Capital need, median (P10 to P90)", "Against the site's capital", "First revenue after", "NPV, mean", "NPV, P10", "NPV, P90",
    "Chance of loss (NPV below zero)", "Best choice of all in", "IRR per year, median (P10 to P90)", "Payback, median where it pays back",
)  # fmt: skip


_DECISIVE: Final = ("Against the site's capital", "Best choice of all in")
"""Measures that count tax and debt where the site file has them; the others are before both."""


def measures(verdict: Verdict) -> tuple[Row, ...]:
    """Return all measures of all builds, those left out that mean nothing for this verdict.

    Parameters
    ----------
    verdict : Verdict
        Any.

    Returns
    -------
    tuple of Row
        Grouped in order. The zero line is never marked best: doing nothing would win every race for the least capital.
    """
    single, capital = is_single(verdict), verdict.capital_usd is not None
    wanted = [m for m in _MEASURES if not (m.bands_only and single) and (capital or not m.capital_only)]
    rows = []
    for measure in wanted:
        label = measure.label
        if measure.label in _DECISIVE and after_words(verdict):
            label += f", {after_words(verdict)}"
        if single:
            label = label.replace(", median (P10 to P90)", "").replace(", mean", "").replace(", median where", ", if")
        *cells, nothing = (measure.cell(build) for build in verdict.builds)
        cells.append(NOT_HERE if nothing == NOT_DEFINED else nothing)
        rows.append(Row(measure.group, label, tuple(cells), _best(measure, verdict.builds), measure.label in _ESSENTIAL))
    return tuple(rows)


def _best(measure: _Measure, builds: tuple[BuildVerdict, ...]) -> tuple[bool, ...]:
    nobody = (False,) * len(builds)
    if measure.rank is None:
        return nobody
    ranks = [measure.rank(build) for build in builds[:-1]]
    known = [rank for rank in ranks if rank is not None]
    if len(known) < 2 or max(known) == min(known):
        return nobody
    return (*(rank == max(known) for rank in ranks), False)
