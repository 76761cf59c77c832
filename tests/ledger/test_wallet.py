import pytest
from tests.ledger.ground import PURSE, SHOP, ripe

from wattmint.errors import LedgerError
from wattmint.ledger.transaction import OutPoint, TxOut
from wattmint.ledger.wallet import DUST_SAT, Wallet
from wattmint.units import SAT_PER_BTC


def test_only_ripe_coins_that_nothing_spends_are_offered():
    ground = ripe()
    assert len(PURSE.coins(ground.chain)) == 4  # those of heights 1 to 4, at 103
    ground.mempool.add(ground.payment())
    assert len(PURSE.coins(ground.chain, ground.mempool)) == 3
    assert Wallet(b"\5" * 32).coins(ground.chain) == []


@pytest.mark.parametrize("legacy", [False, True])
@pytest.mark.parametrize("rate", [1, 10, 77])
def test_the_fee_is_the_rate_times_the_size(legacy, rate):
    purse = Wallet(b"\5" * 32, legacy=legacy)
    spent = 5 * SAT_PER_BTC
    paid = purse.pay([(OutPoint(b"\1" * 32, 0), TxOut(spent, purse.script))], [TxOut(SAT_PER_BTC, SHOP.script)], rate)
    fee = spent - sum(one.value_sat for one in paid.outputs)
    assert rate * paid.vsize <= fee <= rate * (paid.vsize + 3)
    assert paid.outputs[1].script == purse.script


def test_change_that_would_be_dust_is_left_to_the_miner():
    coin = (OutPoint(b"\1" * 32, 0), TxOut(10_000, PURSE.script))
    paid = PURSE.pay([coin], [TxOut(10_000 - 142 - DUST_SAT + 1, SHOP.script)], 1)
    assert len(paid.outputs) == 1


def test_coins_that_do_not_suffice_are_refused():
    coin = (OutPoint(b"\1" * 32, 0), TxOut(10_000, PURSE.script))
    with pytest.raises(LedgerError, match="for the fee"):
        PURSE.pay([coin], [TxOut(10_000, SHOP.script)], 1)


def test_coins_of_others_cannot_be_spent():
    with pytest.raises(LedgerError, match="of this key"):
        PURSE.pay([(OutPoint(b"\1" * 32, 0), TxOut(10_000, SHOP.script))], [TxOut(1_000, SHOP.script)], 1)
