"""``wattmint serve plan``: how many of which accelerator serve a number of tokens a day, what they draw and what the tokens cost."""

import argparse
import dataclasses
from typing import TYPE_CHECKING, Any, Final

from wattmint.cli.serve_options import PRECISIONS, add_money, add_workload, given_terms
from wattmint.errors import InputError

if TYPE_CHECKING:
    from wattmint.calculators.serving.plan import Plan

HEAD: Final = ("", "accelerator", "number", "of a copy", "requests", "tok/s/GPU", "TTFT ms", "TPOT ms", "site MW", "USD/Mtok", "in", "out", "USD/day")
RIGHT: Final = (0, 2, 4, 5, 6, 7, 8, 9, 10, 11, 12)
SHOWN: Final = 15
"""Rows printed; ``--json`` and ``--top`` have more."""


def add(verbs: Any) -> None:
    """Add the sub-verb to ``wattmint serve``.

    Parameters
    ----------
    verbs : argparse's sub-parsers
        Where sub-verbs are added.
    """
    verb = verbs.add_parser(
        "plan",
        help="how many of which accelerator serve a number of tokens a day, ranked by cost",
        description=(
            "For every accelerator of the table 'chips' the best way to serve a model within the limits, how many that takes for the "
            "tokens of a day, the megawatts, and the cost of a million tokens; ranked. Those that cannot are listed with the reason."
        ),
    )
    verb.add_argument("--model", metavar="NAME", required=True, help="as for 'wattmint serve'")
    verb.add_argument("--tokens-per-day", type=float, metavar="TOKENS", required=True, help="tokens read and written together, on a day")
    verb.add_argument("--precision", choices=PRECISIONS, help="what weights are stored in (default: fp8 where the accelerator has it, else bf16)")
    verb.add_argument("--gpu", action="append", metavar="NAME", help="look at this accelerator only; may be repeated")
    verb.add_argument("--top", type=int, metavar="N", help=f"rows to print (default: {SHOWN}; --json has all unless this is given)")
    add_workload(verb)
    add_money(verb)
    verb.add_argument("--json", action="store_true", help="print one JSON object; words go to standard error")
    verb.set_defaults(verb=run_plan)


def run_plan(given: argparse.Namespace) -> int:
    """Answer which accelerators serve the demand.

    Parameters
    ----------
    given : Namespace
        The options by name; None where left out.

    Returns
    -------
    int
        Exit code.

    Raises
    ------
    InputError
        When an option, the model or an accelerator is refused.
    """
    from wattmint.calculators.limits import checked
    from wattmint.calculators.serving.plan import Demand, plan
    from wattmint.cli.console import as_json, say_notes
    from wattmint.serving.limits import Limits
    from wattmint.units import KWH_PER_MWH

    if given.top is not None and given.top < 1:
        raise InputError("--top", given.top, "1 or above")
    limits = Limits(*(None if (value := getattr(given, name)) is None else checked(name, value) for name in ("ttft_ms", "tpot_ms")))
    lengths = {name: 1024 if getattr(given, name) is None else getattr(given, name) for name in ("isl", "osl")}
    plant = given_terms(given)
    demand = Demand(model=given.model, tokens_per_day=given.tokens_per_day, precision=given.precision, limits=limits, **lengths)
    found = plan(demand, plant, given.gpu)
    if given.json:
        answer = {"plan": [dataclasses.asdict(row) for row in found.rows[: given.top]]}
        print(as_json({**answer, "unsuitable": [dataclasses.asdict(row) for row in found.unsuitable]}))
    else:
        print(plan_words(found, given.top or SHOWN))
    power = f"power {plant.power_price_usd_per_kwh * KWH_PER_MWH:g} USD/MWh"
    said = f"{plant.utilisation:.0%} of the throughput is planned with, PUE {plant.pue:g}, {power}"
    say_notes([said, "where no price of an accelerator is known no cost is either; such rows come last"])
    return 0


def plan_words(found: "Plan", top: int) -> str:
    """Return a plan as a table, and below it who cannot.

    Parameters
    ----------
    found : Plan
        Ranked.
    top : int
        Rows shown.

    Returns
    -------
    str
        Lines.
    """
    from wattmint.cli.console import aligned

    rows = [
        (
            str(place), row.name, f"{row.gpus:,}", f"{row.precision} tp{row.tp} pp{row.pp} ep{row.ep} dp{row.dp}", f"{row.concurrency:,}",
            f"{row.output_tokens_per_s_per_gpu:,.0f}", f"{row.ttft_ms:,.0f}", f"{row.tpot_ms:.1f}", f"{row.site_mw:.3g}",
            *("-" if usd is None else f"{usd:.3f}" for usd in (row.usd_per_mtok, row.usd_per_mtok_input, row.usd_per_mtok_output)),
            "-" if row.usd_per_day is None else f"{row.usd_per_day:,.0f}",
        )
        for place, row in enumerate(found.rows[:top], 1)
    ]  # fmt: skip
    lines = [aligned([HEAD, *rows], RIGHT)] if rows else ["no accelerator can"]
    if len(found.rows) > top:
        lines.append(f"and {len(found.rows) - top} more")
    if found.unsuitable:
        lines += ["cannot:", *(f"  {row.name}: {row.reason}" for row in found.unsuitable)]
    return "\n".join(lines)
