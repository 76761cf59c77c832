"""The cost stacks of both tokens as a page of the same make as the verdict's."""

from typing import Any, Final

import plotly.graph_objects as go

from wattmint.calculators.unit_costs import COST_LINES, UnitCosts
from wattmint.facts.load import sources_used
from wattmint.report import tables
from wattmint.report.digits import share
from wattmint.report.document import document
from wattmint.report.figures import safe
from wattmint.report.tables import Table
from wattmint.report.theme import GREY, SEQUENCE
from wattmint.report.unit_costs_words import KWH_NOTE, dollars, left, stack_rows
from wattmint.version import VERSION

COLOURS: Final = (SEQUENCE[0], SEQUENCE[4], "#8A6FB0", SEQUENCE[3], "#D08A3C", SEQUENCE[1], GREY)
"""Of the lines of a stack, in their order."""

FETCHED: Final = SEQUENCE[2]
BAR: Final = 62


def render(found: UnitCosts) -> str:
    """Return the cost stacks as one self-contained HTML page.

    Parameters
    ----------
    found : UnitCosts
        From `wattmint.calculators.unit_costs.unit_costs`.

    Returns
    -------
    str
        HTML, as `wattmint.report.document.document` makes it.
    """
    return document("unit_costs.html.j2", VERSION, _context(found), {"stacks": stack_figure(found)})


def stack_figure(found: UnitCosts) -> go.Figure:
    """Draw each token's cost line by line as shares of its cost, with what it fetches as a mark on the same scale.

    Parameters
    ----------
    found : UnitCosts
        The stacks.

    Returns
    -------
    go.Figure
        A bar per token: dollars of a million tokens and of a coin lie five powers of ten apart, shares do not.
    """
    fig = go.Figure(layout={"height": figure_height(found), "barmode": "stack", "bargap": 0.35})
    names = [safe(stack.name) for stack in found.stacks]
    for line, colour in zip(COST_LINES, COLOURS, strict=True):
        fig.add_bar(
            orientation="h", y=names, x=[_digits(stack.lines[line] / stack.cost) for stack in found.stacks],
            marker={"color": colour, "line": {"width": 0}}, customdata=[dollars(stack.lines[line]) for stack in found.stacks],
            hovertemplate=f"{safe(line)}: $%{{customdata}}, %{{x:.1%}} of the cost<extra></extra>",
        )  # fmt: skip
    sold = [(safe(stack.name), stack.fetched, stack.fetched / stack.cost) for stack in found.stacks if stack.fetched is not None]
    fig.add_scatter(
        y=[name for name, _, _ in sold], x=[_digits(times) for _, _, times in sold], mode="markers", customdata=[dollars(usd) for _, usd, _ in sold],
        hovertemplate="fetches $%{customdata}, %{x:.0%} of the cost<extra></extra>",
        marker={"symbol": "line-ns", "size": 30, "line": {"width": 3, "color": FETCHED}},
    )  # fmt: skip
    fig.update_yaxes(autorange="reversed", showgrid=False, fixedrange=True)
    fig.update_xaxes(title_text="Share of the cost", tickformat=".0%", rangemode="tozero", fixedrange=True, nticks=8)
    return fig


def figure_height(found: UnitCosts) -> int:
    """Return the height of `stack_figure` in pixels."""
    return len(found.stacks) * BAR + 80


def headline(found: UnitCosts) -> str:
    """Return what both tokens cost, in one line."""
    tokens, coin, _ = found.stacks
    return f"A million AI tokens cost ${dollars(tokens.cost)}, a bitcoin ${dollars(coin.cost)}"


def sentences(found: UnitCosts) -> list[str]:
    """Return a sentence per stack: its greatest line, and what it fetches.

    Parameters
    ----------
    found : UnitCosts
        The stacks.

    Returns
    -------
    list of str
        In the order of the stacks, then what the energy is.
    """
    said = []
    for stack in found.stacks:
        most = max(stack.lines, key=lambda name: stack.lines[name])
        begun = (
            f"{stack.name[0].upper()}{stack.name[1:]} ({stack.how}): ${dollars(stack.cost)}, of which {most} {share(stack.lines[most] / stack.cost)}"
        )
        over = left(stack)
        if stack.fetched is None or over is None:
            said.append(f"{begun}; nobody sells it.")
        else:
            verdict = f"${dollars(over)} more than it costs" if over >= 0.0 else f"${dollars(-over)} less than it costs"
            said.append(f"{begun}; it fetches ${dollars(stack.fetched)} ({', '.join(stack.fetches)}), {verdict}.")
    return [*said, KWH_NOTE]


def _context(found: UnitCosts) -> dict[str, Any]:
    head, *rows = stack_rows(found)
    shown = sources_used(used.source for used in found.inputs)
    words = sentences(found)
    return {
        "headline": headline(found), "asked": "One price of power, one interest, the market snapshot's day", "words": words,
        "picture": " ".join(words[:-1]), "table": Table("Dollars, and shares of the cost", tuple(head), tuple(map(tuple, rows))),
        "lines": list(zip(COST_LINES, COLOURS, strict=True)), "fetched": FETCHED, "height": figure_height(found),
        "inputs": tables.used_rows(found.inputs, shown), "sources": [(one, tables.pieces(one.citation)) for one in shown],
    }  # fmt: skip


def _digits(value: float) -> float:
    # Four digits are more than a chart shows.
    return float(f"{value:.4g}")
