"""A year of weather through a hall, as a page of the same make as the verdict's."""

from typing import Final

import plotly.graph_objects as go

from wattmint.calculators.facility.answer import FacilityAnswer
from wattmint.calculators.facility.weather import SHARES
from wattmint.facts.load import sources_used
from wattmint.report import tables
from wattmint.report.building import facility_figures
from wattmint.report.building.facility_figures import ENVELOPE, INDOOR, OUTDOOR, OWN, USE_COLOURS, is_outside_air
from wattmint.report.building.facility_words import USES, asked, class_table, headline, power_table, sentences
from wattmint.report.digits import share
from wattmint.report.document import document
from wattmint.report.tables import Box
from wattmint.version import VERSION

HEIGHTS: Final = {"chart": facility_figures.HEIGHT, "psychrometric": 460, "water": 260}


def render(found: FacilityAnswer) -> str:
    """Return an answer as one self-contained HTML page.

    Parameters
    ----------
    found : FacilityAnswer
        From `wattmint.calculators.facility.weather.facility_weather`.

    Returns
    -------
    str
        HTML, as `wattmint.report.document.document` makes it.
    """
    used = found.inputs
    shown = sources_used(one.source for one in used)
    context = {
        "headline": headline(found), "asked": asked(found), "boxes": boxes(found), "words": sentences(found), "notes": found.notes,
        "uses": [(USE_COLOURS[name], USES[name]) for name in SHARES if found.shares[name]], "clouds": _clouds(found),
        "captions": captions(found), "tables": (power_table(found), class_table(found)), "has_water": found.water_m3 > 0.0, "heights": HEIGHTS,
        "inputs": tables.used_rows(used, shown), "sources": [(one, tables.pieces(one.citation)) for one in shown],
    }  # fmt: skip
    return document("facility.html.j2", VERSION, context, charts(found))


def charts(found: FacilityAnswer) -> dict[str, go.Figure]:
    """Return all figures of the page by the name of their place; what means nothing for this plant is left out."""
    drawn = {
        "map": facility_figures.pue_map(found),
        "power": facility_figures.power_figure(found),
        "psychrometric": facility_figures.psychrometric_figure(found),
        "inlet": facility_figures.inlet_figure(found),
    }
    return drawn | ({"water": facility_figures.water_figure(found)} if found.water_m3 > 0.0 else {})


def boxes(found: FacilityAnswer) -> tuple[Box, ...]:
    """Return what the plant draws and drinks, and what the machines see, side by side."""
    draws = (
        ("Mean PUE", f"{found.mean_pue:.3f}"), ("Highest PUE", f"{found.max_pue:.3f}"), ("Grid energy", f"{found.grid_mwh:,.0f} MWh"),
        ("Highest power", f"{found.peak_grid_mw:,.4g} MW"), ("Water", f"{found.water_m3:,.0f} m³"), ("per kWh of IT", f"{found.wue_l_per_kwh:.2g} L"),
    )  # fmt: skip
    seen = [("Mean at the machines", f"{found.mean_inlet_c:.1f} °C"), ("Highest", f"{found.max_inlet_c:.1f} °C")]
    seen += [
        (f"h outside {one.id.upper() if len(one.id) == 2 else 'recommended'}", f"{one.hours_outside:,}")
        for one in found.classes
        if _is_shown(one.id, found)
    ]
    seen += [(f"h above {one.id.upper()}", f"{one.hours_above:,}") for one in found.coolants if one.id == found.case.servers]
    seen.append(("h of condensation", f"{found.condensation_hours:,}"))
    if found.miner is not None:
        seen += [("h miner throttled", f"{found.miner.derated_hours:,}"), ("h miner stopped", f"{found.miner.shutdown_hours:,}")]
    seen.append(("AI servers", found.ai.verdict))
    return (
        Box("What the plant draws and drinks", f"over {found.hours:,} hours", OUTDOOR, draws),
        Box("What the machines see", f"air path: {found.air_path}", INDOOR, tuple(seen)),
    )


def captions(found: FacilityAnswer) -> dict[str, str]:
    """Return what each picture shows, in a sentence with numbers, by its place."""
    cells = [value for row in facility_figures.pue_cells(found) for value in row if value is not None]
    largest = max(found.shares, key=lambda name: found.shares[name])
    part = found.shares[largest] / (found.mean_pue - 1.0)
    recommended = next((one for one in found.classes if one.id == "recommended"), None)
    limit = "" if recommended is None else f"{recommended.dry_high_c:g} °C in {recommended.hours_hot:,} of {found.hours:,} hours"
    inside = f" It is above the recommended {limit}." if limit else ""
    outside = found.picture.air.temp_dry_c
    return {
        "map": f"The mean PUE of a month's hour lies between {min(cells):.3f} and {max(cells):.3f}.",
        "power": f"Half of the time the PUE is above {_median(found):.3f}; {USES[largest]} take {share(part)} of the power beside IT.",
        "psychrometric": f"Outside it is between {outside.min():.1f} and {outside.max():.1f} °C; the larger a dot, the more hours.",
        "inlet": f"Air or coolant reaches the machines at {found.mean_inlet_c:.1f} °C on average, {found.max_inlet_c:.1f} °C at most.{inside}",
        "water": f"{found.water_m3:,.0f} m³ over the hours of the weather, blowdown included.",
    }


def _median(found: FacilityAnswer) -> float:
    ordered = sorted(found.picture.cooling.pue.tolist())
    return float(ordered[len(ordered) // 2])


def _is_shown(id_: str, found: FacilityAnswer) -> bool:
    return id_ in ("recommended", found.case.servers)


def _clouds(found: FacilityAnswer) -> tuple[tuple[str, str], ...]:
    if not found.classes:
        return ((OUTDOOR, "outside"),)
    servers = str(found.case.servers).upper()
    air = ((OUTDOOR, "outside, and so at the machines"),) if is_outside_air(found) else ((OUTDOOR, "outside"), (INDOOR, "at the machines"))
    return (*air, (ENVELOPE, "recommended range"), (OWN, f"range of {servers}"))
