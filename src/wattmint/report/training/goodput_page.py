"""What interruptions leave of a training run, as a page: goodput against the checkpoint interval, and where the time goes."""

import math
from typing import Final

import plotly.graph_objects as go

from wattmint.calculators.training.goodput import Goodput, Simulated, goodput_at, goodput_curve
from wattmint.report.digits import rounded
from wattmint.report.tables import Table
from wattmint.report.theme import GREY, SEQUENCE
from wattmint.report.training.frame import Chart, TrainPage, train_document
from wattmint.report.training.goodput_words import goodput_words
from wattmint.report.training.outage_words import duration
from wattmint.units import SECONDS_PER_DAY, SECONDS_PER_HOUR, SECONDS_PER_MINUTE

CURVE, CHOSEN, LOST = SEQUENCE[0], SEQUENCE[5], SEQUENCE[2]
HEIGHT: Final = 340
PERCENT: Final = 100.0

_DIGITS: Final = 5
_ERRORS: Final = 2.0
"""Standard errors that the bar of the simulation reaches to either side."""

_TICKS: Final = tuple(
    by * unit
    for unit, steps in (
        (1.0, (1.0, 5.0, 20.0)), (SECONDS_PER_MINUTE, (1.0, 5.0, 20.0)), (SECONDS_PER_HOUR, (1.0, 4.0)),
        (SECONDS_PER_DAY, (1.0, 5.0, 20.0, 100.0)),
    )
    for by in steps
)  # fmt: skip
_ROOM: Final = 1.35
"""How far the axis of bars goes beyond the longest, so that its number stands beside it."""

_CAUSES: Final = {
    "redone": "work done again", "checkpoints": "writing checkpoints", "restart": "restarting", "waiting": "waiting", "planned": "announced stops",
}  # fmt: skip


def render(found: Goodput, simulated: Simulated | None) -> str:
    """Return an answer as one self-contained HTML page.

    Parameters
    ----------
    found : Goodput
        By the formula.
    simulated : Simulated or None
        The same run, simulated.

    Returns
    -------
    str
        HTML, as `wattmint.report.document.document` makes it.
    """
    asked, *words = goodput_words(found, simulated)
    keys = [(CURVE, "by the formula"), (CHOSEN, "the interval used")]
    if simulated:
        keys.append((GREY, f"simulated, ± {_ERRORS:g} standard errors"))
    charts = (
        Chart(
            "interval", "How often to checkpoint", "share of time that ends up as work kept, by the work between two checkpoints",
            "Too often, and the run stands still to write; too seldom, and an interruption destroys much.",
            tuple(keys), interval_figure(found, simulated),
        ),
        Chart(
            "lost", "Where the rest of the time goes", "share of time by what it is lost to",
            "Work done again is what interruptions destroyed; waiting is until they are noticed, for power and for machines.",
            ((LOST, "share of time"),), lost_figure(found),
        ),
    )  # fmt: skip
    tables = (interval_table(found), cause_table(found))
    return train_document(
        TrainPage(headline=headline(found), asked=asked, charts=charts, words=words, tables=tables, inputs=found.terms.inputs)
    )


def headline(found: Goodput) -> str:
    """Return what is kept, in one line."""
    return f"{found.goodput:.1%} of the time is work kept, with a checkpoint after every {duration(found.interval_s)} of work"


