"""The play: four nodes on this machine mine, pay, fork, heal, and refuse what must be refused.

Nodes, sockets, files, hashes and signatures are real; the clock is the play's own, so that days of blocks pass in seconds. Everything
waits for what it needs and for nothing else, so the outcome is the same on a fast machine and on a slow one; only the limit on the
whole is in real time.
"""

import asyncio
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from wattmint.errors import InputError, WattmintError
from wattmint.ledger.audit import account_of, check_account
from wattmint.ledger.block import Block
from wattmint.ledger.chain import Chain
from wattmint.ledger.hashes import as_written, merkle_root
from wattmint.ledger.header import solved
from wattmint.ledger.mempool import percentiles
from wattmint.ledger.miner import mined
from wattmint.ledger.pow import expected_hashes, target_from_bits
from wattmint.ledger.rules import COINBASE_MATURITY_BLOCKS, MAINNET, PLAYGROUND
from wattmint.ledger.stage import NAMES, SPACING_S, Refusal, Stage
from wattmint.ledger.transaction import OutPoint, Transaction, TxOut
from wattmint.units import SAT_PER_BTC

LINKS: Final = ((0, 1), (1, 2), (2, 3), (3, 0))
BRIDGES: Final = ((1, 2), (3, 0))
"""Links that are cut to make two halves: the first two nodes, and the last two."""

RATES_SAT_PER_VB: Final = (2, 5, 9, 14, 20, 31)
SHORT_BRANCH, LONG_BRANCH = 3, 5
LAST_HEIGHT: Final = 160
"""Beyond the playground's first halving at 150."""

GENESIS_TRIES: Final = 20_000
LONGEST_S: Final = 120.0
"""The play is given up after so many real seconds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How the play ended.

    Attributes
    ----------
    nodes, height, tip : int, int and str
        How many, and the chain that counts, the same on all of them.
    first_hashes_per_block, last_hashes_per_block : int
        Mean hashes that a block takes, at the beginning and at the end.
    branches : tuple of int
        Blocks of the two branches while the network was cut.
    blocks_left, payments_reversed : int
        What the shorter branch's half gave up when the network healed: blocks, and payments whose coin the other branch had spent.
    payments, fees_sat, subsidy_sat : int
        Payments on the chain that counts, all their fees, and all subsidies above the first block.
    coinbase_sat : int
        What the coinbases above the first block took: subsidies and fees, no more and no less.
    coins_sat : int
        Sum of all coins, the same on all nodes: the subsidies, because fees only change hands.
    waiting_sat_per_vb : dict of str to float
        Percentiles of the fee rates that waited for one block, by bytes.
    genesis_nonce : int
        Of Bitcoin's first block, found again by search.
    refusals : tuple of Refusal
        In order.
    events : tuple of str
        What happened, in order.
    """

    nodes: int
    height: int
    tip: str
    first_hashes_per_block: int
    last_hashes_per_block: int
    branches: tuple[int, int]
    blocks_left: int
    payments_reversed: int
    payments: int
    fees_sat: int
    subsidy_sat: int
    coinbase_sat: int
    coins_sat: int
    waiting_sat_per_vb: dict[str, float]
    genesis_nonce: int
    refusals: tuple[Refusal, ...]
    events: tuple[str, ...]


def play(folder: Path) -> Outcome:
    """Run the play.

    Parameters
    ----------
    folder : Path
        Empty; each node keeps its file there.

    Returns
    -------
    Outcome
        Checked: all nodes on one tip with the same coins, and not a satoshi more or less than the rules give.

    Raises
    ------
    WattmintError
        If the nodes do not agree in time, or the coins are not what they must be: a defect.
    """
    return asyncio.run(_play(folder))


async def _play(folder: Path) -> Outcome:
    stage = Stage(folder)
    try:
        async with asyncio.timeout(LONGEST_S):
            await stage.open(LINKS)
            await _earn(stage)
            waiting = await _market(stage)
            await _double_spend(stage)
            reversed_payments = await _fork_and_heal(stage)
            await _finish(stage)
        return _outcome(stage, waiting, reversed_payments)
    except TimeoutError:
        raise WattmintError(f"the nodes did not agree within {LONGEST_S:g} s") from None
    finally:
        await stage.close()


async def _earn(stage: Stage) -> None:
    """Mine until the first coins are mature."""
    for height in range(COINBASE_MATURITY_BLOCKS + len(NAMES)):
        await stage.mine(height % len(NAMES))
    stage.events.append(f"{stage.nodes[0].chain.height} blocks mined in turn; new coins can be spent after {COINBASE_MATURITY_BLOCKS} blocks")


async def _market(stage: Stage) -> dict[str, float]:
    """Pay at different fee rates, and mine what waits."""
    point, coin = stage.coin(0)
    paid = TxOut(SAT_PER_BTC, stage.shop.script)
    for rate in RATES_SAT_PER_VB:
        payment = stage.purses[0].pay([(point, coin.output)], [paid], rate)
        await stage.spread(0, payment)
        change = len(payment.outputs) - 1
        point, coin = OutPoint(payment.txid, change), replace(coin, output=payment.outputs[change])
    rates = stage.nodes[2].mempool.rates()
    found = percentiles(rates, (0.1, 0.5, 0.9))
    block = await stage.mine(2)
    stage.events.append(f"{len(block.transactions) - 1} payments at {RATES_SAT_PER_VB[0]} to {RATES_SAT_PER_VB[-1]} sat/vB wait and are mined")
    return {name: float(value) for name, value in zip(("p10", "p50", "p90"), found, strict=True)}


