"""Charts of the hours and of the market: duration curve with the strike, month-by-hour map, the map of winners."""

import math
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Final

import plotly.graph_objects as go

from wattmint.report.digits import price
from wattmint.report.figures import safe, short
from wattmint.report.theme import Badge, faded
from wattmint.risk.verdict import HoursPicture, Verdict, WinMap
from wattmint.units import HOURS_PER_DAY, USD_PER_KUSD, USD_PER_MUSD

MONTH_NAMES: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_STEPS: Final = (1, 2, 3, 5)
"""Ticks of a logarithmic axis, in each power of ten."""

_FAINTEST: Final = 0.25
_HEIGHT: Final = 360


def running_share(hours: HoursPicture) -> float:
    """Return the share of hours whose cost lies below the median strike.

    Parameters
    ----------
    hours : HoursPicture
        Duration curve, dearest hour first.

    Returns
    -------
    float
        0 … 1.
    """
    strike = hours.strike_usd_per_mwh.p50
    if strike is None:
        return 0.0
    points = list(zip(hours.hours_share, hours.cost_usd_per_mwh, strict=True))
    for (before, above), (at, below) in pairwise(points):
        if below < strike <= above:
            return 1.0 - (before + (at - before) * (above - strike) / (above - below))
    return 1.0 if points[0][1] < strike else 0.0


def duration_figure(hours: HoursPicture, badge: Badge, single: bool) -> go.Figure:
    """Cost of an IT megawatt-hour over the hours of the year, dearest first, against what it is worth.

    Parameters
    ----------
    hours : HoursPicture
        The curve and the strike.
    badge : Badge
        Colour of the build whose load it is.
    single : bool
        One path only: no band around the strike.

    Returns
    -------
    go.Figure
        The shaded area between strike and curve is the margin; where the curve is above the strike the load stands still.
    """
    strike = hours.strike_usd_per_mwh
    x = [100.0 * share for share in hours.hours_share]
    cost = [round(value, 3) for value in hours.cost_usd_per_mwh]
    fig = go.Figure(layout={"height": _HEIGHT})
    if strike.p50 is not None:
        if not single and strike.p10 is not None and strike.p90 is not None:
            fig.add_hrect(y0=strike.p10, y1=strike.p90, line_width=0, fillcolor=faded(badge.colour, 0.14), layer="below")
        first = 100.0 * (1.0 - running_share(hours))
        runs = [(first, strike.p50), *[(at, value) for at, value in zip(x, cost, strict=True) if at > first]]
        edge = {"mode": "lines", "line": {"width": 0}, "hoverinfo": "skip"}
        fig.add_scatter(x=[first, 100.0], y=[strike.p50, strike.p50], **edge)
        fig.add_scatter(x=[at for at, _ in runs], y=[value for _, value in runs], fill="tonexty", fillcolor=faded(badge.colour, 0.3), **edge)
        fig.add_hline(y=strike.p50, line={"width": 2, "color": badge.colour})
        words = {"xref": "paper", "x": 0.99, "xanchor": "right", "yanchor": "bottom", "showarrow": False}
        fig.add_annotation(text=f"worth {price(strike.p50, 'USD/MWh')}", y=strike.p50, **words)
    hover = "%{x:.1f}% of hours cost<br>$%{y:,.1f}/MWh or more<extra></extra>"
    fig.add_scatter(x=x, y=cost, mode="lines", line={"width": 2, "color": "#7B8794"}, hovertemplate=hover)
    fig.update_xaxes(title_text="Share of all hours, dearest first (%)", range=[0, 100], dtick=25, fixedrange=True)
    fig.update_yaxes(title_text="USD per MWh of IT load", range=duration_window(hours), fixedrange=True)
    return fig


