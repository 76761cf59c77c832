"""Charts of a hall in its weather: PUE by month and hour, power by use over the hours, the air on a psychrometric chart, inlet and water."""

from collections.abc import Sequence
from typing import Final

import numpy as np
import plotly.graph_objects as go

from wattmint.calculators.facility.answer import FacilityAnswer
from wattmint.calculators.facility.weather import SHARES
from wattmint.facility.envelope import Envelope, air_envelope
from wattmint.physics.psychrometrics import humidity_ratio, saturation_pressure_pa
from wattmint.report.building.facility_words import USES
from wattmint.report.theme import GREY, SEQUENCE, faded
from wattmint.report.verdict.maps import MONTH_NAMES
from wattmint.types import FloatArray
from wattmint.units import G_PER_KG, HOURS_PER_DAY, KWH_PER_MWH, L_PER_M3, MONTHS_PER_YEAR, PERCENT

HEIGHT: Final = 360
OUTDOOR, INDOOR, ENVELOPE, OWN = SEQUENCE[0], "#D08A3C", SEQUENCE[3], SEQUENCE[2]
"""Outside air, air at the machines, the recommended range, the servers' own class."""

USE_COLOURS: Final = dict(zip(SHARES, (SEQUENCE[0], SEQUENCE[4], "#D08A3C", SEQUENCE[3], "#9AA5B1", SEQUENCE[2], "#CFD6DD"), strict=True))
HUMIDITIES: Final = (0.2, 0.4, 0.6, 0.8, 1.0)
"""Curves of equal relative humidity."""

NAMED: Final = (0.2, 0.6, 1.0)
"""Those that carry a label; on a phone there is no room for more."""

_SLICES: Final = 100
_CELL_K, _CELL_G = 1.0, 0.5
_POINTS: Final = 200
_LABELLED: Final = 0.94
"""Height up to which a curve carries its label, so that none is cut off."""


def pue_map(found: FacilityAnswer) -> go.Figure:
    """Mean PUE by calendar month and hour of the day.

    Parameters
    ----------
    found : FacilityAnswer
        A year of weather through a hall.

    Returns
    -------
    go.Figure
        A cell without any hour stays blank.
    """
    fig = go.Figure(layout={"height": HEIGHT})
    title = {"text": "Mean PUE", "side": "bottom", "font": {"size": 12}}
    ticks = {"nticks": 5, "tickformat": ".2f", "tickfont": {"size": 12}}
    bar = {"orientation": "h", "y": -0.24, "yanchor": "top", "x": 0.5, "len": 0.9, "title": title, **ticks}
    fig.add_heatmap(
        z=pue_cells(found), x=list(range(int(HOURS_PER_DAY))), y=list(MONTH_NAMES), xgap=1, ygap=1, colorbar=bar, hoverongaps=False,
        hovertemplate="%{y}, %{x}:00 to %{x}:59<br>PUE %{z:.3f}<extra></extra>",
    )  # fmt: skip
    fig.update_xaxes(title_text="Hour of the day (h)", dtick=3, fixedrange=True, showgrid=False, zeroline=False)
    fig.update_yaxes(title_text="Month", autorange="reversed", fixedrange=True, showgrid=False)
    return fig


def pue_cells(found: FacilityAnswer) -> list[list[float | None]]:
    """Return the mean PUE of each month (rows) and hour of the day; None where the weather has no such hour."""
    picture, day = found.picture, int(HOURS_PER_DAY)
    cell = (picture.month - 1) * day + picture.hour_of_day
    count = np.bincount(cell, minlength=MONTHS_PER_YEAR * day)
    sums = np.bincount(cell, weights=picture.cooling.pue, minlength=MONTHS_PER_YEAR * day)
    means = [round(float(total / hours), 4) if hours else None for total, hours in zip(sums, count, strict=True)]
    return [means[row * day : (row + 1) * day] for row in range(MONTHS_PER_YEAR)]


def power_figure(found: FacilityAnswer) -> go.Figure:
    """Power beside IT by use over the hours of the year, highest PUE first: the duration curve of PUE, and what it is made of.

    Parameters
    ----------
    found : FacilityAnswer
        A year of weather through a hall.

    Returns
    -------
    go.Figure
        Stacked areas of means over hundredths of the hours, from 1 up.
    """
    cooling = found.picture.cooling
    slices = np.array_split(np.argsort(-cooling.pue, kind="stable"), min(_SLICES, cooling.pue.size))
    at = [round(PERCENT * (i + 0.5) / len(slices), 2) for i in range(len(slices))]
    fig = go.Figure(layout={"height": HEIGHT})
    fig.add_scatter(x=at, y=[1.0] * len(at), mode="lines", line={"width": 0}, stackgroup="uses", fillcolor="rgba(0,0,0,0)", hoverinfo="skip")
    for name in reversed(SHARES):
        column = getattr(cooling, f"{name}_share")
        if not column.any():
            continue
        means = [round(float(column[hours].mean()), 5) for hours in slices]
        fig.add_scatter(
            x=at, y=means, mode="lines", stackgroup="uses", line={"width": 0.5, "color": USE_COLOURS[name]}, fillcolor=USE_COLOURS[name],
            hovertemplate=f"{USES[name]} %{{y:.3f}} of IT power<extra></extra>",
        )  # fmt: skip
    fig.update_xaxes(title_text="Share of hours, highest PUE first (%)", range=[0, 100], dtick=25, fixedrange=True)
    fig.update_yaxes(title_text="PUE", range=[1.0, 1.0 + 1.08 * (found.max_pue - 1.0)], tickformat=".2f", fixedrange=True)
    return fig


