"""What a mining machine can do beside running at nominal power: its modes, and how far heat lets it go.

A mode is a point (share of nominal power, share of nominal hashrate). Off is (0, 0), normal (1, 1); the cited table `machine_modes`
gives a low-power and a high mode. Going from one mode to the next is a step: some more power for some more hashrate, at a falling rate.
Modes that a mixture of two others beats are dropped, so that taking every step that pays is choosing the best mode.

A fact is the machine's own row where the table has it, else the row of its family (`air`, `hydro`, `immersion`), an estimate.
"""

from collections.abc import Sequence
from itertools import pairwise
from typing import Final

import numpy as np

from wattmint.errors import FactsError
from wattmint.facts.load import record, table
from wattmint.types import FloatArray, Step
from wattmint.workloads.inputs import InputBook

TABLE: Final = "machine_modes"

Mode = tuple[float, float]
"""Share of nominal power, share of nominal hashrate."""


def machine_steps(book: InputBook, machine: str) -> tuple[Step, ...]:
    """Return a machine's modes as increments of power.

    Parameters
    ----------
    book : InputBook
        Records what is used.
    machine : str
        Row of the facts table `machines`.

    Returns
    -------
    tuple of Step
        Low-power, normal and high mode, as far as they pay in some hour.
    """
    low, high = (tuple(_fact(book, machine, f"{mode}_mode_{what}_share") for what in ("power", "hashrate")) for mode in ("low", "high"))
    return steps_of([(low[0], low[1]), (1.0, 1.0), (high[0], high[1])])


def steps_of(modes: Sequence[Mode]) -> tuple[Step, ...]:
    """Return the upper concave hull of off and some modes, as steps.

    Parameters
    ----------
    modes : sequence of Mode
        Beside off; powers above 0.

    Returns
    -------
    tuple of Step
        In the order of power, `value_share` positive and falling.

    Raises
    ------
    FactsError
        If no mode hashes, or one does so without power.

    Examples
    --------
    >>> steps_of([(1.0, 1.0), (0.5, 0.75)])
    (Step(power_share=0.5, value_share=1.5), Step(power_share=0.5, value_share=0.5))
    """
    if any(power <= 0.0 for power, _ in modes) or not any(rate > 0.0 for _, rate in modes):
        raise FactsError(f"{TABLE}: modes {list(modes)}; each needs power, one must hash")
    hull: list[Mode] = [(0.0, 0.0)]
    for mode in sorted(modes):
        while len(hull) > 1 and _rate(hull[-2], hull[-1]) <= _rate(hull[-2], mode):
            hull.pop()
        if mode[1] > hull[-1][1]:
            hull.append(mode)
    return tuple(Step(above[0] - below[0], _rate(below, above)) for below, above in pairwise(hull))


def heat_capacity(book: InputBook, machine: str, inlet_c: FloatArray) -> FloatArray:
    """Return the share of its power and hashrate that the inlet temperature leaves a machine.

    Parameters
    ----------
    book : InputBook
        Records what is used.
    machine : str
        Row of the facts table `machines`.
    inlet_c : FloatArray
        Temperature of the air or coolant at its inlet [°C]; NaN in the padding.

    Returns
    -------
    FloatArray, the shape of `inlet_c`
        1 up to the limit, the throttled share up to the temperature at which it switches off, then 0; 0 in the padding. Power falls
        with the clock, voltage being kept. In every mode alike: that a low-power mode would stand more heat is left out.
    """
    limit_c, off_c, throttled = (_fact(book, machine, key) for key in ("inlet_limit_c", "inlet_off_c", "inlet_throttled_share"))
    return np.asarray(np.where(inlet_c <= limit_c, 1.0, np.where(inlet_c <= off_c, throttled, 0.0)))


def _fact(book: InputBook, machine: str, key: str) -> float:
    if key in table(TABLE).get(machine, {}):
        return book.fact(TABLE, machine, key)
    return book.fact(TABLE, str(record("machines", machine)["machine_cooling"].value), key)


def _rate(below: Mode, above: Mode) -> float:
    return (above[1] - below[1]) / (above[0] - below[0]) if above[0] > below[0] else 0.0
