"""Charts of the mining calculator: power price, machines, hashprice, payback and growing old."""

import math
from collections.abc import Sequence
from typing import Final

import plotly.graph_objects as go

from wattmint.calculators.mining.forecast import Bands, MiningForecast
from wattmint.calculators.mining.hashprice import HashpriceHistory
from wattmint.calculators.mining.league import LeagueRow
from wattmint.calculators.mining.static import MiningCase, MiningResult
from wattmint.market.clock import month_index
from wattmint.report.digits import price
from wattmint.report.figures import safe, short
from wattmint.report.theme import GREY, SEQUENCE, faded, ink_on
from wattmint.units import DAYS_PER_YEAR, KWH_PER_MWH, MONTHS_PER_YEAR

MACHINE: Final = SEQUENCE[0]
REFERENCE: Final = SEQUENCE[2]
POWER: Final = "#D08A3C"
HEIGHT: Final = 330
BARS: Final = 20
"""Machines in the chart of the league; the table below it has more."""

_BAR: Final = 25
_EDGE: Final = {"mode": "lines", "line": {"width": 0}, "hoverinfo": "skip"}
_STEPS: Final = (1, 2, 5)


def power_figure(case: MiningCase, result: MiningResult, ahead: MiningForecast) -> go.Figure:
    """Revenue and cost of a MWh of machine power over the power price; they meet at the break-even.

    Parameters
    ----------
    case, result, ahead
        Machine and contract, today, and the futures, whose last month is drawn as a band.

    Returns
    -------
    go.Figure
        USD per MWh at the site's meter over the power price; a host's fee per kWh counts as cost.
    """
    even = result.breakeven_power_usd_per_kwh * KWH_PER_MWH
    fee, own = case.hosting_fee_usd_per_kwh * KWH_PER_MWH, case.power_price_usd_per_kwh * KWH_PER_MWH
    right = 1.5 * max(even, own, 1.0)
    fig = go.Figure(layout={"height": HEIGHT})
    last = [fee + KWH_PER_MWH * band[-1] for band in (ahead.breakeven_power_usd_per_kwh.p10, ahead.breakeven_power_usd_per_kwh.p90)]
    fig.add_hrect(y0=last[0], y1=last[1], line_width=0, fillcolor=faded(REFERENCE, 0.14), layer="below")
    fig.add_scatter(x=[0.0, even], y=[fee, fee + even], **_EDGE)
    fig.add_scatter(x=[0.0, even], y=[fee + even] * 2, fill="tonexty", fillcolor=faded(MACHINE, 0.22), **_EDGE)
    for y, colour, what in (([fee, fee + right], POWER, "costs"), ([fee + even] * 2, MACHINE, "earns")):
        _add_line(fig, [0.0, right], y, colour, what + " $%{y:,.1f}/MWh<extra></extra>")
    fig.add_vline(x=own, line={"width": 1, "dash": "dash", "color": GREY})
    side, shift = ("right", -4) if even > 0.5 * right else ("left", 4)
    fig.add_annotation(text=f"earns {price(fee + even, 'USD/MWh')}", x=0.0, xanchor="left", xshift=4, y=fee + even, yanchor="bottom")
    fig.add_annotation(text=f"break-even {price(even, 'USD/MWh')}", x=even, xanchor=side, xshift=shift, y=0.0, yanchor="bottom")
    side, shift = ("right", -4) if own > 0.5 * right else ("left", 4)
    fig.add_annotation(text=f"power {price(own, 'USD/MWh')}", x=own, xanchor=side, xshift=shift, y=1.0, yref="paper", yanchor="top")
    fig.add_shape(type="line", x0=even, x1=even, y0=0.0, y1=fee + even, line={"width": 1, "dash": "dot", "color": MACHINE})
    fig.update_xaxes(title_text="Power price, USD/MWh", range=[0.0, right], fixedrange=True)
    fig.update_yaxes(title_text="USD/MWh", range=[0.0, fee + right], fixedrange=True)
    return fig


