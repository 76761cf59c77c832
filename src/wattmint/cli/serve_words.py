"""What ``wattmint serve`` says: a case in a few lines, the same as one JSON object, and what it rests on."""

import dataclasses
from collections.abc import Mapping
from typing import Any, Final

from wattmint.calculators.serving.case import BANDS, FIELDS, ServeAnswer
from wattmint.facts.fact import Fact
from wattmint.units import KWH_PER_MWH

TIME_SHARES: Final = "share_"
"""Prefix of the estimate's shares of time by what bounds."""


def plain_answer(found: ServeAnswer) -> dict[str, Any]:
    """Return an answer as ``--json`` prints it.

    Parameters
    ----------
    found : ServeAnswer
        Any.

    Returns
    -------
    dict of str to Any
        The columns of ``--out`` first, then the case as estimated, and what else is known.
    """
    flat = {name: _plain(found.estimate[name]) for name in (*FIELDS, *BANDS)}
    rest = {name: _plain(value) for name, value in found.estimate.items() if name not in flat and name != "error"}
    market = found.market
    return {
        **flat,
        "case": {name: _plain(value) for name, value in found.case.items()},
        "details": rest,
        "power": dataclasses.asdict(found.power),
        "costs": found.costs,
        "market": {
            "token_prices": None if market.prices is None else {"input": _fact(market.prices.read), "output": _fact(market.prices.written)},
            "tokens": market.tokens,
            "rentals": {contract: _fact(fact) for contract, fact in market.rentals.items()},
            "renting": market.renting,
        },
        "inputs": [dataclasses.asdict(used) for used in (*found.inputs, *found.hardware)],
        "cases_tried": found.tried,
    }


def case_words(found: ServeAnswer) -> str:
    """Return an answer as lines for reading; ``--json`` has every digit.

    Parameters
    ----------
    found : ServeAnswer
        Any.

    Returns
    -------
    str
        Lines.
    """
    case, e = found.case, found.estimate
    how = f"{case['replicas']:,} x " if case["replicas"] > 1 else ""
    cut = f"{how}tp{case['tp']} pp{case['pp']} ep{case['ep']} dp{case['dp']}"
    requests = f"{_short(case['concurrency'])} requests at once (memory holds {e['max_concurrency']:,.0f})"
    speed = f"{e['output_tokens_per_s']:,.0f} output tokens/s, {e['output_tokens_per_s_per_gpu']:,.0f} per GPU"
    return "\n".join(
        [
            f"{case['model_name']} on {case['gpus']:,} x {case['gpu_name']}, {case['precision']}, {cut}: {requests}",
            f"{speed}{_band(e, 'output_tokens_per_s_per_gpu', '')}; {e['total_tokens_per_s_per_gpu']:,.0f} with input",
            f"first token {e['ttft_ms']:,.0f} ms{_band(e, 'ttft_ms', ' ms')}, each further {e['tpot_ms']:.1f} ms{_band(e, 'tpot_ms', ' ms')}",
            _bound_line(e),
            *_power_lines(found),
            *_money_lines(found),
        ]
    )


def notes(found: ServeAnswer) -> list[str]:
    """Return what the answer rests on besides what was given.

    Parameters
    ----------
    found : ServeAnswer
        Any.

    Returns
    -------
    list of str
        Notes for standard error.
    """
    plant = found.terms
    power = f"power {plant.power_price_usd_per_kwh * KWH_PER_MWH:.4g} USD/MWh"
    said = [f"bands hold 80 %; money at {plant.utilisation:.0%} utilisation, PUE {plant.pue:g}, {power}"]
    if found.costs["usd_per_mtok"] is None:
        said.append(f"no price of {found.case['gpu_id']} is known, so no cost either; give --accelerator-usd")
    if found.market.prices is None:
        said.append("no market price of this model's tokens is known")
    return said


def _bound_line(e: Mapping[str, Any]) -> str:
    shares = {name.removeprefix(TIME_SHARES).replace("_", " "): float(value) for name, value in e.items() if name.startswith(TIME_SHARES)}
    time = ", ".join(f"{name} {value:.0%}" for name, value in sorted(shares.items(), key=lambda one: -one[1]) if value >= 0.005)
    point = f"decoding at {e['flop_per_byte']:,.3g} operations per byte read of {e['ridge_flop_per_byte']:,.0f} possible"
    return f"bound by {e['bound']} (time: {time}); {point}, {e['attained_tflops']:,.3g} TFLOP/s per GPU"


def _power_lines(found: ServeAnswer) -> list[str]:
    e, power = found.estimate, found.power
    watts = f"{e['gpu_power_w']:,.0f} W per GPU, {e['node_power_w_per_gpu']:,.0f} W of the node, {power.site_power_w_per_gpu:,.0f} W of the site"
    joules = f"{e['joules_per_output_token']:.3g} J per output token{_band(e, 'joules_per_output_token', ' J')} (GPU), "
    site = f"{power.joules_per_output_token_site:.3g} J (site)"
    return [f"{watts}; {power.site_mw:.3g} MW in all", f"{joules}{site}; {power.output_tokens_per_s_per_site_mw:,.0f} output tokens/s per MW of site"]


def _money_lines(found: ServeAnswer) -> list[str]:
    costs, market, lines = found.costs, found.market, []
    if costs["usd_per_mtok"] is not None:
        hour = sum(costs["usd_per_gpu_h"].values())
        each = f"{costs['usd_per_mtok_input']:.3f} read, {costs['usd_per_mtok_output']:.3f} written, {costs['usd_per_mtok']:.3f} blended"
        parts = ", ".join(f"{line} {usd / hour:.0%}" for line, usd in costs["usd_per_gpu_h"].items())
        lines.append(f"costs USD per million tokens: {each}; {hour:.2f} USD per GPU hour ({parts})")
    if market.prices is not None:
        read, written = market.prices.usd_per_mtok
        lines.append(f"fetches {read:.3f} read, {written:.3f} written ({market.prices.written.as_of}): {_left(market.tokens)}")
    lines += [
        f"rents out at {fact.value:.2f} USD per GPU hour, {contract} ({fact.as_of}): {_left(market.renting[contract])}"
        for contract, fact in market.rentals.items()
    ]
    return lines


def _left(margin: Mapping[str, float | None] | None) -> str:
    if margin is None or margin["margin_usd_per_mwh_it"] is None:
        return "margin unknown"
    return f"margin {margin['margin_usd_per_mwh_it']:,.0f} USD per MWh of IT load, revenue {margin['revenue_usd_per_mwh_it']:,.0f}"


def _band(e: Mapping[str, Any], name: str, unit: str) -> str:
    low, high = e[f"{name}_low"], e[f"{name}_high"]
    return f" ({_short(low)} to {_short(high)}{unit})"


def _short(value: float) -> str:
    return f"{value:,.0f}" if value >= 99.5 else f"{value:.3g}"


def _fact(fact: Fact) -> dict[str, Any]:
    return {"value": fact.value, "low": fact.low, "high": fact.high, "unit": fact.unit, "source": fact.source, "as_of": fact.as_of}


def _plain(value: Any) -> Any:
    """Return a NumPy number or word as Python's; None where a number is not known."""
    if hasattr(value, "item"):
        value = value.item()
    return None if isinstance(value, float) and value != value else value  # noqa: PLR0124 - NaN alone differs from itself
