"""``wattmint facility``: the building: what a year of weather does to a hall, hour by hour."""

from typing import Any

from wattmint.cli import facility_weather


def add(verbs: Any) -> None:
    """Add the verb to the command line.

    Parameters
    ----------
    verbs : argparse's sub-parsers
        Where verbs are added.
    """
    verb = verbs.add_parser(
        "facility",
        help="the building: PUE, water, and hours in which machines are too hot or too humid, from hourly weather",
        description="The building around the machines.",
    )
    sub_verbs = verb.add_subparsers(title="questions", metavar="weather", required=True)
    facility_weather.add(sub_verbs)
