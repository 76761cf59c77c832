"""Charts of the laboratory: luck, the memory wall, flipped bits, work lost, the network."""

import math
from collections.abc import Sequence
from typing import Final

import plotly.graph_objects as go

from wattmint.lab.flips import Flips
from wattmint.lab.hashing import Hashing
from wattmint.lab.network import Network
from wattmint.lab.stopping import Stops
from wattmint.lab.wall import Wall
from wattmint.report.theme import GREY, SEQUENCE
from wattmint.units import BYTES_PER_GB, MS_PER_S

AI: Final = SEQUENCE[0]
CHAIN: Final = "#D08A3C"
LAW: Final = GREY
HEIGHT: Final = 330
LOW_HEIGHT: Final = 210

_LEAST_SHARE: Final = 1e-4
_HALF_DECADE: Final = 0.35


def luck_figure(result: Hashing) -> go.Figure:
    """Histogram of the tries between shares, and the exponential law."""
    luck = result.luck
    width = luck.edges[1] - luck.edges[0]
    middles = [edge + 0.5 * width for edge in luck.edges]
    fig = go.Figure(layout={"height": HEIGHT, "bargap": 0.08})
    fig.add_bar(x=middles, y=list(luck.observed), marker={"color": CHAIN}, hovertemplate="%{y:,.0f} found<extra></extra>")
    law = [round(value, 2) for value in luck.expected]
    line = {"width": 2, "color": LAW}
    fig.add_scatter(x=middles, y=law, mode="lines+markers", line=line, marker={"size": 5}, hovertemplate="%{y:,.1f} by the law<extra></extra>")
    fig.update_xaxes(title_text="Tries from share to share, over their mean (last bar: all longer)", fixedrange=True)
    fig.update_yaxes(title_text="Shares", rangemode="tozero", fixedrange=True)
    return fig


def roofline_figure(result: Wall) -> go.Figure:
    """Arithmetic reached over arithmetic per byte, under the two measured roofs."""
    roofs, points = result.roofs, result.points
    ridge = roofs.kernel_flops_per_s / roofs.read_bytes_per_s
    x = [points[0].intensity_flops_per_byte / 2.0, ridge, points[-1].intensity_flops_per_byte * 2.0]
    y = [x[0] * roofs.read_bytes_per_s, roofs.kernel_flops_per_s, roofs.kernel_flops_per_s]
    fig = go.Figure(layout={"height": HEIGHT})
    fig.add_scatter(x=x, y=[value / BYTES_PER_GB for value in y], mode="lines", line={"width": 2, "color": LAW}, hoverinfo="skip")
    reached = [round(p.achieved_flops_per_s / BYTES_PER_GB, 3) for p in points]
    batches = [str(p.batch) for p in points]
    fig.add_scatter(
        x=[p.intensity_flops_per_byte for p in points], y=reached, mode="lines+markers+text", text=batches, textposition="bottom right",
        line={"width": 2.5, "color": AI}, marker={"size": 8}, hovertemplate="batch %{text}: %{y:,.0f} GFLOP/s<extra></extra>",
    )  # fmt: skip
    fig.update_xaxes(type="log", title_text="FLOP per byte read", range=_decades(x), dtick=1, fixedrange=True)
    fig.update_yaxes(type="log", title_text="GFLOP/s", range=_decades([*reached, y[1] / BYTES_PER_GB]), dtick="D2", fixedrange=True)
    return fig


def step_figure(result: Wall) -> go.Figure:
    """Time of a step over the batch: measured, by the roofline, and without overlap."""
    points = result.points
    batch = [p.batch for p in points]
    fig = go.Figure(layout={"height": HEIGHT})
    for values, colour, dash, what in (
        ([p.roofline_s for p in points], LAW, "solid", "roofline"),
        ([p.one_after_other_s for p in points], LAW, "dot", "no overlap"),
        ([p.step_s for p in points], AI, "solid", "measured"),
    ):
        hover = f"batch %{{x}}: %{{y:,.2f}} ms {what}<extra></extra>"
        y = [round(value * MS_PER_S, 4) for value in values]
        fig.add_scatter(x=batch, y=y, mode="lines+markers", line={"width": 2.5, "color": colour, "dash": dash}, hovertemplate=hover)
    fig.add_vline(x=result.measured_batch, line={"width": 1, "dash": "dash", "color": AI})
    fig.update_xaxes(type="log", title_text="Sequences per step", tickvals=batch, range=_decades([float(b) for b in batch]), fixedrange=True)
    fig.update_yaxes(type="log", title_text="Step, ms", dtick="D2", fixedrange=True)
    return fig


