"""`lab compare`: the two tokens side by side, every number measured here or cited."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from wattmint.facts.load import sources_used
from wattmint.lab.evidence import Row
from wattmint.lab.flips import Flips, measure_flips
from wattmint.lab.hashing import Hashing, measure
from wattmint.lab.making import algorithm_row, chip_row, error_row, memory_row, network_row
from wattmint.lab.network import Network, measure_network
from wattmint.lab.stopping import Stops, measure_stops
from wattmint.lab.wall import Wall, measure_wall
from wattmint.lab.worth import cost_row, flexibility_row, metric_row, scarcity_row, token_row
from wattmint.provenance import SourceUsed

HASH_S: Final = 3.0
SCRYPT_S: Final = 1.5
_EXPERIMENTS: Final = 6


@dataclass(frozen=True, slots=True)
class Comparison:
    """The table, the experiments behind it, and the bibliography of what is cited."""

    rows: tuple[Row, ...]
    hashing: Hashing
    scrypt: Hashing
    wall: Wall
    flips: Flips
    stops: Stops
    network: Network
    sources: tuple[SourceUsed, ...]


def measure_comparison(progress: Callable[[int, int], None] | None = None) -> Comparison:
    """Run all experiments, shortened, and set the table.

    Parameters
    ----------
    progress : callable, optional
        Told experiments done and to do.

    Returns
    -------
    Comparison
        In about half a minute.
    """
    tell = progress or (lambda _done, _all: None)
    tell(0, _EXPERIMENTS)
    hashing = measure("sha256d", 1, HASH_S)
    tell(1, _EXPERIMENTS)
    scrypt = measure("scrypt", 1, SCRYPT_S)
    tell(2, _EXPERIMENTS)
    wall = measure_wall()
    tell(3, _EXPERIMENTS)
    flips = measure_flips()
    tell(4, _EXPERIMENTS)
    stops = measure_stops()
    tell(5, _EXPERIMENTS)
    network = measure_network()
    tell(_EXPERIMENTS, _EXPERIMENTS)
    rows = comparison_rows(hashing, scrypt, wall, flips, stops, network)
    named = {part for row in rows for cell in (row.ai, row.chain) for figure in cell.figures for part in figure.source.split(" + ")}
    return Comparison(rows, hashing, scrypt, wall, flips, stops, network, sources_used(named))


def comparison_rows(hashing: Hashing, scrypt: Hashing, wall: Wall, flips: Flips, stops: Stops, network: Network) -> tuple[Row, ...]:
    """Return the table from what the experiments found and the tables of facts.

    Parameters
    ----------
    hashing, scrypt, wall, flips, stops, network
        Results of the experiments.

    Returns
    -------
    tuple of Row
        Ten.
    """
    return (
        algorithm_row(hashing, wall),
        chip_row(),
        memory_row(hashing, scrypt, wall),
        network_row(network),
        error_row(flips),
        metric_row(hashing, wall),
        flexibility_row(stops),
        token_row(hashing, flips),
        scarcity_row(),
        cost_row(),
    )
