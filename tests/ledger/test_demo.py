from pathlib import Path

import pytest

from wattmint.errors import WattmintError
from wattmint.ledger import demo
from wattmint.ledger.demo import LAST_HEIGHT, LONG_BRANCH, SHORT_BRANCH, play
from wattmint.ledger.rules import PLAYGROUND
from wattmint.ledger.stage import NAMES
from wattmint.ledger.subsidy import issued_sat
from wattmint.units import SAT_PER_BTC


def test_the_play_ends_with_one_tip_and_exactly_the_coins_that_the_rules_give(tmp_path: Path):
    outcome = play(tmp_path)
    assert (outcome.nodes, outcome.height) == (len(NAMES), LAST_HEIGHT)
    assert outcome.coins_sat == outcome.subsidy_sat == issued_sat(LAST_HEIGHT, PLAYGROUND.halving_blocks) - 50 * SAT_PER_BTC
    assert outcome.coinbase_sat == outcome.subsidy_sat + outcome.fees_sat
    assert outcome.fees_sat > 0
    assert [refusal.what.split()[:2] for refusal in outcome.refusals] == [["a", "second"], ["a", "second"], ["a", "block,"]]
    assert (outcome.branches, outcome.blocks_left, outcome.payments_reversed) == ((SHORT_BRANCH, LONG_BRANCH), SHORT_BRANCH, 1)
    assert outcome.last_hashes_per_block > 16 * outcome.first_hashes_per_block
    assert outcome.genesis_nonce == 2_083_236_893
    low, middle, high = outcome.waiting_sat_per_vb.values()
    assert 2 <= low < middle < high < 32
    assert {file.name for file in tmp_path.glob("*.db")} == {f"{name}.db" for name in NAMES}


def test_nodes_that_do_not_agree_in_time_are_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(demo, "LONGEST_S", 0.0)
    with pytest.raises(WattmintError, match="did not agree"):
        play(tmp_path)
