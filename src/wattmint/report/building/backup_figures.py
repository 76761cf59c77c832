"""Charts of backup power: what each chain costs each tenant, and what availability costs to own."""

from collections.abc import Sequence
from typing import Final

import plotly.graph_objects as go

from wattmint.calculators.backup.cost import OUTAGES, OWNED, Bill
from wattmint.calculators.backup.nines import frontier, nines
from wattmint.calculators.backup.rank import TenantBills
from wattmint.report.building.backup_words import available
from wattmint.report.digits import rounded
from wattmint.report.figures import safe
from wattmint.report.theme import GREY, SEQUENCE
from wattmint.units import USD_PER_KUSD

COLOURS: Final = dict(zip((*OWNED, *OUTAGES), ("#2F6690", "#7FA6CC", "#4B82C4", "#B7C9DB", "#D08A3C", "#E3B777", "#9A6A8A", "#C39DB6"), strict=True))
"""Blues are bought; orange and mauve are what outages cost."""

ROW: Final = 30
FRONTIER_HEIGHT: Final = 380
_DIGITS: Final = 4
_EDGE, _OFF = SEQUENCE[0], GREY


def stack_height(bills: TenantBills) -> int:
    """Return the height of a tenant's stacks in pixels."""
    return ROW * len(bills.bills) + 70


def stack_figure(bills: TenantBills) -> go.Figure:
    """Draw what each chain costs a tenant in a year, line upon line, the cheapest at the top; a tick marks the year of which one in twenty is worse.

    Parameters
    ----------
    bills : TenantBills
        All chains.

    Returns
    -------
    go.Figure
        Thousands of USD per MW of IT and year.
    """
    scale, rows = USD_PER_KUSD * bills.tenant.it_mw, list(reversed(bills.bills))
    names = [safe(one.backup) for one in rows]
    fig = go.Figure(layout={"height": stack_height(bills), "barmode": "stack", "bargap": 0.35})
    for line, colour in COLOURS.items():
        values = [rounded(one.lines[line] / scale, _DIGITS) for one in rows]
        if any(values):
            marker = {"color": colour, "line": {"width": 0}}
            fig.add_bar(y=names, x=values, orientation="h", marker=marker, name=line, hovertemplate=f"{line}: %{{x:,.1f}}<extra></extra>")
    bad = [rounded(one.bad_years_usd[0] / scale, _DIGITS) for one in rows]
    tick = {"symbol": "line-ns-open", "size": 13, "line": {"width": 2}, "color": GREY}
    fig.add_scatter(y=names, x=bad, mode="markers", marker=tick, hovertemplate="one year in twenty costs more than %{x:,.1f}<extra></extra>")
    fig.update_xaxes(title_text="thousand USD per MW of IT and year", fixedrange=True, rangemode="tozero")
    fig.update_yaxes(fixedrange=True, showgrid=False)
    return fig


def frontier_figure(bills: TenantBills) -> go.Figure:
    """Draw the nines of every chain over what it costs to own, and the efficient frontier as a line.

    Parameters
    ----------
    bills : TenantBills
        All chains.

    Returns
    -------
    go.Figure
        Grey dots are beaten by a chain that is cheaper and no less available; their names are in the hover.
    """
    scale, edge = USD_PER_KUSD * bills.tenant.it_mw, frontier(bills.bills)
    fig = go.Figure(layout={"height": FRONTIER_HEIGHT})
    fig.add_scatter(**_at(edge, scale), mode="lines", line={"width": 2, "color": _EDGE, "shape": "hv"}, hoverinfo="skip")
    beaten = [one for one in bills.bills if one not in edge]
    sides = ["bottom right" if i % 2 == 0 else "top right" for i in range(len(edge) - 1)] + ["top left"]
    for group, colour, mode in ((beaten, _OFF, "markers"), (edge, _EDGE, "markers+text")):
        fig.add_scatter(
            **_at(group, scale), mode=mode, marker={"size": 11, "color": colour}, text=[safe(one.backup) for one in group], textposition=sides,
            textfont={"size": 12}, customdata=[available(one.availability) for one in group], cliponaxis=False,
            hovertemplate="%{text}: %{customdata}, %{x:,.0f} thousand USD per MW and year<extra></extra>",
        )  # fmt: skip
    known = [nines(one.availability) for one in bills.bills]
    dearest = max(one.owned_usd for one in bills.bills) / scale
    fig.update_xaxes(title_text="to own, thousand USD per MW of IT and year", fixedrange=True, range=[-0.03 * dearest, 1.08 * dearest])
    fig.update_yaxes(title_text="nines of availability", fixedrange=True, range=[min(known) - 0.3, max(known) + 0.4])
    return fig


def _at(group: Sequence[Bill], scale: float) -> dict[str, list[float]]:
    return {"x": [rounded(one.owned_usd / scale, _DIGITS) for one in group], "y": [round(nines(one.availability), 3) for one in group]}
