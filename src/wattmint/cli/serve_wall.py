"""``wattmint serve wall``: how much of a chip's arithmetic idles while it waits for its memory, what leaves the wall, what faster memory gives."""

import argparse
import dataclasses
from typing import TYPE_CHECKING, Any

from wattmint.cli.serve_options import PRECISIONS
from wattmint.errors import InputError

if TYPE_CHECKING:
    from wattmint.calculators.serving.memory_wall import MemoryWall


def add(verbs: Any) -> None:
    """Add the sub-verb to ``wattmint serve``.

    Parameters
    ----------
    verbs : argparse's sub-parsers
        Where sub-verbs are added.
    """
    verb = verbs.add_parser(
        "wall",
        help="the memory wall: operations that idle at a batch, the batch that leaves it, what faster memory gives and costs",
        description=(
            "The memory wall for one model on one kind of accelerator, from datasheet and architecture alone: the best that perfect "
            "software could do while writing tokens."
        ),
    )
    verb.add_argument("--model", metavar="NAME", required=True, help="as for 'wattmint serve'")
    verb.add_argument("--gpu", metavar="NAME", required=True, help="as for 'wattmint serve'")
    verb.add_argument("--gpus", type=int, default=1, metavar="N", help="accelerators that hold one copy of the model (default: 1)")
    verb.add_argument("--precision", choices=PRECISIONS, default="fp8", help="what weights are stored in (default: fp8)")
    verb.add_argument("--context", type=float, default=1536.0, metavar="TOKENS", help="tokens a sequence holds on average (default: 1536)")
    verb.add_argument("--batch", type=int, default=1, metavar="N", help="sequences written at once (default: 1)")
    verb.add_argument("--json", action="store_true", help="print one JSON object; words go to standard error")
    verb.set_defaults(verb=run_wall)


def run_wall(given: argparse.Namespace) -> int:
    """Answer where the wall stands.

    Parameters
    ----------
    given : Namespace
        The options by name.

    Returns
    -------
    int
        Exit code.

    Raises
    ------
    InputError
        When an option, the model or the accelerator is refused, or the model does not fit.
    """
    from wattmint.calculators.serving.memory_wall import memory_costs, wall_of
    from wattmint.cli.console import as_json, say_notes

    if given.batch < 1:
        raise InputError("--batch", given.batch, "1 or above")
    gpu, found = wall_of(given.model, given.gpu, given.gpus, given.precision, given.context, given.batch)
    costs = memory_costs(gpu)
    if given.json:
        print(as_json({**dataclasses.asdict(found), "costs": [dataclasses.asdict(fact) for fact in costs]}))
    else:
        print(wall_words(found, costs))
    say_notes(["by datasheet and architecture alone, memory and arithmetic fully overlapped; real software does less"])
    return 0


def wall_words(found: "MemoryWall", costs: tuple[Any, ...]) -> str:
    """Return the wall in a few lines.

    Parameters
    ----------
    found : MemoryWall
        From `wattmint.calculators.serving.memory_wall.wall_of`.
    costs : tuple of Fact
        What memory and cores cost their maker.

    Returns
    -------
    str
        Lines.
    """
    at = found.at
    idle = f"batch {at.batch:,}: {at.idle_ops_share:.1%} of the operations idle"
    needs = f"{at.flop_per_byte:,.3g} operations per byte read, the chip needs {found.ridge_flop_per_byte:,.0f}"
    lines = [f"{idle}; {needs}; {at.tokens_per_s_per_chip:,.0f} tokens/s per chip at most", _leaves(found)]
    if found.faster is not None:
        leaves = "no batch then leaves the wall" if found.faster.leaves_at is None else f"batch {found.faster.leaves_at:,} then leaves the wall"
        lines.append(
            f"{found.faster.memory} in the same stacks: bandwidth x {found.faster.bandwidth_ratio:.2f}, tokens x {found.faster.tokens_ratio:.2f}, "
            f"{found.faster.idle_ops_share:.1%} still idle; {leaves}"
        )
    lines.append(_cost_line(costs))
    return "\n".join(lines)


def _leaves(found: "MemoryWall") -> str:
    held = f"memory holds {found.memory_batch:,}"
    if found.leaves_at is None:
        return f"no batch leaves the wall: the cache alone allows {found.most_flop_per_byte:,.0f} operations per byte; {held}"
    return f"batch {found.leaves_at:,} leaves the wall, {held}" + ("" if found.leaves_in_memory else ": the wall is never left")


def _cost_line(costs: tuple[Any, ...]) -> str:
    known = {fact.attribute: float(fact.value) for fact in costs}
    where = f"({costs[0].source}, {costs[0].as_of})"
    if "memory_cost_usd" in known:
        total = sum(known.values())
        memory, logic = known["memory_cost_usd"], known["logic_cost_usd"]
        return f"to make: memory {memory:,.0f} USD beside cores of {logic:,.0f} USD, {memory / total:.0%} of all parts {where}"
    return f"of what AI chips are made of, memory is {known['memory_cost_share']:.0%} and the cores {known['logic_cost_share']:.0%} {where}"
