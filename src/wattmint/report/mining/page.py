"""The mining calculator's answer as a page of the same make as the verdict's."""

from dataclasses import dataclass
from typing import Any, Final

import plotly.graph_objects as go

from wattmint.calculators.mining.forecast import MiningForecast
from wattmint.calculators.mining.hashprice import HashpriceHistory, hashprice_history
from wattmint.calculators.mining.league import league
from wattmint.calculators.mining.static import MiningCase, static_result
from wattmint.facts.fact import Fact
from wattmint.facts.load import attribute, record, sources_used
from wattmint.facts.prices import machine_price
from wattmint.market.snapshot import market_snapshot
from wattmint.provenance import SourceUsed, UsedInput
from wattmint.report import tables
from wattmint.report.digits import duration, price, rate, share, usd
from wattmint.report.document import document
from wattmint.report.mining import figures, words
from wattmint.report.mining.words import MineAnswer, is_single, power_price
from wattmint.report.tables import Box
from wattmint.report.theme import GREY
from wattmint.scenario.model import Market
from wattmint.units import DAYS_PER_YEAR, MONTHS_PER_YEAR
from wattmint.version import VERSION

FIRST_MONTH: Final = "2014-01"
"""Of the hashprice history drawn: before, machines were a thousand times less efficient."""

LEAGUE_ROWS: Final = 12
"""Machines shown at once; the others stand behind a fold."""

_MARKET: Final = ("btc_usd", "difficulty", "fees_btc_per_block", "subsidy_btc", "expected_hashes_per_difficulty")
_CONTRACT: Final = (
    "power_price_usd_per_kwh", "btc_usd", "difficulty", "subsidy_btc", "fees_btc_per_block", "pool_fee", "uptime", "stale_rate", "pue",
    "hosting_fee_usd_per_kwh", "profit_share",
)  # fmt: skip
_SERIES: Final = ("btc-monthly", "btc-epochs")


@dataclass(frozen=True, slots=True)
class LeagueCells:
    """A row of the league as text; `number` and `price_number` point into the list of sources."""

    name: str
    cells: tuple[str, ...]
    number: int | None
    price_number: int | None
    price_kind: str
    grade: str
    is_own: bool


def render(case: MiningCase, ahead: MiningForecast, machine_id: str | None = None) -> str:
    """Return the report of one kind of machine as one self-contained HTML page.

    Parameters
    ----------
    case : MiningCase
        Machine, contract, market.
    ahead : MiningForecast
        Its futures.
    machine_id : str, optional
        Row of the facts table `machines`; left out for a machine of no table.

    Returns
    -------
    str
        HTML, as `wattmint.report.document.document` makes it.
    """
    terms = {name: getattr(case, name) for name in _CONTRACT}
    rows = league(market_snapshot(Market()), sort="breakeven", pool_scheme=case.pool_scheme, **terms)
    answer = MineAnswer(case, static_result(case), ahead, rows, machine_id)
    past = hashprice_history(FIRST_MONTH)
    return document("mine.html.j2", VERSION, _context(answer, past), charts(answer, past))


def charts(answer: MineAnswer, past: HashpriceHistory) -> dict[str, go.Figure]:
    """Return all figures of the page by the name of their place; what means nothing for this answer is left out."""
    case, ahead = answer.case, answer.ahead
    drawn = {
        "power": figures.power_figure(case, answer.result, ahead),
        "league": figures.league_figure(answer.league, answer.machine_id, case.power_price_usd_per_kwh),
        "hashprice": figures.hashprice_figure(past, answer.result, ahead),
        "old": figures.obsolescence_figure(case, ahead),
        "running": figures.running_figure(ahead),
        "cash": figures.cash_figure(case, ahead),
    }
    if case.capex_usd is not None:
        drawn["payback"] = figures.payback_figure(ahead)
    return drawn


def boxes(answer: MineAnswer) -> tuple[Box, ...]:
    """Return today's promise and what the futures say, side by side.

    Parameters
    ----------
    answer : MineAnswer
        Any.

    Returns
    -------
    tuple of Box
        Two.
    """
    result, ahead, total = answer.result, answer.ahead, answer.ahead.lifetime_profit_usd
    never = f"not within {duration(ahead.months)}"
    promised = "never" if ahead.static.payback_months is None else duration(ahead.static.payback_months)
    today = [("Profit per day", price(result.profit_usd_per_day, "USD")), ("Break-even power price", power_price(result.breakeven_power_usd_per_kwh))]
    today += [("Break-even coin price", price(result.breakeven_btc_usd, "USD"))]
    futures = [(f"Profit over {duration(ahead.months)}", usd(total.p50))]
    if not is_single(ahead):
        futures.append(("P10 to P90", f"{usd(total.p10)} to {usd(total.p90)}"))
    if answer.case.capex_usd is not None:
        middle = ahead.payback_months.p50
        today.append(("Payback", promised))
        futures += [("Payback", never if middle is None else duration(middle)), ("Return on capital", rate(ahead.roi.p50))]
        if not is_single(ahead):
            futures.append((f"Money not back after {duration(ahead.months)}", share(ahead.loss_probability)))
    told = "one future" if is_single(ahead) else f"the middle of {ahead.paths:,} futures"
    return (
        Box("If every day were like today", "as every calculator promises", GREY, tuple(today)),
        Box("As price, network and halving move", told, figures.MACHINE, tuple(futures)),
    )


