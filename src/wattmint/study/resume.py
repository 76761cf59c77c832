"""Finished chunks of a long run, kept on disk so that an interrupted run goes on where it stopped."""

import contextlib
import hashlib
import shutil
from dataclasses import fields
from pathlib import Path

import numpy as np

from wattmint.errors import OutputError
from wattmint.finance.levelised import Discounted
from wattmint.risk.financed import FinancedPaths
from wattmint.risk.verdict import PathResults
from wattmint.study.collect import Collected
from wattmint.study.corridor import Prepared
from wattmint.study.financed import CollectedFinancing

_FINANCED = tuple(field.name for field in fields(FinancedPaths))
_PATHS = tuple(field.name for field in fields(PathResults))


def run_key(prepared: Prepared, version: str) -> str:
    """Return a name for exactly this question: scenario, market, price and weather hours, and program version.

    Parameters
    ----------
    prepared : Prepared
        The scenario with its data.
    version : str
        wattmint's version.

    Returns
    -------
    str
        Sixteen hexadecimal digits; any change of the question changes them.
    """
    digest = hashlib.sha256(version.encode())
    # The number of paths is left out: a path's results do not depend on how many follow it.
    digest.update(prepared.scenario.model_dump_json(exclude={"study": {"paths"}}).encode())
    digest.update(repr(prepared.snapshot).encode())
    library = prepared.library
    for hours in (library.price_usd_per_mwh, library.temp_dry_c, library.temp_wet_c, library.temp_dew_c, library.pressure_pa):
        digest.update(hours.tobytes())
    return digest.hexdigest()[:16]


class ChunkStore:
    """Chunks of one run in one folder.

    Parameters
    ----------
    folder : Path
        Created on the first save.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def load(self, first_path: int, paths: int) -> list[Collected] | None:
        """Return the chunk's results per build, or None when they are not there whole.

        Parameters
        ----------
        first_path, paths : int
            Which chunk.

        Returns
        -------
        list of Collected or None
            One per build.
        """
        file = self._file(first_path, paths)
        if not file.exists():
            return None
        with np.load(file, allow_pickle=False) as stored:
            return [_unpack({key.split(":", 1)[1]: stored[key] for key in stored if key.startswith(f"{b}:")}) for b in range(int(stored["builds"]))]

    def save(self, first_path: int, paths: int, chunk: list[Collected]) -> None:
        """Keep a finished chunk.

        Parameters
        ----------
        first_path, paths : int
            Which chunk.
        chunk : list of Collected
            One per build.

        Raises
        ------
        OutputError
            The folder cannot be written.
        """
        arrays = {f"{b}:{key}": value for b, one in enumerate(chunk) for key, value in _pack(one).items()}
        file = self._file(first_path, paths)
        part = file.with_suffix(".part")
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            with part.open("wb") as stream:
                np.savez(stream, allow_pickle=False, builds=np.array(len(chunk)), **arrays)
            part.replace(file)
        except OSError as error:
            with contextlib.suppress(OSError):
                part.unlink()
            raise OutputError(f"{file}: cannot keep finished work: {error.strerror or error}") from error

    def clear(self) -> None:
        """Forget all chunks; the run is complete."""
        shutil.rmtree(self._folder, ignore_errors=True)
        with contextlib.suppress(OSError):  # chunks of another question stay
            self._folder.parent.rmdir()

    def _file(self, first_path: int, paths: int) -> Path:
        return self._folder / f"paths-{first_path}-{first_path + paths}.npz"


def _pack(one: Collected) -> dict[str, np.ndarray]:
    arrays = {f"path/{name}": getattr(one.paths, name) for name in _PATHS}
    arrays |= {"strike": one.strike_usd_per_mwh, "cumulative": one.cumulative_usd}
    arrays |= {f"line/{name}": values for name, values in one.line_sums_usd.items()}
    arrays |= {f"sum/{name}": np.array(value) for name, value in one.sums.items()}
    arrays |= {f"unit/{unit}": np.stack([each.cost_usd, each.made]) for unit, each in one.levelised.items()}
    if one.financed is not None:
        arrays |= {f"financed/{name}": getattr(one.financed.paths, name) for name in _FINANCED}
        arrays |= {"owner": one.financed.cumulative_usd}
        arrays |= {f"owner line/{name}": values for name, values in one.financed.line_sums_usd.items()}
    return arrays


def _unpack(arrays: dict[str, np.ndarray]) -> Collected:
    def under(prefix: str) -> dict[str, np.ndarray]:
        return {key.removeprefix(prefix): value for key, value in arrays.items() if key.startswith(prefix)}

    financed = None
    if "owner" in arrays:
        financed = CollectedFinancing(FinancedPaths(**under("financed/")), arrays["owner"], under("owner line/"))
    return Collected(
        paths=PathResults(**under("path/")),
        strike_usd_per_mwh=arrays["strike"],
        cumulative_usd=arrays["cumulative"],
        line_sums_usd=under("line/"),
        sums={name: float(value) for name, value in under("sum/").items()},
        levelised={unit: Discounted(*values) for unit, values in under("unit/").items()},
        financed=financed,
    )
