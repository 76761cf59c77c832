"""``wattmint mine history``: what a fleet would have mined in real days."""

import argparse
import dataclasses
import functools
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

from wattmint.cli.cases import Row, add_options, check_options, number_in, run_cases
from wattmint.errors import InputError

RESULTS: Final = ("btc", "subsidy_btc", "fees_btc", "revenue_usd", "mean_difficulty", "days", "fee_data")
"""Keys of ``--json``, and columns of ``--out``."""

POWER_RESULTS: Final = ("energy_mwh", "energy_cost_usd", "profit_usd")
"""Further keys when power is given; always columns of ``--out``, empty without power."""

_REQUIRED: Final = ("from", "to", "hashrate_ehs")
_OPTIONAL: Final = ("power_mw", "power_price_usd_per_mwh")


def add(verbs: Any) -> None:
    """Add the sub-verb to ``wattmint mine``.

    Parameters
    ----------
    verbs : argparse's sub-parsers
        Where sub-verbs are added.
    """
    verb = verbs.add_parser(
        "history",
        help="what a fleet would have mined in real days",
        description=(
            "What a fleet of a mean hashrate would have mined from one UTC day to another, both counted: each day's own difficulty, subsidy, "
            "transaction fees and price. Before any pool fee, at the mean of luck."
        ),
    )
    verb.add_argument("--from", metavar="YYYY-MM-DD", help="first day")
    verb.add_argument("--to", metavar="YYYY-MM-DD", help="last day")
    verb.add_argument("--hashrate-ehs", type=float, metavar="EH_PER_S", help="mean hashrate over all hours, standstills included")
    verb.add_argument("--power-mw", type=float, metavar="MW", help="mean power; with --power-price")
    verb.add_argument("--power-price", type=float, metavar="USD_PER_MWH", help="what a MWh costs")
    verb.add_argument("--btc-prices", metavar="FILE", help="CSV or Parquet of daily coin prices (default: the embedded means by month)")
    add_options(verb)
    verb.set_defaults(verb=run_history)


def run_history(given: argparse.Namespace) -> int:
    """Tell one case, or every row of ``--cases`` (columns from, to, hashrate_ehs; may have power_mw, power_price_usd_per_mwh, btc_prices).

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
        When an option, a price file or the file of cases is refused.
    OutputError
        When the result of the cases cannot be written.
    """
    from wattmint.calculators.mining.history import mined
    from wattmint.cli.console import as_json, say_notes
    from wattmint.market.days import read_day_prices
    from wattmint.scenario.refusal import Words

    if check_options(given, (*_REQUIRED, "power_mw", "power_price", "btc_prices")):
        read = functools.cache(lambda file: read_day_prices(Path(given.cases).parent / file, "btc_prices"))
        return run_cases(given, _REQUIRED, (*RESULTS, *POWER_RESULTS), lambda row: _history_row(row, read))
    for name in _REQUIRED:
        if getattr(given, name) is None:
            raise InputError(f"--{name.replace('_', '-')}", Words("(left out)"), "needed, unless --cases is given")
    file = None if given.btc_prices is None else Path(given.btc_prices)
    found = mined(getattr(given, "from"), given.to, given.hashrate_ehs, given.power_mw, given.power_price, file)
    say_notes(found.notes)
    result = _results(dataclasses.asdict(found))
    print(as_json(result) if given.json else in_words(result))
    return 0


def in_words(result: Mapping[str, Any]) -> str:
    """Return a result as a few lines.

    Parameters
    ----------
    result : mapping
        By the names in `RESULTS`, and in `POWER_RESULTS` when power was given.

    Returns
    -------
    str
        Rounded for reading; ``--json`` has every digit.
    """
    share = result["fees_btc"] / result["btc"]
    fees = f"fees {result['fees_btc']:,.2f} ({share:.1%}, {result['fee_data']})"
    lines = [
        f"{result['btc']:,.2f} BTC in {result['days']:,} days: subsidy {result['subsidy_btc']:,.2f}, {fees}",
        f"revenue {result['revenue_usd']:,.0f} USD, mean difficulty {result['mean_difficulty']:.4g}",
    ]
    if "energy_mwh" in result:
        cost = result["energy_cost_usd"]
        lines += [f"energy {result['energy_mwh']:,.0f} MWh for {cost:,.0f} USD, profit {result['profit_usd']:,.0f} USD before any other cost"]
    return "\n".join(lines)


def _results(found: Mapping[str, Any]) -> dict[str, Any]:
    return {name: found[name] for name in RESULTS} | {name: found[name] for name in POWER_RESULTS if found[name] is not None}


def _history_row(row: Row, read: Callable[[str], Mapping[int, float]]) -> dict[str, Any]:
    from wattmint.calculators.mining.history import mined

    power, price = (number_in(row, name) if row.get(name) else None for name in _OPTIONAL)
    file = row.get("btc_prices")
    found = mined(row["from"], row["to"], number_in(row, "hashrate_ehs"), power, price, read(file) if file else None)
    return dict.fromkeys(POWER_RESULTS, "") | _results(dataclasses.asdict(found))
