import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wattmint.market.draws import BLOCK_PATHS, SHOCKS, TAILS, draw, no_draws

DEGREES = (5.0,) * len(TAILS)
FIELDS = ("normal", "chi_square", "uniform")


@settings(max_examples=25, deadline=None)
@given(first=st.integers(0, 5 * BLOCK_PATHS), paths=st.integers(1, 3 * BLOCK_PATHS), seed=st.integers(0, 2**63 - 1))
def test_a_path_has_its_numbers_whatever_the_chunk(first, paths, seed):
    part = draw(seed, first, paths, 3, DEGREES)
    whole = draw(seed, 0, first + paths, 3, DEGREES)
    for field in FIELDS:
        assert np.array_equal(getattr(part, field), getattr(whole, field)[:, first:, :])
    assert np.array_equal(part.path_normal, whole.path_normal[:, first:])


def test_a_longer_horizon_only_appends():
    short, long = draw(1, 10, 100, 12, DEGREES), draw(1, 10, 100, 120, DEGREES)
    for field in FIELDS:
        assert np.array_equal(getattr(short, field), getattr(long, field)[..., :12])
    assert np.array_equal(short.path_normal, long.path_normal)


def test_seeds_blocks_and_streams_differ():
    one, other = draw(1, 0, 2 * BLOCK_PATHS, 6, DEGREES), draw(2, 0, 2 * BLOCK_PATHS, 6, DEGREES)
    assert not np.isin(one.normal, other.normal).any()
    assert not np.isin(one.normal[:, :BLOCK_PATHS], one.normal[:, BLOCK_PATHS:]).any()
    assert not np.isin(one.path_normal, one.normal).any()


def test_shapes_and_layout():
    drawn = draw(1, 5, 70, 9, DEGREES)
    assert drawn.normal.shape == (len(SHOCKS), 70, 9)
    assert drawn.chi_square.shape == (len(TAILS), 70, 9)
    assert drawn.uniform.shape == (3, 70, 9)
    assert drawn.path_normal.shape == (5, 70)
    assert all(getattr(drawn, field).flags.c_contiguous for field in FIELDS)


def test_the_numbers_are_what_they_are_called():
    drawn = draw(4, 0, 4000, 12, (3.0, 4.0, 5.0, 6.0, 7.0))
    assert drawn.normal.mean(axis=(1, 2)) == pytest.approx(np.zeros(len(SHOCKS)), abs=0.02)
    assert drawn.normal.std(axis=(1, 2)) == pytest.approx(np.ones(len(SHOCKS)), abs=0.02)
    assert drawn.chi_square.mean(axis=(1, 2)) == pytest.approx([3, 4, 5, 6, 7], abs=0.06)
    assert drawn.uniform.mean(axis=(1, 2)) == pytest.approx(np.full(3, 0.5), abs=0.01)
    assert ((drawn.uniform >= 0) & (drawn.uniform < 1)).all()


def test_no_draws_has_the_same_shapes():
    none, some = no_draws(7, 5), draw(1, 0, 7, 5, DEGREES)
    for field in (*FIELDS, "path_normal"):
        assert getattr(none, field).shape == getattr(some, field).shape
    assert not none.normal.any()
    assert not none.path_normal.any()
