"""What the verbs of ``wattmint serve`` share: options about model, accelerators, waits and money."""

import argparse
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from wattmint.calculators.serving.money import Terms

PRECISIONS: Final = ("bf16", "fp8", "int8", "fp4", "int4")

WORKLOAD: Final = (
    ("isl", float, "TOKENS", "tokens read per request (default: 1024)"),
    ("osl", float, "TOKENS", "tokens written per request (default: 1024)"),
    ("ttft_ms", float, "MS", "longest wait for the first token"),
    ("tpot_ms", float, "MS", "longest wait for each further token"),
)

MONEY: Final = (
    ("pue", "RATIO", "power of the site over that of its nodes"),
    ("utilisation", "SHARE", "share of the estimated throughput that is sold over the year"),
    ("accelerator_usd", "USD", "price of an accelerator with its share of the server"),
    ("refresh_months", "MONTHS", "life of the accelerators"),
    ("network_storage_share", "SHARE", "network and storage as a share of the servers' price"),
    ("site_capex_usd_per_mw", "USD", "works per MW of IT: building, power, cooling"),
    ("site_life_months", "MONTHS", "life of the works"),
    ("opex_usd_per_mw_year", "USD", "staff and upkeep per MW of IT and year"),
    ("discount_rate", "RATE", "interest per year on all capital"),
    ("idle_power_share", "SHARE", "power of a node without requests over its power while serving"),
)
"""Options that are terms of a serving plant; each has a cited default."""

MONEY_NAMES: Final = ("power_price", *(name for name, _, _ in MONEY))


def add_workload(verb: argparse.ArgumentParser) -> None:
    """Add what is asked of a plant to a verb: lengths of requests and waits."""
    for name, kind, unit, text in WORKLOAD:
        verb.add_argument(f"--{name.replace('_', '-')}", type=kind, metavar=unit, help=text)


def add_money(verb: argparse.ArgumentParser) -> None:
    """Add what a plant pays to a verb."""
    verb.add_argument("--power-price", type=float, metavar="USD_PER_MWH", help="all-in price of energy")
    for name, unit, text in MONEY:
        verb.add_argument(f"--{name.replace('_', '-')}", type=float, metavar=unit, help=f"{text} (cited default)")


def given_terms(given: argparse.Namespace) -> "Terms":
    """Return the plant's terms from the options.

    Parameters
    ----------
    given : Namespace
        `MONEY_NAMES` by name; None where left out.

    Returns
    -------
    Terms
        With cited defaults.

    Raises
    ------
    InputError
        If a number is out of its range.
    """
    from wattmint.calculators.serving.money import terms
    from wattmint.units import KWH_PER_MWH

    price = None if given.power_price is None else given.power_price / KWH_PER_MWH
    return terms(power_price_usd_per_kwh=price, **{name: getattr(given, name) for name, _, _ in MONEY})


def left_in(given: argparse.Namespace, names: tuple[str, ...]) -> Mapping[str, Any]:
    """Return the options that were given, by name."""
    return {name: getattr(given, name) for name in names if getattr(given, name) is not None}
