"""``wattmint serve``: what a model on some accelerators yields, draws, costs and fetches; one case or a file of them."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from wattmint.cli import serve_plan, serve_wall
from wattmint.cli.cases import add_options, check_options, run_together
from wattmint.cli.serve_options import MONEY_NAMES, PRECISIONS, WORKLOAD, add_money, add_workload, given_terms, left_in
from wattmint.errors import InputError

if TYPE_CHECKING:
    from wattmint.calculators.serving.case import ServeAnswer

HOW: Final = ("tp", "pp", "ep", "dp", "backend", "software_date", "speculative", "disagg", "parallel")
"""Options about how it is served."""

ASKS: Final = ("model", "gpu", "gpus", "precision", *(name for name, *_ in WORKLOAD), "concurrency", *HOW, "report")


def add(verbs: Any) -> None:
    """Add the verb to the command line.

    Parameters
    ----------
    verbs : argparse's sub-parsers
        Where verbs are added.
    """
    verb = verbs.add_parser(
        "serve",
        help="what a model on some accelerators yields: tokens, waits, watts, dollars; plans; the memory wall",
        description=(
            "Tokens per second, waits, what bounds them, watts, and what a million tokens costs and fetches, for an open model on any "
            "accelerator of the table 'chips'. Everything left out is automatic or has a cited default."
        ),
    )
    verb.add_argument("--model", metavar="NAME", help="a model by its hub's name or the table's, or the path of a config.json")
    verb.add_argument("--gpu", metavar="NAME", help="an accelerator: h200, 'H100 SXM', mi355x, tpu-v6e, trainium2, ...")
    verb.add_argument("--gpus", type=int, metavar="N", help="number of accelerators (default: 1)")
    verb.add_argument("--precision", choices=PRECISIONS, help="what weights are stored in (default: fp8)")
    add_workload(verb)
    verb.add_argument("--concurrency", metavar="N|max", help="requests at once; max: as many as give most output within the limits (default: max)")
    verb.add_argument("--parallel", choices=("auto",), help="seek the best way to cut the model over the accelerators")
    for name, text in (("tp", "tensor"), ("pp", "pipeline"), ("ep", "expert"), ("dp", "attention-data")):
        verb.add_argument(f"--{name}", type=int, metavar="N", help=f"{text} parallelism of one copy")
    verb.add_argument("--backend", metavar="NAME", help="software: vllm, sglang, trtllm, ... (default: a well-tuned one)")
    verb.add_argument("--software-date", type=float, metavar="YEAR", help="how old the software is, as a decimal year")
    verb.add_argument("--speculative", choices=("none", "mtp"), help="drafting tokens ahead (default: none)")
    verb.add_argument("--disagg", action="store_true", default=None, help="prefill and decode on accelerators of their own")
    verb.add_argument("--report", metavar="FILE.html", help="also write a page with the charts")
    add_money(verb)
    add_options(verb)
    verb.set_defaults(verb=run_serve)
    sub_verbs = verb.add_subparsers(title="further questions", metavar="plan | wall")
    serve_plan.add(sub_verbs)
    serve_wall.add(sub_verbs)


def run_serve(given: argparse.Namespace) -> int:
    """Answer one case, or every row of ``--cases``.

    Parameters
    ----------
    given : Namespace
        The options by name; None where left out.

    Returns
    -------
    int
        Exit code.

    Raises
    ------
    InputError
        When an option, a model, an accelerator or the file of cases is refused, or no way keeps the limits.
    OutputError
        When a result cannot be written.
    """
    if check_options(given, ASKS):
        return _many(given)
    for name in ("model", "gpu"):
        if getattr(given, name) is None:
            raise InputError(f"--{name}", getattr(given, name), "needed; 'wattmint facts list models' and 'wattmint facts list chips' have the names")
    from wattmint.calculators.serving.case import serve
    from wattmint.cli.console import as_json, say, say_notes
    from wattmint.cli.serve_words import case_words, notes, plain_answer

    asked = {**left_in(given, ASKS[2:-1]), **_money(given)}
    if given.concurrency is not None:
        asked["concurrency"] = _requests(given.concurrency)
    found = serve(given.model, given.gpu, **asked)
    say_notes(notes(found))
    if given.report is not None:
        _write_page(given, found)
        say(f"wrote {given.report}")
    print(as_json(plain_answer(found)) if given.json else case_words(found))
    return 0


def _write_page(given: argparse.Namespace, found: "ServeAnswer") -> None:
    from wattmint.report.files import write_text
    from wattmint.report.serving.page import render

    write_text(Path(given.report), render(found))


def _money(given: argparse.Namespace) -> dict[str, float]:
    from wattmint.units import KWH_PER_MWH

    asked = dict(left_in(given, MONEY_NAMES))
    if "power_price" in asked:
        asked["power_price_usd_per_kwh"] = asked.pop("power_price") / KWH_PER_MWH
    return asked


def _requests(word: str) -> int | str:
    from wattmint.serving.limits import MAX

    if word == MAX:
        return MAX
    if not word.isascii() or not word.isdigit() or int(word) < 1:
        raise InputError("--concurrency", word, f"a whole number from 1, or '{MAX}'")
    return int(word)


def _many(given: argparse.Namespace) -> int:
    from wattmint.calculators.serving.case import BANDS, FIELDS
    from wattmint.calculators.serving.many import NEEDED, READ, solve
    from wattmint.cli.console import say_notes

    plant = given_terms(given)
    code = run_together(given, NEEDED, (*FIELDS, *BANDS), lambda rows: solve(rows, plant))
    say_notes([f"read are {', '.join(READ)}; other columns are kept; a blank is automatic, of concurrency 'max'"])
    return code
