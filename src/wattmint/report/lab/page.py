"""An experiment of the laboratory as a page of the same make as the verdict's: one file, charts inside, nothing loaded from anywhere."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import plotly.graph_objects as go

from wattmint.lab.compare import Comparison
from wattmint.lab.evidence import Cell
from wattmint.lab.flips import Flips
from wattmint.lab.hashing import Hashing
from wattmint.lab.network import Network
from wattmint.lab.stopping import Stops
from wattmint.lab.wall import Wall
from wattmint.report.digits import quantity, rounded
from wattmint.report.document import document
from wattmint.report.lab import figures
from wattmint.report.tables import Table, pieces, source_numbers
from wattmint.units import BYTES_PER_GB, MS_PER_S
from wattmint.version import VERSION

_DIGITS: Final = 3


@dataclass(frozen=True, slots=True)
class Plot:
    """A chart's place on the page: its name, heading, height in pixels, what it shows in words, and its keys (colour, meaning)."""

    name: str
    heading: str
    height: int
    words: str
    keys: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Section:
    """One experiment on the page, with its figures by the name of their place."""

    id: str
    heading: str
    lead: str
    plots: tuple[Plot, ...]
    tables: tuple[Table, ...]
    drawn: dict[str, go.Figure]


def render(experiment: str, result: Any) -> str:
    """Return an experiment's page.

    Parameters
    ----------
    experiment : str
        Its name on the command line.
    result : Any
        As the experiment returns it.

    Returns
    -------
    str
        HTML, as `wattmint.report.document.document` makes it.
    """
    sections = _sections_of(experiment, result)
    rows: list[dict[str, Any]] = []
    sources: list[tuple[Any, list[tuple[str, bool]]]] = []
    if isinstance(result, Comparison):
        known = source_numbers(result.sources)
        rows = [{"topic": row.topic, "ai": _cell(row.ai, known), "chain": _cell(row.chain, known)} for row in result.rows]
        sources = [(source, pieces(source.citation)) for source in result.sources]
    headline, asked = _HEADS[experiment]
    context = {
        "experiment": experiment, "headline": headline, "asked": asked, "sections": sections, "rows": rows, "sources": sources,
        "colours": {"ai": figures.AI, "chain": figures.CHAIN},
    }  # fmt: skip
    drawn = {name: figure for section in sections for name, figure in section.drawn.items()}
    return document("lab.html.j2", VERSION, context, drawn)


_HEADS: Final = {
    "hash": ("What this machine hashes", "Real proof of work on a real header, and whether its luck has a memory."),
    "wall": ("Where decoding leaves the memory roof", "A small language model on this machine, at growing batch."),
    "flip": ("One wrong bit", "In a language model it may stay for good; in mining it spoils one try."),
    "stop": ("A power cut in the middle", "What a mining process and a training run lose."),
    "network": ("What a kilowatt must say", "A pool connection beside an exchange of gradients."),
    "compare": ("Two tokens, measured", "AI tokens and chain tokens side by side; every number was measured on this machine or is cited."),
}


def _sections_of(experiment: str, result: Any) -> list[Section]:
    made: dict[str, Callable[[Any], Section]] = {"hash": hash_section, "wall": wall_section, "flip": flip_section, "stop": stop_section}
    made["network"] = network_section
    if not isinstance(result, Comparison):
        return [made[experiment](result)]
    parts = {"hash": result.hashing, "wall": result.wall, "flip": result.flips, "stop": result.stops, "network": result.network}
    return [made[name](part) for name, part in parts.items()]


def _cell(cell: Cell, known: dict[str, int]) -> dict[str, Any]:
    found = []
    for figure in cell.figures:
        named = [{"name": name, "number": known.get(name)} for name in figure.source.split(" + ")]
        found.append({"what": figure.what, "value": shown(figure.value), "unit": figure.unit, "evidence": figure.evidence, "sources": named})
    return {"words": cell.words, "figures": found}