def duration_window(hours: HoursPicture) -> list[float]:
    """Return the range of the cost axis: the strike and nearly all hours; the few dearest and cheapest run out of the picture."""
    cost = hours.cost_usd_per_mwh
    strike = hours.strike_usd_per_mwh.p90 or hours.strike_usd_per_mwh.p50 or 0.0
    at = max(1, len(cost) // 50)
    top, bottom = max(1.3 * strike, cost[at]), min(0.0, cost[-1 - at])
    return [1.05 * bottom, min(1.05 * top, max(1.05 * cost[0], 1.3 * strike))]


def heat_figure(hours: HoursPicture) -> go.Figure:
    """Share of hours in which the load runs, by calendar month and local hour of day.

    Parameters
    ----------
    hours : HoursPicture
        A cell without any hour in the history stays blank.

    Returns
    -------
    go.Figure
        Percent; the scale starts at the lowest cell, rounded down to 10 %.
    """
    cells = [[round(100.0 * value, 1) if math.isfinite(value) else None for value in row] for row in hours.on_share]
    lowest = min((value for row in cells for value in row if value is not None), default=0.0)
    fig = go.Figure(layout={"height": _HEIGHT})
    title = {"text": "Hours running (%)", "side": "bottom", "font": {"size": 12}}
    bar = {"orientation": "h", "y": -0.24, "yanchor": "top", "x": 0.5, "len": 0.9, "ticksuffix": "%", "title": title, "tickfont": {"size": 12}}
    fig.add_heatmap(
        z=cells, x=list(range(int(HOURS_PER_DAY))), y=list(MONTH_NAMES), zmin=min(90.0, 10.0 * math.floor(lowest / 10.0)), zmax=100.0,
        xgap=1, ygap=1, colorbar=bar, hoverongaps=False, hovertemplate="%{y}, %{x}:00 to %{x}:59<br>runs in %{z:.0f}% of hours<extra></extra>",
    )  # fmt: skip
    fig.update_xaxes(title_text="Local hour of the day (h)", dtick=3, fixedrange=True, showgrid=False, zeroline=False)
    fig.update_yaxes(title_text="Month", autorange="reversed", fixedrange=True, showgrid=False)
    return fig


def today_on(verdict: Verdict) -> tuple[float, float] | None:
    """Return today's bitcoin price and GPU rental, the bases of the two drivers; None where one was not looked at."""
    bases = {flip.driver: flip.base for flip in verdict.flips}
    if "bitcoin price" in bases and "GPU rental" in bases:
        return bases["bitcoin price"], bases["GPU rental"]
    return None


def win_figure(verdict: Verdict, marks: Mapping[str, Badge]) -> go.Figure:
    """Which build has the highest mean NPV over bitcoin price × GPU rental; the fainter, the narrower its lead.

    Parameters
    ----------
    verdict : Verdict
        Its `win_map`, and today's point from the flips.
    marks : mapping of str to Badge
        Colours.

    Returns
    -------
    go.Figure
        Both axes logarithmic.
    """
    grid = verdict.win_map
    margins = sorted(value for row in grid.margin_usd for value in row)
    full = margins[len(margins) // 2] / USD_PER_MUSD or 1.0
    fig = go.Figure(layout={"height": 440})
    for name in dict.fromkeys(winner for row in grid.winner for winner in row):
        colour = marks[name].colour
        fig.add_heatmap(
            x=list(grid.btc_usd), y=list(grid.gpu_usd_per_gpu_h), z=_lead_of(name, grid), zmin=0.0, zmax=full, showscale=False, hoverongaps=False,
            colorscale=[[0.0, faded(colour, _FAINTEST)], [1.0, faded(colour, 0.92)]], name=safe(name),
            hovertemplate="bitcoin $%{x:,.3~r}<br>GPU-hour $%{y:.2f}<br>leads by $%{z:,.3~r}M",
        )  # fmt: skip
        x, y = _middle(name, grid)
        _label(fig, marks[name].letter, x, y, {"size": 15})
    today = today_on(verdict)
    if today:
        ring = {"size": 13, "color": "#FFFFFF", "line": {"width": 3, "color": "#1B232D"}}
        fig.add_scatter(x=[today[0]], y=[today[1]], mode="markers", marker=ring, name="today", hovertemplate="$%{x:,.3~r}, $%{y:.2f}")
        _label(fig, "today", *today, {"size": 12}, yshift=18)
    fig.update_xaxes(title_text="Bitcoin price in the first month (USD)", **_log_axis(grid.btc_usd))
    fig.update_yaxes(title_text=f"{safe(short(grid.gpu_label))} rental (USD per GPU-hour)", **_log_axis(grid.gpu_usd_per_gpu_h))
    return fig


def _label(fig: go.Figure, text: str, x: float, y: float, font: dict[str, int], yshift: int = 0) -> None:
    """Write on the map; plotly wants annotations on a logarithmic axis in logarithms."""
    box = {"bgcolor": "rgba(255,255,255,0.88)", "font": {**font, "color": "#1B232D"}, "borderpad": 3}
    fig.add_annotation(text=f"<b>{text}</b>", x=math.log10(x), y=math.log10(y), showarrow=False, yshift=yshift, **box)


def _lead_of(name: str, grid: WinMap) -> list[list[float | None]]:
    return [
        [round(margin / USD_PER_MUSD, 3) if winner == name else None for winner, margin in zip(winners, margins, strict=True)]
        for winners, margins in zip(grid.winner, grid.margin_usd, strict=True)
    ]


def _middle(name: str, grid: WinMap) -> tuple[float, float]:
    """Return the cell of `name` nearest to the centre of all its cells: where its letter goes."""
    cells = [(i, j) for i, row in enumerate(grid.winner) for j, winner in enumerate(row) if winner == name]
    mean_i, mean_j = (sum(cell[k] for cell in cells) / len(cells) for k in (0, 1))
    i, j = min(cells, key=lambda cell: (cell[0] - mean_i) ** 2 + (cell[1] - mean_j) ** 2)
    return grid.btc_usd[j], grid.gpu_usd_per_gpu_h[i]


def _log_axis(values: Sequence[float]) -> dict[str, object]:
    low, high = min(values), max(values)
    decades = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    ticks = [step * 10.0**decade for decade in decades for step in _STEPS if low <= step * 10.0**decade <= high]
    texts = [f"${tick / USD_PER_KUSD:,g}k" if tick >= USD_PER_KUSD else price(tick) for tick in ticks]
    return {"type": "log", "tickvals": ticks, "ticktext": texts, "fixedrange": True, "showgrid": False}
