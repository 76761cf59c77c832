"""The site's deterministic future: what ``--forecast median`` follows, kept whole, month by month, for people who want to see every line."""

from dataclasses import dataclass

from wattmint.finance.after_tax import AfterTax
from wattmint.scenario.model import Scenario
from wattmint.study.corridor import BuildWalk, Prepared, prepare, walk, world_of
from wattmint.study.financed import finance
from wattmint.study.financing import Financing, arrange
from wattmint.types import World


@dataclass(frozen=True, slots=True)
class OneFuture:
    """All builds on one path without surprises.

    Attributes
    ----------
    prepared : Prepared
        The scenario with forecast ``median``, planned.
    world : World
        One path.
    walks : tuple of BuildWalk
        One per build.
    financing : Financing or None
        Terms of tax and debt, the loans sized on this path; None without both.
    after : tuple of AfterTax
        One per build; empty without tax and debt.
    """

    prepared: Prepared
    world: World
    walks: tuple[BuildWalk, ...]
    financing: Financing | None
    after: tuple[AfterTax, ...]


def one_future(scenario: Scenario) -> OneFuture:
    """Walk all builds through the deterministic future.

    Parameters
    ----------
    scenario : Scenario
        What is asked; its forecast is taken as ``median``.

    Returns
    -------
    OneFuture
        The numbers of ``evaluate`` with that forecast.

    Raises
    ------
    InputError
        A name is unknown or a series file is refused.
    """
    market = scenario.market.model_copy(update={"forecast": "median"})
    prepared = prepare(scenario.model_copy(update={"market": market}))
    world = world_of(prepared, 0, 1)
    walks = tuple(walk(prepared, world))
    financing = arrange(prepared, 1)
    after = () if financing is None else tuple(finance(one, number, financing, prepared.scenario) for number, one in enumerate(walks))
    return OneFuture(prepared, world, walks, financing, after)
