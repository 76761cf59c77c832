"""What a training plant does per second, and what a run takes, in words: the same at the terminal and on the page."""

from typing import Final

from wattmint.calculators.training.step_estimate import MEMORY, NODE_GPUS, TIMES
from wattmint.calculators.training.step_run import TrainingAnswer
from wattmint.units import BYTES_PER_GB, W_PER_KW

LEAST_SHARE: Final = 0.005
"""Of the time; smaller ones are not named."""


def step_words(found: TrainingAnswer) -> list[str]:
    """Return an answer as lines for reading; ``--json`` has every digit.

    Parameters
    ----------
    found : TrainingAnswer
        Any.

    Returns
    -------
    list of str
        The first is the question; with tokens, the last three are the whole run.
    """
    e, asked = found.estimate, found.asked
    gpus = int(asked["gpus"])
    shared = ", weights shared out" if e["sharded"] else ""
    cut = f"tp{e['tp']:.0f} pp{e['pp']:.0f} cp{e['cp']:.0f} ep{e['ep']:.0f}{shared}"
    batch = f"{e['global_batch']:,.0f} sequences of {e['seq_len']:,.0f} tokens per step, {e['micro_batch']:.0f} at once"
    speed = f"{e['tokens_per_s_per_gpu']:,.4g} tokens/s per GPU, {e['tflops_per_gpu']:,.4g} TFLOP/s per GPU (MFU {e['mfu']:.1%})"
    held = ", ".join(f"{name} {e[f'{name}_gb']:.1f}" for name in MEMORY)
    node = f"{e['node_power_w'] / W_PER_KW:.2f} kW per node of {min(gpus, int(NODE_GPUS))}"
    shares = ", ".join(f"{name} {share:.0%}" for name, share in time_shares(found) if share >= LEAST_SHARE)
    lines = [
        f"{found.model} on {gpus:,} x {found.gpu}, {asked['precision']}, {asked.get('task') or 'pretrain'}: {cut}",
        f"{batch}, {e['recompute']:.0%} of activations recomputed",
        f"{speed}; {e['step_s']:.3g} s per step",
        f"time: {shares}",
        f"memory {e['needed_gb']:.1f} of {e['available_gb']:.1f} GB ({held})",
        f"{e['gpu_power_w']:,.0f} W per GPU, {node}; each GPU sends {e['sent_bytes_per_s_per_gpu'] / BYTES_PER_GB:,.3g} GB/s",
    ]
    return lines + _run_lines(found)


def time_shares(found: TrainingAnswer) -> list[tuple[str, float]]:
    """Return the parts of a step and their shares of its time, largest first."""
    e = found.estimate
    return sorted(((name.removesuffix("_s"), e[name] / e["step_s"]) for name in TIMES), key=lambda one: -one[1])


def _run_lines(found: TrainingAnswer) -> list[str]:
    t = found.totals
    if not t:
        return []
    money = "no rental of it is known; give --usd-per-gpu-h"
    if t["cost_usd"] is not None:
        money = f"{t['cost_usd']:,.0f} USD at {t['usd_per_gpu_h']:.3g} USD per GPU-hour, {t['usd_per_mtok']:.3g} USD per million tokens"
    days = f"{t['days_uninterrupted']:,.3g} days, {t['days']:,.3g} with interruptions (goodput {t['goodput']:.1%})"
    return [
        f"{t['tokens']:.4g} tokens: {days}; {t['gpu_hours']:,.0f} GPU-hours",
        f"{t['energy_it_mwh']:,.4g} MWh of the nodes, {t['energy_site_mwh']:,.4g} MWh of the site (PUE {t['pue']:g})",
        money,
    ]
