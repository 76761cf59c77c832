"""When a conversion is done: design, orders, works, setting of plant, commissioning, block by block; as planned and as a distribution.

Plant with a long lead time decides. It is ordered for all blocks once design allows, or was ordered before the decision. A block's mine goes
on until its works must begin for the plant not to wait; works, setting and commissioning follow. Later blocks begin a fixed gap after each
other. A delay stretches the whole plan in proportion: late plant is known of before the halls are cleared.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np

from wattmint.calculators.conversion.build_up import ALL, NOTHING, Item, Range, range_of
from wattmint.calculators.conversion.distribution import lognormal_between
from wattmint.calculators.conversion.inputs import TableBook
from wattmint.calculators.conversion.requirements import Wish
from wattmint.facts.load import record, table
from wattmint.types import FloatArray
from wattmint.units import WEEKS_PER_MONTH

ORDERED_AS: Final = {
    "backup-feed": "second-feed", "backup-ups": "ups", "backup-ups-eco": "ups", "backup-battery-storage": "ups", "backup-generator": "generators",
}  # fmt: skip
"""Row of the table `conversion` that has the lead time of a topology's equipment."""


@dataclass(frozen=True, slots=True)
class Durations:
    """How long the steps take, in months.

    Attributes
    ----------
    leads : mapping of str to Range
        From order to delivery, by item.
    design, works, install, commissioning : Range
        The steps of a block.
    blocks, gap_months : int
        How many, and how far apart.
    ordered_months : float
        How long before the decision plant was ordered; 0 where it is ordered after design.
    """

    leads: Mapping[str, Range]
    design: Range
    works: Range
    install: Range
    commissioning: Range
    blocks: int
    gap_months: int
    ordered_months: float


class Times(NamedTuple):
    """Times after the decision, in months: single numbers of a plan, or one per draw in the last axis.

    Attributes
    ----------
    delivered : FloatArray, shape () or (draws,)
        When the last plant is there.
    begun, done : FloatArray, shape (blocks,) or (blocks, draws)
        When a block's mine stops, and when the block is handed over.
    built : FloatArray
        As `begun`: when plant is set, after works and delivery.
    tested : FloatArray
        As `begun`: when commissioning begins.
    """

    delivered: FloatArray
    begun: FloatArray
    built: FloatArray
    tested: FloatArray
    done: FloatArray


def durations(wish: Wish, items: Sequence[Item], book: TableBook) -> Durations:
    """Return how long the steps of a conversion take.

    Parameters
    ----------
    wish : Wish
        Blocks and orders.
    items : sequence of Item
        The build-up; what the site has whole is not ordered.
    book : TableBook
        Records what is used.

    Returns
    -------
    Durations
    """
    needed = [ORDERED_AS.get(item.id, item.id) for item in items if item.kept_share != ALL]
    keeps_shell = any(item.id == "shell" and item.kept_share != NOTHING for item in items)
    leads = {
        item: range_of(book.fact("conversion", item, "lead_weeks")).times(1.0 / WEEKS_PER_MONTH)
        for item in needed
        if item in table("conversion") and "lead_weeks" in record("conversion", item)
    }
    step = {key: range_of(book.fact("conversion", "works", key)) for key in ("design_months", "install_months", "commissioning_weeks")}
    works = range_of(book.fact("conversion", "works", "kept_works_months" if keeps_shell else "works_months"))
    testing = step["commissioning_weeks"].times(1.0 / WEEKS_PER_MONTH)
    return Durations(leads, step["design_months"], works, step["install_months"], testing, wish.blocks, wish.block_gap_months, wish.ordered_months)


def planned(durations_: Durations) -> Times:
    """Return the plan: every step at its median, nothing late.

    Parameters
    ----------
    durations_ : Durations
        From `durations`.

    Returns
    -------
    Times
        Single numbers, and one per block.
    """
    leads = {name: np.array(span.value) for name, span in durations_.leads.items()}
    steps = [np.array(span.value) for span in (durations_.design, durations_.works, durations_.install, durations_.commissioning)]
    return _times(durations_, leads, steps, np.array(0.0))


def drawn(durations_: Durations, delay_share: FloatArray, seed: int) -> Times:
    """Return the plan with every step drawn from its range, and stretched by a delay.

    Parameters
    ----------
    durations_ : Durations
        From `durations`.
    delay_share : FloatArray, shape (draws,)
        Delay over the time planned.
    seed : int
        The same gives the same bits.

    Returns
    -------
    Times
        One per draw.
    """
    normal = np.random.default_rng((seed, 1)).standard_normal((4 + len(durations_.leads), delay_share.size))
    steps = (durations_.design, durations_.works, durations_.install, durations_.commissioning)
    leads = {name: lognormal_between(span, normal[4 + i]) for i, (name, span) in enumerate(durations_.leads.items())}
    return _times(durations_, leads, [lognormal_between(span, normal[i]) for i, span in enumerate(steps)], delay_share)


def slowest(durations_: Durations) -> str:
    """Return the item that is longest on its way; empty where nothing has a lead time."""
    return max(durations_.leads, key=lambda name: durations_.leads[name].value, default="")


def _times(durations_: Durations, leads: Mapping[str, FloatArray], steps: list[FloatArray], delay: FloatArray) -> Times:
    design, works, install, commissioning = steps
    lead = np.max(list(leads.values()), axis=0) if leads else np.zeros_like(design)
    ordered = -durations_.ordered_months if durations_.ordered_months > 0.0 else design
    delivered = np.maximum(ordered + lead, 0.0)
    offsets = durations_.gap_months * np.arange(durations_.blocks).reshape(-1, *([1] * design.ndim))
    begun = np.maximum(design, delivered - works) + offsets
    built = begun + works
    tested = built + install
    stretch = 1.0 + delay
    return Times(*(np.asarray(time * stretch) for time in (delivered, begun, built, tested, tested + commissioning)))
