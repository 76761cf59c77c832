"""What to think of a conversion: convert, convert part or refuse, with reasons; all numbers as an answer prints them."""

from dataclasses import dataclass

import numpy as np

from wattmint.calculators.conversion.checks import LIMITS, REFUSES, Check
from wattmint.calculators.conversion.deals import Place, deals_with, place
from wattmint.calculators.conversion.mistakes import Mistake
from wattmint.calculators.conversion.plan import ConversionPlan
from wattmint.calculators.conversion.schedule import slowest
from wattmint.calculators.conversion.worth import Worth
from wattmint.facts.load import number, record
from wattmint.provenance import UsedInput
from wattmint.risk.measures import Spread, spread
from wattmint.scenario.refusal import figure
from wattmint.units import USD_PER_MUSD

CONVERT, PART, REFUSE = "convert", "convert part", "refuse"
WHOLE = 0.999
"""Share from which on a site counts as converted whole."""


@dataclass(frozen=True, slots=True)
class CheckRow:
    """A check with what closing its gap costs and how long its plant takes.

    Attributes
    ----------
    check : Check
        As found.
    usd : float
        Mean cost of the items that it causes, all MW together.
    months : float
        Longest lead time among them, or the works where none has one; 0 where nothing is built.
    """

    check: Check
    usd: float
    months: float


@dataclass(frozen=True, slots=True)
class ItemRow:
    """An item of the build-up.

    Attributes
    ----------
    id, name, group : str
        As in the table `conversion`.
    usd_per_mw : Spread
        What is paid.
    kept_usd_per_mw : float
        Mean value of what the site has already.
    """

    id: str
    name: str
    group: str
    usd_per_mw: Spread
    kept_usd_per_mw: float


@dataclass(frozen=True, slots=True)
class Block:
    """One block of the works; months after the decision.

    Attributes
    ----------
    it_mw : float
        Of the block.
    begun, built, tested, done : float
        Mining stops; plant is set; commissioning begins; handed over: as planned.
    done_spread : Spread
        Handed over, delays included.
    """

    it_mw: float
    begun: float
    built: float
    tested: float
    done: float
    done_spread: Spread


@dataclass(frozen=True, slots=True)
class ConversionAnswer:
    """The answer.

    Attributes
    ----------
    site, ai_class, ai_name : str
        What was asked.
    verdict : str
        ``convert``, ``convert part`` or ``refuse``.
    reasons : tuple of str
        Why, sentences without full stops.
    share, grid_mw, it_mw : float
        What is converted; where checks refuse, what was asked for.
    checks : tuple of CheckRow
        All eleven.
    replaced_share, published_replaced_share : float
        Share of the finished plant's value that must be bought, and what is published of it.
    items : tuple of ItemRow
        The build-up.
    usd_per_mw, usd, months, first_months : Spread
        Cost per MW of IT, and of all; months from the decision to the last and to the first block.
    capital_usd, over_capital_share : float or None
        What the owner can put in, and in which share of cases his part of the cost is above; None where the site file sets no limit.
    planned_months : float
        To the last block, nothing late.
    delivered_months : float
        Until the last plant is there, as planned.
    slowest : str
        What is longest on its way.
    blocks : tuple of Block
        In order.
    places : tuple of Place
        Cost, months and lease among public deals.
    mistakes : tuple of Mistake
        Of the design.
    passing_classes : tuple of str
        Classes of AI that no check would refuse, each with a design that suits it.
    worth : Worth or None
        Against mining on; None where checks refuse.
    best_start_month : int or None
        Month of the decision that gains most on average; None where checks refuse.
    inputs : tuple of UsedInput
        What all this rests on.
    """

    site: str
    ai_class: str
    ai_name: str
    verdict: str
    reasons: tuple[str, ...]
    share: float
    grid_mw: float
    it_mw: float
    checks: tuple[CheckRow, ...]
    replaced_share: float
    published_replaced_share: float
    items: tuple[ItemRow, ...]
    usd_per_mw: Spread
    usd: Spread
    capital_usd: float | None
    over_capital_share: float | None
    months: Spread
    first_months: Spread
    planned_months: float
    delivered_months: float
    slowest: str
    blocks: tuple[Block, ...]
    places: tuple[Place, ...]
    mistakes: tuple[Mistake, ...]
    passing_classes: tuple[str, ...]
    worth: Worth | None
    best_start_month: int | None
    inputs: tuple[UsedInput, ...]