def case_inputs(answer: MineAnswer) -> tuple[UsedInput, ...]:
    """Return the case's numbers, each with where it comes from: a fact that says the same, or the user.

    Parameters
    ----------
    answer : MineAnswer
        Any.

    Returns
    -------
    tuple of UsedInput
        Without the market, which has a table of its own.
    """
    case, known = answer.case, _known_facts(answer)
    used = []
    for name in (field for field in MiningCase.__dataclass_fields__ if field not in _MARKET):
        value = getattr(case, name)
        if isinstance(value, str) or value is None:
            continue
        fact = known.get(name)
        used.append(fact.used() if fact is not None and fact.value == value else UsedInput(name, value, attribute(name).unit, "given", "given"))
    price_fact = machine_price(answer.machine_id, case.power_w / case.hashrate_ths)
    if price_fact is not None and case.capex_usd == float(price_fact.value) * case.hashrate_ths * case.count:
        used = [one for one in used if one.name != "capex_usd"]
        used += [price_fact.used(), UsedInput("capex_usd", case.capex_usd, "USD", price_fact.source, "derived")]
    return tuple(used)


def _known_facts(answer: MineAnswer) -> dict[str, Fact]:
    machine = record("machines", answer.machine_id) if answer.machine_id is not None else {}
    return {**record("defaults", "mining"), **record("defaults", "calculator"), **machine}


def _sources(answer: MineAnswer, inputs: tuple[UsedInput, ...]) -> tuple[SourceUsed, ...]:
    ids = {used.source for used in (*inputs, *answer.ahead.inputs)} | {value.source for value in answer.ahead.market}
    ids |= {row.source for row in answer.league} | {row.price_source for row in answer.league}
    ids |= {fact.source for name in _SERIES for fact in record("series", name).values()}
    return sources_used(ids)


def _context(answer: MineAnswer, past: HashpriceHistory) -> dict[str, Any]:
    case, ahead = answer.case, answer.ahead
    inputs = case_inputs(answer)
    used = _sources(answer, inputs)
    rows = _league_cells(answer, tables.source_numbers(used))
    return {
        "a": ahead, "single": is_single(ahead), "has_price": case.capex_usd is not None,
        "headline": words.headline(case, answer.result, ahead), "asked": words.asked(case, ahead),
        "boxes": boxes(answer), "paragraphs": words.paragraphs(case, ahead),
        "today": words.today_table(case, answer.result), "years": words.years_table(ahead),
        "payback": words.payback_table(ahead), "history": words.history_table(past), "words": words.captions(answer, past),
        "league_shown": [row for i, row in enumerate(rows) if i < LEAGUE_ROWS or row.is_own],
        "league_rest": [row for i, row in enumerate(rows) if i >= LEAGUE_ROWS and not row.is_own], "league_head": words.LEAGUE_HEAD,
        "inputs": tables.used_rows(inputs, used), "world": tables.used_rows(ahead.inputs, used), "market": tables.market_rows(ahead.market, used),
        "method": words.method_lines(ahead), "sources": [(source, tables.pieces(source.citation)) for source in used],
        "colours": {"machine": figures.MACHINE, "reference": figures.REFERENCE, "power": figures.POWER, "static": GREY},
        "heights": {"chart": figures.HEIGHT, "league": figures.league_height(answer.league, answer.machine_id)},
    }  # fmt: skip


def _league_cells(answer: MineAnswer, numbers: dict[str, int]) -> list[LeagueCells]:
    return [
        LeagueCells(
            row.name,
            (
                f"{row.j_per_th:.3g}", "" if row.usd_per_th is None else price(row.usd_per_th, "USD"), power_price(row.breakeven_power_usd_per_kwh),
                price(row.profit_usd_per_day, "USD"),
                "" if row.payback_days is None else duration(row.payback_days * MONTHS_PER_YEAR / DAYS_PER_YEAR),
            ),
            numbers.get(row.source), numbers.get(row.price_source), row.price_kind, row.grade, row.machine == answer.machine_id,
        )
        for row in answer.league
    ]  # fmt: skip
