"""What a search asks for: a number per path, a statistic of it over paths, and the value that the statistic shall have."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from wattmint.errors import InputError, UnknownNameError
from wattmint.finance.equity_returns import mirr_by_path
from wattmint.finance.returns import irr_by_path, npv
from wattmint.types import FloatArray

NPV, IRR, MIRR, LOSS = "npv", "irr", "mirr", "loss"
NAMES: Final = (NPV, IRR, MIRR, LOSS)

BEFORE: Final = "-before"
"""Ending of a target that looks before tax and debt where the site file has either."""

STATISTICS: Final = ("mean", "median")


@dataclass(frozen=True, slots=True)
class Target:
    """What shall be met.

    Attributes
    ----------
    name : str
        One of `NAMES`: NPV [USD], IRR or MIRR per year, or the share of paths with a negative NPV.
    value : float
        What it shall be.
    of : str
        ``mean`` or ``median`` over paths; a share of paths has but one.
    is_before : bool
        Before tax and debt, where there is either.
    """

    name: str
    value: float
    of: str
    is_before: bool = False

    def resolution(self, paths: int) -> float:
        """Return how close the statistic can come at all: half a path, for a share of them."""
        return 0.5 / paths if self.name == LOSS else 0.0


def target_of(text: str, of: str | None = None) -> Target:
    """Read a target.

    Parameters
    ----------
    text : str
        ``NAME=VALUE``, e.g. ``irr=0.15``, ``npv=0``, ``loss-before=0.1``.
    of : str, optional
        ``mean`` or ``median``; by default the mean of an NPV, which ranks builds, and the median of a rate.

    Returns
    -------
    Target
        Checked.

    Raises
    ------
    InputError
        If it cannot be read, or the value is out of range.
    UnknownNameError
        If there is no such target or statistic.
    """
    name, given, number = text.partition("=")
    is_before = name.endswith(BEFORE)
    name = name.removesuffix(BEFORE)
    if name not in NAMES:
        raise UnknownNameError("--target", name, (*NAMES, *(known + BEFORE for known in NAMES)))
    if of is not None and of not in STATISTICS:
        raise UnknownNameError("--of", of, STATISTICS)
    try:
        value = float(number) if given else float("nan")
    except ValueError:
        value = float("nan")
    least, most = {NPV: (-np.inf, np.inf), LOSS: (0.0, 1.0)}.get(name, (-1.0, np.inf))
    if not (np.isfinite(value) and least <= value <= most):
        allowed = {NPV: "USD, e.g. npv=0", LOSS: "a share of futures from 0 to 1, e.g. loss=0.1"}.get(
            name, f"per year and above -1, e.g. {name}=0.15"
        )
        raise InputError("--target", text, f"NAME=VALUE, the value {allowed}")
    return Target(name, value, of or ("mean" if name in (NPV, LOSS) else "median"), is_before)


def numbers_of(net: FloatArray, annual_rate: float, name: str) -> FloatArray:
    """Return the number of every path.

    Parameters
    ----------
    net : FloatArray, shape (paths, months + 1)
        Monthly flows.
    annual_rate : float
        Discount rate per year.
    name : str
        One of `NAMES`.

    Returns
    -------
    FloatArray, shape (paths,)
        An IRR is −1 where nothing comes back, which is its limit, infinite where nothing is put in, and NaN where there are several: such
        paths are left out of the statistic. A loss is 1, none 0.
    """
    if name == NPV:
        return npv(net, annual_rate)
    if name == LOSS:
        return (npv(net, annual_rate) < 0.0).astype(np.float64)
    if name == MIRR:
        return mirr_by_path(net, annual_rate)
    irr, _ = irr_by_path(net)
    irr[(net <= 0.0).all(axis=1)] = -1.0
    irr[(net >= 0.0).all(axis=1)] = np.inf
    return irr


def result_of(values: FloatArray, target: Target) -> float:
    """Return the statistic over the paths that have a number; NaN where none has."""
    known = values[~np.isnan(values)]
    if known.size == 0:
        return float("nan")
    return float(np.median(known) if target.of == "median" else known.mean())


def error_of(values: FloatArray, target: Target) -> float:
    """Return the standard error of the statistic over paths.

    Parameters
    ----------
    values : FloatArray, shape (paths,)
        From `numbers_of`.
    target : Target
        Which statistic.

    Returns
    -------
    float
        Of a mean, the standard deviation over the root of the number of paths; of a median, half the distance between the order statistics
        that lie as far from the middle as the number of paths below the median strays (binomial). Not finite with one path.
    """
    known = values[np.isfinite(values)]
    if known.size < 2:
        return float("nan")
    if target.of == "mean":
        return float(known.std(ddof=1) / np.sqrt(known.size))
    reach = 0.5 / np.sqrt(known.size)
    low, high = np.quantile(known, (max(0.0, 0.5 - reach), min(1.0, 0.5 + reach)))
    return float(high - low) / 2.0