def interval_figure(found: Goodput, simulated: Simulated | None) -> go.Figure:
    """Draw goodput against the checkpoint interval, and the interval used.

    Parameters
    ----------
    found : Goodput
        By the formula.
    simulated : Simulated or None
        The same run, simulated.

    Returns
    -------
    go.Figure
        The interval on a logarithmic axis.
    """
    curve = goodput_curve(found)
    fig = go.Figure(layout={"height": HEIGHT})
    fig.add_scatter(
        x=[rounded(interval, _DIGITS) for interval, _ in curve], y=[_percent(kept) for _, kept in curve], mode="lines",
        line={"width": 2.5, "color": CURVE}, customdata=[duration(interval) for interval, _ in curve],
        hovertemplate="every %{customdata}: %{y:.1f}% kept<extra></extra>",
    )  # fmt: skip
    if found.interval_s > 0.0:
        fig.add_scatter(
            x=[rounded(found.interval_s, _DIGITS)], y=[_percent(found.goodput)], mode="markers", marker={"size": 13, "color": CHOSEN},
            hovertemplate=f"every {duration(found.interval_s)}: %{{y:.2f}}% kept<extra></extra>",
        )  # fmt: skip
        if simulated:
            reach = _percent(_ERRORS * simulated.standard_error)
            fig.add_scatter(
                x=[rounded(found.interval_s, _DIGITS)], y=[_percent(simulated.goodput)], mode="markers", marker={"size": 7, "color": GREY},
                error_y={"array": [reach], "width": 9, "thickness": 2.0, "color": GREY},
                hovertemplate=f"simulated: %{{y:.2f}} ± {reach:.2f}%<extra></extra>",
            )  # fmt: skip
    low, high = curve[0][0], curve[-1][0]
    ticks = [tick for tick in _TICKS if low <= tick <= high]
    fig.update_xaxes(
        type="log", title_text="Work between checkpoints", tickvals=ticks, ticktext=[_tick(tick) for tick in ticks],
        range=[math.log10(low), math.log10(high)], fixedrange=True,
    )  # fmt: skip
    fig.update_yaxes(title_text="Goodput, %", range=[0.0, PERCENT], fixedrange=True)
    return fig


def lost_figure(found: Goodput) -> go.Figure:
    """Draw what the time that is not goodput is lost to.

    Parameters
    ----------
    found : Goodput
        By the formula.

    Returns
    -------
    go.Figure
        A bar per cause, largest first; what takes no time at all is left out.
    """
    lost = sorted(((words, getattr(found.shares, name)) for name, words in _CAUSES.items()), key=lambda one: -one[1])
    lost = [(words, share) for words, share in lost if share > 0.0]
    fig = go.Figure(layout={"height": HEIGHT, "bargap": 0.35})
    fig.add_bar(
        orientation="h", y=[words for words, _ in lost], x=[_percent(share) for _, share in lost], text=[f"{share:.2%}" for _, share in lost],
        textposition="outside", marker={"color": LOST}, hovertemplate="%{y}: %{text} of the time<extra></extra>",
    )  # fmt: skip
    fig.update_yaxes(autorange="reversed", showgrid=False, fixedrange=True)
    longest = max((_percent(share) for _, share in lost), default=1.0)
    fig.update_xaxes(title_text="% of the time", range=[0.0, _ROOM * longest], fixedrange=True)
    return fig


def interval_table(found: Goodput) -> Table:
    """Return the intervals by rule, with what each leaves."""
    rows = [("best", found.best_s), ("Daly", found.daly_s), ("Young", found.young_s)]
    if found.interval_s != found.best_s:
        rows.insert(0, ("as asked for", found.interval_s))
    body = tuple((name, duration(interval), f"{goodput_at(found, interval):.3%}") for name, interval in rows if interval > 0.0)
    return Table("Checkpoint intervals by rule", ("Rule", "Work between checkpoints", "Goodput"), body)


def cause_table(found: Goodput) -> Table:
    """Return what interrupts the run, and how often."""
    body = tuple((name, f"{per_day:,.3g}", duration(SECONDS_PER_DAY / per_day)) for name, per_day in found.per_day.items() if per_day > 0.0)
    return Table("Interruptions", ("Cause", "A day", "One every"), body)


def _percent(share: float) -> float:
    return rounded(PERCENT * share, _DIGITS)


def _tick(seconds: float) -> str:
    for unit, size in (("d", SECONDS_PER_DAY), ("h", SECONDS_PER_HOUR), ("min", SECONDS_PER_MINUTE)):
        if seconds >= size:
            return f"{seconds / size:g} {unit}"
    return f"{seconds:g} s"
