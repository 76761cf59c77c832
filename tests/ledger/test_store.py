import hashlib
from contextlib import closing
from pathlib import Path

import pytest
from tests.ledger.ground import PURSE, ripe

from wattmint.errors import LedgerError
from wattmint.ledger.coins import Change
from wattmint.ledger.rules import MAINNET, PLAYGROUND
from wattmint.ledger.store import Store
from wattmint.ledger.subsidy import issued_sat
from wattmint.units import SAT_PER_BTC


def digest(store: Store) -> str:
    """Of all coins, in order."""
    found = hashlib.sha256()
    for point, coin in store.coins():
        found.update(repr((point, coin)).encode())
    return found.hexdigest()


def test_a_new_file_holds_the_first_block_and_no_coin(tmp_path: Path):
    with closing(Store(tmp_path / "a.db", PLAYGROUND)) as store:
        assert store.tip() == (0, PLAYGROUND.genesis.hash)
        assert store.total_sat() == store.fees_sat() == 0
        assert store.block(PLAYGROUND.genesis.hash) == PLAYGROUND.genesis
        with pytest.raises(LedgerError, match="one that this node has"):
            store.block(b"\1" * 32)


def test_what_was_written_is_there_after_reopening(tmp_path: Path):
    ground = ripe(tmp_path / "a.db")
    ground.mempool.add(ground.payment())
    ground.mine()
    tip, coins, fees = ground.chain.store.tip(), list(ground.chain.store.coins()), ground.chain.store.fees_sat()
    ground.chain.close()
    with closing(Store(tmp_path / "a.db", PLAYGROUND)) as store:
        assert (store.tip(), list(store.coins()), store.fees_sat()) == (tip, coins, fees)
        assert store.total_sat() == issued_sat(tip[0], PLAYGROUND.halving_blocks) - 50 * SAT_PER_BTC
        assert all(store.coin(point) == coin for point, coin in coins)
        assert {point for point, _ in store.coins(PURSE.script)} == {point for point, coin in coins if coin.output.script == PURSE.script}


def test_disconnecting_undoes_connecting():
    ground = ripe()
    before, tip = digest(ground.chain.store), ground.chain.store.tip()
    ground.mempool.add(ground.payment())
    block = ground.mine()[0]
    assert digest(ground.chain.store) != before
    assert ground.chain.store.disconnect() == block
    assert (digest(ground.chain.store), ground.chain.store.tip()) == (before, tip)


def test_a_change_that_fails_changes_nothing():
    ground = ripe()
    store = ground.chain.store
    before, (height, tip) = digest(store), store.tip()
    there = next(iter(store.coins()))
    with pytest.raises(LedgerError, match="changed by someone else"):
        store.connect(height + 1, b"\1" * 32, Change((there, there), (), 0))
    assert (digest(store), store.tip()) == (before, (height, tip))


def test_one_process_one_chain_one_ledger(tmp_path: Path):
    path = tmp_path / "a.db"
    with closing(Store(path, PLAYGROUND)), pytest.raises(LedgerError, match="no other process"):
        Store(path, PLAYGROUND)
    with pytest.raises(LedgerError, match="a ledger of mainnet"):
        Store(path, MAINNET)
    (tmp_path / "b.db").write_text("no database, but long enough to be looked at as one" * 30)
    with pytest.raises(LedgerError, match="a ledger that"):
        Store(tmp_path / "b.db", PLAYGROUND)
    with pytest.raises(LedgerError, match="can be opened"):
        Store(tmp_path / "nowhere" / "a.db", PLAYGROUND)
