"""Charts of a conversion: the cost build-up as a waterfall, the blocks' schedule, its place among public deals, and the gain by start."""

from typing import Final

import plotly.graph_objects as go

from wattmint.calculators.conversion.answer import ConversionAnswer, ItemRow
from wattmint.calculators.conversion.deals import Place
from wattmint.calculators.conversion.worth import Worth
from wattmint.report.figures import safe
from wattmint.report.theme import GREY, SEQUENCE, faded
from wattmint.risk.measures import Spread
from wattmint.units import MONTHS_PER_YEAR, USD_PER_MUSD

GROUPS: Final = {"site": "#8A939E", "building": SEQUENCE[0], "power": "#D08A3C", "cooling": SEQUENCE[4], "other": SEQUENCE[2]}
"""Colour of each group of items."""

STEPS: Final = {"mining goes on": GREY, "clearing, ground, shell": SEQUENCE[0], "plant is set": "#D08A3C", "commissioning": SEQUENCE[3]}
"""Colour of each step of a block."""

TOTAL: Final = "together"
ORDERED: Final = "plant on its way"
ROW: Final = 26
GAIN_HEIGHT: Final = 320
_LONGEST: Final = 25
_AXIS: Final = 70
_DIGITS: Final = 4


def build_up_figure(found: ConversionAnswer) -> go.Figure:
    """Mean cost of every item on the sum of those before it, and the whole with its range beside the public deals'.

    Parameters
    ----------
    found : ConversionAnswer
        Its items.

    Returns
    -------
    go.Figure
        Millions of USD per MW of IT; items that cost nothing are left out.
    """
    items = [item for item in found.items if item.usd_per_mw.mean]
    fig = go.Figure(layout={"height": ROW * (len(items) + 1) + _AXIS, "bargap": 0.25})
    place = found.places[0]
    fig.add_vrect(x0=place.low / USD_PER_MUSD, x1=place.high / USD_PER_MUSD, fillcolor=faded(GREY, 0.16), line_width=0, layer="below")
    before = 0.0
    for item in items:
        usd = (item.usd_per_mw.mean or 0.0) / USD_PER_MUSD
        fig.add_bar(
            y=[tag(item)], x=[round(usd, _DIGITS)], base=[round(before, _DIGITS)], orientation="h", marker={"color": GROUPS[item.group]},
            hovertemplate=f"{safe(item.name)}: ${usd:.3f}M<extra></extra>",
        )  # fmt: skip
        before += usd
    total = found.usd_per_mw
    fig.add_bar(y=[TOTAL], x=[round(before, _DIGITS)], orientation="h", marker={"color": "#5B6675"}, hovertemplate="mean $%{x:.2f}M<extra></extra>")
    _add_range(fig, total, TOTAL, USD_PER_MUSD, "$%{x:.2f}M")
    fig.update_xaxes(title_text="USD M per MW of IT", fixedrange=True, rangemode="tozero")
    fig.update_yaxes(fixedrange=True, autorange="reversed", showgrid=False)
    return fig


def schedule_figure(found: ConversionAnswer) -> go.Figure:
    """Each block's steps as planned, and its handover with delays as they are usual.

    Parameters
    ----------
    found : ConversionAnswer
        Its blocks.

    Returns
    -------
    go.Figure
        Months after the decision; the line runs from P10 to P90, the dot is the median.
    """
    fig = go.Figure(layout={"height": schedule_height(len(found.blocks)), "barmode": "stack", "bargap": 0.4})
    if found.delivered_months > 0.0:
        fig.add_bar(
            y=[ORDERED], x=[round(found.delivered_months, 2)], orientation="h", marker={"color": faded(GREY, 0.45)},
            hovertemplate="all plant is there after %{x:.1f} months<extra></extra>",
        )  # fmt: skip
    for number, block in enumerate(found.blocks, start=1):
        ends = (block.begun, block.built, block.tested, block.done)
        for (name, colour), start, end in zip(STEPS.items(), (0.0, *ends), ends, strict=False):
            fig.add_bar(
                y=[f"block {number}"], x=[round(end - start, 2)], orientation="h", marker={"color": colour},
                hovertemplate=f"{name}: month {start:.1f} to {end:.1f}<extra></extra>",
            )  # fmt: skip
        _add_range(fig, block.done_spread, f"block {number}", 1.0, "done after %{x:.0f} months")
    fig.update_xaxes(title_text="Months after the decision", fixedrange=True, rangemode="tozero")
    fig.update_yaxes(fixedrange=True, autorange="reversed", showgrid=False)
    return fig


def schedule_height(blocks: int) -> int:
    """Return the height of the schedule's picture in pixels."""
    return 44 * (blocks + 1) + _AXIS


