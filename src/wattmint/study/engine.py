"""`evaluate`: the whole corridor for one scenario, over all its paths."""

import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

from wattmint.risk.verdict import Verdict
from wattmint.scenario.model import Scenario
from wattmint.study.collect import Collected, collect, merge
from wattmint.study.conclude import conclude
from wattmint.study.corridor import Prepared, prepare, walk, world_of
from wattmint.study.financed import collect_financed, finance
from wattmint.study.financing import Financing, arrange
from wattmint.study.resume import ChunkStore, run_key
from wattmint.study.sweeps import SWEEP_PATHS, as_today, mean_npv, sweep_points
from wattmint.version import VERSION

CHUNK_PATHS = 1024
"""Paths walked at a time: a (paths, months) array of a ten-year chunk is about a megabyte and stays in the cache."""

LONG_RUN_PATHS = 32 * CHUNK_PATHS
"""From here on an interruption would hurt: finished chunks are kept."""

Progress = Callable[[int, int], None]
_R = TypeVar("_R")


def evaluate(
    scenario: Scenario,
    *,
    threads: int | None = None,
    progress: Progress | None = None,
    resume_folder: Path | None = None,
) -> Verdict:
    """Say which build of the site earns most, how sure that is, and what would change it.

    Parameters
    ----------
    scenario : Scenario
        What is asked.
    threads : int, optional
        Worker threads; all processors by default. The results do not depend on it, to the bit.
    progress : callable, optional
        Called as ``progress(done, total)`` with units of work.
    resume_folder : Path, optional
        Where a long run (at least `LONG_RUN_PATHS` paths) keeps finished chunks until it is complete; the same call
        after an interruption takes them up.

    Returns
    -------
    Verdict
        With ``path_results`` per build and ``to_frame()``.

    Raises
    ------
    InputError
        A name is unknown or a series file is refused.
    OutputError
        `resume_folder` cannot be written.

    Examples
    --------
    >>> from wattmint import Scenario, evaluate
    >>> verdict = evaluate(Scenario.load("examples/west-texas-100mw.toml"))  # doctest: +SKIP
    >>> verdict.winner.name  # doctest: +SKIP
    """
    prepared = prepare(scenario)
    paths = 1 if scenario.market.forecast == "median" else scenario.study.paths
    financing = arrange(prepared, paths)
    chunks = [(first, min(CHUNK_PATHS, paths - first)) for first in range(0, paths, CHUNK_PATHS)]
    sweeps = sweep_points(prepared)
    steps = _Steps(len(chunks) + len(sweeps), progress)
    store = None
    if resume_folder is not None and paths >= LONG_RUN_PATHS:
        store = ChunkStore(resume_folder / run_key(prepared, VERSION))
    pool = ThreadPoolExecutor(threads or os.cpu_count() or 1)
    try:
        # All work is handed over before any result is waited for: sweeps fill the processors that the last chunks leave idle.
        first = pool.submit(as_today, prepared, min(SWEEP_PATHS, paths), financing)
        chunks_walked = pool.map(lambda chunk: _walk_chunk(prepared, store, chunk[0], chunk[1], financing), chunks)
        today = first.result()
        points_swept = pool.map(lambda point: mean_npv(prepared, point, today), sweeps)
        walked, swept = steps.told(chunks_walked), steps.told(points_swept)
    finally:
        # Ctrl-C must not wait for work that nobody will read.
        pool.shutdown(wait=True, cancel_futures=True)
    if store is not None:
        store.clear()
    collected = [merge([chunk[b] for chunk in walked]) for b in range(len(prepared.builds))]
    return conclude(prepared, financing, collected, dict(zip(sweeps, swept, strict=True)))


def _walk_chunk(prepared: Prepared, store: ChunkStore | None, first_path: int, paths: int, financing: Financing | None = None) -> list[Collected]:
    if store is not None and (kept := store.load(first_path, paths)) is not None:
        return kept
    world = world_of(prepared, first_path, paths)
    rate, chunk = prepared.scenario.money.discount_rate, []
    for number, one in enumerate(walk(prepared, world)):
        financed = None
        if financing is not None:
            financed = collect_financed(finance(one, number, financing, prepared.scenario), rate, financing.discount_rate)
        chunk.append(collect(one, world, rate, financed))
    if store is not None:
        store.save(first_path, paths, chunk)
    return chunk


class _Steps:
    """Hands results back in order and tells how far the work is."""

    def __init__(self, total: int, progress: Progress | None) -> None:
        self._total, self._done, self._progress = total, 0, progress

    def told(self, coming: Iterator[_R]) -> list[_R]:
        results = []
        for result in coming:
            results.append(result)
            self._done += 1
            if self._progress is not None:
                self._progress(self._done, self._total)
        return results
