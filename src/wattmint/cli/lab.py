"""``wattmint lab``: the two tokens, proven on the machine in front of you."""

import argparse
import math
import os
from collections.abc import Callable
from typing import Any, Final

from wattmint.errors import InputError

ALGORITHMS: Final = ("sha256d", "scrypt")
"""Of `wattmint.lab.mining`, which is too slow to import for ``--help``."""

SECONDS: Final = 10.0

HASHING: Final = ("hash", "flip", "stop", "compare")
"""Experiments that need the compiled search."""

PATIENCE_S: Final = 1.0

ASKS: Final = {
    "hash": "hashes per second and joules per terahash of this machine, and whether luck has a memory",
    "wall": "a small language model at growing batch: where decoding leaves the memory roof",
    "flip": "one wrong bit, and fewer bits, in a language model and in mining",
    "stop": "a power cut in a mining process and in a training run: what is lost",
    "network": "what a pool connection needs, and what training chips must exchange, per kilowatt",
    "compare": "the two tokens side by side: every number measured here or cited; about a minute",
}
"""What each experiment shows."""


def add(verbs: Any) -> None:
    """Add the verb to the command line.

    Parameters
    ----------
    verbs : argparse's sub-parsers
        Where verbs are added.
    """
    text = "Measure on this machine what the comparison of AI tokens and chain tokens rests on."
    verb = verbs.add_parser("lab", help="AI tokens and chain tokens, measured on this machine", description=text)
    asks = verb.add_subparsers(title="experiments", metavar="EXPERIMENT", required=True)
    for name, what in ASKS.items():
        ask = asks.add_parser(name, help=what, description=what[0].upper() + what[1:] + ".")
        if name == "hash":
            ask.add_argument("--threads", type=int, default=1, metavar="N", help="threads at once (default: 1)")
            ask.add_argument("--seconds", type=float, default=SECONDS, metavar="S", help=f"how long (default: {SECONDS:g})")
            ask.add_argument("--algorithm", choices=ALGORITHMS, default="sha256d", help="bitcoin's or litecoin's proof of work (default: sha256d)")
        if name == "wall":
            ask.add_argument("--gpu", action="store_true", help="on a GPU instead, with its SHA-256d rate; needs the extra wattmint[gpu]")
        ask.add_argument("--json", action="store_true", help="print JSON instead of words")
        ask.add_argument("--report", metavar="FILE.html", help="also write a page with charts")
        ask.set_defaults(verb=run_lab, experiment=name)


def run_lab(given: argparse.Namespace) -> int:
    """Run one experiment, and tell its result in words, as JSON, as a page.

    Parameters
    ----------
    given : Namespace
        ``experiment`` and its options, ``json``, ``report``.

    Returns
    -------
    int
        Exit code.

    Raises
    ------
    InputError
        When an option is refused.
    OutputError
        When the page cannot be written.
    """
    prepare_processor()
    from dataclasses import asdict
    from pathlib import Path

    from wattmint.cli.console import as_json, say
    from wattmint.cli.lab_words import words
    from wattmint.report.files import check_folder, write_text

    if given.report is not None:
        if getattr(given, "gpu", False):
            raise InputError("--report", given.report, "goes without --gpu")
        check_folder(Path(given.report).parent)
    if given.experiment in HASHING:
        compile_search()
    result = _experiments()[given.experiment](given)
    if given.report is not None:
        from wattmint.report.lab.page import render

        write_text(Path(given.report), render(given.experiment, result))
        say(f"wrote {given.report}")
    told = "gpu" if getattr(given, "gpu", False) else given.experiment
    print(as_json(finite(asdict(result))) if given.json else words(told, result))
    return 0


def prepare_processor() -> None:
    """Have wide vector registers used, and small matrices multiplied by one thread: both are read when numba and NumPy are first imported."""
    from wattmint.lab.vectors import VARIABLE, host_features, wide_features

    wide = wide_features(host_features())
    if wide is not None:
        os.environ.setdefault(VARIABLE, wide)
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")


def compile_search() -> None:
    """Compile the search, or load what was compiled before; say so if that takes a while."""
    import threading

    from wattmint.cli.console import say
    from wattmint.lab.mining import warm_up

    patience = threading.Timer(PATIENCE_S, say, ["compiling the search: some ten seconds, once on this machine"])
    patience.start()
    try:
        warm_up()
    finally:
        patience.cancel()


def finite(value: Any) -> Any:
    """Return plain data with None in place of what JSON has no number for."""
    if isinstance(value, dict):
        return {key: finite(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [finite(one) for one in value]
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value


def _experiments() -> dict[str, Callable[[argparse.Namespace], Any]]:
    return {"hash": _hash, "wall": _wall, "flip": _flip, "stop": _stop, "network": _network, "compare": _compare}


def _progress(label: str) -> Callable[[int, int], None]:
    import sys

    from wattmint.cli.console import Progress

    return Progress(label, sys.stderr)


def _hash(given: argparse.Namespace) -> Any:
    from wattmint.lab.hashing import measure

    return measure(given.algorithm, given.threads, given.seconds, _progress("hashing"))


def _wall(given: argparse.Namespace) -> Any:
    if given.gpu:
        from wattmint.lab.gpu import measure_gpu

        return measure_gpu(_progress("decoding on the GPU"))
    from wattmint.lab.wall import measure_wall

    return measure_wall(_progress("decoding"))


def _flip(_given: argparse.Namespace) -> Any:
    from wattmint.lab.flips import measure_flips

    return measure_flips(_progress("training the small model"))


def _stop(_given: argparse.Namespace) -> Any:
    from wattmint.lab.stopping import measure_stops

    return measure_stops(_progress("killing processes"))


def _network(_given: argparse.Namespace) -> Any:
    from wattmint.lab.network import measure_network

    return measure_network()


def _compare(_given: argparse.Namespace) -> Any:
    from wattmint.lab.compare import measure_comparison

    return measure_comparison(_progress("experiments"))
