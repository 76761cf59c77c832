"""``wattmint chain demo``: nodes mine, pay, fork and heal over TCP on this machine; attacks simulated against the formulas; their price."""

import argparse
from collections.abc import Mapping, Sequence
from typing import Any, Final

from wattmint.errors import InputError, MissingExtraError

SHARES: Final = (0.1, 0.3, 0.4, 0.51)
"""Shares of the hash power whose price is told."""

DEFAULT_SEED, DEFAULT_TRIALS = 1, 50_000
MOST_STOLEN_USD: Final = 10**14
"""A payment above this is none that anybody makes."""

LEAST_TRIALS, MOST_TRIALS = 2_000, 10_000_000


def add(verbs: Any) -> None:
    """Add the sub-verb to ``wattmint chain``.

    Parameters
    ----------
    verbs : argparse's sub-parsers
        Where sub-verbs are added.
    """
    verb = verbs.add_parser(
        "demo",
        help="nodes on this machine mine, pay, fork, heal and refuse a double spend; attacks against the formulas and their price",
        description=(
            "Four nodes, each with its own file, find each other over TCP on the loopback address, mine, pay, are cut in two, heal, and refuse a "
            "double spend. Then an attacker with a share of the hash power tries to rewrite blocks many times over, and what that costs today. "
            "Needs the extra 'chain'."
        ),
    )
    verb.add_argument("--seed", type=int, default=DEFAULT_SEED, metavar="N", help=f"of the simulated attacks (default: {DEFAULT_SEED})")
    verb.add_argument("--trials", type=int, default=DEFAULT_TRIALS, metavar="N", help=f"simulated attacks per case (default: {DEFAULT_TRIALS:,})")
    verb.add_argument("--json", action="store_true", help="print one JSON object; words go to standard error")
    verb.set_defaults(verb=run_demo)


def run_demo(given: argparse.Namespace) -> int:
    """Run the play and the attacks, and tell their price.

    Parameters
    ----------
    given : Namespace
        ``seed``, ``trials``, ``json``.

    Returns
    -------
    int
        Exit code.

    Raises
    ------
    InputError
        When an option is refused.
    MissingExtraError
        When the extra ``chain`` is not installed.
    """
    if not LEAST_TRIALS <= given.trials <= MOST_TRIALS:
        raise InputError("--trials", given.trials, f"{LEAST_TRIALS:,} to {MOST_TRIALS:,}")
    if given.seed < 0:
        raise InputError("--seed", given.seed, "0 or above")
    from dataclasses import asdict

    from wattmint.calculators.chain.attack_grid import ALLOWED_ERRORS, attack_grid
    from wattmint.calculators.chain.rewrite_cost import rewrite_cost
    from wattmint.cli.console import as_json, say
    from wattmint.market.snapshot import market_snapshot
    from wattmint.scenario.model import Market

    outcome = _play()
    for line in outcome["events"]:
        say(line)
    say(f"{given.trials:,} attacks in each of 32 cases ...")
    cells = [asdict(cell) for cell in attack_grid(given.seed, given.trials)]
    costs = [asdict(rewrite_cost(market_snapshot(Market()), share)) for share in SHARES]
    within = sum(abs(cell["standard_errors"]) <= ALLOWED_ERRORS for cell in cells)
    answer = {"nodes": outcome, "attacks": {"seed": given.seed, "trials": given.trials, "within_3_standard_errors": within, "grid": cells}}
    answer["rewrite_six_blocks"] = {"costs": costs}
    print(as_json(answer) if given.json else "\n\n".join([_outcome_words(outcome), _grid_words(cells, within), cost_words(costs)]))
    return 0


