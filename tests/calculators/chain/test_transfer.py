import pytest
from tests.ledger.ground import PURSE, SHOP

from wattmint.calculators.chain.transfer import PROOF_OF_STAKE, signed_vsize, transfer
from wattmint.errors import InputError, UnknownNameError
from wattmint.facts.load import table
from wattmint.ledger.transaction import OutPoint, TxOut
from wattmint.market.snapshot import Snapshot, market_snapshot
from wattmint.scenario.model import Market
from wattmint.units import SAT_PER_BTC


@pytest.fixture(scope="module")
def snapshot() -> Snapshot:
    return market_snapshot(Market())


@pytest.mark.parametrize(
    ("lock", "inputs", "outputs", "vsize"),
    [("p2wpkh", 1, 2, 141), ("p2wpkh", 2, 2, 209), ("p2pkh", 1, 2, 226), ("p2pkh", 2, 1, 340)],  # as wallets commonly quote them
)
def test_sizes_of_common_transfers(lock, inputs, outputs, vsize):
    assert signed_vsize(lock, inputs, outputs) == vsize


@pytest.mark.parametrize(("purse", "lock"), [(PURSE, "p2wpkh"), (SHOP, "p2pkh")])
def test_the_size_is_that_of_a_transfer_really_signed(purse, lock):
    coins = [(OutPoint(bytes([n]) * 32, 0), TxOut(SAT_PER_BTC, purse.script)) for n in range(1, 4)]
    real = purse.pay(coins, [TxOut(SAT_PER_BTC, purse.script)], 5)
    assert 0 <= signed_vsize(lock, 3, 2) - real.vsize <= 3  # a signature is a byte shorter now and then


def test_fees_are_size_times_rate_and_dollars_follow(snapshot):
    found = transfer(snapshot)
    for fee in found.fees:
        assert fee.sat == pytest.approx(fee.sat_per_vb * found.vsize)
        assert fee.usd == pytest.approx(fee.sat / SAT_PER_BTC * snapshot.btc_usd)
    assert (found.fees[0].when, found.fees[0].rate) == ("now", "mean")
    assert [fee.rate for fee in found.fees[1:4]] == ["p10", "p50", "p90"]
    assert len(found.fees) == 1 + 3 * len(table("fee_rates"))


def test_a_block_of_such_transfers_pays_the_snapshot_s_fees(snapshot):
    found = transfer(snapshot)
    per_block = 3_598_164 / 4 / found.vsize
    assert found.fees[0].sat * per_block == pytest.approx(snapshot.fees_btc_per_block * SAT_PER_BTC, rel=1e-5)


def test_a_rate_of_one_s_own_and_more_coins(snapshot):
    found = transfer(snapshot, "p2pkh", 3, 1, 12.5)
    assert (found.fees[0].rate, found.fees[0].sat) == ("given", 12.5 * signed_vsize("p2pkh", 3, 1))


def test_energy_is_the_network_s_shared_out(snapshot):
    found = transfer(snapshot)
    for kwh, power_mw in zip(found.kwh, found.energy.power_mw, strict=True):
        assert kwh * found.transactions_per_block == pytest.approx(power_mw * 1_000 / 6)


@pytest.mark.parametrize(
    ("given", "what"),
    [({"inputs": 0}, "transfer_inputs"), ({"outputs": 1.5}, "whole"), ({"rate_sat_per_vb": -1}, "fee_rate"), ({"inputs": 1_001}, "1,000")],
)
def test_numbers_out_of_range_are_refused(snapshot, given, what):
    with pytest.raises(InputError, match=what):
        transfer(snapshot, **given)


def test_an_unknown_lock_is_refused(snapshot):
    with pytest.raises(UnknownNameError, match="p2wpkh"):
        transfer(snapshot, "p2wpk")


def test_proof_of_stake_is_named_for_what_it_is():
    assert "no miners since 15 September 2022" in PROOF_OF_STAKE
