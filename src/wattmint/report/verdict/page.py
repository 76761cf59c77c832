"""The verdict as a page: one HTML file that holds everything, opens offline and loads nothing from anywhere."""

from dataclasses import dataclass
from typing import Any

import plotly.graph_objects as go

from wattmint.report import figures, tables
from wattmint.report.digits import duration, share, usd
from wattmint.report.document import document
from wattmint.report.sentences import after_words, build_named, facts_line, headline, is_single, paragraphs, zero_line
from wattmint.report.theme import Badge, badges
from wattmint.report.verdict import captions, maps
from wattmint.report.verdict.beside import coin_table, levelised_table, treasury_sentence
from wattmint.report.verdict.financing import financing_lines_table, financing_table
from wattmint.report.verdict.metrics import measures
from wattmint.report.verdict.phases import phase_figure, phase_kinds, phase_table
from wattmint.report.verdict.strip import npv_strip
from wattmint.risk.verdict import BuildVerdict, Verdict


@dataclass(frozen=True, slots=True)
class Answer:
    """A box of the headline: which build, under which condition, in a few numbers."""

    condition: str
    badge: Badge
    facts: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Key:
    """An entry of a legend."""

    colour: str
    text: str


def render(verdict: Verdict) -> str:
    """Return the report as one self-contained HTML page.

    Parameters
    ----------
    verdict : Verdict
        The only input; the same verdict gives the same bytes.

    Returns
    -------
    str
        HTML with styles, script, drawing library and all numbers inside. A content security policy in its head forbids
        the browser any request.
    """
    scale = list(figures.cash_range_musd(verdict, is_single(verdict)))
    return document("page.html.j2", verdict.version, _context(verdict), charts(verdict), sameScale=scale)


def answers(verdict: Verdict) -> tuple[Answer, ...]:
    """Return the winner of all, and the winner within the site's capital where that is another one.

    Parameters
    ----------
    verdict : Verdict
        Any.

    Returns
    -------
    tuple of Answer
        One or two.
    """
    within, capital = verdict.winner_within_capital, usd(verdict.capital_usd)
    if within is None:
        return (_answer(verdict, "Best of all", verdict.winner.name),)
    if within.name == verdict.winner.name:
        return (_answer(verdict, f"Best of all, and within {capital}", within.name),)
    return (_answer(verdict, "Best of all", verdict.winner.name), _answer(verdict, f"Best within {capital}", within.name))


def charts(verdict: Verdict) -> dict[str, go.Figure]:
    """Return all figures of the page, by the name their place on the page asks for.

    Parameters
    ----------
    verdict : Verdict
        Any.

    Returns
    -------
    dict of str to Figure
        What means nothing for this verdict is left out.
    """
    marks, single = badges(verdict), is_single(verdict)
    drawn: dict[str, go.Figure] = {}
    for i, build in enumerate(verdict.builds[:-1]):
        drawn[f"cash-{i}"] = figures.cash_figure(build, marks[build.name], verdict.capital_usd, single)
        drawn[f"causes-{i}"] = figures.causes_figure(build)
        if build.phases:
            drawn[f"phases-{i}"] = phase_figure(build, verdict.horizon_months)
    if not single:
        drawn["payback"] = figures.payback_figure(verdict, marks)
    if verdict.hours is not None:
        drawn["duration"] = maps.duration_figure(verdict.hours, marks[verdict.hours.build], single)
        drawn["heat"] = maps.heat_figure(verdict.hours)
    if verdict.win_map.winner:
        drawn["winners"] = maps.win_figure(verdict, marks)
    return drawn


def _answer(verdict: Verdict, condition: str, name: str) -> Answer:
    build, badge = build_named(verdict, name), badges(verdict)[name]
    facts: list[tuple[str, str]] = []
    if build is zero_line(verdict):
        facts = [("NPV", "$0"), ("Capital", "$0")]
        if not is_single(verdict):
            facts.append(("Best in share of futures", share(build.best_share)))
        return Answer(condition, badge, tuple(facts))
    facts = [("NPV" if is_single(verdict) else "Mean NPV", usd(build.decisive.npv_usd.mean)), ("Capital", usd(build.decisive.capital_need_usd.p50))]
    if build.capital_gap_usd:
        facts.append(("Short of capital by", usd(build.capital_gap_usd)))
    facts.append(("First revenue after", duration(build.months_to_revenue)))
    if not is_single(verdict):
        facts += [("Best in share of futures", share(build.best_share)), ("Chance of loss", share(build.decisive.loss_probability))]
    return Answer(condition, badge, tuple(facts))


def _context(verdict: Verdict) -> dict[str, Any]:
    single, marks = is_single(verdict), badges(verdict)
    inputs = tables.input_rows(verdict)
    return {
        "v": verdict, "single": single, "marks": marks, "headline": headline(verdict), "facts_line": facts_line(verdict),
        "answers": answers(verdict), "paragraphs": paragraphs(verdict),
        "strip": npv_strip(verdict), "measures": measures(verdict), "builds": verdict.builds[:-1],
        "cash_words": [captions.cash_words(build, single) for build in verdict.builds[:-1]],
        "after": after_words(verdict), "financing": financing_table(verdict),
        "financing_lines": [table for table in map(financing_lines_table, verdict.builds[:-1]) if table is not None],
        "cash_table": tables.cash_table(verdict, single), "same_scale": list(figures.cash_range_musd(verdict, single)),
        "payback_words": captions.payback_words(verdict), "payback_table": tables.payback_table(verdict),
        "causes_words": [captions.causes_words(build, single) for build in verdict.builds[:-1]],
        "causes_keys": [_keys(build) for build in verdict.builds[:-1]],
        "phase_tables": [phase_table(build, verdict) for build in verdict.builds[:-1]],
        "phase_keys": [[Key(*key) for key in phase_kinds(build)] for build in verdict.builds[:-1]],
        "causes_tables": [tables.causes_table(build) for build in verdict.builds[:-1]],
        "hours": _hours(verdict), "map": _map(verdict, marks), "flips_table": tables.flips_table(verdict),
        "levelised": levelised_table(verdict), "coin": coin_table(verdict), "treasury": treasury_sentence(verdict),
        "market": tables.market_rows(verdict.market, verdict.sources),
        "inputs": inputs, "world": tables.used_rows(verdict.world_inputs, verdict.sources),
        "estimates": sum(row.kind == "estimate" for row in inputs),
        "method": captions.method_lines(verdict), "sources": [(source, tables.pieces(source.citation)) for source in verdict.sources],
    }  # fmt: skip


def _hours(verdict: Verdict) -> dict[str, Any] | None:
    if verdict.hours is None:
        return None
    single = is_single(verdict)
    return {
        "build": verdict.hours.build,
        "duration_words": captions.duration_words(verdict.hours, single), "duration_table": tables.duration_table(verdict.hours),
        "heat_words": captions.heat_words(verdict.hours), "heat_table": tables.heat_table(verdict.hours),
    }  # fmt: skip


def _map(verdict: Verdict, marks: dict[str, Badge]) -> dict[str, Any] | None:
    if not verdict.win_map.winner:
        return None
    names = dict.fromkeys(name for row in verdict.win_map.winner for name in row)
    leaders = [badge for name, badge in marks.items() if name in names]
    return {"words": captions.map_words(verdict), "table": tables.map_table(verdict, marks), "leaders": leaders}


def _keys(build: BuildVerdict) -> list[Key]:
    return [Key(figures.cause_colour(name), name) for name in figures.drawn_causes(build)]
