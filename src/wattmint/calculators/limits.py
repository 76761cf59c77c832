"""What a case may hold: the data dictionary's ranges, and what must fit together."""

import math
import numbers
from collections.abc import Mapping
from typing import Final

from wattmint.errors import InputError
from wattmint.facts.load import attribute
from wattmint.scenario.refusal import figure

WHOLE: Final = ("count", "gpus", "block_height", "rewrite_blocks", "transfer_inputs", "transfer_outputs", "spares")
ABOVE_ZERO: Final = ("uptime", "utilisation")
BELOW_ONE: Final = ("pool_fee", "stale_rate")
"""A rate of 1 would leave nothing, and is how 1 % is mistyped."""


def checked(name: str, value: object) -> float:
    """Return a number if it lies in the data dictionary's range.

    Parameters
    ----------
    name : str
        A row of the data dictionary.
    value : object
        As given.

    Returns
    -------
    float
        The same.

    Raises
    ------
    InputError
        If it is no finite number or outside the range; the message has the range, unit and meaning.
    """
    row = attribute(name)
    low, high = -math.inf if row.low is None else row.low, math.inf if row.high is None else row.high
    number = math.nan if isinstance(value, bool) or not isinstance(value, numbers.Real) else float(value)
    fine = low <= number <= high and not (name in WHOLE and number != int(number))
    if not fine or (name in ABOVE_ZERO and number <= 0.0) or (name in BELOW_ONE and number >= 1.0):
        kind = "a whole number" if name in WHOLE else "a number"
        span = f"{'above' if name in ABOVE_ZERO else 'from'} {figure(low)} to {'below ' if name in BELOW_ONE else ''}{figure(high)}"
        unit = "" if row.unit in ("1", "share", "ratio") else f" {row.unit}"
        raise InputError(name, value, f"{kind} {span}{unit}: {row.meaning}")
    return number


def check_together(full: Mapping[str, float], believed_j_per_th: tuple[float, float]) -> None:
    """Refuse numbers that are each in range and together absurd.

    Parameters
    ----------
    full : mapping of str to float
        Fields of a case.
    believed_j_per_th : tuple of float
        Least and most energy per terahash that is believed of a machine of the coin.

    Raises
    ------
    InputError
        If power does not fit the hashrate (kW for W, a fleet's hashrate for one machine's), or blocks pay nothing.
    """
    efficiency, (least, most) = full["power_w"] / full["hashrate_ths"], believed_j_per_th
    if not least <= efficiency <= most:
        said = f"with {full['hashrate_ths']:g} TH/s that is {efficiency:.4g} J/TH; {figure(least)} to {figure(most)} J/TH is allowed"
        raise InputError("power_w", full["power_w"], f"{said} (power in W and hashrate in TH/s of one machine)")
    if full["subsidy_btc"] + full["fees_btc_per_block"] <= 0.0:
        raise InputError("subsidy_btc", full["subsidy_btc"], "subsidy and fees together above 0")
