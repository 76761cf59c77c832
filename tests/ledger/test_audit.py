from dataclasses import replace

import pytest
from tests.ledger.ground import ripe

from wattmint.errors import WattmintError
from wattmint.ledger.audit import account_of, check_account
from wattmint.ledger.rules import PLAYGROUND
from wattmint.ledger.subsidy import issued_sat
from wattmint.units import SAT_PER_BTC


def test_an_account_counts_every_block_and_coin():
    ground = ripe()
    payment = ground.payment(rate=10)
    ground.mempool.add(payment)
    ground.mine()
    account = account_of(ground.chain)
    assert account.tip == ground.chain.tip_hash
    assert account.payments == 1
    assert account.fees_sat == 50 * SAT_PER_BTC - sum(output.value_sat for output in payment.outputs) >= 10 * payment.vsize
    assert account.coins_sat == account.subsidy_sat == issued_sat(ground.chain.height, PLAYGROUND.halving_blocks) - 50 * SAT_PER_BTC
    assert account.coinbase_sat == account.subsidy_sat + account.fees_sat
    check_account(account)


def test_chains_with_the_same_blocks_have_the_same_account_and_others_have_not():
    one, other = ripe(), ripe()
    assert account_of(one.chain) == account_of(other.chain)
    other.mine(mark=b"other")
    assert account_of(one.chain).coins_digest != account_of(other.chain).coins_digest


@pytest.mark.parametrize("change", [{"coins_sat": 1}, {"coinbase_sat": 1}, {"coinbase_sat": -1}])
def test_a_satoshi_too_many_or_too_few_is_refused(change):
    account = account_of(ripe().chain)
    with pytest.raises(WattmintError, match="coins are not what the rules give"):
        check_account(replace(account, **{name: getattr(account, name) + by for name, by in change.items()}))
