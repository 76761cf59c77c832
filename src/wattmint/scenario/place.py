"""One number of a site file by its place, e.g. ``builds.0.parts.0.lease_usd_per_kw_month``: what it is, its range, and the file with another."""

from dataclasses import dataclass
from typing import Any, Final

from pydantic import BaseModel

from wattmint.errors import ScenarioError, UnknownNameError
from wattmint.facts.load import attribute
from wattmint.scenario.model import Scenario
from wattmint.scenario.refusal import Words, plain_types

NOT_OF_BUILDS: Final = ("existing", "conversion")
"""Tables of the site file that no build depends on."""


@dataclass(frozen=True, slots=True)
class Place:
    """A number of a site file.

    Attributes
    ----------
    path : str
        As given.
    keys : tuple of str or int
        Names of tables and keys, and positions in lists, counted from 0.
    unit : str
        Of the data dictionary.
    low, high : float or None
        The data dictionary's range.
    is_whole : bool
        Whether only whole numbers are allowed.
    given : float or None
        What the site file says; None where it leaves the key out.
    """

    path: str
    keys: tuple[str | int, ...]
    unit: str
    low: float | None
    high: float | None
    is_whole: bool
    given: float | None

    @property
    def build(self) -> int | None:
        """Number of the build it belongs to; None where it holds for all."""
        return self.keys[1] if self.keys[0] == "builds" and isinstance(self.keys[1], int) else None


def place_of(scenario: Scenario, path: str) -> Place:
    """Return the number at a place.

    Parameters
    ----------
    scenario : Scenario
        The site file.
    path : str
        Keys and positions (from 0) with dots between.

    Returns
    -------
    Place
        With its range.

    Raises
    ------
    ScenarioError
        If a position is past the end, a table is not in the file, or what stands there is no number.
    UnknownNameError
        If there is no such key; the nearest are suggested.
    """
    keys: list[str | int] = []
    here: Any = scenario
    words = path.split(".")
    if words[0] in NOT_OF_BUILDS and getattr(scenario, words[0]) is not None:
        raise ScenarioError(path, Words(f"({words[0]})"), f"a number that builds depend on; [{words[0]}] is read by `wattmint convert` alone")
    for word in words[:-1]:
        keys.append(_key(here, word, path))
        here = here[int(keys[-1])] if isinstance(here, tuple) else getattr(here, str(keys[-1]))
        if not isinstance(here, BaseModel | tuple):
            raise ScenarioError(
                path, Words(f"({word} left out)" if here is None else f"({word})"), f"a number within a table; the file has no [{word}]"
            )
    last = _key(here, words[-1], path)
    kinds = set() if isinstance(here, tuple) else plain_types(type(here).model_fields[str(last)].annotation)
    if not kinds & {int, float}:
        raise ScenarioError(path, Words(f"({words[-1]})"), "the place of a number")
    extra = type(here).model_fields[str(last)].json_schema_extra
    row = attribute(str(extra["attribute"]) if isinstance(extra, dict) else str(last))
    return Place(path, (*keys, last), row.unit, row.low, row.high, float not in kinds, getattr(here, str(last)))


def with_number(scenario: Scenario, place: Place, number: float) -> Scenario:
    """Return the scenario with another number at a place, checked like any other.

    Parameters
    ----------
    scenario : Scenario
        The site file.
    place : Place
        From `place_of`.
    number : float
        What stands there instead.

    Returns
    -------
    Scenario
        All else as it was.

    Raises
    ------
    ScenarioError
        If the number is refused, alone or beside the others.
    """
    tables = scenario.model_dump(exclude_unset=True)
    here: Any = tables
    for key in place.keys[:-1]:
        if isinstance(here, dict):
            found = here.setdefault(key, {})
            here[key] = list(found) if isinstance(found, tuple) else found
        here = here[key]
    here[place.keys[-1]] = round(number) if place.is_whole else number
    return Scenario.of(tables, base_dir=scenario.base_dir)


def _key(here: Any, word: str, path: str) -> str | int:
    if isinstance(here, tuple):
        if not (word.isascii() and word.isdigit() and int(word) < len(here)):
            raise ScenarioError(path, word, f"a position from 0 to {len(here) - 1}")
        return int(word)
    names = [name for name, field in type(here).model_fields.items() if not field.exclude]
    if word not in names:
        raise UnknownNameError(path, word, names)
    return word