def shown(value: float | None) -> str:
    """Return a number with three significant digits, as the page prints it; None is a dash."""
    return "–" if value is None else quantity(rounded(value, _DIGITS)) if abs(value) >= 1e-3 or value == 0.0 else f"{value:.1e}"


def hash_section(result: Hashing) -> Section:
    """Return the section of ``lab hash``."""
    luck = result.luck
    tested = (
        "too few shares to test"
        if luck.exponential_p is None or luck.independence_p is None
        else f"exponential law p = {luck.exponential_p:.2f}, independence p = {luck.independence_p:.2f}"
    )
    block = "" if result.block_years is None else f" A block would come once in {shown(result.block_years)} years."
    energy = result.energy_note if result.joules_per_th is None else f"{shown(result.joules_per_th)} J/TH by {result.energy_note}"
    lead = (
        f"{shown(result.mhs_total)} MH/s with {result.threads} thread{'s' * (result.threads > 1)}, {shown(result.times_plain)} times hashlib;"
        f" {energy}.{block}"
    )
    rows = tuple((f"{e:.2f}", f"{o:,.0f}", f"{x:,.1f}") for e, o, x in zip(luck.edges, luck.observed, luck.expected, strict=True))
    words = f"{luck.intervals:,} intervals between shares; {tested}. A p-value below 0.01 would be a reason to look again."
    plot = Plot("luck", "Luck has no memory", figures.HEIGHT, words, ((figures.CHAIN, "found"), (figures.LAW, "exponential law")))
    table = Table("tries between shares over their mean", ("From", "Found", "By the law"), rows)
    return Section("hash", "Hashing", lead, (plot,), (table,), {"luck": figures.luck_figure(result)})


def wall_section(result: Wall) -> Section:
    """Return the section of ``lab wall``."""
    roofs = result.roofs
    lead = (
        f"A decoder with {shown(result.weight_bytes / BYTES_PER_GB)} GB of weights on {result.device}. Decoding leaves the memory roof at a batch of"
        f" {shown(result.measured_batch)}; the roofline predicted {shown(result.predicted_batch)}, {100.0 * result.batch_error:+.0f}% off."
    )
    rows = tuple(
        (
            str(p.batch), shown(p.tokens_per_s), shown(p.step_s * MS_PER_S), shown(p.intensity_flops_per_byte),
            shown(p.achieved_bytes_per_s / BYTES_PER_GB), shown(p.achieved_flops_per_s / BYTES_PER_GB),
            f"{100.0 * p.roofline_error:+.0f}%", f"{100.0 * p.one_after_other_error:+.0f}%",
        )
        for p in result.points
    )  # fmt: skip
    head = ("Batch", "Tokens/s", "Step, ms", "FLOP/byte", "GB/s", "GFLOP/s", "Roofline's error", "No overlap's error")
    roof_words = (
        f"Measured roofs: {shown(roofs.read_bytes_per_s / BYTES_PER_GB)} GB/s of memory, {shown(roofs.kernel_flops_per_s / BYTES_PER_GB)} GFLOP/s of"
        " arithmetic, one thread. The numbers are batches."
    )
    worst = max(abs(p.roofline_error) for p in result.points)
    turns = max(abs(p.one_after_other_error) for p in result.points)
    step_words = (
        f"The roofline lets memory and arithmetic overlap; it is off by up to {100.0 * worst:.0f}%, by up to {100.0 * turns:.0f}% if they take"
        " turns. Dashed: the batch at which the line through all steps has doubled."
    )
    keys = ((figures.AI, "measured"), (figures.LAW, "roofs"))
    plots = (
        Plot("roofline", "Under the roofs", figures.HEIGHT, roof_words, keys),
        Plot("step", "Time of a step", figures.HEIGHT, step_words, ((figures.AI, "measured"), (figures.LAW, "roofline; dotted: no overlap"))),
    )
    drawn = {"roofline": figures.roofline_figure(result), "step": figures.step_figure(result)}
    return Section("wall", "The memory wall", lead, plots, (Table("decoding by batch", head, rows),), drawn)


