"""Internal rates of return of many rows at once: `wattmint.finance.irr` compiled. Its docstring holds the reasoning.

Differences are of speed only: powers are built by multiplication instead of exponentials; a row that changes sign once
goes straight to the solver; and the solver is Newton's method on ``ln P − ln N``, nearly a straight line in ln(1 + r),
kept inside its bracket by bisection.
"""

import math

import numpy as np
from numba import njit

from wattmint.errors import InputError
from wattmint.finance.irr import CLEAR, HIGHEST_U, MOST_NODES, NARROWEST, NEGLIGIBLE
from wattmint.types import FloatArray, IntArray
from wattmint.units import MONTHS_PER_YEAR

UNTOLD = -1
"""Number of roots reported when they lie too close together to be told apart."""

_DEPTH = 64
"""Halvings of an interval; one of 240, the widest that `NEGLIGIBLE` leaves, takes 32 down to `NARROWEST`."""


@njit(cache=True, nogil=True)
def _node(flows, u):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    """Return u, the logarithms of inflows and outflows at u, their slopes, and the noise."""
    last = flows.size - 1
    # Powers of a number below one cannot overflow: count from the other end when x > 1.
    flip, x, power = u > 0.0, math.exp(-abs(u)), 1.0
    total_in, total_out, moment_in, moment_out = 0.0, 0.0, 0.0, 0.0
    for k in range(last + 1):
        value = flows[last - k if flip else k] * power
        gain = max(0.0, value)
        loss = gain - value
        total_in += gain
        total_out += loss
        moment_in += k * gain
        moment_out += k * loss
        power *= x
    ln_in, ln_out, slope_in, slope_out = math.log(total_in), math.log(total_out), moment_in / total_in, moment_out / total_out
    if flip:
        ln_in, ln_out, slope_in, slope_out = ln_in + last * u, ln_out + last * u, last - slope_in, last - slope_out
    noise = 2.0**-50 * (8.0 + last * (1.0 + abs(u)) + abs(ln_in) + abs(ln_out))
    return u, ln_in, ln_out, slope_in, slope_out, noise


@njit(cache=True, nogil=True)
def _sign(node, noises=1.0):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    gap = node[1] - node[2]
    return 0 if abs(gap) <= noises * node[5] else (1 if gap > 0.0 else -1)


@njit(cache=True, nogil=True)
def _least_gap(width, a, slope_a, b, slope_b, chord_a, chord_b):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    least = min(a - chord_a, b - chord_b)
    if slope_b > slope_a:
        kink = min(max((b - a - slope_b * width) / (slope_a - slope_b), 0.0), width)
        least = min(least, a + slope_a * kink - (chord_a + (chord_b - chord_a) * kink / width))
    return least


@njit(cache=True, nogil=True)
def _settled(a, b):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    margin = max(a[5], b[5])
    steady = margin * (1.0 + b[3] + b[4])
    if a[3] - b[4] > steady or b[3] - a[4] < -steady:
        return True
    if _sign(a) != _sign(b) or _sign(a) == 0:
        return False
    if _sign(a) > 0:
        return _least_gap(b[0] - a[0], a[1], a[3], b[1], b[3], a[2], b[2]) > margin
    return _least_gap(b[0] - a[0], a[2], a[4], b[2], b[4], a[1], b[1]) > margin


@njit(cache=True, nogil=True)
def _limits(flows):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    """Return u outside which the first or the last flow outweighs all of the other sign together."""
    last = flows.size - 1
    others_first, at_first, others_last, at_last = 0.0, 0, 0.0, 0
    for k in range(last + 1):
        value = flows[k]
        if value * flows[0] < 0.0:
            others_first += abs(value)
            at_first = k if at_first == 0 else at_first
        if value * flows[last] < 0.0:
            others_last += abs(value)
            at_last = last - k
    low = min(0.0, (math.log(abs(flows[0])) - math.log(others_first)) / at_first) - 1.0
    high = 1.0 - min(0.0, (math.log(abs(flows[last])) - math.log(others_last)) / at_last)
    return low, min(high, HIGHEST_U)


@njit(cache=True, nogil=True)
def _solve(flows, low, high, sign_low):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    """Return the u between `low` and `high` at which the logarithms meet."""
    u = min(max(0.0, low), high)
    for _ in range(200):
        _, ln_in, ln_out, slope_in, slope_out, _ = _node(flows, u)
        gap, slope = ln_in - ln_out, slope_in - slope_out
        if gap * sign_low > 0.0:
            low = u
        else:
            high = u
        step = -gap / slope if slope != 0.0 else math.inf
        following = u + step
        if not low <= following <= high:
            following = low + (high - low) / 2.0
        if abs(following - u) <= 1e-12 * (1.0 + abs(u)):
            return following
        u = following
    return u


