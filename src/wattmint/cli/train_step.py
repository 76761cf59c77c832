"""``wattmint train --model …``: how fast a model trains on some accelerators; time, energy and money for so many tokens."""

import argparse
import math
from typing import TYPE_CHECKING, Any, Final

from wattmint.cli.cases import add_options, check_options, run_together
from wattmint.errors import InputError

if TYPE_CHECKING:
    from wattmint.calculators.training.step_run import TrainingAnswer

COUNTS: Final = {
    "gpus": "accelerators", "seq_len": "tokens of a sequence (default: 8192, or the model's longest context)",
    "global_batch": "sequences per step (default: one per replica, enough to fill a pipeline)",
    "micro_batch": "sequences that a replica works on at once", "tp": "tensor parallelism", "pp": "pipeline stages", "cp": "context parallelism",
    "ep": "expert parallelism",
}  # fmt: skip
PARALLEL: Final = ("tp", "pp", "cp", "ep", "fsdp", "micro_batch")
WORDS: Final = {
    "model": ("NAME", "a model by its hub's name or the table's, or the path of a config.json"),
    "gpu": ("NAME", "an accelerator: h100, 'B200 SXM', mi355x, tpu-v5p, ..."),
    "precision": ("NAME", "in which matrices are multiplied: bf16, fp8, fp4 (default: bf16)"),
    "fsdp": ("N", "weights shared out over replicas: a number of shards or a strategy's name, which stands for PyTorch's own; 0 for not"),
    "task": ("NAME", "pretrain, sft, or lora: adapters on a frozen base (default: pretrain)"),
    "recompute": ("BOOL", "whether activations are computed again: true, false (default: as much as memory asks for)"),
}
MONEY: Final = {
    "tokens": ("N", "tokens that the run reads, e.g. 15.6e12; without them the step alone"), "pue": ("RATIO", "site's energy over that of its nodes"),
    "usd_per_gpu_h": ("USD", "what an hour of an accelerator is worth (default: its rental on a three-year contract)"),
}  # fmt: skip
ASKS: Final = (*WORDS, *COUNTS, *MONEY, "parallel")


def add(verb: argparse.ArgumentParser) -> None:
    """Add the verb's own options.

    Parameters
    ----------
    verb : ArgumentParser
        That of ``wattmint train``.
    """
    for name, (placeholder, words) in WORDS.items():
        verb.add_argument(f"--{name.replace('_', '-')}", metavar=placeholder, help=words)
    for name, words in COUNTS.items():
        verb.add_argument(f"--{name.replace('_', '-')}", type=int, metavar="N", help=words)
    verb.add_argument("--parallel", choices=("auto",), help="seek all parallelism, as is done for what is left out")
    for name, (placeholder, words) in MONEY.items():
        verb.add_argument(f"--{name.replace('_', '-')}", type=float, metavar=placeholder, help=words)
    add_options(verb)
    verb.set_defaults(verb=run_train)


def run_train(given: argparse.Namespace) -> int:
    """Answer one case, or every row of ``--cases``.

    Parameters
    ----------
    given : Namespace
        The options; None where left out.

    Returns
    -------
    int
        Exit code.

    Raises
    ------
    InputError
        When an option, a name or the file of cases is refused, or memory does not hold the run.
    OutputError
        When the result of the cases cannot be written.
    """
    from wattmint.calculators.training.step_cases import FIELDS, REQUIRED
    from wattmint.calculators.training.step_estimate import RESULTS
    from wattmint.calculators.training.step_run import TrainingRun, solve_training, train
    from wattmint.cli.console import as_json, say_notes
    from wattmint.cli.train_goodput import default_notes

    if check_options(given, ASKS):
        return run_together(given, REQUIRED, RESULTS, lambda rows: solve_training(list(rows)))
    for name in ("model", "gpu", "gpus"):
        if getattr(given, name) is None:
            raise InputError(f"--{name}", None, "needed; or a question: goodput, outage, network")
    if given.parallel is not None:
        for name in PARALLEL:
            if getattr(given, name) is not None:
                raise InputError(f"--{name.replace('_', '-')}", getattr(given, name), "not together with --parallel auto")
    case = {name: getattr(given, name) for name in FIELDS} | {"precision": given.precision or "bf16"}
    found = train(case, TrainingRun(tokens=given.tokens, pue=given.pue, usd_per_gpu_h=given.usd_per_gpu_h))
    say_notes(default_notes(found.inputs))
    print(as_json(_everything(found)) if given.json else step_words(found))
    return 0


def _everything(found: "TrainingAnswer") -> dict[str, Any]:
    from dataclasses import asdict

    return {
        **{name: value if math.isfinite(value) else None for name, value in found.estimate.items()},
        "error": "",
        "model_id": found.model,
        "gpu_id": found.gpu,
        "asked": dict(found.asked),
        "run": dict(found.totals),
        "inputs": [asdict(one) for one in found.inputs],
    }


def step_words(found: "TrainingAnswer") -> str:
    """Return an answer as lines for reading; ``--json`` has every digit.

    Parameters
    ----------
    found : TrainingAnswer
        Any.

    Returns
    -------
    str
        Lines.
    """
    from wattmint.calculators.training.step_estimate import MEMORY, NODE_GPUS, TIMES
    from wattmint.units import BYTES_PER_GB, W_PER_KW

    e, asked = found.estimate, found.asked
    gpus = int(asked["gpus"])
    shared = ", weights shared out" if e["sharded"] else ""
    cut = f"tp{e['tp']:.0f} pp{e['pp']:.0f} cp{e['cp']:.0f} ep{e['ep']:.0f}{shared}"
    batch = f"{e['global_batch']:,.0f} sequences of {e['seq_len']:,.0f} tokens per step, {e['micro_batch']:.0f} at once"
    speed = f"{e['tokens_per_s_per_gpu']:,.4g} tokens/s per GPU, {e['tflops_per_gpu']:,.4g} TFLOP/s per GPU (MFU {e['mfu']:.1%})"
    held = ", ".join(f"{name} {e[f'{name}_gb']:.1f}" for name in MEMORY)
    node = f"{e['node_power_w'] / W_PER_KW:.2f} kW per node of {min(gpus, int(NODE_GPUS))}"
    times = sorted(((name.removesuffix("_s"), e[name] / e["step_s"]) for name in TIMES), key=lambda one: -one[1])
    shares = ", ".join(f"{name} {share:.0%}" for name, share in times if share >= 0.005)
    lines = [
        f"{found.model} on {gpus:,} x {found.gpu}, {asked['precision']}, {asked.get('task') or 'pretrain'}: {cut}",
        f"{batch}, {e['recompute']:.0%} of activations recomputed",
        f"{speed}; {e['step_s']:.3g} s per step",
        f"time: {shares}",
        f"memory {e['needed_gb']:.1f} of {e['available_gb']:.1f} GB ({held})",
        f"{e['gpu_power_w']:,.0f} W per GPU, {node}; each GPU sends {e['sent_bytes_per_s_per_gpu'] / BYTES_PER_GB:,.3g} GB/s",
    ]
    return "\n".join(lines + _run_lines(found))


def _run_lines(found: "TrainingAnswer") -> list[str]:
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
