"""``wattmint mine --forecast`` and ``--report``: the machine on many futures, in words, as JSON and as a page."""

import argparse
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from wattmint.errors import InputError

if TYPE_CHECKING:
    from wattmint.calculators.mining.static import MiningCase

OPTIONS: Final = ("forecast", "months", "paths", "seed", "report")
"""Attributes of the parsed arguments that belong here."""

DEFAULTS: Final[Mapping[str, int]] = {"months": 60, "paths": 10**3, "seed": 1}
"""Of `wattmint.calculators.mining.forecast.forecast`, which is too slow to import for ``--help``."""


def add_options(verb: argparse.ArgumentParser) -> None:
    """Add the forecast's options to the verb.

    Parameters
    ----------
    verb : ArgumentParser
        Parser of ``mine``.
    """
    course = "also follow the machine through simulated futures (random), or one middle course (median); random when the word is left out"
    verb.add_argument("--forecast", nargs="?", const="random", choices=("random", "median"), help=course)
    verb.add_argument("--months", type=int, metavar="N", help=f"with --forecast or --report: how far to look (default: {DEFAULTS['months']})")
    verb.add_argument("--paths", type=int, metavar="N", help=f"with --forecast or --report: number of futures (default: {DEFAULTS['paths']:,})")
    verb.add_argument("--seed", type=int, metavar="N", help=f"with --forecast or --report: seed of all randomness (default: {DEFAULTS['seed']})")
    verb.add_argument("--report", metavar="FILE.html", help="also write a page with the forecast, charts and the league of machines")


def run(given: argparse.Namespace, case: "MiningCase", machines: Mapping[str, int]) -> tuple[dict[str, Any] | None, str]:
    """Forecast a case if that is asked for, and write its page if a file is named.

    Parameters
    ----------
    given : Namespace
        ``forecast``, ``months``, ``paths``, ``seed``, ``report``, ``json``; None where left out.
    case : MiningCase
        Machine, contract and market.
    machines : mapping of str to int
        Rows of the facts table `machines` that the case is made of; empty for a machine of no table.

    Returns
    -------
    tuple
        The forecast as plain data, None when it is not asked for, and its words.

    Raises
    ------
    InputError
        When an option is out of range or stands without ``--forecast`` and ``--report``.
    OutputError
        When the page cannot be written.
    """
    if given.forecast is None and given.report is None:
        for name in DEFAULTS:
            if getattr(given, name) is not None:
                raise InputError(f"--{name}", getattr(given, name), "goes with --forecast or --report")
        return None, ""
    from wattmint.calculators.mining.forecast import forecast

    numbers = {name: default if getattr(given, name) is None else getattr(given, name) for name, default in DEFAULTS.items()}
    ahead = forecast(case, label(case, machines), **numbers, course=given.forecast or "random")
    if given.report is not None:
        from wattmint.cli.console import say
        from wattmint.report.files import write_text
        from wattmint.report.mining.page import render

        write_text(Path(given.report), render(case, ahead, next(iter(machines)) if len(machines) == 1 else None))
        say(f"wrote {given.report}")
    return ahead.to_dict(), "" if given.json else in_words(case, ahead)


def label(case: "MiningCase", machines: Mapping[str, int]) -> str:
    """Return what the case is called: the machine's name, or what it is.

    Parameters
    ----------
    case : MiningCase
        Its hashrate names a machine of no table.
    machines : mapping of str to int
        As for `run`.

    Returns
    -------
    str
        E.g. ``Antminer S21 XP``, ``Fleet of 2 kinds``, ``Machine of 270 TH/s``.
    """
    from wattmint.facts.load import text

    if len(machines) == 1:
        return text("machines", next(iter(machines)), "name")
    return f"Fleet of {len(machines)} kinds" if machines else f"Machine of {case.hashrate_ths:g} TH/s"


def in_words(case: "MiningCase", ahead: Any) -> str:
    """Return the forecast in sentences, a heading and its lines per group.

    Parameters
    ----------
    case : MiningCase
        As forecast.
    ahead : MiningForecast
        Its futures.

    Returns
    -------
    str
        Lines of at most 100 characters.
    """
    import textwrap

    from wattmint.report.mining.words import asked, paragraphs

    lines = textwrap.wrap(f"Forecast: {asked(case, ahead)}", 100, subsequent_indent="  ")
    for heading, sentences in paragraphs(case, ahead):
        lines += textwrap.wrap(f"{heading}: {' '.join(sentences)}", 100, subsequent_indent="  ")
    return "\n".join(lines)
