"""``wattmint train network``: how training slows down with the network between accelerators, and what mining needs instead."""

import argparse
import math
from typing import TYPE_CHECKING, Any

from wattmint.cli.cases import Row, add_options, check_options, run_cases
from wattmint.cli.train_step import COUNTS, WORDS
from wattmint.errors import InputError

if TYPE_CHECKING:
    from wattmint.calculators.training.step_network import NetworkCurve


def add(verbs: Any) -> None:
    """Add the sub-verb to ``wattmint train``.

    Parameters
    ----------
    verbs : argparse's sub-parsers
        Where sub-verbs are added.
    """
    verb = verbs.add_parser(
        "network",
        help="how training slows down from the maker's link to an internet line, beside a miner's",
        description=(
            "The same run on ever slower networks, the best plan for each; and the bytes that miners of the same power exchange with their pool."
        ),
    )
    for name, (placeholder, words) in WORDS.items():
        verb.add_argument(f"--{name.replace('_', '-')}", metavar=placeholder, help=words)
    for name, words in COUNTS.items():
        verb.add_argument(f"--{name.replace('_', '-')}", type=int, metavar="N", help=words)
    add_options(verb)
    verb.set_defaults(verb=run_train_network)


def run_train_network(given: argparse.Namespace) -> int:
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
        When an option or the file of cases is refused, or memory does not hold the run.
    OutputError
        When the result of the cases cannot be written.
    """
    from dataclasses import asdict

    from wattmint.calculators.training.step_cases import FIELDS, REQUIRED
    from wattmint.calculators.training.step_network import network_curve
    from wattmint.cli.console import as_json

    if check_options(given, (*WORDS, *COUNTS)):
        return run_cases(given, REQUIRED, _results(), _row)
    for name in ("model", "gpu", "gpus"):
        if getattr(given, name) is None:
            raise InputError(f"--{name}", None, "needed")
    found = network_curve({name: getattr(given, name) for name in FIELDS} | {"precision": given.precision or "bf16"})
    print(as_json(asdict(found)) if given.json else network_words(found))
    return 0


def network_words(found: "NetworkCurve") -> str:
    """Return the curve as a table and two sentences.

    Parameters
    ----------
    found : NetworkCurve
        Any.

    Returns
    -------
    str
        Lines.
    """
    from wattmint.cli.console import aligned

    head = ["link", "Gbit/s", "tokens/s/GPU", "kept", "bytes/s/kW", "plan"]
    cells = [
        [
            one.link, f"{one.gbit_per_s:,.4g}", f"{one.tokens_per_s_per_gpu:,.4g}", f"{one.kept:.3g}" if one.kept < 0.01 else f"{one.kept:.1%}",
            f"{one.bytes_per_s_per_kw:,.3g}", f"tp{one.tp:.0f} pp{one.pp:.0f} cp{one.cp:.0f} ep{one.ep:.0f}{' shared' if one.sharded else ''}",
        ]
        for one in found.rows
    ]  # fmt: skip
    mining = f"miners of the same {found.kw:,.3g} kW exchange {found.mining_bytes_per_s:,.3g} bytes/s with their pool"
    ratio = f"per kilowatt training sends 10^{math.log10(found.ratio):.1f} times as much" if found.ratio else "one accelerator sends nothing"
    return f"{aligned([head, *cells], right=(1, 2, 3, 4))}\n{mining} ({found.mining_bytes_per_s_per_kw:.3g} per kW); {ratio}"


def _results() -> tuple[str, ...]:
    from wattmint.calculators.training.step_network import GBITS

    return ("tokens_per_s_per_gpu", *(f"kept_at_{gbit:g}_gbit" for gbit in GBITS), "bytes_per_s_per_kw", "mining_bytes_per_s_per_kw")


def _row(row: Row) -> dict[str, Any]:
    from wattmint.calculators.training.step_network import network_curve

    found = network_curve(row)
    kept = [one.kept for one in found.rows[1:]]
    return dict(
        zip(_results(), [found.rows[0].tokens_per_s_per_gpu, *kept, found.rows[0].bytes_per_s_per_kw, found.mining_bytes_per_s_per_kw], strict=True)
    )
