"""A root between two ends, for functions that are dear to compute: a dozen values suffice."""

from collections.abc import Callable
from typing import Final, NamedTuple

MOST_STEPS: Final = 60
"""Halving alone narrows a bracket by 2^60 in so many."""


class Point(NamedTuple):
    """An argument and the function's value there."""

    x: float
    y: float


def find_root(function: Callable[[float], float], low: Point, high: Point, width: float, near: float = 0.0) -> tuple[Point, Point]:
    """Narrow a bracket around a root: inverse quadratic steps where they are safe, halves where not (Chandrupatla 1997).

    Parameters
    ----------
    function : callable
        Values of either sign; it need not be smooth. A value that is not finite counts by its sign.
    low, high : Point
        Ends whose values differ in sign, or are zero.
    width : float
        How narrow the bracket shall be.
    near : float
        How close to zero a value ends the search.

    Returns
    -------
    tuple of Point
        The end whose value is nearer to zero, and the other one, on the root's other side.
    """
    a, b, c = high, low, high
    step = 0.5
    for _ in range(MOST_STEPS):
        best, other = (a, b) if abs(a.y) < abs(b.y) else (b, a)
        if abs(b.x - a.x) <= width or abs(best.y) <= near:
            break
        x = a.x + step * (b.x - a.x)
        new = Point(x, function(x))
        if (new.y > 0.0) == (a.y > 0.0):
            c, a = a, new
        else:
            c, b, a = b, a, new
        step = _step(a, b, c, 0.5 * width / abs(b.x - a.x)) if a.x != b.x else 0.5
    best, other = (a, b) if abs(a.y) < abs(b.y) else (b, a)
    return best, other


def _step(a: Point, b: Point, c: Point, least: float) -> float:
    """Share of the way from `a` to `b` to go next."""
    share, rise = (a.x - b.x) / (c.x - b.x), (a.y - b.y) / (c.y - b.y) if c.y != b.y else 0.0
    if not (rise**2 < share and (1.0 - rise) ** 2 < 1.0 - share):
        return 0.5
    step = a.y / (b.y - a.y) * c.y / (b.y - c.y) + (c.x - a.x) / (b.x - a.x) * a.y / (c.y - a.y) * b.y / (c.y - b.y)
    return min(max(step, least), 1.0 - least)
