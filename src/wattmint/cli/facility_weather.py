"""``wattmint facility weather``: PUE, energy, water, and the hours in which machines are outside what they stand, from a file of weather."""

import argparse
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from wattmint.cli.cases import Row, add_options, check_options, number_in, run_cases

if TYPE_CHECKING:
    from wattmint.calculators.facility.answer import FacilityAnswer
    from wattmint.calculators.facility.case import FacilityCase

NAMES: Final = {
    "cooling": ("KIND", "cooling plant (see 'wattmint facts list coolers')"),
    "backup": ("NAME", "power chain whose standing losses count (default: none; see 'wattmint facts list backup')"),
    "machine": ("ID", "mining machine: also say when heat throttles and stops it (see 'wattmint facts list machines')"),
    "servers": ("CLASS", "class of AI servers: a1 to a4, h1, or w17 to w45 with liquid (default: a2, w45 with liquid)"),
    "corrosion": ("CLASS", "ISA-71.04 class of the air outside: g1, g2, g3 or gx (default: g1)"),
    "time_zone": ("ZONE", "clock of the site and of timestamps without an offset, e.g. America/Chicago (default: UTC)"),
}
"""Options and columns with names."""

FIGURES: Final = {
    "it_mw": ("MW", "IT power that the plant is built for"),
    "load_share": ("SHARE", "IT power drawn over that (default: 1)"),
    "altitude_m": ("M", "altitude of the site (default: the weather's own pressure)"),
    "pm25_ug_m3": ("UG_PER_M3", "annual mean of fine dust outside (default: the weather file's, where it has any)"),
    "copper_film_a": ("ANGSTROM", "instead of --corrosion: film on a copper coupon in 30 days"),
    "silver_film_a": ("ANGSTROM", "and on a silver one"),
}
"""Options and columns with numbers."""

NEEDED: Final = ("weather", "cooling", "it_mw")


def add(verbs: Any) -> None:
    """Add the sub-verb to ``wattmint facility``.

    Parameters
    ----------
    verbs : argparse's sub-parsers
        Where sub-verbs are added.
    """
    verb = verbs.add_parser(
        "weather",
        help="a year of weather through a hall: PUE by hour, water, hours outside the classes of servers and miners",
        description=(
            "A year of weather through a hall. FILE is an embedded series (see 'wattmint facts list series') or a file: EPW, TMY3, or a CSV or "
            "Parquet table with dry bulb in °C (t_dry_c), one of t_wet_c, t_dew_c and rh_pct, pressure where there is one (p_kpa, p_hpa or p_pa), "
            "and timestamps (utc) or the hours of a typical year (hour 0 to 8759; or month, day, hour_of_day). Files in other units or with "
            "impossible hours are refused by name."
        ),
    )
    verb.add_argument("weather", nargs="?", metavar="FILE", help="weather: an embedded series or a file")
    for name, (placeholder, words) in (NAMES | FIGURES).items():
        verb.add_argument(f"--{name.replace('_', '-')}", type=float if name in FIGURES else str, metavar=placeholder, help=words)
    verb.add_argument("--report", metavar="FILE.html", help="also write a page with charts")
    add_options(verb)
    verb.set_defaults(verb=run_facility_weather)


def run_facility_weather(given: argparse.Namespace) -> int:
    """Answer for one hall, or for every row of ``--cases`` (any of the options as columns, at least weather, cooling and it_mw).

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
        When an option, the weather or the file of cases is refused.
    OutputError
        When the result of the cases or the page cannot be written.
    """
    from wattmint.calculators.facility.case import FacilityCase
    from wattmint.calculators.facility.weather import facility_weather
    from wattmint.cli.console import as_json, say_notes
    from wattmint.errors import InputError
    from wattmint.report.building.facility_words import NUMBERS, as_answer
    from wattmint.report.files import check_folder

    if check_options(given, ("weather", *NAMES, *FIGURES, "report")):
        return run_cases(given, NEEDED, (*(name for name in NUMBERS if name not in FIGURES), "ai_verdict"), _row)
    for name in NEEDED:
        if getattr(given, name) is None:
            raise InputError("FILE" if name == "weather" else f"--{name.replace('_', '-')}", None, "is needed, or --cases")
    if given.report is not None:
        check_folder(Path(given.report).parent)
    values = {name: value for name in ("weather", *NAMES, *FIGURES) if (value := getattr(given, name)) is not None}
    found = facility_weather(FacilityCase(**values), Path())
    say_notes(found.notes)
    if given.report is not None:
        _write_page(Path(given.report), found)
    print(as_json(as_answer(found)) if given.json else facility_words(found))
    return 0


def facility_words(found: "FacilityAnswer") -> str:
    """Return an answer as a few lines and the table of classes.

    Parameters
    ----------
    found : FacilityAnswer
        A year of weather through a hall.

    Returns
    -------
    str
        Lines.
    """
    from wattmint.cli.console import aligned
    from wattmint.report.building.facility_words import asked, class_table, headline, power_table, sentences

    parts = [headline(found), asked(found), *sentences(found)]
    for table in (power_table(found), class_table(found)):
        parts += ["", table.caption, aligned([table.head, *table.rows], range(1, len(table.head)))]
    return "\n".join(parts)


def _write_page(path: Path, found: "FacilityAnswer") -> None:
    from wattmint.cli.console import say
    from wattmint.report.building.facility_page import render
    from wattmint.report.files import write_text

    write_text(path, render(found))
    say(f"wrote {path}")


def _row(row: Row) -> Mapping[str, Any]:
    from wattmint.calculators.facility.weather import facility_weather
    from wattmint.report.building.facility_words import numbers

    found = facility_weather(_case(row), Path())
    return {name: "" if value is None else value for name, value in numbers(found).items()} | {"ai_verdict": found.ai.verdict}


def _case(row: Row) -> "FacilityCase":
    from wattmint.calculators.facility.case import FacilityCase
    from wattmint.errors import SeriesError

    values: dict[str, Any] = {name: number_in(row, name) for name in FIGURES if row.get(name)}
    values |= {name: row[name].strip() for name in ("weather", *NAMES) if row.get(name)}
    for name in NEEDED:
        if name not in values:
            raise SeriesError(name, "", "is needed in every row")
    return FacilityCase(**values)