def league_figure(rows: Sequence[LeagueRow], own: str | None, power_usd_per_kwh: float) -> go.Figure:
    """Break-even power price of the machines that can bear the dearest power, the power price across.

    Parameters
    ----------
    rows : sequence of LeagueRow
        In the order of the break-even, the best first; the first `BARS` are drawn, and the machine itself.
    own : str or None
        Id of the machine that the page is about.
    power_usd_per_kwh : float
        What the power costs.

    Returns
    -------
    go.Figure
        Names stand inside the bars, so that a narrow screen has room for them.
    """
    shown = _drawn(rows, own)
    colours = [MACHINE if row.machine == own else "#C9D0D8" for row in shown]
    fig = go.Figure(layout={"height": league_height(rows, own), "bargap": 0.18})
    fig.add_bar(
        orientation="h", y=[str(i) for i in range(len(shown))], x=[round(KWH_PER_MWH * row.breakeven_power_usd_per_kwh, 2) for row in shown],
        text=[safe(f"{short(row.name)}, {row.j_per_th:.3g} J/TH") for row in shown], textposition="inside", insidetextanchor="start", textangle=0,
        textfont={"size": 11, "color": [ink_on(colour) for colour in colours]}, constraintext="none", cliponaxis=False,
        marker={"color": colours, "line": {"width": 0}}, hovertemplate="%{text}<br>break-even $%{x:,.1f}/MWh<extra></extra>",
    )  # fmt: skip
    fig.add_vline(x=KWH_PER_MWH * power_usd_per_kwh, line={"width": 1.5, "color": POWER})
    fig.update_yaxes(autorange="reversed", showticklabels=False, showgrid=False, fixedrange=True)
    fig.update_xaxes(title_text="Break-even power price, USD/MWh", rangemode="tozero", fixedrange=True)
    return fig


def league_height(rows: Sequence[LeagueRow], own: str | None) -> int:
    """Return the height of `league_figure` in pixels."""
    return _BAR * len(_drawn(rows, own)) + 70


def _drawn(rows: Sequence[LeagueRow], own: str | None) -> list[LeagueRow]:
    return [row for i, row in enumerate(rows) if i < BARS or row.machine == own]


def hashprice_figure(past: HashpriceHistory, result: MiningResult, ahead: MiningForecast) -> go.Figure:
    """Hashprice by month on a logarithmic axis: what it was, and P10 to P90 of what it may be.

    Parameters
    ----------
    past : HashpriceHistory
        From the chain.
    result : MiningResult
        Today, a dot in the month before the forecast's first.
    ahead : MiningForecast
        From the month after the snapshot's.

    Returns
    -------
    go.Figure
        Where nobody has told the fees, the thin line of the subsidy alone goes on.
    """
    fig = go.Figure(layout={"height": HEIGHT + 30})
    bands, today = ahead.hashprice_usd_per_ph_day, result.hashprice_usd_per_ph_day
    hover = "%{x|%B %Y}: $%{y:,.3~r}<extra></extra>"
    for usd, colour, width in ((past.subsidy_usd_per_ph_day, GREY, 1.0), (past.usd_per_ph_day, MACHINE, 2.0)):
        _add_line(fig, past.month, _digits(usd.tolist()), colour, hover, width)
    _add_band(fig, calendar_months(ahead), bands, REFERENCE, hover)
    dot = {"size": 8, "color": MACHINE, "line": {"width": 1.5, "color": "#FFFFFF"}}
    fig.add_scatter(x=[_month_name(month_index(ahead.start) - 1)], y=[round(today, 4)], mode="markers", marker=dot, hovertemplate=hover)
    shown = [value for value in (*past.subsidy_usd_per_ph_day, today, *bands.p10, *bands.p90) if math.isfinite(value) and value > 0.0]
    ticks = [step * 10.0**power for power in range(-3, 9) for step in _STEPS]
    fig.update_yaxes(type="log", title_text="USD/PH/day", tickvals=ticks, tickformat=",~g", fixedrange=True)
    fig.update_yaxes(range=[math.log10(0.8 * min(shown)), math.log10(1.25 * max(shown))])
    fig.update_xaxes(fixedrange=True)
    return fig


def obsolescence_figure(case: MiningCase, ahead: MiningForecast) -> go.Figure:
    """Break-even power price of the machine beside those of the network's installed frontier and marginal machine, and the power price."""
    fig = go.Figure(layout={"height": HEIGHT})
    month, hover = list(ahead.month), "month %{x}: $%{y:,.1f}/MWh<extra></extra>"
    for bands, colour in ((ahead.reference_breakeven_usd_per_kwh, REFERENCE), (ahead.breakeven_power_usd_per_kwh, MACHINE)):
        _add_band(fig, month, _scaled(bands, KWH_PER_MWH), colour, hover)
    marginal = [KWH_PER_MWH * value for value in ahead.marginal_breakeven_usd_per_kwh.p50]
    _add_line(fig, month, marginal, GREY, "marginal machine, " + hover)
    own = case.power_price_usd_per_kwh * KWH_PER_MWH
    fig.add_hline(y=own, line={"width": 1.5, "color": POWER})
    _months_axis(fig, ahead)
    fig.update_yaxes(title_text="USD/MWh", rangemode="tozero", fixedrange=True)
    return fig


