import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wattmint.facts.load import number
from wattmint.lab.network import PACKET_BYTES, answer_message, measure_network, notify_message, ring_exchange, submit_message


def test_messages_are_lines_of_json_as_pools_send_them():
    notify, submit, answer = (json.loads(line) for line in (notify_message(), submit_message(), answer_message()))
    assert all(line.endswith(b"\n") and line.count(b"\n") == 1 for line in (notify_message(), submit_message(), answer_message()))
    job, previous, start, end, branch, version, bits, time, clean = notify["params"]
    assert (notify["method"], len(previous), clean) == ("mining.notify", 64, False)
    assert [len(one) for one in branch] == [64] * 12
    assert {len(word) for word in (version, bits, time)} == {8}
    bytes.fromhex(start + end)
    assert submit["method"] == "mining.submit"
    assert (submit["params"][1], [len(word) for word in submit["params"][2:]]) == (job, [8, 8, 8, 8])
    assert answer == {"id": submit["id"], "result": True, "error": None}


def test_bytes_per_kilowatt_by_hand():
    found = measure_network()
    shares = (found.submit_bytes + found.answer_bytes + 4 * PACKET_BYTES) / 3.33
    assert found.mining_bytes_per_s == pytest.approx((found.notify_bytes + 2 * PACKET_BYTES) / 10.0 + shares)
    assert found.mining_bytes_per_s_per_kw == pytest.approx(found.mining_bytes_per_s / 3.645)
    assert found.gradient_bytes == pytest.approx(2 * 7 / 8 * 2 * 8.03e9)
    assert found.step_s == pytest.approx(1_048_576 / 8 / 14_079)
    assert found.training_bytes_per_s_per_kw == pytest.approx(found.gradient_bytes / found.step_s / number("chips", "h100-sxm", "allin_kw_per_gpu"))
    assert found.ratio == pytest.approx(found.training_bytes_per_s_per_kw / found.mining_bytes_per_s_per_kw)
    assert all(used.source for used in found.inputs)


@settings(deadline=None, max_examples=20)
@given(st.integers(2, 12), st.integers(1, 8))
def test_a_ring_sends_what_the_formula_says_and_sums_agree(chips, pieces):
    ring = ring_exchange(chips, chips * pieces)
    assert ring.agrees
    assert ring.sent_bytes == pytest.approx(ring.formula_bytes)
    assert ring.held_bytes == 4 * chips * pieces
