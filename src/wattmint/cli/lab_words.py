"""What ``wattmint lab`` says: each experiment's result in a few lines and a table."""

import textwrap
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from wattmint.cli.console import aligned
from wattmint.units import BYTES_PER_GB, FLOPS_PER_TFLOP, MS_PER_S

if TYPE_CHECKING:
    from wattmint.lab.compare import Comparison
    from wattmint.lab.evidence import Cell
    from wattmint.lab.flips import Flips
    from wattmint.lab.gpu import GpuRun
    from wattmint.lab.hashing import Hashing
    from wattmint.lab.network import Network
    from wattmint.lab.stopping import Stops, TrainingStop
    from wattmint.lab.wall import Wall

WIDTH: Final = 100
_BAR: Final = 40


def words(experiment: str, result: Any) -> str:
    """Return an experiment's result as text.

    Parameters
    ----------
    experiment : str
        Its name on the command line.
    result : Any
        As the experiment returns it.

    Returns
    -------
    str
        Lines.
    """
    said: dict[str, Callable[[Any], list[str]]] = {
        "hash": hash_lines,
        "wall": wall_lines,
        "gpu": gpu_lines,
        "flip": flip_lines,
        "stop": stop_lines,
        "network": network_lines,
        "compare": compare_lines,
    }
    return "\n".join(said[experiment](result))


def number(value: float | None, digits: int = 3) -> str:
    """Return a number with a few significant digits, thousands separated; very large and very small ones with a power of ten.

    Parameters
    ----------
    value : float or None
        None is ``n/a``.
    digits : int, optional
        Significant.

    Returns
    -------
    str
        Without its unit.
    """
    if value is None:
        return "n/a"
    size = abs(value)
    if size >= 1e15 or 0.0 < size < 1e-3:
        return f"{value:.{digits - 1}e}"
    if size >= 10.0 ** (digits - 1):
        return f"{value:,.0f}"
    return f"{value:.{digits}g}"


def hash_lines(result: "Hashing") -> list[str]:
    """Return what ``lab hash`` says."""
    luck = result.luck
    lines = [
        (
            f"{result.algorithm}, {result.threads} thread{'s' * (result.threads > 1)}, {result.seconds:.1f} s: {number(result.mhs_total)} MH/s"
            f" ({number(result.mhs_per_thread)} per thread), {number(result.times_plain)} times hashlib called from Python"
        ),
        f"kernel: {result.kernel}",
        f"energy: {number(result.joules_per_th)} J/TH; {result.energy_note}" if result.joules_per_th is not None else f"energy: {result.energy_note}",
    ]
    if result.difficulty is not None:
        lines.append(
            f"a block at the difficulty of {result.difficulty.as_of}, {number(result.difficulty.value)}: expected once in"
            f" {number(result.block_years)} years"
        )
    lines.append(f"shares: {result.shares:,}, one in {result.tries_per_share:,} tries expected; every one checked with hashlib")
    if luck.exponential_p is None or luck.independence_p is None:
        return [*lines, f"luck: {luck.intervals} intervals are too few to test; hash for longer"]
    top = max(*luck.observed, *luck.expected)
    lines += ["tries between shares over their expected mean   found  exponential law"]
    for edge, found, expected in zip(luck.edges, luck.observed, luck.expected, strict=True):
        bar, mark = round(_BAR * found / top), round(_BAR * expected / top)
        drawn = "".join("|" if i == mark else "#" if i < bar else " " for i in range(_BAR + 1))
        lines.append(f"  from {edge:4.2f}  {drawn} {found:6,.0f} {expected:8,.1f}")
    return [
        *lines,
        (
            f"exponential law: p = {luck.exponential_p:.2f}; each interval independent of the one before: p = {luck.independence_p:.2f}"
            f" (correlation {luck.serial_correlation:+.3f})"
        ),
        f"of the intervals that had lasted the mean, {number(luck.longer_after_waiting)} lasted at least another (no memory: 0.368)",
    ]


def wall_lines(result: "Wall") -> list[str]:
    """Return what ``lab wall`` says."""
    roofs = result.roofs
    head = ("batch", "token/s", "step ms", "FLOP/byte", "GB/s", "GFLOP/s", "roofline", "no overlap")
    rows = [
        (
            str(p.batch),
            number(p.tokens_per_s),
            f"{p.step_s * MS_PER_S:.2f}",
            number(p.intensity_flops_per_byte),
            number(p.achieved_bytes_per_s / BYTES_PER_GB),
            number(p.achieved_flops_per_s / BYTES_PER_GB),
            f"{p.roofline_error:+.0%}",
            f"{p.one_after_other_error:+.0%}",
        )
        for p in result.points
    ]
    return [
        f"a decoder with {result.weight_bytes / BYTES_PER_GB:.2f} GB of weights, on {result.device}",
        (
            f"measured roofs: memory {number(roofs.read_bytes_per_s / BYTES_PER_GB)} GB/s read"
            f" ({number(roofs.triad_bytes_per_s / BYTES_PER_GB)} triad),"
            f" arithmetic {number(roofs.kernel_flops_per_s / FLOPS_PER_TFLOP)} TFLOP/s"
        ),
        aligned([head, *rows], right=range(len(head))),
        "the last two columns: predicted step time over measured, less 1; by the roofline, and if memory and arithmetic took turns",
        (
            f"decoding leaves the memory roof at a batch of {number(result.measured_batch)}; the roofline predicted {number(result.predicted_batch)}"
            f" ({result.batch_error:+.0%})"
        ),
    ]


