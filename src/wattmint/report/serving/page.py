"""The serving calculator's answer as a page of the same make as the verdict's."""

from dataclasses import dataclass
from typing import Any, Final

import plotly.graph_objects as go

from wattmint.calculators.serving.case import CASE, ServeAnswer, candidates
from wattmint.calculators.serving.check import Check, checks
from wattmint.calculators.serving.frontier import Frontier, curve, frontier
from wattmint.calculators.serving.memory_wall import MemoryWall, memory_costs, wall_of
from wattmint.facts.fact import Fact
from wattmint.facts.load import sources_used
from wattmint.provenance import SourceUsed, UsedInput
from wattmint.report import tables
from wattmint.report.digits import price
from wattmint.report.document import document
from wattmint.report.serving import figures, words
from wattmint.report.serving.figures import Point, RooflinePoint
from wattmint.report.tables import Box
from wattmint.report.theme import GREY
from wattmint.serving.estimate import estimate_columns
from wattmint.serving.limits import PARALLEL, Layout, Limits
from wattmint.serving.names import accelerator_of
from wattmint.units import FLOPS_PER_TFLOP, MS_PER_S
from wattmint.version import VERSION

MEASUREMENTS: Final = "serving-measurements"


@dataclass(frozen=True, slots=True)
class PageOf:
    """All that the page is made of.

    Attributes
    ----------
    found : ServeAnswer
        The answer.
    own, best : Frontier
        The answer's layout from one request to many, and the best of all layouts.
    roof_flops_per_s : float
        Peak rate of one accelerator at the precision in use.
    wall : MemoryWall
        At the batch of one copy.
    costs : tuple of Fact
        What memory and cores cost their maker.
    checks : dict of str to Check
        Predicted beside measured.
    """

    found: ServeAnswer
    own: Frontier
    best: Frontier
    roof_flops_per_s: float
    wall: MemoryWall
    costs: tuple[Fact, ...]
    checks: dict[str, Check]


def render(found: ServeAnswer) -> str:
    """Return the report of one serving case as one self-contained HTML page.

    Parameters
    ----------
    found : ServeAnswer
        From `wattmint.calculators.serving.case.serve`.

    Returns
    -------
    str
        HTML, as `wattmint.report.document.document` makes it.
    """
    case = found.case
    layout = Layout(case["replicas"], *(case[name] for name in PARALLEL))
    asked = {name: case[name] for name in CASE}
    free = asked | dict.fromkeys(PARALLEL)
    batch = max(1, round(float(case["concurrency"]) / layout.replicas))
    context = float(case["isl"]) + float(case["osl"]) / 2.0
    peak = found.estimate["ridge_flop_per_byte"] * accelerator_of(case["gpu"])[1].bandwidth_bytes_per_s
    chip, wall = wall_of(case["model"], case["gpu"], layout.gpus, case["precision"], context, batch)
    page = PageOf(
        found, curve(asked, layout, estimate_columns), frontier(asked, candidates(free, "auto", Limits()), estimate_columns), peak, wall,
        memory_costs(chip), checks(estimate_columns),
    )  # fmt: skip
    return document("serve.html.j2", VERSION, _context(page), charts(page))


def charts(page: PageOf) -> dict[str, go.Figure]:
    """Return all figures of the page by the name of their place; what means nothing for this answer is left out."""
    found, e = page.found, page.found.estimate
    here = Point(MS_PER_S / e["tpot_ms"], e["output_tokens_per_s_per_gpu"], "as asked")
    drawn = {
        "frontier": figures.frontier_figure(points(page.own), points(page.best), here),
        "roofline": figures.roofline_figure(page.roof_flops_per_s, page.roof_flops_per_s / e["ridge_flop_per_byte"], roofline_points(page)),
    }
    if found.costs["usd_per_mtok"] is not None:
        drawn["costs"] = figures.cost_figure(stacks(found), market_prices(found))
    return drawn | {f"check-{name}": figures.check_figure(check) for name, check in page.checks.items()}


def points(ways: Frontier) -> list[Point]:
    """Return ways to run as points of the frontier's picture."""
    return [
        Point(float(user), float(gpu), words.point_label(layout, int(requests)))
        for user, gpu, layout, requests in zip(ways.per_user, ways.per_gpu, ways.layouts, ways.requests, strict=True)
    ]


def roofline_points(page: PageOf) -> list[RooflinePoint]:
    """Return decoding at several numbers of requests, and the case asked for, under the roof."""
    own, e = page.own, page.found.estimate
    drawn = [
        RooflinePoint(float(x), float(y) * FLOPS_PER_TFLOP, f"{int(requests):,} at once", is_asked=False)
        for x, y, requests in zip(own.found["flop_per_byte"], own.found["attained_tflops"], own.requests, strict=True)
    ]
    return [*drawn, RooflinePoint(e["flop_per_byte"], e["attained_tflops"] * FLOPS_PER_TFLOP, "as asked", is_asked=True)]