def running_figure(ahead: MiningForecast) -> go.Figure:
    """Share of futures in which the machine earns in each month, and in which it has earned its last."""
    fig = go.Figure(layout={"height": HEIGHT})
    for x, values, colour, what in ((ahead.month, ahead.running_share, MACHINE, "earns"), ((0, *ahead.month), ahead.scrap_share, GREY, "scrap")):
        y = [round(100.0 * value, 2) for value in values]
        _add_line(fig, x, y, colour, f"month %{{x}}: {what} in %{{y:.0f}}%<extra></extra>")
    _months_axis(fig, ahead)
    fig.update_yaxes(title_text="% of futures", range=[0.0, 103.0], fixedrange=True)
    return fig


def cash_figure(case: MiningCase, ahead: MiningForecast) -> go.Figure:
    """Profit so far less capital: P10 to P90 and the middle of the futures, and what a static calculator promises."""
    fig = go.Figure(layout={"height": HEIGHT})
    month = [0, *ahead.month]
    _add_band(fig, month, ahead.cumulative_usd, MACHINE, "month %{x}: $%{y:,.3~s}<extra></extra>")
    daily = max(ahead.static.profit_usd_per_machine_day, 0.0) * case.count * DAYS_PER_YEAR / MONTHS_PER_YEAR
    promised = [round(m * daily - (case.capex_usd or 0.0), 2) for m in month]
    line = {"width": 2, "dash": "dash", "color": GREY}
    fig.add_scatter(x=month, y=promised, mode="lines", line=line, hovertemplate="promised by month %{x}: $%{y:,.3~s}<extra></extra>")
    _months_axis(fig, ahead)
    fig.update_yaxes(title_text="USD", tickformat="~s", fixedrange=True)
    return fig


def payback_figure(ahead: MiningForecast) -> go.Figure:
    """Share of futures in which the capital is back after each month, and the month that a static calculator promises."""
    fig = go.Figure(layout={"height": HEIGHT})
    y = [round(100.0 * value, 2) for value in ahead.payback_share]
    _add_line(fig, [0, *ahead.month], y, MACHINE, "by month %{x} in %{y:.0f}%<extra></extra>")
    promised = ahead.static.payback_months
    if promised is not None and promised <= ahead.months:
        fig.add_vline(x=promised, line={"width": 2, "dash": "dash", "color": GREY})
    _months_axis(fig, ahead)
    fig.update_yaxes(title_text="% of futures", range=[0.0, 103.0], fixedrange=True)
    return fig


def calendar_months(ahead: MiningForecast) -> list[str]:
    """Return the months of the forecast as ``YYYY-MM``."""
    first = month_index(ahead.start)
    return [_month_name(first + i) for i in range(ahead.months)]


def _month_name(index: int) -> str:
    return f"{index // MONTHS_PER_YEAR:04d}-{index % MONTHS_PER_YEAR + 1:02d}"


def _add_band(fig: go.Figure, x: Sequence[float | str], bands: Bands, colour: str, hover: str) -> None:
    fig.add_scatter(x=list(x), y=_digits(bands.p10), **_EDGE)
    fig.add_scatter(x=list(x), y=_digits(bands.p90), fill="tonexty", fillcolor=faded(colour, 0.2), **_EDGE)
    _add_line(fig, x, _digits(bands.p50), colour, hover)


def _add_line(fig: go.Figure, x: Sequence[float | str], y: Sequence[float | None], colour: str, hover: str, width: float = 2.5) -> None:
    fig.add_scatter(x=list(x), y=list(y), mode="lines", line={"width": width, "color": colour}, hovertemplate=hover)


def _scaled(bands: Bands, factor: float) -> Bands:
    return Bands(*(tuple(factor * value for value in values) for values in (bands.p10, bands.p50, bands.p90)))


def _months_axis(fig: go.Figure, ahead: MiningForecast) -> None:
    fig.update_xaxes(title_text="Months from now", dtick=MONTHS_PER_YEAR * math.ceil(ahead.months / 96), range=[0, ahead.months], fixedrange=True)
    if ahead.halving_month is not None:
        fig.add_vline(x=ahead.halving_month, line={"width": 1, "dash": "dot", "color": GREY})
        where = {"x": ahead.halving_month, "xanchor": "left", "xshift": 3, "y": 1.0, "yref": "paper", "yanchor": "top"}
        fig.add_annotation(text="halving", font={"size": 11, "color": GREY}, **where)


def _digits(values: Sequence[float]) -> list[float | None]:
    # Four digits are more than a chart shows; a gap is a gap.
    return [float(f"{value:.4g}") if math.isfinite(value) else None for value in values]