async def _double_spend(stage: Stage) -> None:
    """Pay the shop, then try in three ways to spend the same coin again."""
    point, coin = stage.coin(1)
    honest = stage.purses[1].pay([(point, coin.output)], [TxOut(2 * SAT_PER_BTC, stage.shop.script)], 10)
    again = stage.purses[1].pay([(point, coin.output)], [TxOut(2 * SAT_PER_BTC, stage.purses[1].script)], 100)
    await stage.spread(1, honest)
    await stage.refused("a second spend of a waiting coin, at ten times the fee", 3, again)
    await stage.mine(3)
    await stage.refused("a second spend of a coin that a block has spent", 3, again)
    cheating = _with_payment(stage.nodes[2].chain, stage.purses[2].script, stage.time_s, again)
    try:
        await stage.nodes[0].take_block(cheating, None)
    except InputError as error:
        stage.refusals.append(Refusal("a block, its work done, that spends the coin again", str(error)))
    stage.events.append(f"a double spend is tried {len(stage.refusals)} times and refused {len(stage.refusals)} times")


async def _fork_and_heal(stage: Stage) -> int:
    """Cut the network, spend one coin on both sides, join it again, and return how many payments were reversed."""
    await stage.cut(BRIDGES)
    point, coin = stage.coin(0)
    to_shop = stage.purses[0].pay([(point, coin.output)], [TxOut(3 * SAT_PER_BTC, stage.shop.script)], 12)
    to_self = stage.purses[0].pay([(point, coin.output)], [TxOut(3 * SAT_PER_BTC, stage.purses[0].script)], 12)
    await stage.spread(0, to_shop, (0, 1))
    await stage.spread(2, to_self, (2, 3))
    short = [await stage.mine(one % 2, (0, 1)) for one in range(SHORT_BRANCH)]
    stage.time_s -= SHORT_BRANCH * SPACING_S  # both halves mine in the same hours
    long = [await stage.mine(2 + one % 2, (2, 3)) for one in range(LONG_BRANCH)]
    stage.events.append(f"the network is cut; one half mines {SHORT_BRANCH} blocks, the other {LONG_BRANCH}; one coin is spent in both")
    await stage.link(BRIDGES)
    await stage.agree(range(len(NAMES)), long[-1].hash)
    with suppress(InputError):
        stage.nodes[0].mempool.add(to_shop)  # cannot come back: its coin is gone
    gone = [one for block in short for one in block.transactions[1:] if stage.nodes[0].chain.coin(OutPoint(one.txid, 0)) is None]
    lost = [one for one in gone if one.txid not in stage.nodes[0].mempool]
    stage.events.append(f"the network heals: all nodes move to the longer branch, {SHORT_BRANCH} blocks and {len(lost)} payment are undone")
    return len(lost)


async def _finish(stage: Stage) -> None:
    """Mine past the first halving."""
    index = 0
    while stage.nodes[0].chain.height < LAST_HEIGHT:
        await stage.mine(index % len(NAMES))
        index += 1
    stage.events.append(f"mined on to height {LAST_HEIGHT}; the subsidy halved at {PLAYGROUND.halving_blocks}")


def _outcome(stage: Stage, waiting: dict[str, float], reversed_payments: int) -> Outcome:
    """Audit all nodes and sum up."""
    accounts = {account_of(node.chain) for node in stage.nodes}
    if len(accounts) != 1:
        raise WattmintError(f"the nodes ended with {len(accounts)} different accounts of the coins")
    account = accounts.pop()
    check_account(account)
    chain, genesis = stage.nodes[0].chain, MAINNET.genesis.header
    near = solved(replace(genesis, nonce=genesis.nonce - GENESIS_TRIES), 2 * GENESIS_TRIES)
    return Outcome(
        nodes=len(stage.nodes),
        height=chain.height,
        tip=as_written(chain.tip_hash),
        first_hashes_per_block=PLAYGROUND.genesis.header.work,
        last_hashes_per_block=expected_hashes(target_from_bits(chain.required_bits())),
        branches=(SHORT_BRANCH, LONG_BRANCH),
        blocks_left=SHORT_BRANCH,
        payments_reversed=reversed_payments,
        payments=account.payments,
        fees_sat=account.fees_sat,
        subsidy_sat=account.subsidy_sat,
        coinbase_sat=account.coinbase_sat,
        coins_sat=account.coins_sat,
        waiting_sat_per_vb=waiting,
        genesis_nonce=-1 if near is None else near.nonce,
        refusals=tuple(stage.refusals),
        events=tuple(stage.events),
    )


def _with_payment(chain: Chain, script: bytes, time_s: int, payment: Transaction) -> Block:
    """Return a block of a cheat: an honest one's header with a payment added, its work done anew; without witnesses, hence P2PKH."""
    block = mined(chain, None, script, time_s)
    transactions = (*block.transactions, payment)
    header = replace(block.header, merkle=merkle_root([one.txid for one in transactions])[0], nonce=0)
    found = solved(header)
    assert found is not None  # noqa: S101 - at the playground's difficulty some nonce of 2**32 always is
    return Block(found, transactions)
