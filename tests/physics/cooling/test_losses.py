import pytest
from hypothesis import given
from hypothesis import strategies as st

from wattmint.physics.cooling.losses import distribution_share

shares = st.floats(0.0, 0.05)
loads = st.floats(0.01, 1.0)


def test_a_transformer_of_the_us_standard():
    # 99.53 % at half load, half of the loss there without load: as shares of the rated power 0.00118 and, at full load, 0.0047
    no_load = 0.5 * (1.0 / 0.9953 - 1.0) / 2.0
    full = 4.0 * no_load
    assert distribution_share(no_load, full, 0.5) == pytest.approx(1.0 / 0.9953 - 1.0)
    assert distribution_share(no_load, full, 1.0) == pytest.approx(5.0 * no_load)


@given(shares, shares, loads)
def test_losses_are_never_negative_and_grow_as_a_share_at_low_load(no_load, at_full, load):
    found = distribution_share(no_load, at_full, load)
    assert found >= 0.0
    assert found * load >= no_load - 1e-15  # in watts: magnetisation stays


@given(st.floats(0.001, 0.05), st.floats(0.001, 0.05), loads)
def test_losses_are_least_where_both_parts_are_equal(no_load, at_full, load):
    best = (no_load / at_full) ** 0.5
    assert distribution_share(no_load, at_full, load) >= distribution_share(no_load, at_full, best) - 1e-12
