"""A node is killed while it writes: at every write statement of a reorganisation, and at random moments."""

import signal
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest
from tests.ledger.crash import LATE_S
from tests.ledger.ground import PURSE, SHOP, Ground, first_blocks, ripe
from tests.ledger.test_store import digest

from wattmint.ledger.block import Block
from wattmint.ledger.chain import Chain
from wattmint.ledger.rules import PLAYGROUND
from wattmint.ledger.store import Store
from wattmint.ledger.subsidy import issued_sat
from wattmint.ledger.transaction import TxOut
from wattmint.units import SAT_PER_BTC

pytestmark = pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="no SIGKILL here")

CRASH = Path(__file__).with_name("crash.py")
ROUNDS = 6
KILLS = 10


class Story(NamedTuple):
    """Blocks in the order they arrive, and of every block the coins that there are when it is the tip."""

    blocks: list[Block]
    coins: dict[bytes, str]


def told() -> Story:
    """Two nodes grow apart, spending the same coin, and meet again: two blocks against three, again and again."""
    one, other = ripe(), ripe()
    blocks, coins = list(first_blocks()), {}
    step = Ground()
    coins[step.chain.tip_hash] = digest(step.chain.store)
    for block in blocks:
        step.take(block)
        coins[block.hash] = digest(step.chain.store)
    for _ in range(ROUNDS):
        point, coin = one.coin()
        for ground, to in ((one, SHOP), (other, PURSE)):
            ground.mempool.add(PURSE.pay([(point, coin)], [TxOut(SAT_PER_BTC, to.script)], 10))
        short, long = mined(one, 2, b"one", coins), mined(other, 3, b"other", coins)
        for block in long:
            one.take(block)
        blocks += [*short, *long]
    return Story(blocks, coins)


def mined(ground: Ground, count: int, mark: bytes, coins: dict[bytes, str]) -> list[Block]:
    blocks = []
    for _ in range(count):
        blocks += ground.mine(mark=mark)
        coins[blocks[-1].hash] = digest(ground.chain.store)
    return blocks


@pytest.fixture(scope="module")
def story() -> Story:
    return told()


def audit(file: Path, story: Story) -> bytes:
    """Check what a killed process left behind as it lies there, and after a node has gone on with it; return the tip then."""
    with closing(Store(file, PLAYGROUND)) as store:
        height, tip = store.tip()
        assert digest(store) == story.coins[tip]
        assert store.total_sat() == issued_sat(height, PLAYGROUND.halving_blocks) - 50 * SAT_PER_BTC
    chain = Chain(file, PLAYGROUND, lambda: LATE_S)
    assert digest(chain.store) == story.coins[chain.tip_hash]
    assert chain.height >= height
    chain.close()
    return chain.tip_hash


def written(blocks: list[Block], file: Path) -> Path:
    file.write_text("\n".join(block.serialised().hex() for block in blocks), encoding="utf-8")
    return file


def test_killed_at_every_write_of_a_reorganisation(story: Story, tmp_path: Path):
    before = ripe(tmp_path / "node.db")
    before.chain.close()
    first = story.blocks[len(first_blocks()) : len(first_blocks()) + 5]
    file = written(first, tmp_path / "blocks")
    writes = 90
    subprocess.run([sys.executable, CRASH, tmp_path / "node.db", file, "0", str(writes)], check=True, cwd=CRASH.parents[2])
    tips = [audit(tmp_path / f"node.db.{number}", story) for number in range(writes)]
    assert tips[0] == first_blocks()[-1].hash  # killed before the first write
    assert tips[-1] == first[-1].hash  # enough writes to see the whole of it
    assert {block.hash for block in (*first[:2], first[4])} <= set(tips)


def test_killed_at_random_moments(story: Story, tmp_path: Path):
    rng = np.random.default_rng(20_261_123)
    file = written(story.blocks, tmp_path / "blocks")
    last = story.blocks[-1].hash
    killed, run = 0, 0
    ledger = tmp_path / "node.db"
    while killed < KILLS:
        child = subprocess.Popen([sys.executable, CRASH, ledger, file], stdout=subprocess.PIPE, cwd=CRASH.parents[2])
        with child:
            assert child.stdout.readline() in (b"in\n", b"")
            time.sleep(rng.random() * 0.04)  # the random moment
            child.kill()
            killed += child.wait() == -signal.SIGKILL
        if audit(ledger, story) == last:
            run += 1
            ledger = tmp_path / f"node.db{run}"
    with subprocess.Popen([sys.executable, CRASH, ledger, file], stdout=subprocess.DEVNULL, cwd=CRASH.parents[2]) as child:
        assert child.wait() == 0
    assert audit(ledger, story) == last
