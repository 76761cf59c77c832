"""What the sweeps say about the ranking: where it flips, and who wins over bitcoin price × GPU rental."""

from collections.abc import Mapping

import numpy as np

from wattmint.risk.sensitivity import additive_win_map, find_flip
from wattmint.risk.verdict import Flip, WinMap
from wattmint.study.corridor import Prepared
from wattmint.study.sweeps import MULTIPLIERS, SweepPoint, drivers
from wattmint.types import FloatArray
from wattmint.workloads.inference import token_reference
from wattmint.workloads.plan import BITCOIN_PRICE, GPU_RENTAL, TOKEN_PRICE
from wattmint.workloads.rental import gpu_reference

MAP_POINTS = 33
"""Points per axis of the map, between the multipliers swept."""

Sweeps = Mapping[SweepPoint, Mapping[str, float]]


def flips(prepared: Prepared, npv_by_build: Mapping[str, FloatArray], sweeps: Sweeps) -> tuple[Flip, ...]:
    """Return, for each driver, the nearest value at which another build takes the lead.

    Parameters
    ----------
    prepared : Prepared
        Today's values of the drivers.
    npv_by_build : mapping of str to FloatArray, shape (paths,)
        All builds with the zero line.
    sweeps : mapping of SweepPoint to mapping of str to float
        Mean NPVs.

    Returns
    -------
    tuple of Flip
        One per driver.
    """
    found = []
    for driver in drivers(prepared):
        base, unit = _today(prepared, driver)
        values = base * np.asarray(MULTIPLIERS)
        change = find_flip(values, _swept(driver, npv_by_build, sweeps), base)
        found.append(Flip(driver, unit, base, change.value, float(values[0]), float(values[-1]), change.winner, change.then))
    return tuple(found)


def win_map(prepared: Prepared, npv_by_build: Mapping[str, FloatArray], sweeps: Sweeps) -> WinMap:
    """Return who wins over bitcoin price × GPU rental.

    Parameters
    ----------
    prepared : Prepared
        Today's values of the drivers.
    npv_by_build : mapping of str to FloatArray, shape (paths,)
        All builds with the zero line.
    sweeps : mapping of SweepPoint to mapping of str to float
        Mean NPVs.

    Returns
    -------
    WinMap
        Both axes from a quarter to four times today's value, evenly spaced in the logarithm.
    """
    fine = np.geomspace(MULTIPLIERS[0], MULTIPLIERS[-1], MAP_POINTS)
    by_btc, by_gpu = (_finer(_swept(driver, npv_by_build, sweeps), fine) for driver in (BITCOIN_PRICE, GPU_RENTAL))
    today = {name: float(values.mean()) for name, values in npv_by_build.items()}
    winner, margin = additive_win_map(by_btc, by_gpu, today)
    rental, label = gpu_reference(prepared.scenario, prepared.snapshot)
    return WinMap(
        btc_usd=tuple((prepared.snapshot.btc_usd * fine).tolist()),
        gpu_usd_per_gpu_h=tuple((rental.value * fine).tolist()),
        gpu_label=label,
        winner=winner,
        margin_usd=margin,
    )


def _today(prepared: Prepared, driver: str) -> tuple[float, str]:
    if driver == BITCOIN_PRICE:
        return prepared.snapshot.btc_usd, "USD/BTC"
    if driver == GPU_RENTAL:
        rental, label = gpu_reference(prepared.scenario, prepared.snapshot)
        return rental.value, f"{rental.unit} ({label})"
    tokens = token_reference(prepared.scenario, prepared.snapshot)
    if driver == TOKEN_PRICE and tokens is not None:
        return tokens[0].value, f"{tokens[0].unit} ({tokens[1]})"
    library = prepared.library
    return library.ordinary_price_usd_per_mwh * library.market_level_factor, "USD/MWh"


def _swept(driver: str, npv_by_build: Mapping[str, FloatArray], sweeps: Sweeps) -> dict[str, FloatArray]:
    """Mean NPV at every multiplier: today's over all paths, plus the sweep's change on its own few paths."""
    today = sweeps[SweepPoint(BITCOIN_PRICE, 1.0)]
    curves = {}
    for name, values in npv_by_build.items():
        change = [0.0 if m == 1.0 or name not in today else sweeps[SweepPoint(driver, m)][name] - today[name] for m in MULTIPLIERS]
        curves[name] = float(values.mean()) + np.asarray(change)
    return curves


def _finer(curves: Mapping[str, FloatArray], multipliers: FloatArray) -> dict[str, FloatArray]:
    return {name: np.interp(np.log(multipliers), np.log(MULTIPLIERS), curve) for name, curve in curves.items()}
