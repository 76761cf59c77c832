from tests.ledger.ground import PURSE, Ground, ripe

from wattmint.ledger.block import COMMITMENT, check_block, check_height, check_witnesses
from wattmint.ledger.miner import mined
from wattmint.ledger.rules import PLAYGROUND
from wattmint.ledger.subsidy import subsidy_sat


def test_a_mined_block_keeps_every_rule_and_takes_all_it_may():
    ground = ripe()
    payment = ground.payment(rate=10)
    coin = ground.chain.coin(payment.inputs[0].prevout)
    ground.mempool.add(payment)
    block = ground.next_block()
    check_block(block, PLAYGROUND.easiest_bits)
    check_height(block, ground.chain.height + 1)
    check_witnesses(block)
    fee = coin.output.value_sat - sum(one.value_sat for one in payment.outputs)
    reward, committed = block.transactions[0].outputs
    assert reward.value_sat == subsidy_sat(ground.chain.height + 1, PLAYGROUND.halving_blocks) + fee
    assert (committed.value_sat, committed.script[: len(COMMITMENT)]) == (0, COMMITMENT)
    assert block.transactions[1:] == (payment,)


def test_without_witnesses_there_is_no_commitment():
    ground = ripe()
    block = ground.next_block()
    assert len(block.transactions[0].outputs) == 1
    assert not block.transactions[0].has_witness


def test_time_is_raised_to_the_earliest_allowed():
    ground = Ground()
    ground.mine(12)
    block = mined(ground.chain, None, PURSE.script, 0)
    assert block.header.time_s == ground.chain.earliest_time_s()
    ground.take(block)


def test_marks_make_blocks_differ():
    ground = Ground()
    assert ground.next_block(mark=b"one").hash != ground.next_block(mark=b"other").hash
    assert ground.next_block(mark=b"one") == ground.next_block(mark=b"one")
