"""Where each number of a conversion comes from: the site file, else the cited default; and a record of all that were used."""

from collections.abc import Sequence

from wattmint.errors import FactsError
from wattmint.facts.load import Fact, attribute, record
from wattmint.provenance import UsedInput
from wattmint.scenario.table import Table


class TableBook:
    """Looks up the numbers of one table of the site file and remembers them.

    Parameters
    ----------
    table : Table
        A key that is None takes its default.
    homes : sequence of str
        Ids of the facts table `defaults` in which defaults are looked for, in this order.
    """

    def __init__(self, table: Table, homes: Sequence[str]) -> None:
        self.table, self._homes = table, homes
        self._used: list[UsedInput] = []

    @property
    def used(self) -> tuple[UsedInput, ...]:
        """All numbers looked up so far, each once, in order."""
        return tuple(dict.fromkeys(self._used))

    def value(self, key: str) -> float | str:
        """Return what the site file says, else the cited default.

        Parameters
        ----------
        key : str
            Key of the table.

        Returns
        -------
        float or str
            Recorded as used.

        Raises
        ------
        FactsError
            If there is no default.
        """
        given: float | str | None = getattr(self.table, key)
        if given is not None:
            self._used.append(UsedInput(key, given, attribute(key).unit, "site file", "given"))
            return given
        for home in self._homes:
            fact = record("defaults", home).get(key)
            if fact is not None:
                self._used.append(fact.used())
                return fact.value
        raise FactsError(f"defaults.csv: none of {', '.join(self._homes)} has {key!r}")

    def number(self, key: str) -> float:
        """Return a number of the table, or its default; as `value`."""
        return float(self.value(key))

    def text(self, key: str) -> str:
        """Return a word of the table, or its default; as `value`."""
        return str(self.value(key))

    def given_or(self, key: str, value: float, source: str) -> float:
        """Return what the site file says, else a number that was worked out.

        Parameters
        ----------
        key : str
            Key of the table.
        value : float
            Worked out from other numbers.
        source : str
            Id of the source that it rests on.

        Returns
        -------
        float
            Recorded as used.
        """
        if getattr(self.table, key) is not None:
            return self.number(key)
        self._used.append(UsedInput(key, value, attribute(key).unit, source, "derived"))
        return value

    def fact(self, table: str, name: str, key: str) -> Fact:
        """Return a row of a cited table, recorded as used; UnknownNameError or KeyError where there is none."""
        fact = record(table, name)[key]
        # Many rows share an attribute: whose it is belongs to the name.
        self._used.append(UsedInput(f"{key} ({name})", fact.value, fact.unit, fact.source, fact.kind))
        return fact
