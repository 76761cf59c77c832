import asyncio
from pathlib import Path

from wattmint.ledger.rules import COINBASE_MATURITY_BLOCKS, PLAYGROUND
from wattmint.ledger.stage import NAMES, SPACING_S, Stage
from wattmint.ledger.transaction import TxOut
from wattmint.units import SAT_PER_BTC

RING = ((0, 1), (1, 2), (2, 3), (3, 0))


def on_stage(folder: Path, act):
    """Run an act on an open stage; return the stage."""

    async def run():
        stage = Stage(folder)
        try:
            await stage.open(RING)
            await act(stage)
        finally:
            await stage.close()
        return stage

    return asyncio.run(run())


def test_a_block_reaches_all_and_moves_the_clock(tmp_path: Path):
    async def act(stage):
        block = await stage.mine(1)
        assert {node.chain.tip_hash for node in stage.nodes} == {block.hash}

    stage = on_stage(tmp_path, act)
    assert stage.time_s == PLAYGROUND.genesis_time_s + SPACING_S
    assert stage.events == ["4 nodes listen on loopback ports and greet their neighbours"]
    assert {file.name for file in tmp_path.glob("*.db")} == {f"{name}.db" for name in NAMES}


def test_what_is_mined_in_a_half_stays_there_until_the_halves_are_linked(tmp_path: Path):
    async def act(stage):
        await stage.cut(((1, 2), (3, 0)))
        block = await stage.mine(0, (0, 1))
        assert stage.nodes[1].chain.tip_hash == block.hash
        assert stage.nodes[2].chain.height == stage.nodes[3].chain.height == 0
        await stage.link(((1, 2),))
        await stage.agree(range(4), block.hash)

    assert {node.chain.height for node in on_stage(tmp_path, act).nodes} == {1}


def test_a_payment_waits_everywhere_and_a_second_one_of_its_coin_is_refused(tmp_path: Path):
    async def act(stage):
        for _ in range(COINBASE_MATURITY_BLOCKS + 1):
            await stage.mine(0)
        point, coin = stage.coin(0)
        one, other = (stage.purses[0].pay([(point, coin.output)], [TxOut(amount * SAT_PER_BTC, stage.shop.script)], 5) for amount in (1, 2))
        await stage.spread(0, one)
        assert all(one.txid in node.mempool for node in stage.nodes)
        await stage.refused("again", 2, other)

    refusals = on_stage(tmp_path, act).refusals
    assert [refusal.what for refusal in refusals] == ["again"]
    assert refusals[0].reason
