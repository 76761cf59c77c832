"""Every internal rate of return of a row of flows, or a clear reason why there is none: the plain form.

With ``x = 1 / (1 + r)`` the present value is the polynomial ``Σ c_k x^k``. Its positive terms P and its negative terms N
are both positive, growing functions of x, and the rates of return are the x at which ``P = N``. Write u = ln x. Then
``ln P`` and ``ln N`` are convex in u, because they are logarithms of sums of exponentials, and their slopes, the mean
times of the inflows and of the outflows, grow with u. So on any interval [a, b] of u, for g = ln P − ln N:

- ln P lies above its tangents at a and b and below its chord, ln N likewise, which encloses g; an interval where the
  enclosure does not reach zero holds no root;
- the slope of g lies between ``P'(a) − N'(b)`` and ``P'(b) − N'(a)`` (slopes of the logarithms); where both have one
  sign, g is monotone, and holds a root exactly when its ends differ in sign;
- any other interval is halved, down to `NARROWEST`; what is left in doubt then touches zero within rounding, and is
  counted as two equal roots when g has the same sign on both sides, as one when it has not.

Rounding is part of the test: a sign counts only when it is larger than `noise`. Descartes' rule (the number of roots
is at most the number of changes of sign, and differs from it by an even number) is an upper bound on all this.

`wattmint.finance.irr_paths` does the same, compiled, for many rows.
"""

import math
from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from wattmint.errors import InputError
from wattmint.types import FloatArray

LOWEST_RATE = -0.99
"""Rates at or below −99 % per period are not looked for: all that counts there is the last flow."""

HIGHEST_U = -math.log(1.0 + LOWEST_RATE)
NARROWEST = 1e-7
"""Width in ln(1 + r) below which an interval is no longer halved."""

CLEAR = 16.0
"""A doubtful stretch ends where g is this many times its noise: at its fringe, signs come and go."""

NEGLIGIBLE = 1e-100
"""Flows below this share of the largest count as zero; the rates they would make are beyond float64."""

MOST_NODES = 4_000
"""Present values computed before giving up; ordinary flows take 10 to 100, only high multiple roots come near."""

Status = Literal["unique", "multiple", "undefined"]


@dataclass(frozen=True, slots=True)
class IrrResult:
    """The rates of return of one row of flows.

    Attributes
    ----------
    roots : tuple of float
        Rates per period above `LOWEST_RATE`, ascending; a rate at which the present value touches zero without crossing
        it stands twice.
    status : {"unique", "multiple", "undefined"}
        ``unique`` when there is exactly one.
    sign_changes : int
        Changes of sign in the flows, zeros left out: Descartes' upper bound on the number of roots.
    reason : str
        Why the rate is not unique; empty when it is.
    """

    roots: tuple[float, ...]
    status: Status
    sign_changes: int
    reason: str


class _Node(NamedTuple):
    """Logarithms of inflows' and outflows' present value at u, and their slopes."""

    u: float
    ln_in: float
    ln_out: float
    slope_in: float
    slope_out: float
    noise: float

    def sign(self, noises: float = 1.0) -> int:
        gap = self.ln_in - self.ln_out
        return 0 if abs(gap) <= noises * self.noise else (1 if gap > 0.0 else -1)


class _Doubt(Exception):  # noqa: N818 - never leaves this file
    """More nodes than `MOST_NODES`, or more roots than changes of sign: rounding hides what is there."""


class _Flows:
    """Flows without the zeros before and after, as logarithms of inflows and outflows."""

    def __init__(self, flows: FloatArray) -> None:
        at = np.flatnonzero(flows)
        self.values = flows[at[0] : at[-1] + 1]
        self.last = self.values.size - 1
        self._in, self._out = self._logs(self.values > 0.0, self.values), self._logs(self.values < 0.0, -self.values)
        self.nodes = 0

    @staticmethod
    def _logs(which: np.ndarray, values: FloatArray) -> tuple[FloatArray, FloatArray]:
        times = np.flatnonzero(which)
        return times.astype(np.float64), np.log(values[times])

    def node(self, u: float) -> _Node:
        self.nodes += 1
        if self.nodes > MOST_NODES:
            raise _Doubt
        (ln_in, slope_in), (ln_out, slope_out) = _log_sum(*self._in, u), _log_sum(*self._out, u)
        return _Node(u, ln_in, ln_out, slope_in, slope_out, noise(self.last, u, ln_in, ln_out))

    def limits(self) -> tuple[float, float]:
        """Return u outside which the first or the last flow outweighs all of the other sign together."""
        values = self.values
        low = _outweighed(values)
        high = -_outweighed(values[::-1])
        return low, min(high, HIGHEST_U)


def noise(last: int, u: float, ln_in: float, ln_out: float) -> float:
    """Return how much rounding may move ``ln P − ln N``.

    Parameters
    ----------
    last : int
        Number of the last flow.
    u, ln_in, ln_out : float
        Where, and the two logarithms.

    Returns
    -------
    float
        Several times the first-order bound of `last` additions, multiplications and one logarithm each.
    """
    return 2.0**-50 * (8.0 + last * (1.0 + abs(u)) + abs(ln_in) + abs(ln_out))


def _log_sum(times: FloatArray, logs: FloatArray, u: float) -> tuple[float, float]:
    exponents = logs + times * u
    top = exponents.max()
    weights = np.exp(exponents - top)
    total = weights.sum()
    return float(top + np.log(total)), float((weights * times).sum() / total)


