"""The memory wall in plain numbers: how much of a chip's arithmetic stands idle while it waits for its memory, and what would help.

To write one token for each of `batch` sequences a chip reads all weights it needs once, and every sequence's cache. The arithmetic on them
grows with the batch, the weights do not: the wall is the batch below which reading takes longer than computing. With experts the
weights grow too, until all are touched; and a cache grows with every sequence, so that beyond some context no batch leaves the wall.

Everything here is the chip's datasheet and the model's shape, nothing else: the best that perfect software could do. Memory and arithmetic are
taken to overlap fully and shards to be even; `wattmint.serving.estimate` has what real software loses.
"""

from dataclasses import dataclass, replace
from typing import Final

from wattmint.calculators.limits import checked
from wattmint.errors import InputError
from wattmint.facts.fact import Fact
from wattmint.facts.load import record, table
from wattmint.physics.transformer import Architecture, cached_values, layer_counts, parameters, read_values, weights
from wattmint.physics.transformer_work import attention_flops_per_token, expected_distinct_experts, linear_flops_per_token
from wattmint.serving.forms import WEIGHT_BYTES
from wattmint.serving.names import accelerator_of, architecture_of
from wattmint.units import BYTES_PER_TB

NEXT_KIND: Final = "hbm4"
"""Kind of memory that the chip's own is compared with."""

MOST_SEQUENCES: Final = 1 << 20
"""Batches beyond are as good as none."""

CACHE_BYTES: Final = {name: 2.0 if name == "bf16" else 1.0 for name in WEIGHT_BYTES}
"""Of a cached value: servers keep the cache in 8 bits where the weights have no more."""

COSTS: Final = ("memory_cost_usd", "logic_cost_usd", "packaging_cost_usd", "other_cost_usd")
ALL_CHIPS: Final = "all-ai-chips"


@dataclass(frozen=True, slots=True)
class Chips:
    """The accelerators that hold one copy of the model, by their datasheet.

    Attributes
    ----------
    count : int
        How many.
    flops_per_s, bandwidth_bytes_per_s, memory_bytes : float
        Of one, at the precision in use.
    """

    count: int
    flops_per_s: float
    bandwidth_bytes_per_s: float
    memory_bytes: float

    @property
    def ridge_flop_per_byte(self) -> float:
        """Operations per byte read at which arithmetic and memory are equally busy."""
        return self.flops_per_s / self.bandwidth_bytes_per_s


@dataclass(frozen=True, slots=True)
class Load:
    """What is decoded.

    Attributes
    ----------
    arch : Architecture
        The model.
    context : float
        Tokens that a sequence holds on average while it is written.
    weight_bytes, cache_bytes : float
        Per parameter and per cached value.
    """

    arch: Architecture
    context: float
    weight_bytes: float
    cache_bytes: float


@dataclass(frozen=True, slots=True)
class Step:
    """One step of decoding at a batch: a token for every sequence.

    Attributes
    ----------
    batch : int
        Sequences.
    flop_per_byte : float
        Operations per byte read.
    idle_ops_share : float
        Share of the chip's operations that stand idle.
    tokens_per_s_per_chip : float
        Tokens written.
    bound : str
        ``memory`` or ``arithmetic``.
    """

    batch: int
    flop_per_byte: float
    idle_ops_share: float
    tokens_per_s_per_chip: float
    bound: str


@dataclass(frozen=True, slots=True)
class Faster:
    """The same cores with other memory.

    Attributes
    ----------
    memory : str
        Kind of memory.
    bandwidth_ratio : float
        Its bandwidth over the chip's own, with the same number of stacks.
    tokens_ratio : float
        Tokens per second over the chip's own, at the batch asked for.
    idle_ops_share : float
        Share of operations that then still stand idle.
    leaves_at : int or None
        Batch that then leaves the wall; None when none does.
    facts : tuple of Fact
        Stacks and bandwidths behind it.
    """

    memory: str
    bandwidth_ratio: float
    tokens_ratio: float
    idle_ops_share: float
    leaves_at: int | None
    facts: tuple[Fact, ...]


