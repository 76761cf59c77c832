"""``wattmint check``: everything that `run` would refuse, and what it understood, without the paths."""

import argparse
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from wattmint.study.corridor import Prepared

PART_FIELDS = ("label", "grid_mw", "it_mw", "interruptible", "construction_months", "from_month", "until_month", "machine_age_months")
"""What is said of each part of a build, as `Plan` calls it."""


def add(verbs: Any) -> None:
    """Add the verb to the command line.

    Parameters
    ----------
    verbs : argparse's sub-parsers
        Where verbs are added.
    """
    verb = verbs.add_parser(
        "check",
        help="validate a site file and say what was understood",
        description="Validate a site file: keys, ranges, names, price and weather series. Says what was understood; computes no paths.",
    )
    verb.add_argument("site", metavar="SITE.toml", help="the site file")
    verb.add_argument("--json", action="store_true", help="print JSON instead of words")
    verb.set_defaults(verb=check_site)


def check_site(given: argparse.Namespace) -> int:
    """Validate a site file and print what was understood.

    Parameters
    ----------
    given : Namespace
        ``site``, ``json``.

    Returns
    -------
    int
        Exit code.

    Raises
    ------
    InputError
        When the site file or a series in it is refused.
    """
    from wattmint.cli.console import as_json, say_notes
    from wattmint.scenario.model import Scenario
    from wattmint.study.corridor import prepare

    found = understood(prepare(Scenario.load(given.site)))
    if given.json:
        print(as_json(found))
    else:
        print(in_words(found))
        say_notes(found["notes"])
    return 0


def understood(prepared: "Prepared") -> dict[str, Any]:
    """Return what a prepared scenario says of its site file.

    Parameters
    ----------
    prepared : Prepared
        From `wattmint.study.corridor.prepare`.

    Returns
    -------
    dict
        ``name``, ``site``, ``power``, ``grid``, ``tax``, ``debt``, ``treasury``, ``study``, ``builds``, ``notes``: plain values, units in the names;
        taxes, debt and treasury are None where the site file has no such table.
    """
    from wattmint.finance.tax_terms import tax_terms
    from wattmint.finance.treasury import CARRY, carry_used
    from wattmint.workloads.firm import site_grid

    scenario, library, grid = prepared.scenario, prepared.library, site_grid(prepared.scenario)
    terms = None if scenario.tax is None else tax_terms(scenario.tax, scenario.study)
    builds = [
        {"name": build.name, "parts": [{name: getattr(plan, name) for name in PART_FIELDS} for plan in build.plans]} for build in prepared.builds
    ]
    return {
        "name": scenario.name,
        "site": scenario.site.model_dump(),
        "power": {
            "months": len(library.labels),
            "hours": int(library.hours.sum()),
            "ordinary_price_usd_per_mwh": library.ordinary_price_usd_per_mwh,
            "level_factor": library.market_level_factor,
            "delivery_usd_per_mwh": prepared.tariff.delivery_usd_per_mwh,
            "demand_charge_usd_per_kw_month": prepared.tariff.demand_charge_usd_per_kw_month,
        },
        "grid": {"name": grid.name, "interruptions_per_year": grid.interruptions_per_year, "hours_per_year": grid.hours_per_year},
        "tax": None if terms is None else {used.name: used.value for used in terms.inputs} | {"combined_rate": terms.rate},
        "debt": None if scenario.debt is None else scenario.debt.model_dump(),
        "treasury": None if scenario.treasury is None else scenario.treasury.model_dump() | {CARRY: carry_used(scenario.treasury).value},
        "study": scenario.study.model_dump(),
        "builds": builds,
        "notes": list(library.notes),
    }


def in_words(found: dict[str, Any]) -> str:
    """Return what was understood as lines.

    Parameters
    ----------
    found : dict
        From `understood`.

    Returns
    -------
    str
        One line per part of the site file.
    """
    site, power, grid, study = found["site"], found["power"], found["grid"], found["study"]
    capital = "no limit on capital" if site["capital_usd"] is None else f"{site['capital_usd']:,.0f} USD of capital"
    lines = [
        f"{found['name']}: {site['power_mw']:g} MW, {capital}, clocks of {site['time_zone']}",
        f"power: {power['months']} historical months, {power['hours']:,} hours",
        f"       {power['ordinary_price_usd_per_mwh']:.2f} USD/MWh in an ordinary year, scaled by {power['level_factor']:.3f} to today's level",
        f"       delivery {power['delivery_usd_per_mwh']:g} USD/MWh, demand charge {power['demand_charge_usd_per_kw_month']:g} USD/kW-month",
        f"grid: {grid['name']}, {grid['interruptions_per_year']:.2g} interruptions over five minutes a year, {grid['hours_per_year']:.2g} h in all",
        *_terms_in_words(found["tax"], found["debt"]),
        *_treasury_in_words(found["treasury"]),
        f"study: {study['horizon_months']} months from {study['start']}, {study['paths']:,} paths, seed {study['seed']}",
    ]
    for build in found["builds"]:
        parts = "; ".join(f"{p['label']} ({p['construction_months']} months of works{_begins(p)})" for p in build["parts"])
        lines.append(f"build: {build['name']}: {parts}")
    return "\n".join(lines)


def _begins(part: dict[str, Any]) -> str:
    return f" from month {part['from_month']}" if part["from_month"] and part["construction_months"] else ""


def _terms_in_words(tax: dict[str, Any] | None, debt: dict[str, Any] | None) -> list[str]:
    lines = []
    if tax is not None:
        years = f"machines over {tax['machine_recovery_years']:g} and works over {tax['works_recovery_years']:g} years"
        lines.append(f"tax: {100 * tax['combined_rate']:g} % on income, {tax['depreciation_schedule']} depreciation of {years}")
    if debt is not None:
        cover = "" if debt["dscr"] is None else f", cut to a cover of {debt['dscr']:g}"
        terms = f"{100 * debt['debt_rate']:g} % over {debt['debt_term_months']} months"
        lines.append(f"debt: up to {100 * debt['debt_share']:g} % of the cost at {terms}{cover}")
    return lines


def _treasury_in_words(treasury: dict[str, Any] | None) -> list[str]:
    if treasury is None:
        return []
    kept = f"{100 * treasury['hold_share']:g} %"
    policy = {"sell": "sold at once", "hold": f"{kept} held to the end", "cover": f"sold as far as costs take, {kept} of the rest held to the end"}
    ahead = f"{treasury['forward_months']} months ahead at {100 * treasury['forward_carry_per_year']:g} % a year above spot"
    forward = f"; {100 * treasury['forward_share']:g} % sold {ahead}"
    return [f"treasury: coins are {policy[treasury['coin_policy']]}{forward if treasury['forward_share'] else ''}"]
