"""A root between two ends, for functions that are dear to compute: a dozen values suffice."""

import math
from collections.abc import Callable
from typing import Final, NamedTuple

MOST_STEPS: Final = 60
"""Halving alone narrows a bracket by 2^60 in so many."""

WIDE: Final = 2.0
"""Ends above zero that lie further apart than by this factor are narrowed in the logarithm: a range may span eight powers of ten."""


class Point(NamedTuple):
    """An argument and the function's value there."""

    x: float
    y: float


def find_root(
    function: Callable[[float], float], low: Point, high: Point, width: float, is_near: Callable[[Point], bool] = lambda _: False
) -> tuple[Point, Point]:
    """Narrow a bracket around a root: a straight line first, then inverse quadratic steps where they are safe, halves where not (Chandrupatla 1997).

    Parameters
    ----------
    function : callable
        Values of either sign; it need not be smooth. A value that is not finite counts by its sign.
    low, high : Point
        Ends whose values differ in sign, or are zero.
    width : float
        How narrow the bracket shall be.
    is_near : callable
        Whether a new point is as good as a root, which ends the search.

    Returns
    -------
    tuple of Point
        The end whose value is nearer to zero, and the other one, on the root's other side.
    """
    a, b, c = high, low, high
    step = _straight(a, b)
    for _ in range(MOST_STEPS):
        if abs(b.x - a.x) <= width or min(abs(a.y), abs(b.y)) == 0.0:
            break
        x = a.x + step * (b.x - a.x)
        new = Point(x, function(x))
        if (new.y > 0.0) == (a.y > 0.0):
            c, a = a, new
        else:
            c, b, a = b, a, new
        if is_near(new):
            break
        step = _step(a, b, c, 0.5 * width / abs(b.x - a.x)) if a.x != b.x else 0.5
    return (a, b) if abs(a.y) < abs(b.y) else (b, a)


def find_root_over_decades(
    function: Callable[[float], float], low: Point, high: Point, share: float, is_near: Callable[[Point], bool] = lambda _: False
) -> tuple[Point, Point]:
    """Narrow a bracket as `find_root` does, in the logarithm where its ends lie above zero and more than `WIDE` times apart.

    Parameters
    ----------
    function, low, high, is_near
        As there.
    share : float
        How narrow the bracket shall be, as a share of where it stands.

    Returns
    -------
    tuple of Point
        As there.
    """
    if not (low.x > 0.0 and high.x > WIDE * low.x):
        return find_root(function, low, high, share * max(abs(low.x), abs(high.x)), is_near)
    ends = {math.log(end.x): end for end in (low, high)}
    left, right = (Point(x, end.y) for x, end in ends.items())
    found = find_root(lambda x: function(math.exp(x)), left, right, share, lambda new: is_near(Point(math.exp(new.x), new.y)))
    best, other = (ends.get(point.x, Point(math.exp(point.x), point.y)) for point in found)
    return best, other


def _straight(a: Point, b: Point) -> float:
    """Share of the way from `a` to `b` at which the line through both crosses zero, kept within the middle eight tenths."""
    step = a.y / (a.y - b.y) if math.isfinite(a.y - b.y) and a.y != b.y else 0.5
    return min(max(step, 0.1), 0.9)


def _step(a: Point, b: Point, c: Point, least: float) -> float:
    """Share of the way from `a` to `b` to go next."""
    share, rise = (a.x - b.x) / (c.x - b.x), (a.y - b.y) / (c.y - b.y) if c.y != b.y else 0.0
    if not (rise**2 < share and (1.0 - rise) ** 2 < 1.0 - share):
        return 0.5
    step = a.y / (b.y - a.y) * c.y / (b.y - c.y) + (c.x - a.x) / (b.x - a.x) * a.y / (c.y - a.y) * b.y / (c.y - b.y)
    return min(max(step, least), 1.0 - least)
