"""Charts of the serving calculator: throughput against interactivity, roofline, what a million tokens costs, predicted against measured."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import plotly.graph_objects as go

from wattmint.calculators.serving.check import Check
from wattmint.report.digits import rate
from wattmint.report.figures import safe
from wattmint.report.theme import GREY, SEQUENCE, faded
from wattmint.units import FLOPS_PER_TFLOP

PLANT: Final = SEQUENCE[0]
OTHER: Final = "#D08A3C"
MARKET: Final = SEQUENCE[2]
HEIGHT: Final = 360
BAR: Final = 46
LINE_COLOURS: Final = (SEQUENCE[0], SEQUENCE[4], SEQUENCE[3], "#D08A3C", SEQUENCE[1])
"""Of the lines of an accelerator's hour, in their order."""

SET_COLOURS: Final = {"mlperf": SEQUENCE[0], "mlenergy_v3": SEQUENCE[3], "trtllm_tables": "#D08A3C", "vendor_silicon": SEQUENCE[2]}
SET_NAMES: Final = {"mlperf": "MLPerf", "mlenergy_v3": "ML.ENERGY", "trtllm_tables": "TensorRT-LLM tables", "vendor_silicon": "vendor's sample"}
UNITS: Final = {"tpot_ms": "ms", "ttft_ms": "ms", "output_tokens_per_s_per_gpu": "tokens/s", "joules_per_output_token": "J"}


@dataclass(frozen=True, slots=True)
class Point:
    """One way to run: tokens per second for one user and for one accelerator, and what it is."""

    per_user: float
    per_gpu: float
    label: str


@dataclass(frozen=True, slots=True)
class RooflinePoint:
    """Where something runs under the roof."""

    flop_per_byte: float
    flops_per_s: float
    label: str
    is_asked: bool


def frontier_figure(own: Sequence[Point], frontier: Sequence[Point], asked: Point) -> go.Figure:
    """Output tokens per second and accelerator over those of one user: the layout asked for, and the best of all layouts.

    Parameters
    ----------
    own, frontier : sequence of Point
        The layout asked for from one request to what memory holds, and the best layout at each speed for one user.
    asked : Point
        The case itself.

    Returns
    -------
    go.Figure
        Up and to the right is better.
    """
    fig = go.Figure(layout={"height": HEIGHT})
    for points, colour, width, dash in ((frontier, GREY, 1.5, "dot"), (own, PLANT, 2.5, "solid")):
        fig.add_scatter(
            x=_digits(point.per_user for point in points), y=_digits(point.per_gpu for point in points), mode="lines+markers",
            line={"width": width, "color": colour, "dash": dash}, marker={"size": 5, "color": colour}, text=[safe(point.label) for point in points],
            hovertemplate="%{text}<br>%{x:,.3~s} tokens/s for a user, %{y:,.3~s} per GPU<extra></extra>",
        )  # fmt: skip
    _add_asked(fig, asked.per_user, asked.per_gpu, asked.label)
    fig.update_xaxes(title_text="Tokens per second for one user", rangemode="tozero", fixedrange=True)
    fig.update_yaxes(title_text="Output tokens/s per GPU", rangemode="tozero", tickformat="~s", fixedrange=True)
    return fig


def roofline_figure(peak_flops_per_s: float, bandwidth_bytes_per_s: float, points: Sequence[RooflinePoint]) -> go.Figure:
    """Draw the roof of one accelerator, and where prefill and decode run under it.

    Parameters
    ----------
    peak_flops_per_s, bandwidth_bytes_per_s : float
        The roof's flat and its slope.
    points : sequence of RooflinePoint
        Decoding at several batches, the prompt, and the case asked for.

    Returns
    -------
    go.Figure
        Both axes logarithmic.
    """
    fig = go.Figure(layout={"height": HEIGHT})
    ridge = peak_flops_per_s / bandwidth_bytes_per_s
    left = 0.5 * min([0.5 * ridge, *(point.flop_per_byte for point in points)])
    right = 2.0 * max([4.0 * ridge, *(point.flop_per_byte for point in points)])
    roof_y = [left * bandwidth_bytes_per_s, peak_flops_per_s, peak_flops_per_s]
    fig.add_scatter(x=_digits((left, ridge, right)), y=_tflops(roof_y), mode="lines", line={"width": 2, "color": GREY}, hoverinfo="skip")
    shown = [point for point in points if not point.is_asked]
    fig.add_scatter(
        x=_digits(point.flop_per_byte for point in shown), y=_tflops(point.flops_per_s for point in shown), mode="markers",
        marker={"size": 9, "color": faded(PLANT, 0.55), "line": {"width": 1, "color": PLANT}}, text=[safe(point.label) for point in shown],
        hovertemplate="%{text}<br>%{x:,.3~s} FLOP/byte, %{y:,.3~s} TFLOP/s<extra></extra>",
    )  # fmt: skip
    for point in points:
        if point.is_asked:
            _add_asked(fig, point.flop_per_byte, _tflops([point.flops_per_s])[0], point.label)
    where = {"x": math.log10(ridge), "y": math.log10(_tflops([peak_flops_per_s])[0]), "yanchor": "bottom", "xanchor": "right"}
    fig.add_annotation(text=f"ridge {ridge:,.0f} FLOP/byte", font={"size": 11, "color": GREY}, **where)
    fig.update_xaxes(type="log", title_text="Operations per byte read", fixedrange=True, dtick=1, tickformat="~s")
    fig.update_yaxes(type="log", title_text="TFLOP/s per GPU", fixedrange=True, dtick=1, tickformat="~g")
    return fig