@dataclass(frozen=True, slots=True)
class MemoryWall:
    """The wall for one model on one kind of chip.

    Attributes
    ----------
    ridge_flop_per_byte : float
        Operations per byte that the chip needs to be busy.
    at : Step
        At the batch asked for.
    steps : tuple of Step
        At batches doubling from 1 to what memory holds.
    memory_batch : int
        Sequences that memory holds beside the weights.
    leaves_at : int or None
        Smallest batch at which arithmetic takes as long as reading; None when no batch does.
    leaves_in_memory : bool
        Whether memory holds that batch.
    most_flop_per_byte : float
        Operations per byte as the batch grows without end: what the cache allows.
    faster : Faster or None
        With faster memory; None where the chip's stacks are not known, or are of that kind already.
    """

    ridge_flop_per_byte: float
    at: Step
    steps: tuple[Step, ...]
    memory_batch: int
    leaves_at: int | None
    leaves_in_memory: bool
    most_flop_per_byte: float
    faster: Faster | None


def step(load: Load, chips: Chips, batch: int) -> Step:
    """Return one step of decoding.

    Parameters
    ----------
    load : Load
        What is decoded.
    chips : Chips
        On what.
    batch : int
        Sequences, 1 or more.

    Returns
    -------
    Step
        As the datasheet has it.
    """
    flop = batch * _flop_per_token(load)
    read = _weights_read(load.arch, batch) * load.weight_bytes + batch * _cache_read_bytes(load)
    busy_s, reading_s = flop / (chips.count * chips.flops_per_s), read / (chips.count * chips.bandwidth_bytes_per_s)
    took_s = max(busy_s, reading_s)
    bound = "arithmetic" if busy_s >= reading_s else "memory"
    return Step(batch, flop / read, 1.0 - busy_s / took_s, batch / took_s / chips.count, bound)


def batch_that_leaves(load: Load, chips: Chips) -> int | None:
    """Return the smallest batch at which arithmetic takes as long as reading, None when there is none.

    Notes
    -----
    Operations per byte rise with the batch, because weights are shared by more sequences; so the batch is found by halving.
    """
    if step(load, chips, MOST_SEQUENCES).bound == "memory":
        return None
    low, high = 0, MOST_SEQUENCES  # memory-bound at low (no step at all), bound by arithmetic at high
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if step(load, chips, middle).bound == "memory" else (low, middle)
    return high


