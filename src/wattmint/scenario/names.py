"""Keys of the site file whose values are names: of rows in the cited tables, of time zones, of months.

Each is a plain string to whoever reads the scenario; the check and the list of known names (for editors, in the JSON
Schema) ride along in the annotation.
"""

import re
import zoneinfo
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import AfterValidator, GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic_core import core_schema

from wattmint.errors import nearest_words
from wattmint.facts.load import table

_MONTH = re.compile(r"(19|20)[0-9]{2}-(0[1-9]|1[0-2])")


@dataclass(frozen=True, slots=True)
class Known:
    """Annotation: the text is the id of a row in one of the cited tables.

    Attributes
    ----------
    table : str
        Table of `wattmint.facts.load`, e.g. ``machines``. Read when a value is checked or a schema asked for, not before.
    only : tuple of str or None
        Attribute and the value it must have, e.g. ``("algorithm", "sha-256")``; rows that have another are refused.
    reason : str
        Why, in words that follow "its algorithm is 'scrypt'; ".
    """

    table: str
    only: tuple[str, str] | None = None
    reason: str = ""

    def names(self) -> list[str]:
        """Return the ids that are accepted, sorted."""
        rows = table(self.table)
        return sorted(name for name, facts in rows.items() if self.only is None or facts[self.only[0]].value == self.only[1])

    def check(self, name: str) -> str:
        """Give the name back, or raise ValueError with the nearest known ones, or with what is wrong with a known one."""
        if name not in table(self.table):
            raise ValueError(f"unknown name; {nearest_words(name, self.names())}")
        if self.only is not None and table(self.table)[name][self.only[0]].value != self.only[1]:
            raise ValueError(f"its {self.only[0]} is {table(self.table)[name][self.only[0]].value!r}; {self.reason}")
        return name

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> core_schema.CoreSchema:
        return core_schema.no_info_after_validator_function(self.check, handler(source))

    def __get_pydantic_json_schema__(self, schema: core_schema.CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        return {**handler(schema), "enum": self.names()}


@dataclass(frozen=True, slots=True)
class Series:
    """Annotation: the text is an embedded series, which an editor may offer, or a file of the user's own.

    Attributes
    ----------
    kind : str
        ``price`` or ``weather``.
    """

    kind: str

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> core_schema.CoreSchema:
        return handler(source)

    def __get_pydantic_json_schema__(self, schema: core_schema.CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        names = [name for name, facts in table("series").items() if str(facts["series_kind"].value).endswith(self.kind)]
        return {**handler(schema), "examples": sorted(names)}


@dataclass(frozen=True, slots=True)
class Suggested:
    """Annotation: the text is a row of a cited table under any of its names, which an editor may offer, or a file of the user's own.

    Attributes
    ----------
    table : str
        Table of `wattmint.facts.load`, e.g. ``models``. Names are looked up where a part is planned.
    """

    table: str

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> core_schema.CoreSchema:
        return handler(source)

    def __get_pydantic_json_schema__(self, schema: core_schema.CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        return {**handler(schema), "examples": sorted(table(self.table))}


def month(text: str) -> str:
    """Give a month such as ``2026-12`` back.

    Parameters
    ----------
    text : str
        As written in the site file.

    Returns
    -------
    str
        The same text.

    Raises
    ------
    ValueError
        When it is not a month between 1900-01 and 2099-12.
    """
    if not _MONTH.fullmatch(text):
        raise ValueError("a month such as '2026-12'")
    return text


def time_zone(name: str) -> str:
    """Give the name of a time zone back.

    Parameters
    ----------
    name : str
        IANA name, e.g. ``America/Chicago``.

    Returns
    -------
    str
        The same text.

    Raises
    ------
    ValueError
        When no time zone has this name.
    """
    zones = zoneinfo.available_timezones()
    if name not in zones:
        raise ValueError(f"an IANA time zone such as 'America/Chicago'; {nearest_words(name, zones)}")
    return name


def title(text: str) -> str:
    """Give a name for people back: one line with something to read in it.

    Parameters
    ----------
    text : str
        Name of a site or of a build.

    Returns
    -------
    str
        The same text.

    Raises
    ------
    ValueError
        When it is blank, longer than 80 characters or has control characters.
    """
    if not text.strip() or len(text) > 80 or not text.isprintable():
        raise ValueError("one line of 1 to 80 printable characters")
    return text


MachineName = Annotated[
    str, Known("machines", ("algorithm", "sha-256"), "a mining part mines bitcoin and needs a sha-256 machine (see `wattmint facts list machines`)")
]
ChipName = Annotated[str, Known("chips")]
ModelName = Annotated[str, Suggested("models")]
CoolerName = Annotated[str, Known("coolers")]
BackupName = Annotated[str, Known("backup")]
GridName = Annotated[str, Known("grids")]
AiClassName = Annotated[str, Known("ai_needs")]
JurisdictionName = Annotated[str, Known("jurisdictions")]
Month = Annotated[str, AfterValidator(month)]
TimeZone = Annotated[str, AfterValidator(time_zone)]
Title = Annotated[str, AfterValidator(title)]
PriceName = Annotated[str, Series("price")]
WeatherName = Annotated[str, Series("weather")]
