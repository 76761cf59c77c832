"""``wattmint train --model …``: how fast a model trains on some accelerators; time, energy and money for so many tokens."""

import argparse
import math
from pathlib import Path
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
ASKS: Final = (*WORDS, *COUNTS, *MONEY, "parallel", "report")


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
    verb.add_argument("--report", metavar="FILE.html", help="also write a page with charts")
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
        When the result of the cases or the page cannot be written.
    """
    from wattmint.calculators.training.step_cases import FIELDS, REQUIRED
    from wattmint.calculators.training.step_estimate import RESULTS
    from wattmint.calculators.training.step_run import TrainingRun, solve_training, train
    from wattmint.cli.console import as_json, say, say_notes
    from wattmint.cli.train_goodput import default_notes
    from wattmint.report.files import check_folder, write_text
    from wattmint.report.training.step_page import render
    from wattmint.report.training.step_words import step_words

    if check_options(given, ASKS):
        return run_together(given, REQUIRED, RESULTS, lambda rows: solve_training(list(rows)))
    for name in ("model", "gpu", "gpus"):
        if getattr(given, name) is None:
            raise InputError(f"--{name}", None, "needed; or a question: goodput, outage, network")
    if given.parallel is not None:
        for name in PARALLEL:
            if getattr(given, name) is not None:
                raise InputError(f"--{name.replace('_', '-')}", getattr(given, name), "not together with --parallel auto")
    if given.report is not None:
        check_folder(Path(given.report).parent)
    case = {name: getattr(given, name) for name in FIELDS} | {"precision": given.precision or "bf16"}
    found = train(case, TrainingRun(tokens=given.tokens, pue=given.pue, usd_per_gpu_h=given.usd_per_gpu_h))
    say_notes(default_notes(found.inputs))
    if given.report is not None:
        write_text(Path(given.report), render(found))
        say(f"wrote {given.report}")
    print(as_json(_everything(found)) if given.json else "\n".join(step_words(found)))
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