def flip_figure(result: Flips) -> go.Figure:
    """Share of answers that one flipped bit changes, on average and at worst, by the part of the number."""
    fig = go.Figure(layout={"height": HEIGHT + 60, "bargap": 0.25})
    names = [f"{e.where}: {e.part}" for e in result.effects]
    for values, opacity, what in (
        ([e.worst_changed for e in result.effects], 0.35, "at worst"),
        ([e.mean_changed for e in result.effects], 1.0, "on average"),
    ):
        shown = [max(100.0 * value, 100.0 * _LEAST_SHARE) for value in values]
        hover = [f"{100.0 * value:.2f}% {what}" for value in values]
        fig.add_bar(
            orientation="h", y=names, x=shown, opacity=opacity, marker={"color": AI}, customdata=hover, hovertemplate="%{customdata}<extra></extra>"
        )
    fig.update_layout(barmode="overlay")
    fig.update_yaxes(autorange="reversed", showgrid=False, fixedrange=True)
    fig.update_xaxes(
        type="log",
        title_text="% of answers changed",
        range=[math.log10(100.0 * _LEAST_SHARE), 2.05],
        tickvals=[0.01, 0.1, 1, 10, 100],
        fixedrange=True,
    )
    return fig


def stop_figure(result: Stops) -> go.Figure:
    """Work lost in the power cut, in seconds."""
    lost = {
        "mining": (result.mining.lost_s_at_most, CHAIN),
        "training, checkpoints": (result.with_checkpoints.lost_s, AI),
        "training, none": (result.without_checkpoints.lost_s, AI),
    }
    return _bars([(name, value, colour, f"{value:.3g} s") for name, (value, colour) in lost.items()], "Seconds of work lost")


def network_figure(result: Network) -> go.Figure:
    """Bytes per second and kilowatt that each load needs."""
    rows = [
        ("pool connection", result.mining_bytes_per_s_per_kw, CHAIN, f"{result.mining_bytes_per_s_per_kw:.0f} bytes/s"),
        ("gradients in training", result.training_bytes_per_s_per_kw, AI, f"{result.training_bytes_per_s_per_kw / BYTES_PER_GB:.1f} GB/s"),
    ]
    return _bars(rows, "Bytes per second and kilowatt")


def _bars(rows: Sequence[tuple[str, float, str, str]], title: str) -> go.Figure:
    """Horizontal bars on a logarithmic axis, each with its number at its end."""
    low, high = (bound(value for _, value, _, _ in rows) for bound in (min, max))
    start = math.floor(math.log10(low)) - 1
    fig = go.Figure(layout={"height": LOW_HEIGHT, "bargap": 0.35})
    fig.add_bar(
        orientation="h", y=[name for name, *_ in rows], x=[value for _, value, _, _ in rows], text=[text for *_, text in rows], textposition="auto",
        marker={"color": [colour for _, _, colour, _ in rows]}, hovertemplate="%{text}<extra></extra>", cliponaxis=False,
    )  # fmt: skip
    fig.update_yaxes(autorange="reversed", showgrid=False, fixedrange=True)
    span = math.log10(high) - start
    fig.update_xaxes(
        type="log",
        title_text=title,
        range=[start, math.log10(high) + 0.1 * span],
        dtick=max(1, round(span / 5)),
        exponentformat="power",
        fixedrange=True,
    )
    return fig


def _decades(values: Sequence[float]) -> list[float]:
    return [math.log10(min(values)) - _HALF_DECADE / 2, math.log10(max(values)) + _HALF_DECADE]