def flip_section(result: Flips) -> Section:
    """Return the section of ``lab flip``."""
    mining = result.hashing
    lead = (
        f"A model trained here (perplexity {result.perplexity:.2f}; a perfect one has {result.best_perplexity:.2f}) with one bit flipped at a time."
        f" In mining, one wrong bit in one of {mining.tries:,} tries changed {mining.others_changed} of the others."
    )
    rows = tuple(
        (
            f"{e.where}, {e.part}", str(e.flips), shown(e.median_kl), shown(e.worst_kl), shown(e.worst_perplexity), f"{100.0 * e.mean_changed:.2f}%",
            f"{100.0 * e.worst_changed:.2f}%", str(e.broken),
        )
        for e in result.effects
    )  # fmt: skip
    head = ("One bit of", "Flips", "KL, median", "KL, worst", "Perplexity, worst", "Answers changed", "At worst", "No answers left")
    coarse = tuple((e.precision, str(e.bits), shown(e.kl), f"{e.perplexity:.3f}", f"{100.0 * e.changed:.1f}%") for e in result.precisions)
    words = (
        f"Share of {result.tokens} tokens whose likeliest successor became another one. Storing all weights in 8 bits changes"
        f" {100.0 * max(e.changed for e in result.precisions if e.bits == 8):.1f}% at most; a search with one bit of its state wrong finds"
        f" {mining.coarse_valid} valid shares where {mining.found} are to be found."
    )
    plot = Plot("flip", "Answers changed by one flipped bit", figures.HEIGHT + 60, words, ((figures.AI, "on average; pale: at worst"),))
    tables = (
        Table("one flipped bit", head, rows),
        Table("all weights in fewer bits", ("Precision", "Bits", "KL", "Perplexity", "Answers changed"), coarse),
    )
    return Section("flip", "Wrong bits", lead, (plot,), tables, {"flip": figures.flip_figure(result)})


def stop_section(result: Stops) -> Section:
    """Return the section of ``lab stop``."""
    mining, kept, none = result.mining, result.with_checkpoints, result.without_checkpoints
    lead = (
        f"Killed without warning, mining lost at most the {mining.lost_tries_at_most:,} tries under way; training lost {kept.lost_steps} steps with a"
        f" checkpoint every {kept.checkpoint_every}, and all {none.lost_steps} without."
    )
    rows = (
        ("mining", f"{mining.lost_tries_at_most:,} tries at most", shown(mining.lost_s_at_most), shown(mining.restart_s)),
        ("training with checkpoints", f"{kept.lost_steps} steps", shown(kept.lost_s), shown(kept.restart_s)),
        ("training without", f"{none.lost_steps} steps", shown(none.lost_s), shown(none.restart_s)),
    )
    words = f"After the restart mining found {mining.shares_after} shares, {mining.shares_expected_after:.0f} expected: nothing to catch up."
    plot = Plot("stop", "Work lost", figures.LOW_HEIGHT, words, ((figures.CHAIN, "mining"), (figures.AI, "training")))
    table = Table("what the power cut cost", ("Process", "Lost", "Seconds of work", "Seconds to be back"), rows)
    return Section("stop", "Power cut", lead, (plot,), (table,), {"stop": figures.stop_figure(result)})


def network_section(result: Network) -> Section:
    """Return the section of ``lab network``."""
    lead = f"At equal power, training needs {shown(result.ratio)} times the network that mining needs."
    rows = tuple((used.name, shown(float(used.value)), used.unit, used.kind, used.source) for used in result.inputs)
    words = (
        f"A pool's job is {result.notify_bytes:,} bytes and a share {result.submit_bytes}. The gradients of a step are"
        f" {shown(result.gradient_bytes / BYTES_PER_GB)} GB a chip and take {100.0 * result.link_share:.0f}% of its network link."
    )
    plot = Plot("network", "Network per kilowatt", figures.LOW_HEIGHT, words, ((figures.CHAIN, "mining"), (figures.AI, "training")))
    table = Table("what the two rest on", ("Input", "Value", "Unit", "Kind", "Source"), rows)
    return Section("network", "Network", lead, (plot,), (table,), {"network": figures.network_figure(result)})
