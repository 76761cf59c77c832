"""Random numbers, counter-based: path p's numbers depend on the seed and on p, on nothing else.

Paths come in blocks of 64. Block b has its own streams: numpy's Philox, key = seed, counter starting at
(0, 0, stream, b), so that streams and blocks never meet. Within a stream months come first, hence a longer horizon only
appends numbers. How many paths are asked for, in which chunks and by how many threads, changes no bit.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from wattmint.types import FloatArray

BLOCK_PATHS: Final = 64
"""Paths that share a stream: enough to draw fast, few enough to waste little on a single path."""

SHOCKS: Final = ("btc", "gpu", "power", "hashrate", "noise", "fees")
"""Independent standard normal numbers per path and month, in this order."""

PATH_NORMALS: Final = ("volatility", "works", "reference", "frontier", "lease")
"""Standard normal numbers drawn once per path, in this order: what stays unknown for the whole horizon."""

TAILS: Final = ("btc", "power", "hashrate", "noise", "fees")
"""Shocks that become Student t: each has its own chi-square numbers."""

_WORD_BITS: Final = 64
_NORMAL, _CHI_SQUARE, _UNIFORM, _PATH, _BURST, _TOKEN = range(6)

_DrawBlock = Callable[[np.random.Generator, tuple[int, int, int]], FloatArray]


@dataclass(frozen=True, slots=True)
class Draws:
    """Random numbers of some paths.

    Attributes
    ----------
    normal : FloatArray, shape (len(SHOCKS), paths, months)
        Standard normal, independent.
    chi_square : FloatArray, shape (len(TAILS), paths, months)
        Chi-square with the degrees of freedom asked for, one kind of shock after the other.
    uniform : FloatArray, shape (3, paths, months)
        Uniform (0, 1): which neighbouring month, which row of the library, tenant.
    path_normal : FloatArray, shape (len(PATH_NORMALS), paths)
        Standard normal, one per path.
    burst : FloatArray, shape (paths, months)
        Uniform (0, 1): whether fees burst, and how high.
    token : FloatArray, shape (paths, months)
        Standard normal: what token prices do that rentals do not explain.
    """

    normal: FloatArray
    chi_square: FloatArray
    uniform: FloatArray
    path_normal: FloatArray
    burst: FloatArray
    token: FloatArray


def draw(seed: int, first_path: int, paths: int, months: int, degrees: Sequence[float]) -> Draws:
    """Draw the numbers of paths `first_path` … `first_path + paths - 1`.

    Parameters
    ----------
    seed : int
        0 … 2^63 - 1.
    first_path, paths : int
        Which paths; any start, not only of a block.
    months : int
        Of the horizon.
    degrees : sequence of float, length len(TAILS)
        Degrees of freedom of the Student t of each tail.

    Returns
    -------
    Draws
    """
    chi_square_degrees = np.asarray(degrees, dtype=np.float64)[:, None]

    def stream(number: int, what: int, draw_block: _DrawBlock, steps: int = months) -> FloatArray:
        return _over_blocks(seed, number, first_path, (what, paths, steps), draw_block)

    return Draws(
        normal=stream(_NORMAL, len(SHOCKS), lambda rng, shape: rng.standard_normal(shape)),
        chi_square=stream(_CHI_SQUARE, len(TAILS), lambda rng, shape: rng.chisquare(chi_square_degrees, shape)),
        uniform=stream(_UNIFORM, 3, lambda rng, shape: rng.random(shape)),
        path_normal=stream(_PATH, len(PATH_NORMALS), lambda rng, shape: rng.standard_normal(shape), steps=1)[..., 0],
        burst=stream(_BURST, 1, lambda rng, shape: rng.random(shape))[0],
        token=stream(_TOKEN, 1, lambda rng, shape: rng.standard_normal(shape))[0],
    )


def no_draws(paths: int, months: int) -> Draws:
    """Return draws in which nothing happens.

    Parameters
    ----------
    paths, months : int
        Shape.

    Returns
    -------
    Draws
        All normal numbers are zero, all chi-square numbers one, all uniform numbers one half.
    """
    return Draws(
        np.zeros((len(SHOCKS), paths, months)),
        np.ones((len(TAILS), paths, months)),
        np.full((3, paths, months), 0.5),
        np.zeros((len(PATH_NORMALS), paths)),
        np.full((paths, months), 0.5),
        np.zeros((paths, months)),
    )


def _over_blocks(seed: int, stream: int, first_path: int, shape: tuple[int, int, int], draw_block: _DrawBlock) -> FloatArray:
    what, paths, months = shape
    out = np.empty((what, paths, months))
    for block in range(first_path // BLOCK_PATHS, (first_path + paths - 1) // BLOCK_PATHS + 1):
        start = block * BLOCK_PATHS - first_path
        drawn = draw_block(_generator(seed, stream, block), (months, what, BLOCK_PATHS))
        lanes = slice(max(-start, 0), min(paths - start, BLOCK_PATHS))
        # Drawn months first; kept paths by months, the shape of everything else.
        out[:, max(start, 0) : start + BLOCK_PATHS, :] = np.moveaxis(drawn[..., lanes], 0, -1)
    return out


def _generator(seed: int, stream: int, block: int) -> np.random.Generator:
    # The two low words count the numbers drawn; the two high words say whose they are.
    counter = (block << 3 * _WORD_BITS) | (stream << 2 * _WORD_BITS)
    return np.random.Generator(np.random.Philox(key=seed, counter=counter))
