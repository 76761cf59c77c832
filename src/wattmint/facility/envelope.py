"""What machines may breathe or drink: ASHRAE's classes by name, and the hours in which a hall leaves them.

A class of air is a range of dry bulb and two bounds of moisture: at least the moister of a dew point and a relative humidity, at most the
drier of two others. The highest allowable temperature falls with altitude, because thin air takes less heat. A class of liquid is a highest
temperature of the coolant.
"""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from wattmint.errors import UnknownNameError
from wattmint.facts.fact import Fact
from wattmint.facts.load import table
from wattmint.physics.psychrometrics import SEA_LEVEL_PA, rh_from_dew_point
from wattmint.types import FloatArray

TABLE = "envelopes"

BoolArray = NDArray[np.bool_]


class Envelope(NamedTuple):
    """A class of air.

    Attributes
    ----------
    id, name : str
        Row of the facts table `envelopes`, and what people call it.
    dry_low_c, dry_high_c : float
        Dry bulb [°C]; the highest is that of this altitude.
    dew_low_c, dew_high_c : float
        Dew point [°C].
    rh_low_share, rh_high_share : float
        Relative humidity, 0 to 1.
    """

    id: str
    name: str
    dry_low_c: float
    dry_high_c: float
    dew_low_c: float
    dew_high_c: float
    rh_low_share: float
    rh_high_share: float


class Outside(NamedTuple):
    """In which hours a hall is outside a class, by cause; an hour may have several.

    Attributes
    ----------
    hot, cold, humid, dry : array of bool, shape (n,)
        By cause.
    wet : array of bool, shape (n,)
        Those of the humid hours whose dew point is too high. The others hold no more water than the class allows: warmed by a few kelvin
        they would be inside.
    """

    hot: BoolArray
    cold: BoolArray
    humid: BoolArray
    dry: BoolArray
    wet: BoolArray

    @property
    def any_cause(self) -> BoolArray:
        """Hours outside for whatever cause."""
        return np.asarray(self.hot | self.cold | self.humid | self.dry)


def air_classes() -> tuple[str, ...]:
    """Return the ids of the classes of air."""
    return tuple(id_ for id_, facts in table(TABLE).items() if "dry_high_c" in facts)


def liquid_classes() -> tuple[str, ...]:
    """Return the ids of the classes of liquid."""
    return tuple(id_ for id_, facts in table(TABLE).items() if "coolant_high_c" in facts)


def air_envelope(name: str, altitude_m: float = 0.0) -> Envelope:
    """Return a class of air at an altitude.

    Parameters
    ----------
    name : str
        One of `air_classes`.
    altitude_m : float
        Above the sea.

    Returns
    -------
    Envelope
        A bound that the class does not have is 0 or 1, or an infinite temperature.

    Raises
    ------
    UnknownNameError
        If there is no such class of air.
    """
    if name not in air_classes():
        raise UnknownNameError("servers", name, air_classes())
    facts = table(TABLE)[name]
    above_m = altitude_m - _number(facts.get("derating_from_m"), math.inf)
    derating_k = max(above_m, 0.0) / _number(facts.get("derating_m_per_k"), math.inf)
    return Envelope(
        id=name,
        name=str(facts["name"].value),
        dry_low_c=_number(facts["dry_low_c"]),
        dry_high_c=_number(facts["dry_high_c"]) - derating_k,
        dew_low_c=_number(facts.get("dew_low_c"), -math.inf),
        dew_high_c=_number(facts.get("dew_high_c"), math.inf),
        rh_low_share=_number(facts.get("rh_low_share"), 0.0),
        rh_high_share=_number(facts.get("rh_high_share"), 1.0),
    )


def outside_air(envelope: Envelope, temp_c: FloatArray, dew_point_c: FloatArray) -> Outside:
    """Return the hours in which air is outside a class.

    Parameters
    ----------
    envelope : Envelope
        The class.
    temp_c, dew_point_c : FloatArray, shape (n,)
        Of the air at the inlet.

    Returns
    -------
    Outside
    """
    rh_share = rh_from_dew_point(temp_c, dew_point_c)
    return Outside(
        hot=temp_c > envelope.dry_high_c,
        cold=temp_c < envelope.dry_low_c,
        humid=(dew_point_c > envelope.dew_high_c) | (rh_share > envelope.rh_high_share),
        dry=(dew_point_c < envelope.dew_low_c) | (rh_share < envelope.rh_low_share),
        wet=dew_point_c > envelope.dew_high_c,
    )


def coolant_limit_c(name: str) -> float:
    """Return the highest coolant temperature [°C] of a class of liquid.

    Raises
    ------
    UnknownNameError
        If there is no such class of liquid.
    """
    if name not in liquid_classes():
        raise UnknownNameError("servers", name, liquid_classes())
    return _number(table(TABLE)[name]["coolant_high_c"])


def envelope_facts(name: str) -> tuple[Fact, ...]:
    """Return the rows that a class rests on, its name left out."""
    return tuple(fact for key, fact in table(TABLE)[name].items() if key != "name")


def altitude_of(pressure_pa: float) -> float:
    """Return the altitude [m] at which the standard atmosphere has a pressure [Pa].

    Examples
    --------
    >>> round(altitude_of(91273.0))  # Midland, Texas
    872
    """
    return float((1.0 - (pressure_pa / SEA_LEVEL_PA) ** (1.0 / 5.2559)) / 2.25577e-5)


def condensing_at_rest(temp_c: FloatArray, dew_point_c: FloatArray, soak_h: int) -> BoolArray:
    """Return the hours in which the air would wet machines that are switched off.

    Parameters
    ----------
    temp_c, dew_point_c : FloatArray, shape (n,)
        Of the air at the machines, hour by hour without gaps.
    soak_h : int
        Hours of past air temperature whose mean a machine has that makes no heat of its own.

    Returns
    -------
    array of bool, shape (n,)
        Dew point above that mean. The first hours take the mean of what there is.
    """
    sums = np.concatenate(([0.0], np.cumsum(temp_c)))
    ends = np.arange(1, temp_c.size + 1)
    starts = np.maximum(ends - soak_h, 0)
    return np.asarray(dew_point_c > (sums[ends] - sums[starts]) / (ends - starts))


def _number(fact: Fact | None, absent: float = math.nan) -> float:
    return absent if fact is None else float(fact.value)
