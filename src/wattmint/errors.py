"""The exception tree.

    WattmintError
    ├── InputError            what the user gave is refused: field, value, what is allowed (exit code 2)
    │   ├── ScenarioError     a key of the site file
    │   ├── SeriesError       a price, weather or case file
    │   ├── LedgerError       bytes, a transaction or a block that break the chain's rules
    │   ├── UnknownNameError  a name no table holds; carries the nearest known ones
    │   └── MissingExtraError what was asked for needs an extra of the package that is not installed
    ├── FactsError            a shipped table breaks its own rules (a defect of the package)
    └── OutputError           results could not be written; nothing half-written is left behind
"""

import difflib
from collections.abc import Iterable


class WattmintError(Exception):
    """Base of everything wattmint raises on purpose."""


class InputError(WattmintError):
    """Input is refused.

    Parameters
    ----------
    field : str
        Dotted name of what is wrong, e.g. ``builds[0].parts[1].share``.
    value : object
        What was given.
    allowed : str
        What would have been accepted, in words.
    """

    def __init__(self, field: str, value: object, allowed: str) -> None:
        self.field, self.value, self.allowed = field, value, allowed
        super().__init__(f"{field} = {_short(value)}: {allowed}")


class ScenarioError(InputError):
    """A key of the site file is refused."""


class SeriesError(InputError):
    """A series file (prices, weather, cases) is refused."""


class LedgerError(InputError):
    """Bytes, a transaction or a block that break the chain's rules."""


class UnknownNameError(InputError):
    """A name is in no table.

    Parameters
    ----------
    field : str
        What was being looked up, e.g. ``machine``.
    value : str
        The unknown name.
    known : iterable of str
        The names that exist; the nearest are suggested.
    """

    def __init__(self, field: str, value: str, known: Iterable[str]) -> None:
        self.known = tuple(known)
        super().__init__(field, value, f"unknown name; {nearest_words(value, self.known)}")


class MissingExtraError(InputError):
    """What was asked for needs a package that an extra brings, and it is not installed.

    Parameters
    ----------
    asked : str
        The verb or option, e.g. ``--xlsx``.
    package : str
        What is missing, e.g. ``XlsxWriter``.
    extra : str
        The extra of ``pyproject.toml`` that brings it.
    """

    def __init__(self, asked: str, package: str, extra: str) -> None:
        self.extra = extra
        super().__init__(asked, package, f"is not installed; the extra '{extra}' brings it: pip install 'wattmint[{extra}]'")


class FactsError(WattmintError):
    """A table that the package ships breaks its own rules."""


class OutputError(WattmintError):
    """Results could not be written."""


def nearest_words(name: str, known: Iterable[str]) -> str:
    """Return ``did you mean …`` with the nearest known names, or the first few known names.

    Parameters
    ----------
    name : str
        The name that was not found.
    known : iterable of str
        Candidates.

    Returns
    -------
    str
        A phrase to end an error message with.
    """
    names = sorted(known)
    close = difflib.get_close_matches(name.lower(), names, n=3, cutoff=0.5)
    if close:
        return "did you mean " + " or ".join(f"'{c}'" for c in close) + "?"
    shown = ", ".join(f"'{n}'" for n in names[:8])
    return f"known: {shown}" + (f" and {len(names) - 8} more" if len(names) > 8 else "")


def _short(value: object, limit: int = 60) -> str:
    text = "(left out)" if value is None else repr(value)
    return text if len(text) <= limit else text[: limit - 1] + "…"
