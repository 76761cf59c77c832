"""What tokens cost and what they fetch: an accelerator's hour in named lines, shared between the tokens it reads and writes.

An hour of an accelerator costs its own price with its share of the server, network and storage, and its share of the halls, each
paid back with interest in equal instalments over its life; the power it draws, with the site's own; staff and upkeep. The hour is
shared out over the tokens of the hour, at the plant's utilisation.

Reading (prefill) and writing (decode) take turns on the same accelerators. What reading costs is the share of time that reading takes: a
million input tokens cost that share of the hours in which they are read, a million output tokens the rest. Weighted with their numbers the
two average to the blended cost, always.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from wattmint.calculators.limits import checked
from wattmint.errors import UnknownNameError
from wattmint.facts.fact import Fact
from wattmint.facts.load import attribute, record
from wattmint.provenance import UsedInput
from wattmint.types import FloatArray
from wattmint.units import HOURS_PER_YEAR, KW_PER_MW, MONTHS_PER_YEAR, SECONDS_PER_HOUR, TOKENS_PER_MTOK, W_PER_KW

LINES: Final = ("accelerators and servers", "network and storage", "halls", "power", "staff and upkeep")
"""Lines of what an accelerator's hour costs; they sum to it."""

POWER_LINE: Final = LINES[3]
STAFF_LINE: Final = LINES[4]
CAPITAL_LINES: Final = LINES[:3]

ALLIN: Final = "allin_kw_per_gpu"
INPUT_RATE: Final = "input_tokens_per_s_per_gpu"
OUTPUT_RATE: Final = "output_tokens_per_s_per_gpu"

_NO_INTEREST: Final = 1e-12
"""So little that the formula is at its limit, and yet can be divided by."""

RENTAL_KEYS: Final = {"on-demand": "rental_on_demand_usd_per_gpu_h", "3-year": "rental_3_year_usd_per_gpu_h"}
"""What others charge for the hour: attributes of the facts table `chips` by contract."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What the plant pays, and how much it sells.

    Attributes
    ----------
    power_price_usd_per_kwh, pue, utilisation, idle_power_share : float
        All-in price of energy; power of the site over that of its nodes; share of the estimated throughput that is sold over the year;
        power of a node without requests over its power while serving.
    network_storage_share, refresh_months, site_capex_usd_per_mw, site_life_months, opex_usd_per_mw_year, discount_rate : float
        As in the data dictionary; capital is paid back over `refresh_months` and `site_life_months` at `discount_rate`.
    accelerator_usd : float or None
        Price of an accelerator with its share of the server, if not that of the facts table `chips`.
    """

    power_price_usd_per_kwh: float
    pue: float
    utilisation: float
    idle_power_share: float
    network_storage_share: float
    refresh_months: float
    site_capex_usd_per_mw: float
    site_life_months: float
    opex_usd_per_mw_year: float
    discount_rate: float
    accelerator_usd: float | None = None


TERMS: Final = tuple(Terms.__dataclass_fields__)


@dataclass(frozen=True, slots=True)
class TokenCosts:
    """What tokens cost, one number per case.

    Attributes
    ----------
    usd_per_gpu_h : mapping of str to FloatArray
        Lines of an accelerator's hour, all hours of the year counted alike; NaN where no price is known.
    usd_per_mtok_lines : mapping of str to FloatArray
        The same lines per million tokens, read and written alike; they sum to `usd_per_mtok`.
    usd_per_mtok_input, usd_per_mtok_output, usd_per_mtok : FloatArray
        Per million tokens read, written, and both together (blended).
    it_mwh_per_gpu_h : FloatArray
        Energy of the node per accelerator and hour, idle hours included.
    """

    usd_per_gpu_h: Mapping[str, FloatArray]
    usd_per_mtok_lines: Mapping[str, FloatArray]
    usd_per_mtok_input: FloatArray
    usd_per_mtok_output: FloatArray
    usd_per_mtok: FloatArray
    it_mwh_per_gpu_h: FloatArray


