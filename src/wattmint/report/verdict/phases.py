"""Builds whose parts come and go: what runs from when, in a chart and a table."""

from typing import Final

import plotly.graph_objects as go

from wattmint.report.digits import month_later
from wattmint.report.tables import Table
from wattmint.risk.phase import turns
from wattmint.risk.verdict import BuildVerdict, Verdict
from wattmint.units import MONTHS_PER_YEAR

KIND_COLOURS: Final = {"mining": "#2F6690", "hosting": "#3F8F8B", "rental": "#7A6FB0", "inference": "#5E54A0"}
"""Of each workload; the colours of what it earns in the chart of causes."""

NEVER: Final = "-"
"""Stands where there are no works, or no stop."""


def phase_table(build: BuildVerdict, verdict: Verdict) -> Table | None:
    """Return when each part of a build is built, runs and stops; None where none comes or goes."""
    if not build.phases:
        return None
    rows = tuple(
        (
            f"{phase.kind}, {phase.grid_mw:.4g} MW",
            month_later(verdict.start, phase.from_month) if phase.from_month < phase.first_month else NEVER,
            month_later(verdict.start, phase.first_month),
            NEVER if phase.until_month is None or phase.until_month >= verdict.horizon_months else month_later(verdict.start, phase.until_month),
        )
        for phase in build.phases
    )
    return Table("Parts of the build in time", ("Part", "Works begin", "Runs from", "Stops"), rows)


def phase_figure(build: BuildVerdict, months: int) -> go.Figure:
    """Power in service by workload over the years, as steps.

    Parameters
    ----------
    build : BuildVerdict
        With phases.
    months : int
        Length of the horizon.

    Returns
    -------
    go.Figure
        MW against years from the decision.
    """
    steps = turns(build.phases, months)
    years = [month / MONTHS_PER_YEAR for month, _ in steps] + [months / MONTHS_PER_YEAR]
    fig = go.Figure(layout={"height": 200})
    for kind in dict.fromkeys(phase.kind for phase in build.phases):
        power = [found.get(kind, 0.0) for _, found in steps]
        line = {"width": 0, "shape": "hv", "color": KIND_COLOURS.get(kind)}
        fig.add_scatter(
            x=years, y=[*power, power[-1]], name=kind, mode="lines", line=line, stackgroup="power",
            fillcolor=KIND_COLOURS.get(kind), hovertemplate="%{y:,.4~r} MW of " + kind,
        )  # fmt: skip
    fig.update_xaxes(title_text="Years from the decision", range=[0.0, years[-1]], fixedrange=True)
    fig.update_yaxes(title_text="MW in service", rangemode="tozero", fixedrange=True)
    return fig


def phase_kinds(build: BuildVerdict) -> list[tuple[str, str]]:
    """Return colour and name of each workload of a build, for the legend of its chart; empty without phases."""
    return [(KIND_COLOURS.get(kind, ""), kind) for kind in dict.fromkeys(phase.kind for phase in build.phases)]