def psychrometric_figure(found: FacilityAnswer) -> go.Figure:
    """Draw the hours of the weather on a psychrometric chart: outside, at the machines, and the classes that servers ask for.

    Parameters
    ----------
    found : FacilityAnswer
        A year of weather through a hall.

    Returns
    -------
    go.Figure
        Water in the air over dry bulb, at the mean pressure of the site. Dots are cells of 1 K by half a gram; their area is the number of hours.
        Machines that are cooled by liquid have no air of their own, and only the outside is drawn.
    """
    air, cooling = found.picture.air, found.picture.cooling
    pressure_pa = float(air.pressure_pa.mean())
    fig = go.Figure(layout={"height": 460})
    clouds = [(air.temp_dry_c, air.dew_point_c, OUTDOOR, "outside")]
    if found.classes and not is_outside_air(found):
        clouds.append((cooling.inlet_temp_c, cooling.inlet_dew_point_c, INDOOR, "at the machines"))
    temps = np.concatenate([temp for temp, *_ in clouds])
    # The widest class of servers begins at 5 °C and the usual ones end at 35: they are to be seen whole.
    low, high = min(float(temps.min()) - 2.0, 4.0), max(float(temps.max()) + 2.0, 36.0)
    grams = np.concatenate([_grams(np.minimum(dew, temp), pressure_pa) for temp, dew, *_ in clouds])
    top = 1.08 * max(float(grams.max()), 14.0)
    _draw_humidities(fig, low, high, top, pressure_pa)
    for temp, dew, colour, name in clouds:
        x, y, count = _cells(temp, dew, pressure_pa)
        fig.add_scatter(
            x=x.tolist(), y=y.tolist(), mode="markers", customdata=count.tolist(),
            marker={"size": np.round(2.0 + 8.0 * np.sqrt(count / count.max()), 1).tolist(), "color": faded(colour, 0.5), "line": {"width": 0}},
            hovertemplate=f"{name}: about %{{x:.0f}} °C, %{{y:.1f}} g/kg<br>%{{customdata:,}} hours<extra></extra>",
        )  # fmt: skip
    if found.classes:
        for id_, colour in (("recommended", ENVELOPE), (found.case.servers or "", OWN)):
            across, up = outline(air_envelope(id_, found.altitude_m), pressure_pa)
            fig.add_scatter(x=across, y=up, mode="lines", line={"width": 2.5, "color": colour}, hoverinfo="skip")
    fig.update_xaxes(title_text="Dry bulb (°C)", range=[low, high], fixedrange=True, zeroline=False)
    fig.update_yaxes(title_text="Water in the air (g per kg of dry air)", range=[0.0, top], fixedrange=True, side="right")
    return fig


def is_outside_air(found: FacilityAnswer) -> bool:
    """Return whether the machines breathe the outside air just as it is."""
    air, cooling = found.picture.air, found.picture.cooling
    return bool(np.allclose(cooling.inlet_temp_c, air.temp_dry_c) and np.allclose(cooling.inlet_dew_point_c, air.dew_point_c))


def outline(envelope: Envelope, pressure_pa: float) -> tuple[list[float], list[float]]:
    """Return the closed outline of a class of air on the psychrometric chart.

    Parameters
    ----------
    envelope : Envelope
        The class at its altitude.
    pressure_pa : float
        Of the air.

    Returns
    -------
    tuple of list of float
        Dry bulb [°C] and water [g/kg]: along the drier bound up, along the moister one back.
    """
    temps = np.linspace(envelope.dry_low_c, envelope.dry_high_c, 60)
    saturated = saturation_pressure_pa(temps)
    least = np.maximum(saturation_pressure_pa(envelope.dew_low_c), envelope.rh_low_share * saturated)
    most = np.minimum(saturation_pressure_pa(envelope.dew_high_c), envelope.rh_high_share * saturated)
    y = humidity_ratio(np.concatenate([least, most[::-1], least[:1]]), pressure_pa) * G_PER_KG
    x = np.concatenate([temps, temps[::-1], temps[:1]])
    return [round(float(one), 2) for one in x], [round(float(one), 3) for one in y]


