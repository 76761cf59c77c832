"""``wattmint chain``: bitcoin's rules at work: nodes that mine and pay, headers verified, what attacks, transfers and coins amount to."""

from typing import Any

from wattmint.cli import chain_demo, chain_fees, chain_rewrite, chain_tokens, chain_verify


def add(verbs: Any) -> None:
    """Add the verb to the command line.

    Parameters
    ----------
    verbs : argparse's sub-parsers
        Where verbs are added.
    """
    verb = verbs.add_parser(
        "chain",
        help="bitcoin's rules at work: a demo of nodes, real headers verified, the price of an attack, of a transfer, and of scarcity",
        description="Bitcoin's formats and rules, run on this machine: what makes a chain token scarce, and what its security costs.",
    )
    sub_verbs = verb.add_subparsers(title="questions", metavar="demo | verify | rewrite | fees | tokens", required=True)
    for module in (chain_demo, chain_verify, chain_rewrite, chain_fees, chain_tokens):
        module.add(sub_verbs)
