"""Charts of the money: cumulative cash, payback, and where the money comes from and goes.

Each function turns verdict numbers into one plotly figure without a title (the page carries it) and without names in
hover templates: a name from a site file goes through `safe` and into trace names only.
"""

import html
from collections.abc import Mapping, Sequence
from typing import Any, Final

import plotly.graph_objects as go
from plotly.subplots import make_subplots

from wattmint.report.digits import share
from wattmint.report.theme import GREY, Badge, faded
from wattmint.risk.verdict import BuildVerdict, Verdict
from wattmint.units import MONTHS_PER_YEAR, USD_PER_MUSD

CAUSE_COLOURS: Final[Mapping[str, str]] = {
    "subsidy": "#2F6690", "transaction fees": "#7FA6CC", "lease": "#3F8F8B", "GPU rental": "#7A6FB0", "power reimbursed": "#A3C7C4",
    "input tokens": "#A89FD0", "output tokens": "#5E54A0",
    "energy": "#D08A3C", "delivery": "#E3B777", "demand charge": "#EFD6AE", "operations": "#9A6A8A", "pool fee": "#C39DB6",
    "market fee": "#C39DB6", "downtime credits": "#DDC6D5", "site works": "#5B6675", "conversion": "#76818F", "machines": "#8F99A6",
    "accelerators": "#8F99A6", "replacement": "#AAB3BE", "salvage": "#C9D0D8",
    "service credits": "#DDC6D5", "clearing": "#7D5470", "coins put aside": "#B7C9DB", "coins sold later": "#4F86B5", "forward sales": "#12415F",
}  # fmt: skip
"""Blues and greens come in; orange is the power bill, mauve the running of the place, grey what is built and bought."""

OTHER: Final = "other"
_SMALL: Final = 0.01
"""Lines below this share of all money moved are drawn together as `OTHER`."""

_MANY_YEARS: Final = 15
"""Beyond, there is no room for every second year on an axis or for a number on every bar."""

_LONGEST_NAME: Final = 44
_SHORT_HEIGHT, _ROW_HEIGHT = 230, 104


def safe(name: str) -> str:
    """Return `name` so that plotly, which reads a little HTML, shows it letter for letter."""
    return html.escape(name, quote=False)


def short(name: str) -> str:
    """Return `name` cut to what fits on a chart at the width of a phone."""
    return name if len(name) <= _LONGEST_NAME else name[: _LONGEST_NAME - 1] + "…"


def cash_figure(build: BuildVerdict, badge: Badge, capital_usd: float | None, single: bool) -> go.Figure:
    """Cumulative cash flow over the years: P10 to P90 as a band, the median as a line.

    Parameters
    ----------
    build : BuildVerdict
        Whose.
    badge : Badge
        Its colour.
    capital_usd : float or None
        Drawn as a dashed floor where the build comes near it.
    single : bool
        One path only: no band.

    Returns
    -------
    go.Figure
        With tax or debt, the owner's median as a dotted line. Years from the decision against millions of USD.
    """
    years = [month / MONTHS_PER_YEAR for month in build.cumulative_usd["month"]]
    low, median, high = (_millions(build.cumulative_usd[key]) for key in ("p10", "p50", "p90"))
    fig = go.Figure(layout={"height": _SHORT_HEIGHT})
    hover = "year %{x:.2~f}<br>$%{y:,.4~r}M<extra></extra>"
    if not single:
        hover = "year %{x:.2~f}<br>median $%{y:,.4~r}M<br>P10 $%{customdata[0]:,.4~r}M<br>P90 $%{customdata[1]:,.4~r}M<extra></extra>"
        edge = {"mode": "lines", "line": {"width": 0}, "hoverinfo": "skip"}
        fig.add_scatter(x=years, y=low, **edge)
        fig.add_scatter(x=years, y=high, fill="tonexty", fillcolor=faded(badge.colour, 0.24), **edge)
    fig.add_scatter(
        x=years, y=median, mode="lines", line={"width": 2.5, "color": badge.colour}, customdata=list(zip(low, high, strict=True)), hovertemplate=hover
    )
    if build.financed is not None:
        owner = _millions(build.financed.cumulative_usd["p50"])
        line = {"width": 2, "dash": "dot", "color": badge.colour}
        fig.add_scatter(x=years, y=owner, mode="lines", line=line, hovertemplate="year %{x:.2~f}<br>owner's median $%{y:,.4~r}M<extra></extra>")
    if capital_usd and min(low) < -1.1 * capital_usd / USD_PER_MUSD:
        fig.add_hline(y=-capital_usd / USD_PER_MUSD, line={"width": 1, "dash": "dash", "color": GREY})
    fig.update_xaxes(title_text="Years from the decision", dtick=2 if 4 <= years[-1] <= _MANY_YEARS else None, fixedrange=True)
    fig.update_yaxes(title_text="USD M", fixedrange=True, nticks=6, tickformat=",")
    return fig


def cash_range_musd(verdict: Verdict, single: bool) -> tuple[float, float]:
    """Return the range in millions of USD that holds every build's cumulative cash, for one common scale.

    Parameters
    ----------
    verdict : Verdict
        All builds count.
    single : bool
        Medians only.

    Returns
    -------
    tuple of float
        With a margin of 4 %.
    """
    keys = ("p50",) if single else ("p10", "p90")
    values = [value / USD_PER_MUSD for build in verdict.builds for key in keys for value in build.cumulative_usd[key]]
    low, high = min(values), max(values)
    margin = 0.04 * (high - low) or 1.0
    return low - margin, high + margin