def inlet_figure(found: FacilityAnswer) -> go.Figure:
    """Temperature of the air or coolant at the machines over the hours of the year, hottest first, with the limits that count.

    Parameters
    ----------
    found : FacilityAnswer
        A year of weather through a hall.

    Returns
    -------
    go.Figure
        Lines at the recommended temperature, the servers' own limit, and where the miner throttles and stops.
    """
    temps = np.sort(found.picture.cooling.inlet_temp_c)[::-1]
    at = np.unique(np.linspace(0, temps.size - 1, _POINTS).astype(np.int64))
    fig = go.Figure(layout={"height": HEIGHT})
    fig.add_scatter(
        x=[round(PERCENT * float(i + 1) / temps.size, 2) for i in at], y=[round(float(temps[i]), 2) for i in at], mode="lines",
        line={"width": 2.5, "color": INDOOR}, hovertemplate="%{x:.1f}% of hours<br>%{y:.1f} °C or more<extra></extra>",
    )  # fmt: skip
    limits = inlet_limits(found)
    words = {"xref": "paper", "x": 0.99, "xanchor": "right", "yanchor": "bottom", "showarrow": False, "font": {"size": 11, "color": GREY}}
    for label, limit_c in limits:
        fig.add_hline(y=limit_c, line={"width": 1, "dash": "dash", "color": GREY})
        fig.add_annotation(text=f"{label}, {limit_c:g} °C", y=limit_c, **words)
    high = max(float(temps[0]), *(limit_c for _, limit_c in limits))
    fig.update_xaxes(title_text="Share of hours, hottest first (%)", range=[0, 100], dtick=25, fixedrange=True)
    fig.update_yaxes(title_text="At the machines (°C)", range=[min(float(temps[-1]), *(c for _, c in limits)) - 2.0, high + 4.0], fixedrange=True)
    return fig


def inlet_limits(found: FacilityAnswer) -> Sequence[tuple[str, float]]:
    """Return the limits of the inlet temperature that count here, each with what it is; those of the same temperature stand together."""
    limits: list[tuple[str, float]] = []
    if found.classes:
        shown = {"recommended": "recommended", str(found.case.servers): str(found.case.servers).upper()}
        limits += [(shown[one.id], one.dry_high_c) for one in found.classes if one.id in shown]
    else:
        limits += [(one.id.upper(), one.coolant_high_c) for one in found.coolants if one.id == found.case.servers]
    if found.miner is not None:
        limits += [("miner throttles", found.miner.inlet_limit_c), ("miner stops", found.miner.inlet_off_c)]
    together: dict[float, list[str]] = {}
    for name, limit_c in limits:
        together.setdefault(round(limit_c, 1), []).append(name)
    return [(" and ".join(names), limit_c) for limit_c, names in together.items()]


def water_figure(found: FacilityAnswer) -> go.Figure:
    """Water by calendar month.

    Parameters
    ----------
    found : FacilityAnswer
        A year of weather through a hall.

    Returns
    -------
    go.Figure
        Cubic metres over the hours of the weather.
    """
    it_kwh = found.case.it_mw * found.case.load_share * KWH_PER_MWH
    litres = np.bincount(found.picture.month, weights=found.picture.cooling.water_l_per_kwh, minlength=MONTHS_PER_YEAR + 1)[1:] * it_kwh
    fig = go.Figure(layout={"height": 260, "bargap": 0.3})
    water = [round(float(one) / L_PER_M3, 1) for one in litres]
    fig.add_bar(x=list(MONTH_NAMES), y=water, marker={"color": SEQUENCE[4]}, hovertemplate="%{x}: %{y:,.0f} m³<extra></extra>")
    fig.update_xaxes(fixedrange=True, showgrid=False)
    fig.update_yaxes(title_text="Water (m³)", rangemode="tozero", fixedrange=True, tickformat="~s")
    return fig


def _draw_humidities(fig: go.Figure, low: float, high: float, top: float, pressure_pa: float) -> None:
    temps = np.linspace(low, high, 80)
    for rh_share in HUMIDITIES:
        grams = humidity_ratio(rh_share * saturation_pressure_pa(temps), pressure_pa) * G_PER_KG
        shown = grams <= top
        fig.add_scatter(
            x=[round(float(one), 2) for one in temps[shown]], y=[round(float(one), 3) for one in grams[shown]], mode="lines",
            line={"width": 1.5 if rh_share == 1.0 else 0.7, "color": GREY}, hoverinfo="skip",
        )  # fmt: skip
        if rh_share not in NAMED:
            continue
        last = int(np.flatnonzero(grams <= _LABELLED * top)[-1])
        fig.add_annotation(
            text=f"{PERCENT * rh_share:.0f}%", x=float(temps[last]), y=float(grams[last]), showarrow=False, font={"size": 10, "color": GREY},
            xanchor="right", yanchor="bottom",
        )  # fmt: skip


def _cells(temp_c: FloatArray, dew_point_c: FloatArray, pressure_pa: float) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return the middles of the cells that hold hours, and how many."""
    grams = _grams(np.minimum(dew_point_c, temp_c), pressure_pa)
    keys = np.column_stack([np.floor(temp_c / _CELL_K), np.floor(grams / _CELL_G)])
    cells, count = np.unique(keys, axis=0, return_counts=True)
    return (cells[:, 0] + 0.5) * _CELL_K, (cells[:, 1] + 0.5) * _CELL_G, count.astype(np.float64)


def _grams(dew_point_c: FloatArray, pressure_pa: float) -> FloatArray:
    return np.asarray(humidity_ratio(saturation_pressure_pa(dew_point_c), pressure_pa) * G_PER_KG)
