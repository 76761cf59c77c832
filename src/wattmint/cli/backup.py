"""``wattmint backup``: how much backup power a site should buy, for each of its tenants, and what one more nine costs."""

import argparse
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from wattmint.cli.cases import Row, add_options, check_options, number_in, run_cases

if TYPE_CHECKING:
    from wattmint.calculators.backup.rank import BackupAnswer

SINGLE: Final = ("site", "workload", "target", "training_gpus", "report")
"""Options of one site, which a file of cases does not take."""

NUMBERS: Final = (
    "it_mw", "load_factor", "fixed_usd_per_mwh", "discount_rate", "value_usd_per_mwh", "lease_usd_per_kw_month", "training_gpus", "interval_s",
)  # fmt: skip
NAMES: Final = ("workload", "backup", "grid")
"""Columns of ``--cases``."""

REQUIRED: Final = ("workload", "backup", "it_mw")

RESULTS: Final = (
    "availability", "stops_per_year", "dark_hours_per_year", "lost_hours_per_year", "capital_usd_per_year", "operations_usd_per_year",
    "losses_usd_per_year", "floor_usd_per_year", "outages_usd_per_year", "total_usd_per_year", "outages_usd_p95", "outages_usd_p99",
)  # fmt: skip
"""Columns of ``--out``."""


def add(verbs: Any) -> None:
    """Add the verb to the command line.

    Parameters
    ----------
    verbs : argparse's sub-parsers
        Where verbs are added.
    """
    verb = verbs.add_parser(
        "backup",
        help="how much backup power to buy: what outages cost mining, serving, training and hosting; the price of one more nine",
        description=(
            "Every power chain, from none to two complete paths, for each use of a site: what it costs to own, what outages cost on average and in a "
            "bad year, which is cheapest, and what must be paid for one more nine. By formula, and simulated year by year."
        ),
        epilog=(
            f"With --cases the columns are {', '.join((*NAMES, *NUMBERS))}; needed are {', '.join(REQUIRED)} and, but for hosting, "
            "value_usd_per_mwh, what the load earns above the price of its power; blank is the default."
        ),
    )
    verb.add_argument("site", nargs="?", metavar="SITE.toml", help="the site file")
    verb.add_argument("--workload", action="append", metavar="NAME", help="mining, serving, training or hosting; may be repeated (default: all four)")
    verb.add_argument("--target", type=float, metavar="SHARE", help="availability whose price is told (default: 0.9999)")
    verb.add_argument("--training-gpus", type=float, metavar="N", help="accelerators of a training run (default: 16,384, and 512 beside it)")
    verb.add_argument("--years", type=int, metavar="N", help="simulated years behind the tails, 100 to 500,000 (default: 10,000)")
    verb.add_argument("--seed", type=int, metavar="N", help="of the simulation (default: 0)")
    verb.add_argument("--report", metavar="FILE.html", help="also write a page with charts")
    add_options(verb)
    verb.set_defaults(verb=run_backup)


def run_backup(given: argparse.Namespace) -> int:
    """Answer for a site, or for every row of ``--cases``.

    Parameters
    ----------
    given : Namespace
        The options.

    Returns
    -------
    int
        Exit code.

    Raises
    ------
    InputError
        When the site file, an option or the file of cases is refused.
    OutputError
        When the result of the cases or the page cannot be written.
    """
    from wattmint.calculators.backup.nines import FAMOUS
    from wattmint.calculators.backup.rank import YEARS, check_numbers, plain, site_backup
    from wattmint.calculators.backup.tenants import WORKLOADS
    from wattmint.cli.console import as_json, say
    from wattmint.errors import InputError, UnknownNameError
    from wattmint.report.building.backup_page import render
    from wattmint.report.files import check_folder, write_text
    from wattmint.scenario.model import Scenario
    from wattmint.scenario.refusal import Words

    years, seed = YEARS if given.years is None else given.years, given.seed or 0
    check_numbers(years, seed, FAMOUS if given.target is None else given.target)
    if check_options(given, SINGLE):
        return run_cases(given, REQUIRED, RESULTS, lambda row: _row(row, years, seed))
    if given.site is None:
        raise InputError("SITE.toml", Words("(left out)"), "a site file; 'wattmint init' writes one to start from")
    for name in given.workload or ():
        if name not in WORKLOADS:
            raise UnknownNameError("--workload", name, WORKLOADS)
    if given.report is not None:
        check_folder(Path(given.report).parent)
    target = FAMOUS if given.target is None else given.target
    who = {"workloads": tuple(given.workload or WORKLOADS), "training_gpus": given.training_gpus}
    found = site_backup(Scenario.load(given.site), years=years, seed=seed, target=target, **who)
    if given.report is not None:
        write_text(Path(given.report), render(found))
        say(f"wrote {given.report}")
    print(as_json(plain(found)) if given.json else words(found))
    return 0


def words(found: "BackupAnswer") -> str:
    """Return an answer as sentences, and below them the tables that they rest on.

    Parameters
    ----------
    found : BackupAnswer
        The ranking of every tenant.

    Returns
    -------
    str
        Lines.
    """
    from wattmint.cli.console import aligned
    from wattmint.report.building.backup_words import (
        CHAIN_HEAD,
        HEAD,
        STEP_HEAD,
        TRAINING_HEAD,
        asked,
        bill_rows,
        chain_rows,
        headline,
        main_tenants,
        sentences,
        step_rows,
        tenant_head,
        training_rows,
    )

    blocks = [f"{headline(found)}\n{asked(found)}", "\n".join(f"- {line}" for line in sentences(found))]
    for bills in main_tenants(found):
        table = aligned([HEAD, *bill_rows(bills)], range(1, len(HEAD)))
        blocks.append(f"{tenant_head(bills)}\nthousands of USD per MW of IT and year:\n{table}")
    if training := training_rows(found):
        blocks.append("training, by the interval between checkpoints:\n" + aligned([TRAINING_HEAD, *training], (0, 2, 3, 4, 6, 7)))
    last = main_tenants(found)[-1]
    table = aligned([STEP_HEAD, *step_rows(last)], range(2, len(STEP_HEAD)))
    blocks.append(f"the price of one more nine ({last.tenant.workload}, the whole site):\n{table}")
    blocks.append("the power chains:\n" + aligned([CHAIN_HEAD, *chain_rows(found)], ()))
    return "\n\n".join(blocks)


def _row(row: Row, years: int, seed: int) -> Mapping[str, Any]:
    from wattmint.calculators.backup.cases import BackupCase, case_bill

    values: dict[str, Any] = {name: number_in(row, name) for name in NUMBERS if row.get(name)}
    values |= {name: row[name] for name in NAMES if row.get(name)}
    found = case_bill(BackupCase(**values), years=years, seed=seed)
    own = tuple(found.lines[name] for name in ("capital", "operations", "losses", "floor"))
    often = (found.availability, found.stops_per_year, found.dark_hours_per_year, found.lost_hours_per_year)
    return dict(zip(RESULTS, (*often, *own, found.outages_usd, found.total_usd, *found.tail_usd), strict=True))