def place_figure(place: Place, own: Spread) -> go.Figure:
    """Each public deal as a dot with its own range, and this site as a band from P10 to P90 with its median.

    Parameters
    ----------
    place : Place
        What is compared.
    own : Spread
        Of this site; a single number where nothing scatters.

    Returns
    -------
    go.Figure
    """
    scale = USD_PER_MUSD if place.unit == "USD/MW" else 1.0
    fig = go.Figure(layout={"height": place_height(place)})
    low, middle, high = ((value or 0.0) / scale for value in (own.p10, own.p50, own.p90))
    if high > low:
        fig.add_vrect(x0=low, x1=high, fillcolor=faded(SEQUENCE[0], 0.18), line_width=0, layer="below")
    fig.add_vline(x=middle, line={"width": 2, "color": SEQUENCE[0]})
    if abs(place.value / scale - middle) > 0.01 * middle:
        fig.add_vline(x=place.value / scale, line={"width": 2, "dash": "dot", "color": SEQUENCE[0]})
    values = [round(deal.value / scale, _DIGITS) for deal in place.deals]
    error = {
        "type": "data", "symmetric": False, "array": [(deal.high - deal.value) / scale for deal in place.deals],
        "arrayminus": [(deal.value - deal.low) / scale for deal in place.deals], "width": 0, "thickness": 2, "color": GREY,
    }  # fmt: skip
    fig.add_scatter(
        x=values, y=list(range(len(values))), mode="markers", marker={"size": 10, "color": "#D08A3C"}, error_x=error,
        text=[f"{safe(deal.name)}, {deal.signed}" for deal in place.deals], hovertemplate="%{text}: %{x:,.4~r}<extra></extra>",
    )  # fmt: skip
    ticks = [safe(cut(name)) for name in deal_names(place)]
    fig.update_yaxes(tickvals=list(range(len(values))), ticktext=ticks, range=[-0.6, len(values) - 0.4])
    fig.update_yaxes(fixedrange=True, showgrid=False, zeroline=False)
    fig.update_xaxes(title_text=_axis_of(place), fixedrange=True, rangemode="tozero")
    return fig


def place_height(place: Place) -> int:
    """Return the height of a comparison's picture in pixels."""
    return ROW * len(place.deals) + _AXIS


def gain_figure(worth: Worth) -> go.Figure:
    """NPV over mining on by the year of the start: the mean as a dot, P10 to P90 as a line.

    Parameters
    ----------
    worth : Worth
        Its starts.

    Returns
    -------
    go.Figure
    """
    first = worth.starts[0].month
    years = [(start.month - first) // MONTHS_PER_YEAR for start in worth.starts]
    means, lows, highs = ([(getattr(start.gain_usd, key) or 0.0) / USD_PER_MUSD for start in worth.starts] for key in ("mean", "p10", "p90"))
    error = {
        "type": "data", "symmetric": False, "array": [high - mean for high, mean in zip(highs, means, strict=True)],
        "arrayminus": [mean - low for low, mean in zip(lows, means, strict=True)], "width": 0, "thickness": 4, "color": faded(SEQUENCE[0], 0.5),
    }  # fmt: skip
    fig = go.Figure(layout={"height": GAIN_HEIGHT})
    fig.add_scatter(
        x=years, y=[round(mean, _DIGITS) for mean in means], mode="markers", marker={"size": 12, "color": SEQUENCE[0]}, error_y=error,
        customdata=list(zip(lows, highs, strict=True)),
        hovertemplate="%{x} years later: mean $%{y:,.3~r}M<br>$%{customdata[0]:,.3~r}M to $%{customdata[1]:,.3~r}M<extra></extra>",
    )  # fmt: skip
    fig.add_hline(y=0.0, line={"width": 1, "color": GREY})
    fig.update_xaxes(title_text="Years from the first start", dtick=1, range=[-0.5, max(years) + 0.5])
    fig.update_xaxes(fixedrange=True, showgrid=False, zeroline=False)
    fig.update_yaxes(title_text="NPV over mining on, USD M", fixedrange=True, tickformat=",")
    return fig


def tag(item: ItemRow) -> str:
    """Return an item's name cut to what fits beside a bar on a phone."""
    name = item.name.rsplit(": ", 1)[-1] if item.id.startswith("backup-") else item.name.split(":")[0]
    return cut(name[0].upper() + name[1:].split(",")[0].split(" and ")[0])


def deal_names(place: Place) -> list[str]:
    """Return the deals' names without what stands in brackets, unless two would be alike."""
    bare = [deal.name.split(" (")[0] for deal in place.deals]
    alike = {name for name in bare if bare.count(name) > 1}
    full = (deal.name.split(",")[0] + " (" + deal.name.split(" (")[-1] for deal in place.deals)
    return [long if name in alike else name for name, long in zip(bare, full, strict=True)]


def cut(name: str) -> str:
    """Return a name cut to what fits beside a chart on a phone."""
    return name if len(name) <= _LONGEST else name[: _LONGEST - 1].rstrip(" ,(") + "…"


def _add_range(fig: go.Figure, span: Spread, row: str, scale: float, words: str) -> None:
    low, middle, high = ((value or 0.0) / scale for value in (span.p10, span.p50, span.p90))
    error = {"type": "data", "symmetric": False, "array": [high - middle], "arrayminus": [middle - low], "width": 6, "thickness": 2}
    fig.add_scatter(
        x=[round(middle, _DIGITS)], y=[row], mode="markers", marker={"size": 9, "color": "#FFFFFF", "line": {"width": 2, "color": GREY}},
        error_x={**error, "color": GREY}, hovertemplate=f"median {words}, P10 {low:.3g}, P90 {high:.3g}<extra></extra>",
    )  # fmt: skip


def _axis_of(place: Place) -> str:
    return {"USD/MW": "USD M per MW of IT", "month": "Months", "USD/kW-month": "USD per kW of IT and month"}[place.unit]