def payback_figure(verdict: Verdict, marks: Mapping[str, Badge]) -> go.Figure:
    """Share of futures that pay back in each year of the horizon, and that never do: one row of bars per build.

    Parameters
    ----------
    verdict : Verdict
        The zero line, which has nothing to pay back, is left out.
    marks : mapping of str to Badge
        Colours.

    Returns
    -------
    go.Figure
        All rows on the same scale.
    """
    builds = verdict.builds[:-1]
    fig = make_subplots(rows=len(builds), cols=1, shared_xaxes=True, vertical_spacing=0.24 / max(1, len(builds)))
    top = 1.3 * max(max((*build.payback_histogram["share"], never_paid_back(build))) for build in builds)
    for row, build in enumerate(builds, start=1):
        badge = marks[build.name]
        years = [f"{year:g}" for year in build.payback_histogram["year"]]
        shares = [*build.payback_histogram["share"], never_paid_back(build)]
        bars = {
            "x": [*years, "never"], "y": [100.0 * s for s in shares],
            "text": [share(s) if s >= 0.01 and len(years) <= _MANY_YEARS else "" for s in shares], "textangle": 0,
            "textposition": "outside", "cliponaxis": False, "textfont": {"size": 11},
            "hovertemplate": "%{x}: %{y:.1f}%<extra></extra>",
            "marker": {"color": [*[badge.colour] * len(years), GREY], "line": {"width": 0}},
        }  # fmt: skip
        fig.add_bar(row=row, col=1, name=safe(build.name), **bars)
        fig.add_annotation(
            text=f"<b>{badge.letter}</b>  {safe(short(build.name))}", x=0, xref="x domain", y=1.0, yref="y domain", xanchor="left", yanchor="bottom",
            showarrow=False, row=row, col=1,
        )  # fmt: skip
    fig.update_layout(height=_ROW_HEIGHT * len(builds) + 70, bargap=0.25, margin={"t": 26})
    fig.update_yaxes(range=[0.0, 100.0 * top], showticklabels=False, showgrid=False, fixedrange=True, title_text="% of futures")
    fig.update_xaxes(type="category", fixedrange=True, showgrid=False, showline=True)
    fig.update_xaxes(title_text="Year of the horizon in which the money is back", row=len(builds), col=1)
    return fig


def never_paid_back(build: BuildVerdict) -> float:
    """Return the share of futures in which the build does not pay back within the horizon."""
    return max(0.0, 1.0 - sum(build.payback_histogram["share"]))


def drawn_causes(build: BuildVerdict) -> dict[str, tuple[float, ...]]:
    """Return the lines to be drawn, by year: small ones are put together.

    Parameters
    ----------
    build : BuildVerdict
        Whose.

    Returns
    -------
    dict of str to tuple of float
        USD by year; their sum is the sum of all lines.
    """
    moved = {name: sum(abs(value) for value in values) for name, values in build.lines_by_year_usd.items()}
    total = sum(moved.values())
    large = {name: tuple(values) for name, values in build.lines_by_year_usd.items() if moved[name] >= _SMALL * total and moved[name] > 0.0}
    small = [values for name, values in build.lines_by_year_usd.items() if name not in large and moved[name] > 0.0]
    if len(small) == 1:
        return {name: tuple(values) for name, values in build.lines_by_year_usd.items() if moved[name] > 0.0}
    if small:
        large[OTHER] = tuple(sum(column) for column in zip(*small, strict=True))
    return large


def cause_colour(name: str) -> str:
    """Return the colour of a cash-flow line; a line without one of its own is grey."""
    return CAUSE_COLOURS.get(name, "#C9C2B6")


def causes_figure(build: BuildVerdict) -> go.Figure:
    """Money in (up) and out (down) by cause and year, and what is left as dots.

    Parameters
    ----------
    build : BuildVerdict
        Whose.

    Returns
    -------
    go.Figure
        Mean over the futures, millions of USD.
    """
    causes = drawn_causes(build)
    years = _year_labels(causes)
    fig = go.Figure(layout={"height": 380, "barmode": "relative", "bargap": 0.3})
    for name, values in causes.items():
        fig.add_bar(
            x=years, y=_millions(values), name=safe(name), marker={"color": cause_colour(name), "line": {"width": 0}},
            hovertemplate="year %{x}: $%{y:,.3~r}M",
        )  # fmt: skip
    net = [sum(column) for column in zip(*causes.values(), strict=True)]
    marker = {"size": 9, "color": "#FFFFFF", "line": {"width": 2, "color": "#1B232D"}}
    fig.add_scatter(x=years, y=_millions(net), mode="markers", name="net", marker=marker, hovertemplate="year %{x}: $%{y:,.3~r}M")
    fig.update_xaxes(title_text="Year of the horizon", type="category", fixedrange=True, showgrid=False)
    fig.update_yaxes(title_text="USD M per year", fixedrange=True, tickformat=",")
    return fig


def plain(fig: go.Figure) -> dict[str, Any]:
    """Return the figure as plain data for the page's script: traces and layout, without a template."""
    whole: dict[str, Any] = fig.to_plotly_json()
    layout = {key: value for key, value in whole["layout"].items() if key != "template"}
    return {"data": list(whole["data"]), "layout": layout}


def _year_labels(causes: Mapping[str, Sequence[float]]) -> list[str]:
    count = max((len(values) for values in causes.values()), default=0)
    return [str(year) for year in range(1, count + 1)]


def _millions(values: Sequence[float]) -> list[float]:
    # Four decimals of a million are a hundred dollars: the page stays small and nothing visible is lost.
    return [round(value / USD_PER_MUSD, 4) for value in values]
