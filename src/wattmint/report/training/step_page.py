"""What a training plant does per second, as a page: where a step's time goes, what fills the memory, and what a whole run takes."""

from typing import Final

import plotly.graph_objects as go

from wattmint.calculators.training.step_estimate import MEMORY
from wattmint.calculators.training.step_run import TrainingAnswer
from wattmint.calculators.training.step_table import TABLE
from wattmint.facts.load import attribute, record, table
from wattmint.provenance import UsedInput
from wattmint.report.digits import quantity, rounded
from wattmint.report.tables import Table
from wattmint.report.theme import GREY, SEQUENCE
from wattmint.report.training.frame import Chart, TrainPage, train_document
from wattmint.report.training.step_words import LEAST_SHARE, step_words, time_shares
from wattmint.units import BYTES_PER_GB, W_PER_KW

HEIGHT: Final = 360
MEMORY_COLOUR: Final = SEQUENCE[0]
PERCENT: Final = 100.0
KINDS: Final = {
    "arithmetic": (SEQUENCE[0], ("matrices", "attention")),
    "memory and fixed times": (SEQUENCE[1], ("moved", "fixed", "optimizer")),
    "exchanges": (SEQUENCE[2], ("tensor", "context", "expert", "pipeline", "data")),
    "waiting": (SEQUENCE[5], ("bubble", "straggling")),
}
"""What the parts of a step are of: colour and parts."""

CHIP_FACTS: Final = (
    "bf16_tflops", "fp8_tflops", "fp4_tflops", "memory_gb", "memory_bandwidth_tb_per_s", "scale_up_gb_per_s", "scale_up_domain_gpus",
    "scale_out_gbit_per_s", "tdp_w",
)  # fmt: skip
MODEL_FACTS: Final = ("parameters_total_b", "parameters_active_b", "layers")

_DIGITS: Final = 4
_ROOM: Final = 1.35
"""How far an axis goes beyond its longest bar, so that its number stands beside it."""


def render(found: TrainingAnswer) -> str:
    """Return an answer as one self-contained HTML page.

    Parameters
    ----------
    found : TrainingAnswer
        From `wattmint.calculators.training.step_run.train`.

    Returns
    -------
    str
        HTML, as `wattmint.report.document.document` makes it.
    """
    asked, *words = step_words(found)
    shown = {name for name, share in time_shares(found) if share >= LEAST_SHARE}
    keys = tuple((colour, kind) for kind, (colour, parts) in KINDS.items() if shown & set(parts))
    charts = (
        Chart(
            "time", "Where a step's time goes", "share of the time of a step, by what it is spent on",
            "Exchanges are what of them is not hidden behind arithmetic; straggling is waiting for the slowest accelerator.",
            keys, time_figure(found),
        ),
        Chart(
            "memory", "What fills the memory", "gigabytes of each accelerator by what is kept there, beside what it has",
            "Activations are what is not computed again; as much of them is recomputed as makes the rest fit.",
            ((MEMORY_COLOUR, "kept"), (GREY, "available")), memory_figure(found),
        ),
    )  # fmt: skip
    sources = {fact.source for facts in table(TABLE).values() for fact in facts.values()}
    tables = (step_table(found), *([run_table(found)] if found.totals else []))
    page = TrainPage(
        headline=headline(found), asked=asked, charts=charts, words=words, tables=tables, inputs=inputs(found), sources=tuple(sorted(sources))
    )
    return train_document(page)


def headline(found: TrainingAnswer) -> str:
    """Return how fast the plant trains, in one line."""
    e, gpus = found.estimate, int(found.asked["gpus"])
    speed = quantity(rounded(e["tokens_per_s_per_gpu"] * gpus, _DIGITS))
    return f"{speed} tokens per second on {gpus:,} accelerators: {e['mfu']:.0%} of their peak arithmetic"


def time_figure(found: TrainingAnswer) -> go.Figure:
    """Draw the parts of a step as shares of its time, largest first.

    Parameters
    ----------
    found : TrainingAnswer
        Any.

    Returns
    -------
    go.Figure
        A bar per part that takes at least `LEAST_SHARE` of the time.
    """
    shares = [(name, share) for name, share in time_shares(found) if share >= LEAST_SHARE]
    colours = {part: colour for colour, parts in KINDS.values() for part in parts}
    step_s = found.estimate["step_s"]
    fig = go.Figure(layout={"height": HEIGHT, "bargap": 0.3})
    fig.add_bar(
        orientation="h", y=[name for name, _ in shares], x=[rounded(PERCENT * share, _DIGITS) for _, share in shares],
        text=[f"{share:.1%}" for _, share in shares], textposition="outside", customdata=[f"{share * step_s:.3g} s" for _, share in shares],
        marker={"color": [colours[name] for name, _ in shares]}, hovertemplate="%{y}: %{customdata} of a step, %{text}<extra></extra>",
    )  # fmt: skip
    fig.update_yaxes(autorange="reversed", showgrid=False, fixedrange=True)
    fig.update_xaxes(title_text=f"% of a step of {step_s:.3g} s", range=[0.0, _ROOM * PERCENT * shares[0][1]], fixedrange=True)
    return fig


