import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wattmint.lab import flips
from wattmint.lab.decoder import drawn
from wattmint.lab.training import MODEL


@pytest.fixture(scope="module")
def found():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(flips, "STEPS", 40)
        patch.setattr(flips, "PER_BIT", 2)
        return flips.measure_flips()


def test_effects_grow_with_the_place_of_the_bit(found):
    by_part = {effect.part: effect for effect in found.effects if effect.where == "weight"}
    assert by_part["mantissa, low half"].worst_kl < by_part["mantissa, high half"].worst_kl < by_part["exponent"].worst_kl
    assert all(effect.flips == 2 * len(flips.PARTS[effect.part]) for effect in found.effects)
    assert all(0 <= effect.broken <= effect.flips for effect in found.effects)


def test_coarser_weights_change_more(found):
    kl = {effect.precision: effect.kl for effect in found.precisions}
    assert kl["fp32"] == 0.0 < kl["bf16"] < kl["int8"] < kl["fp8"]


def test_a_wrong_bit_in_mining_stays_in_its_try(found):
    hashing = found.hashing
    assert hashing.others_changed == 0
    assert 0.3 < hashing.own_bits_changed < 0.7
    assert hashing.found > 10
    assert hashing.coarse_found > 10
    assert hashing.coarse_valid == 0


def test_training_came_some_way(found):
    assert found.best_perplexity < found.perplexity < MODEL.vocab


@given(st.integers(0, 31), st.integers(0, 5))
def test_a_flip_flips_back_and_touches_one_number(bit, index):
    values = np.linspace(-2.0, 3.0, 6, dtype=np.float32).reshape(2, 3)
    once = flips.flipped(values, index, bit)
    assert np.array_equal(flips.flipped(once, index, bit), values)
    assert (once.reshape(-1).view(np.uint32) != values.reshape(-1).view(np.uint32)).tolist() == [i == index for i in range(6)]


def test_parts_are_all_bits_of_a_float32():
    assert sorted(bit for part in flips.PARTS.values() for bit in part) == list(range(32))
    assert flips.flipped(np.ones(1, dtype=np.float32), 0, 31)[0] == -1.0
    assert flips.flipped(np.ones(1, dtype=np.float32), 0, 23)[0] == 0.5


def test_fp8_holds_the_numbers_of_its_standard():
    values = flips.e4m3_values()
    assert values.size == 127
    assert (values[0], values[1], values[8], values[-1]) == (0.0, 2.0**-9, 2.0**-6, 448.0)
    assert (np.diff(values) > 0.0).all()


def test_rounding_by_hand():
    row = np.array([[1.0, 1.00390625, -3.0]], dtype=np.float32)  # the middle one lies halfway between two numbers of bf16
    rounded = {name: round_(row) for name, (_, round_) in flips.PRECISIONS.items()}
    assert rounded["bf16"].tolist() == [[1.0, 1.0, -3.0]]
    assert rounded["int8"] == pytest.approx(np.array([[42, 42, -127]]) * 3.0 / 127.0, rel=1e-6)
    assert rounded["fp8"][0, 2] == -3.0
    weights = drawn(MODEL, 1)["0.up"]
    assert all(np.abs(round_(weights) - weights).max() < 0.05 * np.abs(weights).max() for _, round_ in flips.PRECISIONS.values())
