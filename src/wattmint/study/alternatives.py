"""All builds of a scenario against its first, future by future, without what the verdict needs beside that."""

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Final

import numpy as np

from wattmint.finance.equity_returns import mirr_by_path
from wattmint.finance.returns import irr_by_path, npv
from wattmint.risk.alternatives import Alternative
from wattmint.scenario.model import Scenario
from wattmint.study.corridor import Prepared, prepare, walk, world_of
from wattmint.study.financed import finance
from wattmint.study.financing import Financing, arrange
from wattmint.types import FloatArray

CHUNK_PATHS: Final = 256
"""Paths walked at a time: there are many builds, and the flows of the first are kept beside each."""

PER_PATH: Final = ("npv_usd", "irr", "gain_usd", "gain_irr", "gain_mirr")
"""What an alternative holds of every path."""


def alternatives(scenario: Scenario, threads: int | None = None, progress: Callable[[int, int], None] | None = None) -> tuple[Alternative, ...]:
    """Measure every build of a scenario against its first.

    Parameters
    ----------
    scenario : Scenario
        At least one build.
    threads : int, optional
        Worker threads; all processors by default. The results do not depend on it, to the bit.
    progress : callable, optional
        Called as ``progress(done, total)`` with chunks of futures.

    Returns
    -------
    tuple of Alternative
        In the order of the scenario's builds, the first against itself.

    Raises
    ------
    InputError
        A name is unknown or a series file is refused.
    """
    prepared = prepare(scenario)
    paths = 1 if scenario.market.forecast == "median" else scenario.study.paths
    financing = arrange(prepared, paths)
    chunks = [(first, min(CHUNK_PATHS, paths - first)) for first in range(0, paths, CHUNK_PATHS)]
    found = []
    with ThreadPoolExecutor(threads or os.cpu_count() or 1) as pool:
        for done, chunk in enumerate(pool.map(lambda span: _chunk(prepared, financing, *span), chunks), start=1):
            found.append(chunk)
            if progress is not None:
                progress(done, len(chunks))
    return tuple(_together([chunk[b] for chunk in found], [paths for _, paths in chunks]) for b in range(len(prepared.builds)))


def _chunk(prepared: Prepared, financing: Financing | None, first_path: int, paths: int) -> list[Alternative]:
    rate = prepared.scenario.money.discount_rate if financing is None else financing.discount_rate
    found: list[Alternative] = []
    first: FloatArray | None = None
    for number, one in enumerate(walk(prepared, world_of(prepared, first_path, paths))):
        net = one.cashflow.net if financing is None else finance(one, number, financing, prepared.scenario).equity
        first = net if first is None else first
        more = net - first
        lines = {name: np.broadcast_to(values, net.shape).mean(axis=0) for name, values in one.cashflow.lines.items()}
        none = np.full(paths, np.nan)
        irr, mirr = (irr_by_path(more)[0], mirr_by_path(more, rate)) if more.any() else (none, none)
        found.append(Alternative(one.build.name, npv(net, rate), irr_by_path(net)[0], npv(more, rate), irr, mirr, lines))
    return found


def _together(chunks: Sequence[Alternative], paths: Sequence[int]) -> Alternative:
    names = chunks[0].lines_usd
    lines = {name: np.average([chunk.lines_usd[name] for chunk in chunks], axis=0, weights=paths) for name in names}
    npv_usd, irr, gain_usd, gain_irr, gain_mirr = (np.concatenate([getattr(chunk, name) for chunk in chunks]) for name in PER_PATH)
    return Alternative(chunks[0].name, npv_usd, irr, gain_usd, gain_irr, gain_mirr, lines)