def memory_figure(found: TrainingAnswer) -> go.Figure:
    """Draw what each accelerator keeps in its memory, beside what it has.

    Parameters
    ----------
    found : TrainingAnswer
        Any.

    Returns
    -------
    go.Figure
        A bar per kind, and one of what is available.
    """
    e = found.estimate
    held = [(name, e[f"{name}_gb"], MEMORY_COLOUR) for name in MEMORY] + [("available", e["available_gb"], GREY)]
    fig = go.Figure(layout={"height": HEIGHT, "bargap": 0.3})
    fig.add_bar(
        orientation="h", y=[name for name, _, _ in held], x=[rounded(gb, _DIGITS) for _, gb, _ in held], text=[f"{gb:.1f} GB" for _, gb, _ in held],
        textposition="outside", marker={"color": [colour for _, _, colour in held]}, hovertemplate="%{y}: %{text}<extra></extra>",
    )  # fmt: skip
    fig.update_yaxes(autorange="reversed", showgrid=False, fixedrange=True)
    fig.update_xaxes(title_text="GB per accelerator", range=[0.0, _ROOM * max(gb for _, gb, _ in held)], fixedrange=True)
    return fig


def step_table(found: TrainingAnswer) -> Table:
    """Return the step in numbers: plan, speed, power."""
    e, gpus = found.estimate, int(found.asked["gpus"])
    rows = [
        ("Tokens per second, all", quantity(rounded(e["tokens_per_s_per_gpu"] * gpus, _DIGITS)), ""),
        ("Tokens per second, each", quantity(rounded(e["tokens_per_s_per_gpu"], _DIGITS)), ""),
        ("Arithmetic that the model asks for, each", quantity(rounded(e["tflops_per_gpu"], _DIGITS)), "TFLOP/s"),
        ("Share of the peak rate (MFU)", f"{e['mfu']:.1%}", ""),
        ("Time of a step", f"{e['step_s']:.3g}", "s"),
        ("Sequences per step", f"{e['global_batch']:,.0f}", ""),
        ("Tokens of a sequence", f"{e['seq_len']:,.0f}", ""),
        ("Parallelism: tensor, pipeline, context, expert", " x ".join(f"{e[name]:.0f}" for name in ("tp", "pp", "cp", "ep")), ""),
        ("Power of an accelerator", f"{e['gpu_power_w']:,.0f}", "W"),
        ("Power of a node", f"{e['node_power_w'] / W_PER_KW:.2f}", "kW"),
        ("Sent by each", f"{e['sent_bytes_per_s_per_gpu'] / BYTES_PER_GB:,.3g}", "GB/s"),
    ]
    return Table("The step in numbers", ("What", "Value", "Unit"), tuple(rows))


def run_table(found: TrainingAnswer) -> Table:
    """Return the whole run in numbers."""
    t = found.totals
    rows = [
        ("Tokens", "tokens", ""), ("Without interruptions", "days_uninterrupted", "days"), ("With interruptions", "days", "days"),
        ("Accelerator-hours", "gpu_hours", "GPU-h"), ("Energy of the nodes", "energy_it_mwh", "MWh"),
        ("Energy of the site", "energy_site_mwh", "MWh"), ("Cost", "cost_usd", "USD"), ("Cost of a million tokens", "usd_per_mtok", "USD"),
    ]  # fmt: skip
    body = tuple((what, quantity(rounded(value, _DIGITS)), unit) for what, name, unit in rows if (value := t[name]) is not None)
    return Table("The whole run", ("What", "Value", "Unit"), body)


def inputs(found: TrainingAnswer) -> tuple[UsedInput, ...]:
    """Return what was asked for, what the tables say of accelerator and model, and what the run rests on."""
    given = [UsedInput("gpus", float(found.asked["gpus"]), attribute("gpus").unit, "given", "given")]
    if found.totals:
        given.append(UsedInput("training_tokens", float(found.totals["tokens"] or 0.0), attribute("training_tokens").unit, "given", "given"))
    chip = record("chips", found.gpu)
    model = table("models").get(found.model, {})
    cited = [facts[name].used() for facts, names in ((chip, CHIP_FACTS), (model, MODEL_FACTS)) for name in names if name in facts]
    return (*given, *cited, *found.inputs)
