"""What the pages of ``wattmint train`` share: a headline, charts with their keys, sentences, tables, inputs and sources."""

from collections.abc import Sequence
from dataclasses import dataclass

import plotly.graph_objects as go

from wattmint.facts.load import sources_used
from wattmint.provenance import UsedInput
from wattmint.report import tables
from wattmint.report.document import document
from wattmint.report.tables import Table
from wattmint.version import VERSION


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart with its words.

    Attributes
    ----------
    name, heading : str
        Its place on the page, and what stands above it.
    words, caption : str
        What it shows, for who cannot see it, and what stands below it.
    keys : tuple of (str, str)
        Colour and meaning; empty where the chart names its marks itself.
    figure : go.Figure
        With its height.
    """

    name: str
    heading: str
    words: str
    caption: str
    keys: tuple[tuple[str, str], ...]
    figure: go.Figure

    @property
    def height(self) -> int:
        """Pixels."""
        return int(self.figure.layout.height)


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainPage:
    """All that a page says.

    Attributes
    ----------
    headline, asked : str
        The answer, and the question, a line each.
    charts : tuple of Chart
        Two.
    words : sequence of str
        Sentences below them, without full stops.
    tables : tuple of Table
        The numbers.
    inputs : tuple of UsedInput
        What the answer rests on.
    sources : tuple of str
        Ids of further sources that no input names.
    """

    headline: str
    asked: str
    charts: tuple[Chart, ...]
    words: Sequence[str]
    tables: tuple[Table, ...]
    inputs: tuple[UsedInput, ...]
    sources: tuple[str, ...] = ()


def train_document(page: TrainPage) -> str:
    """Return an answer as one self-contained HTML page.

    Parameters
    ----------
    page : TrainPage
        What it says.

    Returns
    -------
    str
        HTML, as `wattmint.report.document.document` makes it.
    """
    shown = sources_used((*(used.source for used in page.inputs), *page.sources))
    context = {
        "headline": page.headline,
        "asked": page.asked,
        "charts": page.charts,
        "words": [line[0].upper() + line[1:] + "." for line in page.words],
        "tables": page.tables,
        "inputs": tables.used_rows(page.inputs, shown),
        "sources": [(one, tables.pieces(one.citation)) for one in shown],
    }
    return document("train.html.j2", VERSION, context, {chart.name: chart.figure for chart in page.charts})
