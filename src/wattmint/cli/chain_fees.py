"""``wattmint chain fees``: what a transfer costs, and what energy stands behind it."""

import argparse
from collections.abc import Mapping
from typing import Any, Final

from wattmint.cli.cases import Row, add_options, check_options, number_in, run_cases

RESULTS: Final = ("vsize", "sat_per_vb", "sat", "usd", "kwh_low", "kwh_guess", "kwh_high")
"""Columns of ``--out``."""

NUMBERS: Final = ("inputs", "outputs", "rate")


def add(verbs: Any) -> None:
    """Add the sub-verb to ``wattmint chain``.

    Parameters
    ----------
    verbs : argparse's sub-parsers
        Where sub-verbs are added.
    """
    verb = verbs.add_parser(
        "fees",
        help="what a transfer costs, and what energy stands behind it",
        description=(
            "What a bitcoin transfer costs at the fee rates of today's market snapshot and of four stretches of the past, and the network's energy "
            "shared out over transactions: an average, no cause."
        ),
    )
    verb.add_argument("--lock", metavar="LOCK", help="p2wpkh or p2pkh (default: p2wpkh)")
    verb.add_argument("--inputs", type=int, metavar="N", help="coins spent (default: 1)")
    verb.add_argument("--outputs", type=int, metavar="N", help="coins made, change included (default: 2)")
    verb.add_argument("--rate", type=float, metavar="SAT_PER_VB", help="fee rate (default: the market snapshot's mean)")
    add_options(verb)
    verb.set_defaults(verb=run_fees)


def run_fees(given: argparse.Namespace) -> int:
    """Price one transfer, or every row of ``--cases`` (columns inputs, outputs; may have lock, rate).

    Parameters
    ----------
    given : Namespace
        The options.

    Returns
    -------
    int
        Exit code.

    Raises
    ------
    InputError
        When an option or the file of cases is refused.
    OutputError
        When the result of the cases cannot be written.
    """
    from wattmint.calculators.chain.transfer import PROOF_OF_STAKE
    from wattmint.cli.console import as_json, say_notes

    if check_options(given, ("lock", *NUMBERS)):
        return run_cases(given, ("inputs", "outputs"), RESULTS, _row)
    found = _transfer(given.lock, {name: getattr(given, name) for name in NUMBERS if getattr(given, name) is not None})
    say_notes([PROOF_OF_STAKE])
    print(as_json({**found, "proof_of_stake": PROOF_OF_STAKE}) if given.json else in_words(found))
    return 0


def in_words(found: Mapping[str, Any]) -> str:
    """Return a transfer as lines.

    Parameters
    ----------
    found : mapping
        `wattmint.calculators.chain.transfer.Transfer` by field.

    Returns
    -------
    str
        A table of fees and what the energy is.
    """
    from wattmint.cli.console import aligned

    rows = [["when", "rate", "sat/vB", "sat", "USD"]]
    rows += [[fee["when"], fee["rate"], f"{fee['sat_per_vb']:,.1f}", f"{fee['sat']:,.0f}", f"{fee['usd']:,.2f}"] for fee in found["fees"]]
    low, guess, high = found["kwh"]
    machines = "{1:.3g} J/TH ({0:.3g} to {2:.3g})".format(*found["energy"]["j_per_th"])
    basis = f"{machines} for the whole network, {found['transactions_per_block']:,.0f} transactions per block"
    return "\n".join(
        [
            f"{found['inputs']} {found['lock'].upper()} coin(s) into {found['outputs']}: {found['vsize']:,} virtual bytes",
            aligned(rows, right=(2, 3, 4)),
            "Percentiles are over blocks (a block's fees over its virtual bytes); USD at today's coin price.",
            f"Energy: about {guess:,.0f} kWh per transaction ({low:,.0f} to {high:,.0f}), an estimate: {basis}.",
            "That is the average share of a block, not what one more transfer takes: that is nothing.",
        ]
    )


def _row(row: Row) -> Mapping[str, Any]:
    found = _transfer(row.get("lock") or None, {name: number_in(row, name) for name in NUMBERS if row.get(name)})
    fee, energy = found["fees"][0], dict(zip(("kwh_low", "kwh_guess", "kwh_high"), found["kwh"], strict=True))
    return {"vsize": found["vsize"], **{name: fee[name] for name in ("sat_per_vb", "sat", "usd")}, **energy}


def _transfer(lock: str | None, numbers: Mapping[str, float]) -> dict[str, Any]:
    from dataclasses import asdict

    from wattmint.calculators.chain.transfer import LOCKS, transfer
    from wattmint.market.snapshot import market_snapshot
    from wattmint.scenario.model import Market

    return asdict(transfer(market_snapshot(Market()), lock or LOCKS[0], numbers.get("inputs", 1), numbers.get("outputs", 2), numbers.get("rate")))
