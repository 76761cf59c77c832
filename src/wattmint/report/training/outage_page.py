"""What a loss of power destroys of a training run, as a page of the same make as the verdict's."""

from collections.abc import Callable, Sequence
from typing import Final

import plotly.graph_objects as go

from wattmint.calculators.training.outage import REGIMES, OutageAnswer, OutageRow
from wattmint.report.digits import rounded, usd
from wattmint.report.figures import safe
from wattmint.report.tables import Table
from wattmint.report.theme import SEQUENCE
from wattmint.report.training.frame import Chart, TrainPage, train_document
from wattmint.report.training.outage_words import HEAD, outage_head, outage_rows, outage_sentences, power_name

GRID, BACKED = SEQUENCE[5], SEQUENCE[0]
HEIGHT: Final = 340
REGIME_WORDS: Final = {"none": "no checkpoints", "hourly": "hourly", "optimal": "optimal"}

_DIGITS: Final = 4
_LEFT_OUT: Final = (5, 8)
"""Columns of the terminal's table: the tail and the year in GPU-hours."""

_HEADINGS: Final = {"stop": "One loss of power", "year": "A year of them"}
_STATED: Final[dict[str, tuple[str, Callable[[OutageRow], tuple[float, float]]]]] = {
    "stop": ("USD per loss of power", lambda row: (row.usd_per_stop, row.usd_per_stop_tail)),
    "year": ("USD per year", lambda row: (row.usd_per_year, row.usd_per_year_tail)),
}


def render(found: OutageAnswer) -> str:
    """Return an answer as one self-contained HTML page.

    Parameters
    ----------
    found : OutageAnswer
        From `wattmint.calculators.training.outage.training_outage`.

    Returns
    -------
    str
        HTML, as `wattmint.report.document.document` makes it.
    """
    keys = ((GRID, power_name("none")), (BACKED, f"with {found.backup}"))
    words = "dollars lost on average and at most in 95 of 100, by checkpoints and power, on a logarithmic scale"
    caption = "Dots are means; the lines end at what is not exceeded in 95 of 100."
    charts = tuple(Chart(name, heading, words, caption, keys, loss_figure(found, name)) for name, heading in _HEADINGS.items())
    return train_document(
        TrainPage(
            headline=headline(found),
            asked=outage_head(found),
            charts=charts,
            words=outage_sentences(found),
            tables=(Table("What a loss of power destroys", *_narrow([HEAD, *outage_rows(found)])),),
            inputs=(*found.inputs, *found.chain_inputs),
        )
    )


def _narrow(rows: Sequence[tuple[str, ...]]) -> tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]:
    """Leave out the GPU-hours for which dollars stand in the same row, so that the table fits the page."""
    head, *body = (tuple(cell for i, cell in enumerate(row) if i not in _LEFT_OUT) for row in rows)
    return head, tuple(body)


def headline(found: OutageAnswer) -> str:
    """Return what one loss of power destroys, without and with checkpoints, in one line."""
    bare, best = found.rows[0].usd_per_stop, found.rows[-2].usd_per_stop
    return f"A loss of power destroys {usd(bare)} of training without checkpoints, {usd(best)} with the best ones"


def loss_figure(found: OutageAnswer, per: str) -> go.Figure:
    """Draw the loss of each way to checkpoint, on the grid alone and with backup, on a logarithmic scale.

    Parameters
    ----------
    found : OutageAnswer
        What interruptions of power destroy.
    per : str
        ``stop`` or ``year``.

    Returns
    -------
    go.Figure
        Dots are means; the lines end at what is not exceeded in 95 of 100.
    """
    title, of = _STATED[per]
    fig = go.Figure(layout={"height": HEIGHT, "scattermode": "group", "scattergap": 0.5})
    names = [REGIME_WORDS[regime] for regime in REGIMES]
    for power, colour in (("none", GRID), (found.backup, BACKED)):
        rows = [row for row in found.rows if row.power == power]
        means, ends = ([rounded(of(row)[which], _DIGITS) for row in rows] for which in (0, 1))
        name, upward = safe(power_name(power)), [end - mean for mean, end in zip(means, ends, strict=True)]
        fig.add_scatter(
            x=names, y=means, mode="markers", offsetgroup=power, marker={"size": 13, "color": colour}, customdata=ends,
            error_y={"array": upward, "arrayminus": [0.0] * len(rows), "width": 9, "thickness": 2.5, "color": colour},
            hovertemplate=f"{name}: $%{{y:,.0f}}, at most $%{{customdata:,.0f}} in 95 of 100<extra></extra>",
        )  # fmt: skip
    fig.update_yaxes(type="log", title_text=title, fixedrange=True, dtick=1)
    fig.update_xaxes(fixedrange=True)
    return fig