@dataclass(frozen=True, slots=True)
class Margin:
    """What a plant earns per MWh of its nodes, one number per case; negative is a loss.

    Attributes
    ----------
    revenue_usd_per_mwh_it, cost_usd_per_mwh_it, margin_usd_per_mwh_it : FloatArray
        What the tokens fetch, all that they cost, and the difference.
    worth_usd_per_mwh_it : FloatArray
        What an MWh of the nodes is worth once the plant stands: revenue less staff and upkeep, before power and capital.
    """

    revenue_usd_per_mwh_it: FloatArray
    cost_usd_per_mwh_it: FloatArray
    margin_usd_per_mwh_it: FloatArray
    worth_usd_per_mwh_it: FloatArray


def defaults() -> Mapping[str, Fact]:
    """Return the fact behind every term that may be left out, by name; the halls are those of the table's rental."""
    facts = {**record("defaults", "calculator"), **record("defaults", "rental"), **record("defaults", "serving")}
    return {name: facts[name] for name in TERMS if name in facts}


def terms(**given: float | None) -> Terms:
    """Return the plant's terms: what is given, and cited defaults for the rest.

    Parameters
    ----------
    **given : float or None
        Fields of `Terms`.

    Returns
    -------
    Terms
        Each within the data dictionary's range.

    Raises
    ------
    UnknownNameError
        If there is no such term.
    InputError
        If a number is outside its range.
    """
    for name in given:
        if name not in TERMS:
            raise UnknownNameError("serve", name, TERMS)
    told = {name: checked(name, value) for name, value in given.items() if value is not None}
    return Terms(**{name: float(fact.value) for name, fact in defaults().items()} | told)


def used_terms(plant: Terms) -> tuple[UsedInput, ...]:
    """Return the terms as inputs of an answer, each with where it comes from: a fact that says the same, or the user."""
    known = defaults()
    used = []
    for name in TERMS:
        value = getattr(plant, name)
        if value is not None:
            same = name in known and known[name].value == value
            used.append(known[name].used() if same else UsedInput(name, value, attribute(name).unit, "given", "given"))
    return tuple(used)


def used_hardware(chip: str, plant: Terms) -> tuple[UsedInput, ...]:
    """Return what of an accelerator's facts its hour rests on: its price unless given, and its all-in power or what stands for it."""
    facts = record("chips", chip)
    price = facts.get("accelerator_usd") if plant.accelerator_usd is None else None
    power = (facts[ALLIN],) if ALLIN in facts else (facts["tdp_w"], record("defaults", "serving")["allin_over_tdp"])
    return tuple(fact.used() for fact in (price, *power) if fact is not None)


def instalment(life_months: float, discount_rate: float) -> float:
    """Return what one dollar costs per year when it is paid back in equal instalments.

    Parameters
    ----------
    life_months : float
        Over how long.
    discount_rate : float
        Interest per year.

    Returns
    -------
    float
        1/year: r / (1 - (1 + r)^-n), which is 1/n without interest.
    """
    years = life_months / MONTHS_PER_YEAR
    interest = max(discount_rate, _NO_INTEREST)
    return interest / -math.expm1(-years * math.log1p(interest))


def allin_kw(chip: str, tdp_w: float) -> float:
    """Return the IT power that is built per accelerator: the table's, or its thermal design power times the median ratio of the others."""
    facts = record("chips", chip)
    if ALLIN in facts:
        return float(facts[ALLIN].value)
    return tdp_w / W_PER_KW * float(record("defaults", "serving")["allin_over_tdp"].value)


def fixed_usd_per_gpu_h(chip: str, tdp_w: float, plant: Terms) -> dict[str, float]:
    """Return what an accelerator's hour costs whether it works or not.

    Parameters
    ----------
    chip : str
        Row of the facts table `chips`.
    tdp_w : float
        Thermal design power, used where the table has no all-in power.
    plant : Terms
        The plant's.

    Returns
    -------
    dict of str to float
        `LINES` without power, USD per hour; the accelerators' lines NaN where no price is known.
    """
    fact = record("chips", chip).get("accelerator_usd")
    price = plant.accelerator_usd if plant.accelerator_usd is not None else np.nan if fact is None else float(fact.value)
    built_mw = allin_kw(chip, tdp_w) / KW_PER_MW
    servers = price * instalment(plant.refresh_months, plant.discount_rate) / HOURS_PER_YEAR
    halls = plant.site_capex_usd_per_mw * built_mw * instalment(plant.site_life_months, plant.discount_rate) / HOURS_PER_YEAR
    staff = plant.opex_usd_per_mw_year * built_mw / HOURS_PER_YEAR
    return {LINES[0]: servers, LINES[1]: servers * plant.network_storage_share, LINES[2]: halls, STAFF_LINE: staff}