def cost_figure(stacks: Mapping[str, Mapping[str, float]], market: Mapping[str, float]) -> go.Figure:
    """Draw what a million tokens costs, line by line, for each kind of token, and what the market pays for it.

    Parameters
    ----------
    stacks : mapping of str to mapping of str to float
        Kind of token, then line, then USD per million tokens; all kinds have the same lines.
    market : mapping of str to float
        USD per million tokens of a kind on the market; kinds without a price are left out.

    Returns
    -------
    go.Figure
        A bar per kind of token.
    """
    kinds = list(stacks)
    fig = go.Figure(layout={"height": cost_height(len(kinds)), "barmode": "stack", "bargap": 0.35})
    lines = list(next(iter(stacks.values())))
    for line, colour in zip(lines, LINE_COLOURS, strict=True):
        fig.add_bar(
            orientation="h", y=kinds, x=_digits(stacks[kind][line] for kind in kinds), marker={"color": colour, "line": {"width": 0}},
            hovertemplate=f"{safe(line)}: $%{{x:.3~g}} per million<extra></extra>",
        )  # fmt: skip
    priced = [kind for kind in kinds if kind in market]
    if priced:
        fig.add_scatter(
            y=priced, x=_digits(market[kind] for kind in priced), mode="markers", hovertemplate="market $%{x:.3~g} per million<extra></extra>",
            marker={"symbol": "line-ns", "size": 26, "line": {"width": 3, "color": MARKET}},
        )  # fmt: skip
    fig.update_yaxes(autorange="reversed", showgrid=False, fixedrange=True)
    fig.update_xaxes(title_text="USD per million tokens", rangemode="tozero", fixedrange=True, nticks=6)
    return fig


def cost_height(kinds: int) -> int:
    """Return the height of `cost_figure` in pixels."""
    return kinds * BAR + 70


def check_figure(check: Check) -> go.Figure:
    """Predicted against measured, both logarithmic, with the error printed on it.

    Parameters
    ----------
    check : Check
        One quantity.

    Returns
    -------
    go.Figure
        On the line the prediction is right; the band is 20 % to either side.
    """
    fig = go.Figure(layout={"height": HEIGHT})
    values = [*check.measured.tolist(), *check.predicted.tolist()]
    ends = [0.7 * min(values), 1.4 * max(values)]
    hidden = {"mode": "lines", "line": {"width": 0}, "hoverinfo": "skip"}
    fig.add_scatter(x=_digits(ends), y=_digits(0.8 * end for end in ends), **hidden)
    fig.add_scatter(x=_digits(ends), y=_digits(1.2 * end for end in ends), fill="tonexty", fillcolor=faded(GREY, 0.18), **hidden)
    fig.add_scatter(x=_digits(ends), y=_digits(ends), mode="lines", line={"width": 1, "color": GREY}, hoverinfo="skip")
    unit = UNITS[check.name]
    for name, colour in SET_COLOURS.items():
        own = [i for i, one in enumerate(check.sets) if one == name]
        fig.add_scatter(
            x=_digits(check.measured[i] for i in own), y=_digits(check.predicted[i] for i in own), mode="markers",
            marker={"size": 5, "color": faded(colour, 0.7)}, text=[safe(check.labels[i]) for i in own],
            hovertemplate=f"%{{text}}<br>measured %{{x:,.3~g}} {unit}, predicted %{{y:,.3~g}} {unit}<extra></extra>",
        )  # fmt: skip
    text = f"{len(check.measured)} of {check.asked} rows<br>error: median {rate(check.median_error)}, mean {rate(check.mean_error)}"
    fig.add_annotation(text=text, x=0.0, xref="paper", xanchor="left", xshift=6, y=1.0, yref="paper", yanchor="top", align="left")
    span = [math.log10(end) for end in ends]
    fig.update_xaxes(type="log", title_text=f"Measured, {unit}", range=span, fixedrange=True, dtick=1, tickformat="~g")
    fig.update_yaxes(type="log", title_text=f"Predicted, {unit}", range=span, fixedrange=True, dtick=1, tickformat="~g")
    return fig


def _add_asked(fig: go.Figure, x: float, y: float, label: str) -> None:
    dot = {"size": 13, "color": PLANT, "line": {"width": 2, "color": "#FFFFFF"}}
    fig.add_scatter(x=_digits([x]), y=_digits([y]), mode="markers", marker=dot, text=[safe(label)], hovertemplate="%{text}<extra></extra>")


def _digits(values: Iterable[float]) -> list[float]:
    # Four digits are more than a chart shows.
    return [float(f"{value:.4g}") for value in values]


def _tflops(values: Iterable[float]) -> list[float]:
    return [value / FLOPS_PER_TFLOP for value in values]