@njit(cache=True, nogil=True)
def _walk(flows, low, high):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    """Return the number of roots between `low` and `high`, and the bracket of the last."""
    ends = np.empty((_DEPTH, 6))
    left, right = _node(flows, low), _node(flows, high)
    certain, doubt, top, roots, nodes = left, False, 0, 0, 2
    bracket_low, bracket_high = low, high
    while top >= 0:
        width = right[0] - left[0]
        settled = _settled(left, right)
        if not settled and width > NARROWEST:
            if nodes == MOST_NODES:
                return UNTOLD, low, high
            ends[top, 0], ends[top, 1], ends[top, 2], ends[top, 3], ends[top, 4], ends[top, 5] = right
            right, top, nodes = _node(flows, left[0] + width / 2.0), top + 1, nodes + 1
            continue
        doubt = doubt or not settled
        for end in (left, right):
            # A doubtful stretch may end at `left`: what it touched is counted before what follows.
            if not settled or _sign(end, CLEAR if doubt else 1.0) == 0:
                continue
            if _sign(end) != _sign(certain):
                roots, bracket_low, bracket_high = roots + 1, certain[0], end[0]
            elif doubt:
                roots += 2
            certain, doubt = end, False
        left, top = right, top - 1
        if top >= 0:
            right = (ends[top, 0], ends[top, 1], ends[top, 2], ends[top, 3], ends[top, 4], ends[top, 5])
    return roots, bracket_low, bracket_high


@njit(cache=True, nogil=True)
def _changes(flows):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    """Return changes of sign, and the first and last flow that is not zero."""
    changes, first, last = 0, -1, -1
    for k in range(flows.size):
        if flows[k] != 0.0:
            if first < 0:
                first = k
            elif flows[k] * flows[last] < 0.0:
                changes += 1
            last = k
    return changes, first, last


@njit(cache=True, nogil=True)
def _rate(flows):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    """Return u of the only root (NaN without one) and the number of roots."""
    changes, first, last = _changes(flows)
    if changes == 0:
        return math.nan, 0
    row = flows[first : last + 1]
    low, high = _limits(row)
    if low >= high:
        return math.nan, 0
    roots = 1
    if changes == 1:
        end = _node(row, high)
        roots = 0 if (end[1] - end[2]) * row[0] >= 0.0 else 1
    else:
        roots, low, high = _walk(row, low, high)
    if roots > changes:
        roots = UNTOLD
    if roots != 1:
        return math.nan, roots
    at_low = _node(row, low)
    return _solve(row, low, high, at_low[1] - at_low[2]), 1


@njit(cache=True, nogil=True)
def rates_by_row(net: FloatArray) -> tuple[FloatArray, IntArray]:
    """Return ``ln(1 + r)`` per period of every row that has exactly one rate of return, and every row's number of rates.

    Parameters
    ----------
    net : FloatArray, shape (rows, periods + 1)
        Finite flows, C-ordered, the largest of each row about one in size.

    Returns
    -------
    tuple of (FloatArray, IntArray), each of shape (rows,)
        NaN where the number is not 1; the number is `UNTOLD` where rates lie too close together.
    """
    log_growth, roots = np.empty(net.shape[0]), np.empty(net.shape[0], np.int64)
    for i in range(net.shape[0]):
        u, roots[i] = _rate(net[i])
        log_growth[i] = -u
    return log_growth, roots


def irr_by_path(net: FloatArray) -> tuple[FloatArray, IntArray]:
    """Return each path's internal rate of return per year, where it has exactly one.

    Parameters
    ----------
    net : FloatArray, shape (paths, months + 1)
        Monthly flows.

    Returns
    -------
    irr : FloatArray, shape (paths,)
        ``(1 + monthly)^12 − 1``; NaN where the number of rates is not one, infinite where it is beyond float64.
    roots : IntArray, shape (paths,)
        Number of monthly rates above −99 %, a touching one counted twice; `UNTOLD` where rates lie too close together.

    Raises
    ------
    InputError
        A flow is not finite.
    """
    if not np.isfinite(net).all():
        raise InputError("net", "a flow that is not finite", "finite cash flows")
    log_growth, roots = _log_growth(net)
    with np.errstate(over="ignore"):
        return np.expm1(log_growth * MONTHS_PER_YEAR), roots


def _log_growth(net: FloatArray) -> tuple[FloatArray, IntArray]:
    """Return what `rates_by_row` does, for flows of any size."""
    size = np.maximum(net.max(axis=1), -net.min(axis=1))[:, None]
    scaled = net / np.where(size > 0.0, size, 1.0)
    scaled[np.abs(scaled) <= NEGLIGIBLE] = 0.0
    found: tuple[FloatArray, IntArray] = rates_by_row(np.ascontiguousarray(scaled, dtype=np.float64))
    return found