def conversion_answer(plan: ConversionPlan, worth: Worth | None) -> ConversionAnswer:
    """Put an answer together.

    Parameters
    ----------
    plan : ConversionPlan
        From `wattmint.calculators.conversion.plan.plan_conversion`.
    worth : Worth or None
        From `wattmint.calculators.conversion.worth.worth_of`; None where no future was looked at.

    Returns
    -------
    ConversionAnswer
    """
    capital_usd, over = plan.scenario.site.capital_usd, _over_capital_share(plan)
    verdict, reasons = _verdict(plan, worth)
    if over and verdict != REFUSE:
        reasons = (*reasons, f"what the owner pays is above the {_musd(capital_usd or 0.0)} million USD of capital in {over:.0%} of cases")
    return ConversionAnswer(
        site=plan.scenario.name,
        ai_class=plan.needs.ai_class,
        ai_name=plan.needs.name,
        verdict=verdict,
        reasons=reasons,
        share=plan.share or plan.wish.share,
        grid_mw=plan.grid_mw or plan.planned.grid_mw,
        it_mw=plan.built_it_mw,
        checks=tuple(_check_row(check, plan) for check in plan.checks),
        replaced_share=replaced_share(plan),
        published_replaced_share=number("conversion", "works", "replaced_share"),
        items=tuple(_item_row(i, plan) for i in range(len(plan.items))),
        usd_per_mw=spread(plan.costs.total_usd_per_mw),
        usd=spread(plan.costs.total_usd_per_mw * plan.built_it_mw),
        capital_usd=capital_usd,
        over_capital_share=over,
        months=spread(plan.times.done[-1]),
        first_months=spread(plan.times.done[0]),
        planned_months=float(plan.plan_times.done[-1]),
        delivered_months=float(plan.plan_times.delivered),
        slowest=_item_name(slowest(plan.durations)),
        blocks=tuple(_block(i, plan) for i in range(plan.wish.blocks)),
        places=_places(plan),
        mistakes=plan.mistakes,
        passing_classes=plan.passing_classes,
        worth=worth,
        best_start_month=worth.best_start.month if worth is not None and worth.starts else None,
        inputs=tuple(dict.fromkeys(plan.inputs)),
    )


def replaced_share(plan: ConversionPlan) -> float:
    """Return the share of the finished AI plant's value that must be bought, on average.

    Parameters
    ----------
    plan : ConversionPlan
        Its costs.

    Returns
    -------
    float
        What is paid over what is paid and what is kept, clearing left out.
    """
    plant = [item.is_new for item in plan.items]
    paid, kept = (float(values[plant].sum(axis=0).mean()) for values in (plan.costs.new_usd_per_mw, plan.costs.kept_usd_per_mw))
    return paid / (paid + kept)


def _verdict(plan: ConversionPlan, worth: Worth | None) -> tuple[str, tuple[str, ...]]:
    refused = [f"{check.name}: {check.reason}" for check in plan.checks if check.state == REFUSES]
    if refused:
        return REFUSE, tuple(refused)
    limits = tuple(f"{check.name}: {check.reason}" for check in plan.checks if check.state == LIMITS)
    if worth is not None and worth.starts:
        now, best = worth.starts[0], worth.best_start
        mean = best.gain_usd.mean or 0.0
        if mean <= 0.0:
            short = f"mining on is worth {_musd(-mean)} million USD more on average than the best year to convert"
            return REFUSE, (short, *limits)
        gained = f"it gains {_musd(mean)} million USD over mining on, on average, and is ahead in {best.wins_share:.0%} of futures"
        when = () if best is now else (f"it gains most when begun in month {best.month}",)
        limits = (gained, *when, *limits)
    return (CONVERT if plan.share >= WHOLE else PART), limits


