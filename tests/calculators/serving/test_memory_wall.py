from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wattmint.calculators.serving.memory_wall import (
    COSTS,
    MOST_SEQUENCES,
    Chips,
    Load,
    batch_that_leaves,
    memory_batch,
    memory_costs,
    memory_wall,
    step,
)
from wattmint.errors import InputError
from wattmint.physics.transformer import Architecture, parameters

LLAMA_70B = Architecture(layers=80, hidden=8192, heads=64, kv_heads=8, head_dim=128, ffn=28672, vocab=128256)
MIXTRAL = Architecture(layers=32, hidden=4096, heads=32, kv_heads=8, head_dim=128, ffn=0, vocab=32000, experts=8, experts_per_token=2, moe_ffn=14336)
H200 = Chips(count=8, flops_per_s=1978.9e12, bandwidth_bytes_per_s=4.8e12, memory_bytes=141e9)
CHAT = Load(LLAMA_70B, context=1536.0, weight_bytes=1.0, cache_bytes=1.0)

loads = st.builds(
    Load,
    arch=st.sampled_from((LLAMA_70B, MIXTRAL)),
    context=st.floats(1.0, 2e5),
    weight_bytes=st.sampled_from((0.5, 1.0, 2.0)),
    cache_bytes=st.sampled_from((1.0, 2.0)),
)
chips_of_any_kind = st.builds(
    Chips,
    count=st.integers(1, 72),
    flops_per_s=st.floats(1e13, 1e16),
    bandwidth_bytes_per_s=st.floats(1e11, 3e13),
    memory_bytes=st.floats(1e10, 1e12),
)
batches = st.integers(1, 4096)


def test_one_sequence_of_llama_by_hand():
    """Two operations per weight, one byte each: intensity 2, and 206 operations idle for every one at work."""
    found = step(replace(CHAT, context=0.0), H200, 1)
    active = parameters(LLAMA_70B)[1]
    assert found.flop_per_byte == pytest.approx(2.0)
    assert H200.ridge_flop_per_byte == pytest.approx(412.3, abs=0.1)
    assert found.idle_ops_share == pytest.approx(1.0 - 2.0 / 412.27, abs=1e-5)
    assert found.tokens_per_s_per_chip == pytest.approx(8 * 4.8e12 / active / 8)
    assert batch_that_leaves(replace(CHAT, context=0.0), H200) == 207  # half the ridge, rounded up


@given(loads, chips_of_any_kind, batches, batches)
def test_a_larger_batch_idles_less_and_yields_more(load, chips, one, other):
    small, large = (step(load, chips, batch) for batch in sorted((one, other)))
    assert large.flop_per_byte >= small.flop_per_byte * (1 - 1e-12)
    assert large.idle_ops_share <= small.idle_ops_share + 1e-12
    assert large.tokens_per_s_per_chip >= small.tokens_per_s_per_chip * (1 - 1e-12)


@given(loads, chips_of_any_kind, batches, st.floats(1.0, 10.0))
def test_faster_memory_never_slows_and_never_gives_more_than_its_ratio(load, chips, batch, ratio):
    before = step(load, chips, batch)
    after = step(load, replace(chips, bandwidth_bytes_per_s=chips.bandwidth_bytes_per_s * ratio), batch)
    gain = after.tokens_per_s_per_chip / before.tokens_per_s_per_chip
    assert 1 - 1e-12 <= gain <= ratio * (1 + 1e-12)
    if after.bound == "memory":
        assert gain == pytest.approx(ratio)


@given(loads, chips_of_any_kind)
def test_the_batch_that_leaves_is_the_first_that_does(load, chips):
    found = batch_that_leaves(load, chips)
    if found is None:
        assert step(load, chips, MOST_SEQUENCES).bound == "memory"
    else:
        assert step(load, chips, found).bound == "arithmetic"
        assert found == 1 or step(load, chips, found - 1).bound == "memory"


def test_a_long_context_never_leaves_the_wall():
    found = memory_wall(replace(CHAT, context=100_000.0), H200, 16, "h200-sxm")
    assert found.leaves_at is None
    assert not found.leaves_in_memory
    assert found.most_flop_per_byte < found.ridge_flop_per_byte


def test_the_wall_of_llama_on_eight_h200():
    found = memory_wall(CHAT, H200, 64, "h200-sxm")
    assert found.memory_batch == memory_batch(CHAT, H200) == (8 * 141e9 - parameters(LLAMA_70B)[0]) // (1536 * 2 * 80 * 8 * 128)
    assert [one.batch for one in found.steps][:4] == [1, 2, 4, 8]
    assert found.steps[-1].batch == found.memory_batch
    assert found.at == step(CHAT, H200, 64)
    faster = found.faster
    assert faster is not None
    assert faster.bandwidth_ratio == pytest.approx(6 * 2.0 / 4.8)
    assert faster.tokens_ratio == pytest.approx(2.5)
    assert faster.leaves_at is not None
    assert found.leaves_at is None or faster.leaves_at < found.leaves_at


def test_no_swap_where_stacks_are_unknown_or_already_of_that_kind():
    assert memory_wall(CHAT, H200, 1, "l40s").faster is None
    assert memory_wall(CHAT, H200, 1, "vr200-nvl72").faster is None


def test_what_does_not_fit_is_refused():
    with pytest.raises(InputError, match="gpus = 1: more of them"):
        memory_wall(replace(CHAT, weight_bytes=2.0), replace(H200, count=1), 1, "h200-sxm")


def test_costs_are_the_chips_own_or_those_of_all():
    assert [fact.attribute for fact in memory_costs("b200-sxm")] == list(COSTS)
    assert [fact.attribute for fact in memory_costs("h200-sxm")] == ["memory_cost_share", "logic_cost_share"]
    assert float(memory_costs("b200-sxm")[0].value) / sum(float(fact.value) for fact in memory_costs("b200-sxm")) == pytest.approx(0.45, abs=0.01)