def memory_batch(load: Load, chips: Chips) -> int:
    """Return how many sequences memory holds beside the weights, before anything else takes its share."""
    left = chips.count * chips.memory_bytes - parameters(load.arch)[0] * load.weight_bytes
    return max(0, int(left // (cached_values(load.arch, load.context) * load.cache_bytes)))


def memory_wall(load: Load, chips: Chips, batch: int, chip: str) -> MemoryWall:
    """Return the wall of a model on chips of a kind.

    Parameters
    ----------
    load : Load
        What is decoded.
    chips : Chips
        On what.
    batch : int
        Sequences decoded together.
    chip : str
        Row of the facts table `chips`, for its memory.

    Returns
    -------
    MemoryWall
        In plain numbers.

    Raises
    ------
    InputError
        If the weights alone, or the cache of one sequence beside them, do not fit.
    """
    most = memory_batch(load, chips)
    if most < 1:
        total = parameters(load.arch)[0] * load.weight_bytes
        allowed = "more of them, fewer bytes per weight or less context: weights and one sequence's cache must fit"
        raise InputError("gpus", chips.count, f"{allowed} ({total:.3g} bytes of weights, {chips.count * chips.memory_bytes:.3g} of memory)")
    leaves = batch_that_leaves(load, chips)
    doubling = sorted({1 << n for n in range(most.bit_length())} | {most})
    return MemoryWall(
        ridge_flop_per_byte=chips.ridge_flop_per_byte,
        at=step(load, chips, batch),
        steps=tuple(step(load, chips, one) for one in doubling),
        memory_batch=most,
        leaves_at=leaves,
        leaves_in_memory=leaves is not None and leaves <= most,
        most_flop_per_byte=_most_flop_per_byte(load),
        faster=_faster(load, chips, batch, chip),
    )


def wall_of(model: str, gpu: str, gpus: int, precision: str, context: float, batch: int) -> tuple[str, MemoryWall]:
    """Return the wall by names.

    Parameters
    ----------
    model, gpu : str
        As for `wattmint.calculators.serving.case.serve`.
    gpus : int
        Accelerators that hold one copy.
    precision : str
        What weights are stored in.
    context : float
        Tokens a sequence holds on average.
    batch : int
        Sequences written at once.

    Returns
    -------
    str
        Row of the facts table `chips`.
    MemoryWall
        In plain numbers.

    Raises
    ------
    UnknownNameError
        If model or accelerator is unknown.
    InputError
        If a number is out of range or the model does not fit.
    """
    _, arch = architecture_of(model)
    chip, datasheet = accelerator_of(gpu)
    count = int(checked("gpus", gpus))
    chips = Chips(count, datasheet.flops_per_s(precision), datasheet.bandwidth_bytes_per_s, datasheet.memory_bytes)
    load = Load(arch, checked("isl", context), WEIGHT_BYTES[precision], CACHE_BYTES[precision])
    return chip, memory_wall(load, chips, batch, chip)


def memory_costs(chip: str) -> tuple[Fact, ...]:
    """Return what memory and cores cost the maker of a chip, or, where that is not known of it, their shares over all AI chips.

    Parameters
    ----------
    chip : str
        Row of the facts table `chips`.

    Returns
    -------
    tuple of Fact
        Memory first.
    """
    own = table("memory").get(chip, {})
    if COSTS[0] in own:
        return tuple(own[name] for name in COSTS)
    return tuple(record("memory", ALL_CHIPS).values())


def _faster(load: Load, chips: Chips, batch: int, chip: str) -> Faster | None:
    own = table("memory").get(chip, {})
    if "memory_stacks" not in own or own["memory_kind"].value == NEXT_KIND:
        return None
    new = record("memory", NEXT_KIND)["stack_bandwidth_tb_per_s"]
    ratio = float(own["memory_stacks"].value) * float(new.value) * BYTES_PER_TB / chips.bandwidth_bytes_per_s
    swapped = replace(chips, bandwidth_bytes_per_s=chips.bandwidth_bytes_per_s * ratio)
    before, after = step(load, chips, batch), step(load, swapped, batch)
    return Faster(
        memory=str(record("memory", NEXT_KIND)["name"].value),
        bandwidth_ratio=ratio,
        tokens_ratio=after.tokens_per_s_per_chip / before.tokens_per_s_per_chip,
        idle_ops_share=after.idle_ops_share,
        leaves_at=batch_that_leaves(load, swapped),
        facts=(own["memory_kind"], own["memory_stacks"], new),
    )


def _flop_per_token(load: Load) -> float:
    return linear_flops_per_token(load.arch) + float(attention_flops_per_token(load.arch, load.context, absorbed=True))


def _cache_read_bytes(load: Load) -> float:
    return float(read_values(load.arch, load.context)) * load.cache_bytes


def _weights_read(arch: Architecture, batch: float) -> float:
    moe, expert = layer_counts(arch).moe, weights(arch).expert
    always = parameters(arch)[1] - moe * arch.experts_per_token * expert
    return always + moe * expert * float(expected_distinct_experts(arch.experts, arch.experts_per_token, batch))


def _most_flop_per_byte(load: Load) -> float:
    return _flop_per_token(load) / _cache_read_bytes(load)
