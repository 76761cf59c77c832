"""A conversion's answer as a page of the same make as the verdict's."""

from typing import Any, Final

import plotly.graph_objects as go

from wattmint.calculators.conversion.answer import REFUSE, ConversionAnswer
from wattmint.facts.load import sources_used
from wattmint.report import tables
from wattmint.report.building import convert_figures, convert_words
from wattmint.report.building.convert_words import futures, power
from wattmint.report.digits import duration, rate, share, usd
from wattmint.report.document import document
from wattmint.report.tables import Box, Table
from wattmint.report.theme import GREY, SEQUENCE
from wattmint.risk.measures import Spread
from wattmint.version import VERSION

PLACES: Final = ("cost", "months", "lease")
"""Names of the places' pictures, in the order of the answer's places."""

YES, NO = SEQUENCE[3], SEQUENCE[5]


def render(found: ConversionAnswer) -> str:
    """Return an answer as one self-contained HTML page.

    Parameters
    ----------
    found : ConversionAnswer
        From `wattmint.calculators.conversion.answer.conversion_answer`.

    Returns
    -------
    str
        HTML, as `wattmint.report.document.document` makes it.
    """
    return document("convert.html.j2", VERSION, _context(found), charts(found))


def charts(found: ConversionAnswer) -> dict[str, go.Figure]:
    """Return all figures of the page by the name of their place; what means nothing for this answer is left out."""
    cost, months, lease = found.places
    drawn = {
        "build-up": convert_figures.build_up_figure(found),
        "schedule": convert_figures.schedule_figure(found),
        "cost": convert_figures.place_figure(cost, found.usd_per_mw),
        "months": convert_figures.place_figure(months, found.months),
        "lease": convert_figures.place_figure(lease, Spread(lease.value, lease.value, lease.value, lease.value)),
    }
    return drawn if found.worth is None else drawn | {"gain": convert_figures.gain_figure(found.worth)}


def boxes(found: ConversionAnswer) -> tuple[Box, ...]:
    """Return what the conversion costs and takes, and what it is worth, side by side."""
    cost, months = found.usd_per_mw, found.months
    works = (
        ("IT power", power(found.it_mw)), ("Cost per MW", usd(cost.p50)), ("in eight of ten", f"{usd(cost.p10)} to {usd(cost.p90)}"),
        ("In all", usd(found.usd.p50)), ("Months planned", f"{found.planned_months:.0f}"), ("with delays", duration(months.p50)),
        ("Plant bought new", share(found.replaced_share)),
    )  # fmt: skip
    shown = [Box("What it takes", f"{power(found.grid_mw)} of the connection", SEQUENCE[0], works)]
    worth = found.worth
    if worth is not None:
        gain = worth.gain_usd
        facts = (
            ("NPV over mining on", usd(gain.mean)), ("in eight of ten", f"{usd(gain.p10)} to {usd(gain.p90)}"), ("Ahead in", share(worth.wins_share)),
            ("Modified IRR over it", rate(worth.gain_mirr.p50)), ("Mining revenue lost", usd(worth.lost_revenue_usd)),
            ("Machines fetch", usd(worth.machines_usd)), ("Full rent a month", usd(worth.full_lease_usd)),
        )  # fmt: skip
        colour = NO if found.verdict == REFUSE else YES
        shown.append(Box("What it is worth", f"over {futures(worth.paths)}, against mining on", colour, facts))
    return tuple(shown)


def _context(found: ConversionAnswer) -> dict[str, Any]:
    ids = {used.source for used in found.inputs} | {deal.source for place in found.places for deal in place.deals}
    shown, places = sources_used(ids), zip(PLACES, found.places, strict=True)
    worth = found.worth
    return {
        "headline": convert_words.headline(found), "asked": convert_words.asked(found), "verdict": found.verdict, "reasons": found.reasons,
        "boxes": boxes(found), "others": convert_words.other_sentences(found),
        "checks": convert_words.check_rows(found),
        "items": Table("Cost build-up, thousand USD per MW of IT", convert_words.ITEM_HEAD, tuple(convert_words.item_rows(found))),
        "places": [(name, place.name, convert_figures.place_height(place), _place_words(found, i)) for i, (name, place) in enumerate(places)],
        "deals": Table("Among public deals", convert_words.PLACE_HEAD, tuple(convert_words.place_rows(found))),
        "cost_words": convert_words.cost_sentences(found), "time_words": convert_words.time_sentences(found),
        "worth_words": [] if worth is None else convert_words.worth_sentences(worth),
        "starts": None if worth is None else Table("NPV over mining on, USD M", convert_words.START_HEAD, tuple(convert_words.start_rows(worth))),
        "groups": list(convert_figures.GROUPS.items()), "steps": list(convert_figures.STEPS.items()),
        "heights": {
            "build_up": charts(found)["build-up"].layout.height, "schedule": convert_figures.schedule_height(len(found.blocks)),
            "gain": convert_figures.GAIN_HEIGHT,
        },
        "colours": {"own": SEQUENCE[0], "deal": "#D08A3C", "range": GREY},
        "inputs": tables.used_rows(found.inputs, shown), "sources": [(one, tables.pieces(one.citation)) for one in shown],
    }  # fmt: skip


def _place_words(found: ConversionAnswer, number: int) -> str:
    name, own, *_, where = convert_words.place_rows(found)[number]
    place = found.places[number]
    return f"{name[0].upper()}{name[1:]}: {own}; {where}." + (f" Why: {place.reason}." if place.reason else "")
