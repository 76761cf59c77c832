"""Formulas that know their value: a term is a spreadsheet expression and the number it makes, built by ordinary arithmetic.

The workbook writes both, so that a viewer which does not recalculate shows the right numbers. Only what the workbook needs is here, and
only functions that Excel and LibreOffice compute alike.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from wattmint.units import MONTHS_PER_YEAR

Value = float | str

_COMPARE, _ADD, _MULTIPLY, _POWER, _ATOM = range(5)
_NEWTON_STEPS: Final = 200


@dataclass(frozen=True, slots=True)
class Range:
    """A stretch of cells: its address and what stands in them."""

    text: str
    values: tuple[Value, ...]

    def numbers(self) -> list[float]:
        """Return the numbers among the cells; words are left out, as spreadsheets do."""
        return [value for value in self.values if not isinstance(value, str)]


@dataclass(frozen=True, slots=True)
class Term:
    """An expression.

    Attributes
    ----------
    text : str
        As a spreadsheet reads it, without the leading ``=``.
    value : float or str
        What it makes; NaN stands for an error.
    rank : int
        How strongly its outermost operation binds.
    """

    text: str
    value: Value
    rank: int = _ATOM

    def __add__(self, other: "Term | float") -> "Term":
        return _binary(self, "+", other, _ADD, self.number + term(other).number)

    def __radd__(self, other: float) -> "Term":
        return term(other) + self

    def __sub__(self, other: "Term | float") -> "Term":
        return _binary(self, "-", other, _ADD, self.number - term(other).number)

    def __rsub__(self, other: float) -> "Term":
        return term(other) - self

    def __mul__(self, other: "Term | float") -> "Term":
        return _binary(self, "*", other, _MULTIPLY, self.number * term(other).number)

    def __rmul__(self, other: float) -> "Term":
        return term(other) * self

    def __truediv__(self, other: "Term | float") -> "Term":
        below = term(other).number
        return _binary(self, "/", other, _MULTIPLY, self.number / below if below else math.nan)

    def __rtruediv__(self, other: float) -> "Term":
        return term(other) / self

    def __pow__(self, other: "Term | float") -> "Term":
        base, exponent = self.number, term(other).number
        return _binary(self, "^", other, _POWER, math.nan if base <= 0.0 and exponent < 0.0 else base**exponent)

    def __neg__(self) -> "Term":
        return Term(f"-{_wrapped(self, _MULTIPLY)}", -self.number, _ADD)

    def __lt__(self, other: "Term | float") -> "Term":
        return _binary(self, "<", other, _COMPARE, float(self.number < term(other).number))

    def __le__(self, other: "Term | float") -> "Term":
        return _binary(self, "<=", other, _COMPARE, float(self.number <= term(other).number))

    def __gt__(self, other: "Term | float") -> "Term":
        return _binary(self, ">", other, _COMPARE, float(self.number > term(other).number))

    def __ge__(self, other: "Term | float") -> "Term":
        return _binary(self, ">=", other, _COMPARE, float(self.number >= term(other).number))

    def equals(self, other: "Term | float | str") -> "Term":
        """Return 1 where both are the same, as ``=`` does; words by their letters."""
        return _binary(self, "=", other, _COMPARE, float(self.value == term(other).value))

    @property
    def number(self) -> float:
        """Its value as a number; a word is an error."""
        return math.nan if isinstance(self.value, str) else float(self.value)


def term(what: Term | float | str) -> Term:
    """Return a constant as a term; a term as it is."""
    if isinstance(what, Term):
        return what
    if isinstance(what, str):
        return Term('"' + what.replace('"', '""') + '"', what)
    text = repr(int(what)) if float(what).is_integer() and abs(what) < 1e15 else repr(float(what)).upper()
    return Term(text, float(what), _ATOM if what >= 0 else _ADD)


def _wrapped(what: Term, least: int) -> str:
    return what.text if what.rank >= least else f"({what.text})"


def _binary(left: Term | float, sign: str, right: Term | float | str, rank: int, value: float) -> Term:
    # What stands on the right binds one step more strongly: a-(b+c), a/(b*c), and never two signs in a row.
    on_right = _wrapped(term(right), min(rank + 1, _ATOM))
    return Term(f"{_wrapped(term(left), rank if rank < _POWER else _ATOM)}{sign}{on_right}", value, rank)


def call(name: str, arguments: Sequence[Term | Range | float | str], value: Value) -> Term:
    """Return a call of a spreadsheet's function whose value is known.

    Parameters
    ----------
    name : str
        As in English spreadsheets.
    arguments : sequence of Term, Range or constant
        In order.
    value : float or str
        What it makes.

    Returns
    -------
    Term
    """
    texts = [argument.text if isinstance(argument, Range | Term) else term(argument).text for argument in arguments]
    return Term(f"{name}({','.join(texts)})", value)


def if_(condition: Term, then: Term | float | str, otherwise: Term | float | str) -> Term:
    """Return ``IF``."""
    chosen = term(then if condition.number else otherwise)
    return call("IF", (condition, then, otherwise), math.nan if math.isnan(condition.number) else chosen.value)


def both(*conditions: Term) -> Term:
    """Return ``AND``."""
    return call("AND", conditions, float(all(condition.number for condition in conditions)))


def either(*conditions: Term) -> Term:
    """Return ``OR``."""
    return call("OR", conditions, float(any(condition.number for condition in conditions)))


def if_error(what: Term, otherwise: Term | float | str) -> Term:
    """Return ``IFERROR``."""
    failed = isinstance(what.value, float) and math.isnan(what.value)
    return call("IFERROR", (what, otherwise), term(otherwise).value if failed else what.value)


def _all_numbers(arguments: Sequence[Term | Range | float]) -> list[float]:
    found: list[float] = []
    for argument in arguments:
        found += argument.numbers() if isinstance(argument, Range) else [term(argument).number]
    return found


def sum_(*arguments: Term | Range | float) -> Term:
    """Return ``SUM``."""
    return call("SUM", arguments, float(sum(_all_numbers(arguments))))


def min_(*arguments: Term | Range | float) -> Term:
    """Return ``MIN``; of no numbers 0."""
    return call("MIN", arguments, min(_all_numbers(arguments), default=0.0))


def max_(*arguments: Term | Range | float) -> Term:
    """Return ``MAX``; of no numbers 0."""
    return call("MAX", arguments, max(_all_numbers(arguments), default=0.0))


def count(cells: Range) -> Term:
    """Return ``COUNT``: how many numbers stand in the cells."""
    return call("COUNT", (cells,), float(len(cells.numbers())))


def average(cells: Range) -> Term:
    """Return ``AVERAGE`` of the numbers in the cells."""
    numbers = cells.numbers()
    return call("AVERAGE", (cells,), sum(numbers) / len(numbers) if numbers else math.nan)


def absolute(what: Term) -> Term:
    """Return ``ABS``."""
    return call("ABS", (what,), abs(what.number))


def whole(what: Term) -> Term:
    """Return ``INT``."""
    return call("INT", (what,), math.floor(what.number) if math.isfinite(what.number) else math.nan)


_RELATIONS: Final = {"": "__eq__", "=": "__eq__", "<": "__lt__", "<=": "__le__", ">": "__gt__", ">=": "__ge__"}


def sum_ifs(cells: Range, *conditions: tuple[Range, str, Term | float]) -> Term:
    """Return ``SUMIFS``.

    Parameters
    ----------
    cells : Range
        What is added.
    *conditions : tuple of (Range, str, Term or float)
        Cells looked at, relation (``""`` for equal), and what they are compared with.

    Returns
    -------
    Term
    """
    texts, kept = [cells.text], [True] * len(cells.values)
    for looked_at, relation, bound in conditions:
        limit = term(bound)
        texts += [looked_at.text, f'"{relation}"&{_wrapped(limit, _ADD)}' if relation else limit.text]
        test = _RELATIONS[relation]
        kept = [k and not isinstance(v, str) and getattr(float(v), test)(limit.number) for k, v in zip(kept, looked_at.values, strict=True)]
    total = sum(v for v, k in zip(cells.values, kept, strict=True) if k and not isinstance(v, str))
    return Term(f"SUMIFS({','.join(texts)})", float(total))


def pick(cells: Range, number: Term) -> Term:
    """Return ``INDEX`` of a row or column: the cell of this number, counted from 1."""
    at = int(number.number) if math.isfinite(number.number) else 0
    return call("INDEX", (cells, number), cells.values[at - 1] if 1 <= at <= len(cells.values) else math.nan)


def position(what: Term, cells: Range) -> Term:
    """Return ``MATCH`` for the same value: the number of the first cell that holds it."""
    at = cells.values.index(what.value) + 1.0 if what.value in cells.values else math.nan
    return call("MATCH", (what, cells, 0), at)


def worth(rate: Term, first: Term, later: Range) -> Term:
    """Return the present value of a first flow today and later ones at the ends of periods: ``first + NPV(rate, later)``."""
    base = 1.0 + rate.number
    value = sum(flow * base ** -(number + 1.0) for number, flow in enumerate(later.numbers())) if base > 0.0 else math.nan
    return first + call("NPV", (rate, later), value)


def slope(rate: Term, flows: Range, periods: Range) -> Term:
    """Return how fast the present value of flows moves with the rate."""
    base = 1.0 + rate.number
    pairs = zip(flows.numbers(), periods.numbers(), strict=True)
    value = -sum(flow * period * base ** (-period - 1.0) for flow, period in pairs) if base > 0.0 else math.nan
    return Term(f"-SUMPRODUCT({flows.text},{periods.text},(1+{_wrapped(rate, _MULTIPLY)})^(-{periods.text}-1))", value, _ADD)


def monthly(annual: Term) -> Term:
    """Return the rate per month that compounds to a rate per year."""
    return (1.0 + annual) ** Term(f"(1/{MONTHS_PER_YEAR})", 1.0 / MONTHS_PER_YEAR) - 1.0


def grown(rate: Term, flows: Range, periods: Range, last: float) -> Term:
    """Return what inflows are worth in the last period."""
    base = 1.0 + rate.number
    value = sum(max(flow, 0.0) * base ** (last - period) for flow, period in zip(flows.numbers(), periods.numbers(), strict=True))
    return Term(f"SUMPRODUCT(({flows.text}>0)*{flows.text},(1+{_wrapped(rate, _MULTIPLY)})^({term(last).text}-{periods.text}))", value)


def spent(rate: Term, flows: Range, periods: Range) -> Term:
    """Return what outflows are worth today, positive."""
    base = 1.0 + rate.number
    value = sum(max(-flow, 0.0) * base**-period for flow, period in zip(flows.numbers(), periods.numbers(), strict=True))
    return Term(f"SUMPRODUCT(({flows.text}<0)*-{flows.text},(1+{_wrapped(rate, _MULTIPLY)})^-{periods.text})", value)


def changes(cells: Range, next_cells: Range) -> Term:
    """Return how often neighbours differ in sign: two ranges, the second one cell further."""
    pairs = zip(cells.numbers(), next_cells.numbers(), strict=True)
    return Term(f"SUMPRODUCT(({cells.text}*{next_cells.text}<0)*1)", float(sum(a * b < 0 for a, b in pairs)))


def worn_down(basis: Range, years: Range, year: Term, life: Term) -> Term:
    """Return what is left of amounts of several years after straight-line wear over a life."""
    left = f"(1-({year.text}-{years.text})/{_wrapped(life, _POWER)})"
    values = zip(basis.numbers(), years.numbers(), strict=True)
    total = sum(usd * max(1.0 - (year.number - bought) / life.number, 0.0) for usd, bought in values)
    return Term(f"SUMPRODUCT({basis.text},({left}>0)*{left})", total)


def cell_of(table: Range, row: Term, column: Term, value: Value) -> Term:
    """Return ``INDEX`` of a table: the cell in this row and column, both counted from 1; the caller knows what stands there."""
    return call("INDEX", (table, row, column), value)


def product(*cells: Range) -> Term:
    """Return ``SUMPRODUCT``."""
    return call("SUMPRODUCT", cells, float(sum(math.prod(row) for row in zip(*(c.numbers() for c in cells), strict=True))))


def internal_rate(flows: Range, guess: Term) -> Term:
    """Return ``IRR``: the rate nearest to the guess at which the flows are worth nothing."""
    numbers, rate = flows.numbers(), guess.number
    for _ in range(_NEWTON_STEPS):
        if not (math.isfinite(rate) and rate > -1.0):
            break
        value = sum(flow * (1.0 + rate) ** -c for c, flow in enumerate(numbers))
        tilt = -sum(c * flow * (1.0 + rate) ** (-c - 1.0) for c, flow in enumerate(numbers))
        step = value / tilt if tilt else math.nan
        rate -= step
        if abs(step) < 1e-14:
            return call("IRR", (flows, guess), rate)
    return call("IRR", (flows, guess), math.nan)
