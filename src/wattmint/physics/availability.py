"""How likely redundant equipment is to be there: k of n units, common causes, starting and running.

References
----------
IEEE Std 493 (Gold Book) and TM 5-698-1 for series, parallel and k of n; Mosleh et al., NUREG/CR-4780, for the beta factor; NREL REopt's Energy
Resilience Performance tool for generators: ready or not when asked, failing to start, failing while they run.
"""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]


class Generators(NamedTuple):
    """Generators that must start together and carry a load for as long as it takes.

    Attributes
    ----------
    needed, installed : int
        Units that carry the load, and units there are; `installed` 0 means no generators.
    ready_share : float
        Chance that a unit is neither repaired nor maintained when asked.
    start_failure : float
        Chance that a ready unit does not start.
    run_failures_per_hour : float
        Rate at which a running unit fails.
    repairs_per_hour : float
        Rate at which one that failed while running is back; one that did not start stays out.
    common_share : float
        Share of failures to start and to run that strike all units at once (beta factor).
    """

    needed: int
    installed: int
    ready_share: float
    start_failure: float
    run_failures_per_hour: float
    repairs_per_hour: float
    common_share: float


def k_of_n(needed: int, installed: int, unit: ArrayLike) -> Floats:
    """Return the probability that at least `needed` of `installed` independent units are up.

    Parameters
    ----------
    needed, installed : int
        k and n.
    unit : float or array
        Probability that one unit is up.

    Returns
    -------
    NDArray
        ``sum_{i>=k} C(n, i) a^i (1-a)^(n-i)``, of the shape of `unit`; 1 where none is needed, 0 where more are needed than there are.
    """
    up = np.asarray(unit, dtype=np.float64)
    terms = (math.comb(installed, i) * up**i * (1.0 - up) ** (installed - i) for i in range(max(needed, 0), installed + 1))
    return np.asarray(sum(terms, np.zeros(up.shape)))


def shared_failure(needed: int, installed: int, failure: float, common_share: float) -> float:
    """Return the probability that fewer than `needed` of `installed` units answer, when part of their failures strikes all of them.

    Parameters
    ----------
    needed, installed : int
        k and n.
    failure : float
        Probability that one unit does not answer.
    common_share : float
        Share of it that is common to all (beta factor).

    Returns
    -------
    float
        ``beta q + 1 - k_of_n(1 - (1-beta) q)``; for one of two units ``((1-beta) q)^2 + beta q``. A single unit has no one to share with: `failure`.
    """
    if installed == 1:
        return failure
    alone = 1.0 - float(k_of_n(needed, installed, 1.0 - (1.0 - common_share) * failure))
    return min(common_share * failure + alone, 1.0)


def carried(generators: Generators, hours: ArrayLike) -> Floats:
    """Return the probability that generators still carry the load so many hours after they were asked to.

    Parameters
    ----------
    generators : Generators
        The set; without any, 0.
    hours : float or array
        Since the loss of supply.

    Returns
    -------
    NDArray
        No common cause has struck at the start or since, and at no time were fewer than `needed` of those that started running.
    """
    since = np.asarray(hours, dtype=np.float64)
    if generators.installed == 0:
        return np.zeros(since.shape)
    beta = generators.common_share if generators.installed > 1 else 0.0
    together = (1.0 - beta * generators.start_failure) * np.exp(-beta * generators.run_failures_per_hour * since)
    starts = generators.ready_share * (1.0 - (1.0 - beta) * generators.start_failure)
    total = np.zeros(since.shape)
    for started in range(generators.needed, generators.installed + 1):
        odds = math.comb(generators.installed, started) * starts**started * (1.0 - starts) ** (generators.installed - started)
        total += odds * _enough_left(generators, started, (1.0 - beta) * generators.run_failures_per_hour, since)
    return np.asarray(together * total)


def _enough_left(generators: Generators, started: int, failures_per_hour: float, hours: Floats) -> Floats:
    """Return the probability that of units that started no more than the spare ones were ever out at once: a chain of births and deaths."""
    out = np.arange(started - generators.needed + 1)
    fails, returns = (started - out) * failures_per_hour, out * generators.repairs_per_hour
    rates = np.diag(fails[:-1], 1) + np.diag(returns[1:], -1) - np.diag(fails + returns)
    decays, modes = np.linalg.eig(rates)
    weights = modes[0] * np.linalg.solve(modes, np.ones(out.size))
    return np.asarray((np.exp(np.multiply.outer(hours, decays)) @ weights).real)