def stacks(found: ServeAnswer) -> dict[str, dict[str, float]]:
    """Return what a million tokens of each kind costs, line by line: the hour's lines in proportion."""
    hour = found.costs["usd_per_gpu_h"]
    total = sum(hour.values())
    kinds = {"written": "usd_per_mtok_output", "read": "usd_per_mtok_input", "both": "usd_per_mtok"}
    return {kind: {line: usd / total * found.costs[name] for line, usd in hour.items()} for kind, name in kinds.items()}


def market_prices(found: ServeAnswer) -> dict[str, float]:
    """Return what the market pays for a million tokens of each kind; empty where nobody sells them."""
    if found.market.prices is None:
        return {}
    read, written = found.market.prices.usd_per_mtok
    isl, osl = float(found.case["isl"]), float(found.case["osl"])
    return {"written": written, "read": read, "both": (read * isl + written * osl) / (isl + osl)}


def boxes(found: ServeAnswer) -> tuple[Box, ...]:
    """Return what the plant yields and draws, and what that costs and fetches, side by side."""
    e, power, costs, market = found.estimate, found.power, found.costs, found.market
    yields = (
        ("Output tokens/s", f"{e['output_tokens_per_s']:,.0f}"), ("per GPU", f"{e['output_tokens_per_s_per_gpu']:,.0f}"),
        ("First token", f"{e['ttft_ms']:,.0f} ms"), ("Each further token", f"{e['tpot_ms']:.1f} ms"),
        ("GPU power", f"{e['gpu_power_w']:,.0f} W"), ("Site power per GPU", f"{power.site_power_w_per_gpu:,.0f} W"),
        ("Energy per token, GPU", f"{e['joules_per_output_token']:.3g} J"), ("Tokens/s per site MW", f"{power.output_tokens_per_s_per_site_mw:,.0f}"),
    )  # fmt: skip
    paid = [("A million written", words.usd(costs["usd_per_mtok_output"])), ("A million read", words.usd(costs["usd_per_mtok_input"]))]
    if costs["usd_per_mtok"] is not None:
        paid.append(("A GPU hour", price(sum(costs["usd_per_gpu_h"].values()), "USD")))
    if market.prices is not None and market.tokens is not None:
        read, written = market.prices.usd_per_mtok
        paid += [("Market, written", words.usd(written)), ("Market, read", words.usd(read))]
        paid.append(("Margin per MWh of IT", price(market.tokens["margin_usd_per_mwh_it"], "USD")))
    return (
        Box("What it yields and draws", f"bound by {e['bound']}", figures.PLANT, yields),
        Box("What a million tokens costs and fetches", f"at {found.terms.utilisation:.0%} utilisation", figures.OTHER, tuple(paid)),
    )


def inputs(page: PageOf) -> tuple[UsedInput, ...]:
    """Return what the money rests on, each with its source: the plant's terms and the market's prices."""
    market = page.found.market
    prices = () if market.prices is None else (market.prices.read.used(), market.prices.written.used())
    return (*page.found.inputs, *page.found.hardware, *prices, *(fact.used() for fact in market.rentals.values()))


def _sources(page: PageOf, used: tuple[UsedInput, ...]) -> tuple[SourceUsed, ...]:
    ids = {one.source for one in used} | {fact.source for fact in page.costs} | {MEASUREMENTS}
    if page.wall.faster is not None:
        ids |= {fact.source for fact in page.wall.faster.facts}
    return sources_used(ids)


def _context(page: PageOf) -> dict[str, Any]:
    found, used = page.found, inputs(page)
    shown = _sources(page, used)
    return {
        "headline": words.headline(found), "asked": words.asked(found), "boxes": boxes(found), "paragraphs": words.sentences(found),
        "result": words.result_table(found), "costs": words.cost_table(found), "frontier": words.frontier_table(page.best),
        "wall": words.wall_table(page.wall), "wall_words": words.wall_words(page.wall, page.costs),
        "words": words.captions(found, page.own, page.best), "has_costs": found.costs["usd_per_mtok"] is not None,
        "has_market": found.market.prices is not None,
        "checks": [(f"check-{name}", words.CHECK_NAMES[name], words.check_words(check)) for name, check in page.checks.items()],
        "lines": list(zip(found.costs["usd_per_gpu_h"], figures.LINE_COLOURS, strict=True)),
        "sets": [(figures.SET_NAMES[name], colour) for name, colour in figures.SET_COLOURS.items()],
        "inputs": tables.used_rows(used, shown), "method": words.METHOD.splitlines(),
        "sources": [(one, tables.pieces(one.citation)) for one in shown],
        "colours": {"plant": figures.PLANT, "other": GREY, "market": figures.MARKET},
        "heights": {"chart": figures.HEIGHT, "costs": figures.cost_height(3)},
    }  # fmt: skip
