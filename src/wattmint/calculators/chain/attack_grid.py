"""Simulated attacks against the formulas: the race run block by block over a grid of shares and depths."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from wattmint.physics.race import hopeless_gap, nakamoto, rosenfeld
from wattmint.physics.race_simulation import simulate

SHARES: Final = (0.1, 0.2, 0.3, 0.4)
DEPTHS: Final = (1, 2, 4, 6)
TRIALS: Final = 50_000
ALLOWED_ERRORS: Final = 3.0
"""Standard errors within which simulation and formula agree."""


@dataclass(frozen=True, slots=True)
class GridCell:
    """One share and depth.

    Attributes
    ----------
    share, blocks : float and int
        Of the hash power; to be rewritten.
    model : str
        ``Rosenfeld``: the first part is a race; ``Nakamoto``: it lasts as long as the blocks do on average.
    formula, measured : float
        Probability to succeed, and share of the simulated attacks that did.
    standard_errors : float
        Their difference in standard errors of the simulation.
    """

    share: float
    blocks: int
    model: str
    formula: float
    measured: float
    standard_errors: float


def attack_grid(seed: int, trials: int = TRIALS) -> tuple[GridCell, ...]:
    """Return simulated success beside the formulas.

    Parameters
    ----------
    seed : int
        Of the draws.
    trials : int
        Attacks per cell.

    Returns
    -------
    tuple of GridCell
        Two models for every share and depth; an attacker that succeeds when it draws level, as both formulas have it.
    """
    rng = np.random.default_rng(seed)
    return tuple(_cell(rng, share, blocks, trials, timed) for share in SHARES for blocks in DEPTHS for timed in (False, True))


def _cell(rng: np.random.Generator, share: float, blocks: int, trials: int, timed: bool) -> GridCell:
    formula = (nakamoto if timed else rosenfeld)(share, blocks)
    wins, _ = simulate(rng, share, blocks, 0, hopeless_gap(share, blocks), trials, timed=timed)
    error = (formula * (1.0 - formula) / trials) ** 0.5
    return GridCell(share, blocks, "Nakamoto" if timed else "Rosenfeld", formula, wins / trials, (wins / trials - formula) / error)
