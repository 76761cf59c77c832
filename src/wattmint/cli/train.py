"""``wattmint train``: training on many accelerators: its speed, what interruptions leave of it, and what one destroys."""

from typing import Any

from wattmint.cli import train_goodput, train_network, train_outage, train_step


def add(verbs: Any) -> None:
    """Add the verb to the command line.

    Parameters
    ----------
    verbs : argparse's sub-parsers
        Where verbs are added.
    """
    verb = verbs.add_parser(
        "train",
        help="training runs: speed, time, energy, cost; goodput under failures; what an outage destroys",
        description=(
            "How fast a model trains on some accelerators: step, memory, power; with --tokens time, energy and cost. What is left out is automatic "
            "or has a cited default. They stand still together when one of them, or the power, fails: see goodput and outage."
        ),
    )
    train_step.add(verb)
    sub_verbs = verb.add_subparsers(title="further questions", metavar="goodput | outage | network")
    for module in (train_goodput, train_outage, train_network):
        module.add(sub_verbs)