def cost_words(costs: Sequence[Mapping[str, Any]]) -> str:
    """Return what attacks cost as a table.

    Parameters
    ----------
    costs : sequence of mappings
        `wattmint.calculators.chain.rewrite_cost.RewriteCost` by field, all at one depth.

    Returns
    -------
    str
        A heading, a line per share, and what the columns mean.
    """
    from wattmint.cli.console import aligned
    from wattmint.report.digits import usd

    rows = [["share", "succeeds", "lasts", "rent", "comes back", "breaks even at", "or own", "machines", "sites", "power"]]
    rows += [_cost_cells(cost) for cost in costs]
    one = costs[0]
    price = f"a coin price {one['price_fall']:.0%} lower" if one["price_fall"] else "an unchanged coin price"
    hour = f"an hour of the whole network: {usd(one['network_hour_usd'])} at the hashprice of {one['hashprice_usd_per_ph_day']:.2f} USD/PH/day"
    return "\n".join(
        [
            f"What it costs to rewrite {one['blocks']} blocks ({hour}):",
            aligned(rows, right=range(len(rows[0]))),
            f"Rent without any premium: a lower bound. What comes back are the attacker's blocks where it succeeds, at {price}.",
            f"It breaks even when the payment it steals is so large. Own: {one['machine']}, on top of the network that is there.",
        ]
    )


def _cost_cells(cost: Mapping[str, Any]) -> list[str]:
    from wattmint.report.digits import usd

    odds = [f"{cost['share']:.0%}", f"{cost['success']:.2%}", f"{cost['hours']:.1f} h"]
    stolen = cost["breakeven_payment_usd"]
    rent = [usd(cost["rent_usd"]), usd(cost["returned_usd"]), "never" if stolen > MOST_STOLEN_USD else usd(stolen)]
    return [*odds, *rent, f"{cost['machines']:,.0f}", usd(cost["machines_usd"]), usd(cost["sites_usd"]), f"{cost['power_mw']:,.0f} MW"]


def _play() -> dict[str, Any]:
    import tempfile
    from dataclasses import asdict
    from pathlib import Path

    try:
        from wattmint.ledger.demo import play
    except ModuleNotFoundError as error:
        if error.name != "coincurve":
            raise
        raise MissingExtraError("chain demo", "coincurve", "chain") from None
    with tempfile.TemporaryDirectory() as folder:
        return asdict(play(Path(folder)))


def _outcome_words(outcome: Mapping[str, Any]) -> str:
    from wattmint.units import SAT_PER_BTC

    rates = ", ".join(f"{name} {rate:.1f}" for name, rate in outcome["waiting_sat_per_vb"].items())
    taken = f"{outcome['coinbase_sat'] / SAT_PER_BTC:,.8f} = subsidies + {outcome['fees_sat']:,} sat of fees from {outcome['payments']} payments"
    hashes = f"{outcome['first_hashes_per_block']} hashes at the beginning and {outcome['last_hashes_per_block']} at the end"
    undone = f"{outcome['blocks_left']} blocks and {outcome['payments_reversed']} payment in them were undone"
    lines = [
        f"{outcome['nodes']} nodes agree on height {outcome['height']}, tip {outcome['tip'][:16]}..., and on every coin.",
        f"Coins: {outcome['coins_sat'] / SAT_PER_BTC:,.8f} = all subsidies. Coinbases took {taken}. Not a satoshi more or less.",
        f"A block took {hashes}, because blocks came too fast: difficulty followed.",
        f"Fees that waited for one block, by bytes: {rates} sat/vB.",
        f"Bitcoin's own first block was found again by search: nonce {outcome['genesis_nonce']}.",
        *(f"Refused: {one['what']}." for one in outcome["refusals"]),
        f"But when the network healed, {undone}: that is what confirmations are for.",
    ]
    return "\n".join(lines)


def _grid_words(cells: Sequence[Mapping[str, Any]], within: int) -> str:
    from wattmint.cli.console import aligned

    rows = [["share", "blocks", "model", "formula", "measured", "standard errors"]]
    for cell in cells:
        numbers = [f"{cell['formula']:.5f}", f"{cell['measured']:.5f}", f"{cell['standard_errors']:+.2f}"]
        rows.append([f"{cell['share']:.0%}", str(cell["blocks"]), cell["model"], *numbers])
    return f"Attacks that rewrite blocks; {within} of {len(cells)} cases within 3 standard errors:\n{aligned(rows, right=(0, 1, 3, 4, 5))}"
