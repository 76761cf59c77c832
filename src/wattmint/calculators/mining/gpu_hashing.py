"""A GPU's bitcoin hashing beside an ASIC's: why no one mines bitcoin with what trains language models."""

from dataclasses import dataclass

from wattmint.facts.load import table


@dataclass(frozen=True, slots=True)
class Hasher:
    """A machine's energy per terahash.

    Attributes
    ----------
    name : str
        As people know it.
    j_per_th : float
        Joules per terahash of bitcoin's double SHA-256.
    source : str
        Row of the bibliography.
    """

    name: str
    j_per_th: float
    source: str


def gpus() -> tuple[Hasher, ...]:
    """Return the GPUs of the facts table `gpu_hashing`, the most efficient first.

    Returns
    -------
    tuple of Hasher
        Benchmarks of single SHA-256 at nominal power, halved; and one whole rig of 2011.
    """
    rows = [(facts["name"].value, facts["efficiency_j_per_th"]) for facts in table("gpu_hashing").values()]
    found = [Hasher(str(name), float(efficiency.value), efficiency.source) for name, efficiency in rows]
    return tuple(sorted(found, key=lambda one: one.j_per_th))


def gpu_footnote(asic_j_per_th: float) -> str:
    """Return a sentence that puts the best GPU beside an ASIC.

    Parameters
    ----------
    asic_j_per_th : float
        Energy per terahash of the ASIC.

    Returns
    -------
    str
        One sentence with both figures, their ratio and the source.
    """
    best = gpus()[0]
    figures = f"about {best.j_per_th:,.0f} J/TH, {best.j_per_th / asic_j_per_th:,.0f} times {asic_j_per_th:g} J/TH"
    return f"A GPU for comparison: {best.name}, {figures} (derived from {best.source})."