def _outweighed(values: FloatArray) -> float:
    other = np.where(np.sign(values) == -np.sign(values[0]), np.abs(values), 0.0)
    first = int(np.flatnonzero(other)[0])
    # For x <= 1 the others are worth at most x^first times their sum: less than |c_0| / e below this u.
    return min(0.0, float(np.log(abs(values[0])) - np.log(other.sum())) / first) - 1.0


def irr(flows: ArrayLike) -> IrrResult:
    """Return every internal rate of return of one row of flows.

    Parameters
    ----------
    flows : array_like, shape (periods + 1,)
        Money in positive, money out negative, one flow per period.

    Returns
    -------
    IrrResult
        Rates per period. Undefined, with the reason, when all flows have one sign or no rate above −99 % exists.

    Raises
    ------
    InputError
        A flow is not finite, or there is none.

    Examples
    --------
    >>> irr([-100.0, 230.0, -132.0]).status
    'multiple'
    >>> [round(rate, 9) for rate in irr([-100.0, 230.0, -132.0]).roots]
    [0.1, 0.2]
    """
    values = np.asarray(flows, dtype=np.float64)
    if values.ndim != 1 or values.size == 0 or not np.isfinite(values).all():
        raise InputError("flows", flows, "a row of finite numbers")
    values = values / (float(np.abs(values).max()) or 1.0)
    values[np.abs(values) <= NEGLIGIBLE] = 0.0
    signs = np.sign(values[values != 0.0])
    changes = int((signs[1:] != signs[:-1]).sum())
    if changes == 0:
        return IrrResult((), "undefined", 0, "no rate exists: the flows do not change sign")
    row = _Flows(values)
    try:
        roots = tuple(sorted(math.expm1(-u) for u in _isolate(row, changes)))
    except _Doubt:
        return IrrResult((), "undefined", changes, "rates lie too close together to be told apart")
    if not roots:
        return IrrResult((), "undefined", changes, f"no rate above {LOWEST_RATE:.0%} per period brings the present value to zero")
    if len(roots) == 1:
        return IrrResult(roots, "unique", changes, "")
    return IrrResult(roots, "multiple", changes, f"{len(roots)} rates bring the present value to zero: the flows change sign {changes} times")


def irr_roots(flows: ArrayLike) -> tuple[float, ...]:
    """Return every internal rate of return per period, ascending; see `irr`.

    Parameters
    ----------
    flows : array_like, shape (periods + 1,)
        Money in positive, money out negative.

    Returns
    -------
    tuple of float
        Empty when undefined; `irr` says why.
    """
    return irr(flows).roots


def _isolate(row: _Flows, most: int) -> list[float]:
    """Walk from the lowest u to the highest and return the roots, doubled where g only touches zero."""
    low, high = row.limits()
    if low >= high:
        return []
    left = row.node(low)
    ends = [row.node(high)]
    stretch = _Stretch(row, left)
    while ends:
        right = ends[-1]
        settled = _settled(left, right)
        if not settled and right.u - left.u > NARROWEST:
            ends.append(row.node(left.u + (right.u - left.u) / 2.0))
            continue
        stretch.grow(left, right, settled=settled)
        left = ends.pop()
    if len(stretch.roots) > most:
        raise _Doubt
    return stretch.roots


class _Stretch:
    """The intervals walked since g last had a certain sign, and the roots found before."""

    def __init__(self, row: _Flows, start: _Node) -> None:
        self._row, self._certain, self._doubt = row, start, math.nan
        self.roots: list[float] = []

    def grow(self, left: _Node, right: _Node, *, settled: bool) -> None:
        """Add the interval from `left` to `right`."""
        if not settled:
            self._doubt = left.u + (right.u - left.u) / 2.0
            return
        for end in (left, right):
            # A doubtful stretch may end at `left`: what it touched is counted before what follows.
            doubtful = not math.isnan(self._doubt)
            if end.sign(CLEAR if doubtful else 1.0) == 0:
                continue
            if end.sign() != self._certain.sign():
                self.roots.append(_bisect(self._row, self._certain, end))
            elif doubtful:
                self.roots += [self._doubt, self._doubt]
            self._certain, self._doubt = end, math.nan


def _settled(a: _Node, b: _Node) -> bool:
    """Tell whether [a, b] holds no root, or is monotone."""
    margin = max(a.noise, b.noise)
    steady = margin * (1.0 + b.slope_in + b.slope_out)
    if a.slope_in - b.slope_out > steady or b.slope_in - a.slope_out < -steady:
        return True
    if a.sign() == b.sign() == 1:
        return _least_gap(b.u - a.u, (a.ln_in, a.slope_in), (b.ln_in, b.slope_in), a.ln_out, b.ln_out) > margin
    if a.sign() == b.sign() == -1:
        return _least_gap(b.u - a.u, (a.ln_out, a.slope_out), (b.ln_out, b.slope_out), a.ln_in, b.ln_in) > margin
    return False


def _least_gap(width: float, a: tuple[float, float], b: tuple[float, float], chord_a: float, chord_b: float) -> float:
    """Return the least distance from the two tangents (value, slope) at a and b down to the chord."""
    least = min(a[0] - chord_a, b[0] - chord_b)
    if b[1] > a[1]:
        kink = min(max((b[0] - a[0] - b[1] * width) / (a[1] - b[1]), 0.0), width)
        least = min(least, a[0] + a[1] * kink - (chord_a + (chord_b - chord_a) * kink / width))
    return least


def _bisect(row: _Flows, low: _Node, high: _Node) -> float:
    start = low.sign()
    a, b = low.u, high.u
    while True:
        u = a + (b - a) / 2.0
        if u in {a, b}:
            return u
        node = row.node(u)
        if (node.ln_in - node.ln_out) * start > 0.0:
            a = u
        else:
            b = u