def token_costs(fixed: Mapping[str, FloatArray], estimate: Mapping[str, FloatArray], plant: Terms) -> TokenCosts:
    """Return what the tokens of each case cost.

    Parameters
    ----------
    fixed : mapping of str to FloatArray, each of shape (cases,)
        `fixed_usd_per_gpu_h` of each case's accelerator.
    estimate : mapping of str to FloatArray, each of shape (cases,)
        ``node_power_w_per_gpu``; ``input_tokens_per_s_per_gpu``, ``output_tokens_per_s_per_gpu`` while serving; ``prefill_time_share``.
    plant : Terms
        The plant's.

    Returns
    -------
    TokenCosts
        NaN where no price is known or no tokens come.
    """
    at_work = plant.utilisation + (1.0 - plant.utilisation) * plant.idle_power_share
    node_kw = estimate["node_power_w_per_gpu"] * at_work / W_PER_KW
    hour = {line: fixed[line] if line in fixed else node_kw * plant.pue * plant.power_price_usd_per_kwh for line in LINES}
    total = sum(hour.values(), np.zeros_like(node_kw))
    mtok_per_h = plant.utilisation * SECONDS_PER_HOUR / TOKENS_PER_MTOK
    read, written = (np.where(estimate[key] > 0.0, estimate[key], np.nan) * mtok_per_h for key in (INPUT_RATE, OUTPUT_RATE))
    reading = estimate["prefill_time_share"]
    return TokenCosts(
        usd_per_gpu_h=hour,
        usd_per_mtok_lines={line: usd / (read + written) for line, usd in hour.items()},
        usd_per_mtok_input=reading * total / read,
        usd_per_mtok_output=(1.0 - reading) * total / written,
        usd_per_mtok=total / (read + written),
        it_mwh_per_gpu_h=node_kw / KW_PER_MW,
    )


def margin(revenue_usd_per_gpu_h: FloatArray, costs: TokenCosts) -> Margin:
    """Return what a plant earns per MWh of its nodes.

    Parameters
    ----------
    revenue_usd_per_gpu_h : FloatArray
        What an accelerator's hour fetches, from `token_revenue_usd_per_gpu_h` or by renting it out.
    costs : TokenCosts
        What it costs.

    Returns
    -------
    Margin
        Per MWh of IT load, power by power line and all.
    """
    per_mwh = 1.0 / costs.it_mwh_per_gpu_h
    cost = sum(costs.usd_per_gpu_h.values(), np.zeros_like(per_mwh))
    staff = costs.usd_per_gpu_h[STAFF_LINE]
    return Margin(
        revenue_usd_per_mwh_it=revenue_usd_per_gpu_h * per_mwh,
        cost_usd_per_mwh_it=cost * per_mwh,
        margin_usd_per_mwh_it=(revenue_usd_per_gpu_h - cost) * per_mwh,
        worth_usd_per_mwh_it=(revenue_usd_per_gpu_h - staff) * per_mwh,
    )


def token_revenue_usd_per_gpu_h(estimate: Mapping[str, FloatArray], prices: tuple[float, float], plant: Terms) -> FloatArray:
    """Return what an accelerator's hour of tokens fetches.

    Parameters
    ----------
    estimate : mapping of str to FloatArray
        As for `token_costs`.
    prices : tuple of float
        USD per million tokens read and written.
    plant : Terms
        Its utilisation.

    Returns
    -------
    FloatArray
        USD per hour.
    """
    per_s = estimate[INPUT_RATE] * prices[0] + estimate[OUTPUT_RATE] * prices[1]
    return np.asarray(per_s * plant.utilisation * SECONDS_PER_HOUR / TOKENS_PER_MTOK)
