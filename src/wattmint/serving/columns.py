"""Columns of cases as people write them: each distinct cell is understood once, and a row is refused for the first thing that is wrong in it."""

import dataclasses
import math
from collections.abc import Callable, Collection, Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final, TypeVar

import numpy as np

from wattmint.errors import InputError, UnknownNameError
from wattmint.physics.serving_types import Columns

_C = TypeVar("_C", bound=Columns)
_T = TypeVar("_T")
_AS_WRITTEN: Final[Mapping[str, str]] = MappingProxyType({})


def column_of(cells: Sequence[Any], meaning: Callable[[Any], Any], errors: list[str]) -> list[Any]:
    """Return the meaning of each cell.

    Parameters
    ----------
    cells : sequence
        Words, numbers, or None or NaN for an empty cell.
    meaning : callable
        Takes a cell, raises InputError to refuse it; asked once per distinct cell.
    errors : list of str
        Per row, why it was refused; empty where it was not. Filled in where this column is the first to refuse.

    Returns
    -------
    list
        None in rows that this column refuses.
    """
    known: dict[Any, Any] = {}
    found: list[Any] = []
    for row, cell in enumerate(cells):
        key = cell if isinstance(cell, str) else (type(cell), text_of(cell))  # in Python True is 1 and NaN is not NaN
        if key not in known:
            try:
                known[key] = meaning(cell)
            except InputError as error:
                known[key] = error
        value = known[key]
        if isinstance(value, InputError):
            errors[row] = errors[row] or str(value)
            value = None
        found.append(value)
    return found


def text_of(cell: Any) -> str:
    """Return a cell as text without blanks around it; empty for None and NaN."""
    return "" if cell is None or (isinstance(cell, float) and math.isnan(cell)) else str(cell).strip()


def number_of(cell: Any) -> float:
    """Return a cell as a number; NaN where it is none, or is not finite."""
    try:
        value = float(text_of(cell))
    except ValueError:
        return math.nan
    return value if math.isfinite(value) else math.nan


def needed(name: str, what: str, meaning: Callable[[str], _T]) -> Callable[[Any], _T]:
    """Return what understands a cell's text and refuses an empty one.

    Parameters
    ----------
    name, what : str
        Column, and what it holds, e.g. ``a model``.
    meaning : callable
        Takes text.

    Returns
    -------
    callable
        For `column_of`.
    """

    def read(cell: Any) -> _T:
        text = text_of(cell)
        if not text:
            raise InputError(name, "", f"{what} is needed")
        return meaning(text)

    return read


def one_of(name: str, known: Collection[str], spellings: Mapping[str, str] = _AS_WRITTEN, default: str = "") -> Callable[[Any], str]:
    """Return what reads one of some names, in capitals or not.

    Parameters
    ----------
    name : str
        Column.
    known : collection of str
        Names, in small letters.
    spellings : mapping of str to str
        Other spelling → name.
    default : str
        Of an empty cell; without one an empty cell is refused.

    Returns
    -------
    callable
        For `column_of`; raises UnknownNameError.
    """

    def read(cell: Any) -> str:
        text = text_of(cell)
        found = spellings.get(text.lower(), text.lower()) or default
        if found not in known:
            raise UnknownNameError(name, text, known)
        return found

    return read


def gathered(fields: type[_C], rows: Sequence[tuple[float, ...]]) -> _C:
    """Return rows of numbers as columns.

    Parameters
    ----------
    fields : type
        A dataclass of columns.
    rows : sequence of tuple of float
        Values in the order of its fields; may be empty.

    Returns
    -------
    Columns
        Of that type.
    """
    return fields(*np.array(rows, float).reshape(len(rows), len(dataclasses.fields(fields))).T.copy())
