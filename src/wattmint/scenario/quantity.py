"""One key of the site file as a pydantic field whose range and meaning are the data dictionary's."""

from typing import Any, Final

from pydantic import Field
from pydantic_core import PydanticUndefined

from wattmint.facts.fact import TEXT_UNITS
from wattmint.facts.load import attribute

UNITLESS: Final = ("1", *TEXT_UNITS)
"""Units of the dictionary that are not said aloud."""

LARGEST_INTEGER: Final = 2**63 - 1
"""TOML's largest integer."""


def quantity(name: str, *, default: Any = PydanticUndefined, **limits: Any) -> Any:
    """Return the field for the dictionary's row `name`.

    Parameters
    ----------
    name : str
        Row of ``facts/attributes.csv``; its low and high become limits, its meaning and unit the description.
    default : object, optional
        Value when the key is left out; required when not given.
    **limits
        Further pydantic field arguments.

    Returns
    -------
    FieldInfo
        Typed as Any so that it can stand behind an annotation.
    """
    row = attribute(name)
    extra: dict[str, Any] = {"attribute": name}
    if row.low is not None:
        limits["ge"] = extra["minimum"] = _limit(row.low)
    if row.high is not None:
        limits["le"] = extra["maximum"] = _limit(row.high)
    if row.unit not in UNITLESS:
        extra["unit"] = row.unit
    unit = f" [{row.unit}]" if row.unit not in UNITLESS else ""
    return Field(default, description=f"{row.meaning}{unit}", json_schema_extra=extra, **limits)


def _limit(number: float) -> float | int:
    """Return whole limits as integers: a count's limit must be one, and the largest seed is no float."""
    return min(int(number), LARGEST_INTEGER) if number == int(number) else number