def _over_capital_share(plan: ConversionPlan) -> float | None:
    """Return in which share of cases the owner's part of works and clearing is above his capital; None without a limit."""
    if plan.scenario.site.capital_usd is None:
        return None
    funded = np.array([0.0 if item.id == "clearing" else plan.wish.tenant_funded_share for item in plan.items])
    own_usd = (plan.costs.new_usd_per_mw * (1.0 - funded[:, None])).sum(axis=0) * plan.built_it_mw
    return float((own_usd > plan.scenario.site.capital_usd).mean())


def _musd(usd: float) -> str:
    return figure(float(f"{usd / USD_PER_MUSD:.3g}"))


def _check_row(check: Check, plan: ConversionPlan) -> CheckRow:
    caused = [item.check == check.name for item in plan.items]
    usd = float(plan.costs.new_usd_per_mw[caused].sum(axis=0).mean()) * plan.built_it_mw if any(caused) else 0.0
    leads = [plan.durations.leads[name].value for name in check.items if name in plan.durations.leads]
    if "backup" in check.items:
        leads += [plan.durations.leads[name].value for name in ("ups", "generators") if name in plan.durations.leads]
    months = max(leads) if leads else plan.durations.works.value if usd > 0.0 else 0.0
    return CheckRow(check, usd, months)


def _item_row(i: int, plan: ConversionPlan) -> ItemRow:
    item = plan.items[i]
    return ItemRow(item.id, item.name, item.group, spread(plan.costs.new_usd_per_mw[i]), float(plan.costs.kept_usd_per_mw[i].mean()))


def _block(i: int, plan: ConversionPlan) -> Block:
    begun, built, tested, done = (float(times[i]) for times in plan.plan_times[1:])
    return Block(plan.built_it_mw / plan.wish.blocks, begun, built, tested, done, spread(plan.times.done[i]))


def _places(plan: ConversionPlan) -> tuple[Place, ...]:
    usd, months = float(np.median(plan.costs.total_usd_per_mw)), float(plan.plan_times.done[-1])
    kept = [item.name.lower() for item in plan.items if item.kept_share.value >= 0.5 and item.follows_market]
    market = plan.wish.new_build_usd_per_mw / USD_PER_MUSD
    backup = plan.topologies[plan.wish.backup].capex_usd_per_mw / USD_PER_MUSD
    before = f"before design, liquid loops and backup {plan.wish.backup} at {backup:.2g}"
    dear = f"a new data centre costs {market:.3g} million USD per MW in this market {before}; miners build where that is less"
    cheap = f"a new data centre costs {market:.3g} million USD per MW in this market, and the site keeps {', '.join(kept) or 'nothing of it'}"
    late = _why_late(plan, months)
    quick = "long-lead plant was ordered before the decision" if plan.wish.ordered_months else "the works are small"
    below, above = (f"the site file asks for {word} than any public lease" for word in ("less", "more"))
    return (
        place("cost", "site_capex_usd_per_mw", "USD/MW", usd, cheap, dear),
        place("months as planned", "construction_months", "month", months, quick, late),
        place("lease", "lease_usd_per_kw_month", "USD/kW-month", plan.lease_usd_per_kw_month, below, above),
    )


def _why_late(plan: ConversionPlan, months: float) -> str:
    name, steps = slowest(plan.durations), plan.durations
    if not name or float(plan.plan_times.delivered) <= float(plan.plan_times.begun[0]) + steps.works.value - 1.0:
        return "design, works, setting of plant and commissioning of all blocks alone take that long"
    over = months - max(deal.high for deal in deals_with("construction_months"))
    order = steps.ordered_months if steps.ordered_months > 0.0 else -steps.design.value
    earlier = round(order + over)
    when = f"{earlier} months before the decision" if earlier > 0 else "on the day of the decision"
    return (
        f"{_item_name(name).split(',')[0].lower()} takes {steps.leads[name].value:.0f} months from order to delivery, and deals count from an "
        f"announcement, with plant on order: ordered {when} it would be inside"
    )


def _item_name(name: str) -> str:
    return str(record("conversion", name)["name"].value) if name else ""
