"""Where each number of a part comes from: the site file if it names it, else the cited default; and a record of all that were used."""

from wattmint.errors import FactsError, ScenarioError
from wattmint.facts.load import Fact, attribute, record, table
from wattmint.provenance import UsedInput
from wattmint.scenario.model import HostingPart, InferencePart, MiningPart, RentalPart

AnyPart = MiningPart | HostingPart | RentalPart | InferencePart


class InputBook:
    """Looks up one part's numbers and remembers them.

    Parameters
    ----------
    part : MiningPart, HostingPart, RentalPart or InferencePart
        A key that is None takes the default of the part's kind.
    """

    def __init__(self, part: AnyPart) -> None:
        self.part = part
        self._used: list[UsedInput] = []

    @property
    def used(self) -> tuple[UsedInput, ...]:
        """All numbers looked up so far, each once, in order."""
        return tuple(dict.fromkeys(self._used))

    def number(self, key: str) -> float:
        """Return the part's number `key`, or its default.

        Parameters
        ----------
        key : str
            Key of the site file.

        Returns
        -------
        float
            In the unit of the data dictionary.

        Raises
        ------
        FactsError
            If the defaults of this kind lack it.
        """
        given = self.given(key)
        return _as_number(self._keep(self.default(key)) if given is None else given)

    def text(self, key: str) -> str:
        """Return the part's name `key`, or its default; arguments and errors as for `number`."""
        given = self.given(key)
        return str(self._keep(self.default(key)) if given is None else given)

    def given(self, key: str) -> float | str | None:
        """Return what the site file says, or None; recorded when it says something.

        Parameters
        ----------
        key : str
            Key of the site file.

        Returns
        -------
        float, str or None
            As given.
        """
        value: float | str | None = getattr(self.part, key)
        if value is not None:
            self._used.append(UsedInput(key, value, attribute(key).unit, "site file", "given"))
        return value

    def default(self, key: str) -> Fact:
        """Return the cited default of this kind of part, unrecorded.

        Parameters
        ----------
        key : str
            Key of the site file.

        Returns
        -------
        Fact
            With its low and high.

        Raises
        ------
        FactsError
            If there is none.
        """
        defaults = record("defaults", self.part.kind)
        if key not in defaults:
            raise FactsError(f"defaults.csv: {self.part.kind!r} has no {key!r}")
        return defaults[key]

    def fact(self, table_name: str, name: str, key: str, field: str | None = None) -> float:
        """Return a number of a cited table.

        Parameters
        ----------
        table_name, name, key : str
            Table, id of the thing, attribute.
        field : str, optional
            What the user calls the thing, for the error messages; the table's name when left out.

        Returns
        -------
        float
            Recorded as used.

        Raises
        ------
        UnknownNameError
            If the table has no such thing; the nearest names are suggested.
        ScenarioError
            If nothing is known about that attribute of it; those that have it are named.
        """
        facts = record(table_name, name, field)
        if key not in facts:
            raise ScenarioError(field or table_name, name, f"no {key} is known for it; {known_with(table_name, key)}")
        return _as_number(self._keep(facts[key]))

    def derived(self, key: str, value: float, source: str) -> None:
        """Record a number that was worked out from others.

        Parameters
        ----------
        key : str
            Row of the data dictionary.
        value : float
            In its unit.
        source : str
            Source id.
        """
        self._used.append(UsedInput(key, value, attribute(key).unit, source, "derived"))

    def _keep(self, fact: Fact) -> float | str:
        self._used.append(fact.used())
        return fact.value


def known_with(table_name: str, key: str) -> str:
    """Return ``known for …`` with the things of a table that have an attribute.

    Parameters
    ----------
    table_name, key : str
        Table and attribute.

    Returns
    -------
    str
        To end an error message with.
    """
    names = [name for name, facts in table(table_name).items() if key in facts]
    return "known for " + ", ".join(f"'{name}'" for name in names)


def _as_number(value: float | str) -> float:
    if isinstance(value, str):
        raise FactsError(f"{value!r} stands where a number belongs")
    return float(value)
