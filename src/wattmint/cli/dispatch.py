"""``wattmint dispatch``: run a load in exactly the hours that cost less than what an hour's MWh is worth."""

import argparse
import dataclasses
import math
from pathlib import Path
from typing import Any, Final

from wattmint.cli.cases import Row, add_options, check_options, number_in, run_cases
from wattmint.errors import InputError

RESULTS: Final = ("hours", "on_hours", "uptime", "mean_price_on_usd_per_mwh", "margin_usd_per_mw", "margin_always_on_usd_per_mw", "starts")
"""Keys of ``--json`` and columns of ``--out``."""


def add(verbs: Any) -> None:
    """Add the verb to the command line.

    Parameters
    ----------
    verbs : argparse's sub-parsers
        Where verbs are added.
    """
    verb = verbs.add_parser(
        "dispatch",
        help="hours, price and margin of a load that stops when power costs more than it earns",
        description="Run one megawatt in exactly the hours whose price is below the strike, and compare with running always.",
    )
    verb.add_argument("--prices", metavar="NAME_OR_FILE", help="embedded price series, or a CSV or Parquet file of your own")
    verb.add_argument("--column", metavar="NAME", help="column of the file that holds the price in USD/MWh; found by name when left out")
    verb.add_argument("--time-column", metavar="NAME", help="column of the file that holds the hour's start; found by name when left out")
    verb.add_argument("--time-zone", metavar="ZONE", help="time zone of timestamps that carry none (default: UTC)")
    verb.add_argument("--strike", type=float, metavar="USD_PER_MWH", help="what a MWh is worth to the load")
    add_options(verb)
    verb.set_defaults(verb=run_dispatch)


def run_dispatch(given: argparse.Namespace) -> int:
    """Dispatch one case, or every row of ``--cases`` (columns prices, strike_usd_per_mwh; may have column, time_column, time_zone).

    Parameters
    ----------
    given : Namespace
        ``prices``, ``column``, ``time_column``, ``time_zone``, ``strike``, ``json``, ``cases``, ``out``.

    Returns
    -------
    int
        Exit code.

    Raises
    ------
    InputError
        When an option, the series or the file of cases is refused.
    OutputError
        When the result of the cases cannot be written.
    """
    from wattmint.cli.console import as_json, say_notes
    from wattmint.scenario.refusal import Words

    if check_options(given, ("prices", "column", "time_column", "time_zone", "strike")):
        folder = Path(given.cases).parent
        return run_cases(given, ("prices", "strike_usd_per_mwh"), RESULTS, lambda row: _dispatch_row(row, folder))
    for name in ("prices", "strike"):
        if getattr(given, name) is None:
            raise InputError(f"--{name}", Words("(left out)"), "needed, unless --cases is given")
    if not math.isfinite(given.strike):
        raise InputError("--strike", given.strike, "a number of USD/MWh")
    result, notes = threshold_of(given.prices, given.strike, Path(), given.column, given.time_column, given.time_zone)
    say_notes(notes)
    print(as_json(result) if given.json else in_words(result, given.strike))
    return 0


def threshold_of(
    prices: str, strike_usd_per_mwh: float, folder: Path, column: str | None = None, time_column: str | None = None, time_zone: str | None = None
) -> tuple[dict[str, Any], tuple[str, ...]]:
    """Read a price series and dispatch one megawatt against it.

    Parameters
    ----------
    prices : str
        Name of an embedded series, or a file.
    strike_usd_per_mwh : float
        What a MWh is worth.
    folder : Path
        Where a relative file name is looked up.
    column, time_column, time_zone : str, optional
        As in the site file's ``[[power.history]]``.

    Returns
    -------
    tuple
        Results by the names in `RESULTS`, and the notes on the data.

    Raises
    ------
    SeriesError, UnknownNameError
        When the series is refused or unknown.
    """
    from wattmint.dispatch.threshold import threshold_dispatch
    from wattmint.market.history import read_prices
    from wattmint.scenario.model import PriceSource

    source = PriceSource.of({"prices": prices, "time_column": time_column, "price_column": column, "time_zone": time_zone})
    series = read_prices(source, folder)
    found = dataclasses.asdict(threshold_dispatch(series.price_usd_per_mwh, strike_usd_per_mwh))
    return {name: found[name] for name in RESULTS}, series.notes


def in_words(result: dict[str, Any], strike_usd_per_mwh: float) -> str:
    """Return a result as three lines.

    Parameters
    ----------
    result : dict
        By the names in `RESULTS`.
    strike_usd_per_mwh : float
        What a MWh was worth.

    Returns
    -------
    str
        Rounded for reading; ``--json`` has every digit.
    """
    if result["mean_price_on_usd_per_mwh"] is None:
        return f"never runs: no hour of {result['hours']:,} costs less than {strike_usd_per_mwh:g} USD/MWh"
    return (
        f"runs in {result['on_hours']:,} of {result['hours']:,} hours (uptime {result['uptime']:.1%}, {result['starts']:,} starts)\n"
        f"at {result['mean_price_on_usd_per_mwh']:.2f} USD/MWh on average, worth {strike_usd_per_mwh:g} USD/MWh\n"
        f"margin {result['margin_usd_per_mw']:,.0f} USD/MW; running always would make {result['margin_always_on_usd_per_mw']:,.0f} USD/MW"
    )


def _dispatch_row(row: Row, folder: Path) -> dict[str, Any]:
    options = {name: row.get(name) or None for name in ("column", "time_column", "time_zone")}
    return threshold_of(row["prices"], number_in(row, "strike_usd_per_mwh"), folder, **options)[0]
