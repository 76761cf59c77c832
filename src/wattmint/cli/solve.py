"""``wattmint solve``: at which value of one input a build meets a target, such as the lease that gives 15 %."""

import argparse
from typing import TYPE_CHECKING, Any

from wattmint.errors import InputError, UnknownNameError

if TYPE_CHECKING:
    from wattmint.scenario.model import Scenario
    from wattmint.study.solve import Solution
    from wattmint.study.target import Target


def add(verbs: Any) -> None:
    """Add the verb to the command line.

    Parameters
    ----------
    verbs : argparse's sub-parsers
        Where verbs are added.
    """
    verb = verbs.add_parser(
        "solve",
        help="at which value of one input a build meets a target: what lease gives 15 %%?",
        description=(
            "Move one number of a site file until a build meets a target: a break-even for any input. Looks over the input's whole range on a few "
            "futures, then finds the value on all of them; says when there is none, or more than one."
        ),
    )
    verb.add_argument("site", metavar="SITE.toml", help="the site file")
    verb.add_argument("--for", dest="place", required=True, metavar="PLACE", help="the number, e.g. builds.0.parts.0.lease_usd_per_kw_month")
    verb.add_argument(
        "--target", required=True, metavar="NAME=VALUE", help="npv, irr, mirr or loss (share of futures), e.g. irr=0.15; npv-before: before tax, debt"
    )
    verb.add_argument("--of", metavar="STATISTIC", help="mean or median over futures (default: mean of an NPV, median of a rate)")
    verb.add_argument("--build", metavar="NAME", help="whose result (default: the build that the number belongs to, or the only one)")
    verb.add_argument("--between", nargs=2, type=float, metavar=("LOW", "HIGH"), help="range to look in (default: the data dictionary's)")
    verb.add_argument("--paths", type=int, metavar="N", help="number of simulated futures instead of the site file's")
    verb.add_argument("--seed", type=int, metavar="N", help="seed of all randomness instead of the site file's")
    verb.add_argument("--threads", type=int, metavar="N", help="worker threads (default: all processors); the result does not depend on it")
    verb.add_argument("--forecast", choices=("random", "median"), help="random draws many futures; median follows one deterministic forecast")
    verb.add_argument("--json", action="store_true", help="print JSON instead of words")
    verb.set_defaults(verb=run_solve)


def run_solve(given: argparse.Namespace) -> int:
    """Solve for one input and print the answer.

    Parameters
    ----------
    given : Namespace
        The options.

    Returns
    -------
    int
        Exit code; 0 also where no value in the range meets the target, which is an answer.

    Raises
    ------
    InputError
        When the site file, the place, the target or an option is refused.
    """
    from wattmint.cli.console import as_json, say_notes
    from wattmint.cli.run import scenario_with
    from wattmint.scenario.place import place_of
    from wattmint.study.solve import solve
    from wattmint.study.target import target_of

    if given.threads is not None and given.threads < 1:
        raise InputError("--threads", given.threads, "a whole number from 1 up")
    scenario = scenario_with(given)
    place, target = place_of(scenario, given.place), target_of(given.target, given.of)
    build = _build(scenario, place.build, given.build)
    found = solve(scenario, place, target, build, None if given.between is None else tuple(given.between), given.threads)
    say_notes(notes(found))
    print(as_json(plain(found)) if given.json else in_words(found))
    return 0


def plain(found: "Solution") -> dict[str, Any]:
    """Return a solution as JSON has it.

    Parameters
    ----------
    found : Solution
        From `wattmint.study.solve.solve`.

    Returns
    -------
    dict
        Plain numbers; None where there is none, or it is not finite.
    """
    from math import isfinite

    def known(number: float | None) -> float | None:
        return number if number is not None and isfinite(number) else None

    return {
        "for": found.place.path, "unit": found.place.unit, "build": found.build,
        "target": {"name": found.target.name, "of": found.target.of, "value": found.target.value, "before_tax_and_debt": found.target.is_before},
        "value": known(found.value), "standard_error": known(found.standard_error), "result": known(found.result),
        "today": known(found.today), "result_today": known(found.today_result),
        "other_values": list(found.others), "is_monotone": found.is_monotone,
        "low": {"value": found.tried[0].x, "result": known(found.tried[0].y)},
        "high": {"value": found.tried[-1].x, "result": known(found.tried[-1].y)},
        "tried": [{"value": point.x, "result": known(point.y)} for point in found.tried],
        "paths": found.paths, "first_paths": found.first_paths, "left_out_share": found.left_out_share,
    }  # fmt: skip


def in_words(found: "Solution") -> str:
    """Return the answer in one line.

    Parameters
    ----------
    found : Solution
        From `wattmint.study.solve.solve`.

    Returns
    -------
    str
        The value with its standard error, or that there is none with the results at both ends.
    """
    from wattmint.report.digits import quantity

    name, goal = str(found.place.keys[-1]), result_words(found.target.value, found.target)
    unit = f" {found.place.unit}" if found.place.unit not in ("1", "share") else ""
    if found.value is None:
        ends = " and ".join(f"{result_words(point.y, found.target)} at {quantity(point.x)}{unit}" for point in (found.tried[0], found.tried[-1]))
        return f"No {name} gives {found.build} {_named(found.target)} of {goal}: it is {ends} (first {found.first_paths:,} futures)."
    exact = "" if found.standard_error is None else f" +- {found.standard_error:.2g}"
    got = "" if found.result is None or not found.place.is_whole else f" (there: {result_words(found.result, found.target)})"
    today = "left out" if found.today is None else f"{quantity(found.today)}{unit}"
    now = f"today, {today}: {result_words(found.today_result, found.target)}"
    return f"{name} = {found.value:.6g}{exact}{unit} gives {found.build} {_named(found.target)} of {goal}{got}; {now}."


def notes(found: "Solution") -> list[str]:
    """Return what must be said beside the answer.

    Parameters
    ----------
    found : Solution
        From `wattmint.study.solve.solve`.

    Returns
    -------
    list of str
        On sampling, on other answers, on paths left out.
    """
    from wattmint.report.digits import quantity, share

    said = []
    if found.standard_error is not None:
        said.append(f"+- is one standard error from sampling {found.paths:,} futures; it says nothing of what the model does not know")
    if not found.is_monotone:
        given = "" if found.value is None else "; the value nearest to today's is given"
        said.append(f"the result does not move one way over the whole range{given}")
    if found.others:
        said.append(f"it meets the target also near {', '.join(quantity(x) for x in found.others)} (on the first {found.first_paths:,} futures)")
    if found.left_out_share:
        said.append(
            f"{share(found.left_out_share)} of futures have several internal rates of return and are left out; a target in npv or mirr has all"
        )
    return said


def result_words(value: float, target: "Target") -> str:
    """Return a result as people read it: dollars, a rate, or a share of futures."""
    from wattmint.report.digits import usd

    if target.name == "npv":
        return usd(value)
    return "beyond measure" if value == float("inf") else f"{100 * value:.4g}%"


def _named(target: "Target") -> str:
    before = " before tax and debt" if target.is_before else ""
    if target.name == "loss":
        return f"a chance of loss{before}"
    return f"a {target.of} {target.name.upper()}{before}"


def _build(scenario: "Scenario", of_place: int | None, name: str | None) -> int:
    names = [build.name for build in scenario.builds]
    if name is None:
        if of_place is None and len(names) > 1:
            raise InputError("--build", "(left out)", "whose result is meant: " + ", ".join(f"'{each}'" for each in names))
        return of_place or 0
    if name not in names:
        raise UnknownNameError("--build", name, names)
    return names.index(name)