def gpu_lines(result: "GpuRun") -> list[str]:
    """Return what ``lab wall --gpu`` says."""
    power = (
        "the driver reports no power"
        if result.power_w is None
        else f"{number(result.power_w)} W: {number(result.joules_per_th)} J/TH, the card alone"
    )
    return [*wall_lines(result.wall), f"SHA-256d: {number(result.mhs)} MH/s, {power}; {result.shares} shares, every one checked with hashlib"]


def flip_lines(result: "Flips") -> list[str]:
    """Return what ``lab flip`` says."""
    head = ("one flipped bit", "flips", "KL, median", "KL, worst", "perplexity, worst", "answers changed", "at worst", "no answers left")
    rows = [
        (
            f"{e.where}, {e.part}",
            str(e.flips),
            number(e.median_kl),
            number(e.worst_kl),
            number(e.worst_perplexity),
            f"{e.mean_changed:.1%}",
            f"{e.worst_changed:.1%}",
            str(e.broken),
        )
        for e in result.effects
    ]
    coarse_head = ("all weights stored as", "bits", "KL", "perplexity", "answers changed")
    coarse = [(e.precision, str(e.bits), number(e.kl), f"{e.perplexity:.3f}", f"{e.changed:.1%}") for e in result.precisions]
    hashing = result.hashing
    return [
        f"a model trained here: perplexity {result.perplexity:.2f} over {result.tokens} tokens; a perfect one has {result.best_perplexity:.2f}",
        aligned([head, *rows], right=range(1, len(head))),
        "",
        aligned([coarse_head, *coarse], right=range(1, len(coarse_head))),
        "",
        (
            f"mining: one wrong bit in one of {hashing.tries:,} tries changed {hashing.own_bits_changed:.0%} of that hash's bits, and"
            f" {hashing.others_changed} other tries"
        ),
        (
            f"mining with one bit of the state wrong: {hashing.coarse_found} shares found, of which {hashing.coarse_valid} are valid"
            f" (with all bits right: {hashing.found}, all valid)"
        ),
    ]


def stop_lines(result: "Stops") -> list[str]:
    """Return what ``lab stop`` says."""
    mining = result.mining
    return [
        (
            f"mining, killed after {mining.tries_before:,} tries and {mining.shares_before} shares: at most {mining.lost_tries_at_most:,} tries lost,"
            f" {number(mining.lost_s_at_most)} s; back at work after {number(mining.restart_s)} s"
        ),
        f"  after the restart {mining.shares_after} shares in {mining.tries_after:,} tries; {mining.shares_expected_after:.0f} expected",
        training_line("training with checkpoints", result.with_checkpoints),
        training_line("training without", result.without_checkpoints),
    ]


def training_line(what: str, stop: "TrainingStop") -> str:
    """Return one training run's line."""
    same = {True: "; computed again, digit by digit the same", False: "; computed again, not the same", None: ""}[stop.same_loss]
    every = f", every {stop.checkpoint_every} steps" if stop.checkpoint_every else ""
    return (
        f"{what}{every}: killed after step {stop.steps_before}, resumed after step {stop.resumed_after}: {stop.lost_steps} steps lost,"
        f" {number(stop.lost_s)} s; back at work after {number(stop.restart_s)} s{same}"
    )


def network_lines(result: "Network") -> list[str]:
    """Return what ``lab network`` says."""
    ring = result.ring
    used = aligned([(used.name, number(float(used.value)), used.unit, used.kind, used.source) for used in result.inputs], right=(1,))
    return [
        (
            f"pool connection: a job is {result.notify_bytes:,} bytes, a share {result.submit_bytes}, its answer {result.answer_bytes}:"
            f" {number(result.mining_bytes_per_s)} bytes/s a machine, {number(result.mining_bytes_per_s_per_kw)} bytes/s per kW"
        ),
        (
            f"gradient exchange: {number(result.gradient_bytes / BYTES_PER_GB)} GB per step of {number(result.step_s)} s:"
            f" {number(result.training_bytes_per_s / BYTES_PER_GB)} GB/s a chip,"
            f" {number(result.training_bytes_per_s_per_kw / BYTES_PER_GB)} GB/s per kW;"
            f" {result.link_share:.0%} of its network link"
        ),
        f"at equal power training needs {number(result.ratio)} times the network",
        (
            f"tried out: {ring.chips} chips around a ring, {ring.held_bytes:,} bytes each, sent {ring.sent_bytes:,} bytes each"
            f" (formula {ring.formula_bytes:,.0f}); sums {'agree' if ring.agrees else 'differ'}"
        ),
        "",
        used,
    ]


def compare_lines(result: "Comparison") -> list[str]:
    """Return what ``lab compare`` says."""
    lines = []
    for row in result.rows:
        lines += [row.topic.upper(), *_cell_lines("AI token", row.ai), *_cell_lines("chain token", row.chain), ""]
    return [*lines, *(f"[{source.id}] {source.citation}" for source in result.sources)]


def _cell_lines(side: str, cell: "Cell") -> list[str]:
    head = textwrap.wrap(f"{side}: {cell.words}", WIDTH, initial_indent="  ", subsequent_indent="    ")
    return [*head, *(f"    {f.what}: {number(f.value)}{' ' * bool(f.unit)}{f.unit}  [{f.evidence}: {f.source}]" for f in cell.figures)]
