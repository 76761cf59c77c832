import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wattmint.market.draws import BLOCK_PATHS, SHOCKS, TAILS, draw, no_draws

DEGREES = (5.0,) * len(TAILS)
FIELDS = ("normal", "chi_square", "uniform")
FIRST = [1.02028797736073, 0.26997457910808254, -0.10959146879838946, 0.2022930392531228]
"""Of seed 1: normal, uniform, of the path, burst; as drawn before token prices had numbers."""


@settings(max_examples=25, deadline=None)
@given(first=st.integers(0, 5 * BLOCK_PATHS), paths=st.integers(1, 3 * BLOCK_PATHS), seed=st.integers(0, 2**63 - 1))
def test_a_path_has_its_numbers_whatever_the_chunk(first, paths, seed):
    part = draw(seed, first, paths, 3, DEGREES)
    whole = draw(seed, 0, first + paths, 3, DEGREES)
    for field in FIELDS:
        assert np.array_equal(getattr(part, field), getattr(whole, field)[:, first:, :])
    assert np.array_equal(part.burst, whole.burst[first:])
    assert np.array_equal(part.token, whole.token[first:])
    assert np.array_equal(part.path_normal, whole.path_normal[:, first:])


def test_a_longer_horizon_only_appends():
    short, long = draw(1, 10, 100, 12, DEGREES), draw(1, 10, 100, 120, DEGREES)
    for field in FIELDS:
        assert np.array_equal(getattr(short, field), getattr(long, field)[..., :12])
    assert np.array_equal(short.burst, long.burst[:, :12])
    assert np.array_equal(short.token, long.token[:, :12])
    assert np.array_equal(short.path_normal, long.path_normal)


def test_the_first_numbers_of_each_stream_are_kept():
    """A new kind of number has a stream of its own, so that a seed's other numbers, and every earlier answer, stay."""
    drawn = draw(1, 0, 1, 1, DEGREES)
    assert [drawn.normal[0, 0, 0], drawn.uniform[0, 0, 0], drawn.path_normal[0, 0], drawn.burst[0, 0]] == pytest.approx(FIRST, rel=1e-12)


def test_seeds_blocks_and_streams_differ():
    one, other = draw(1, 0, 2 * BLOCK_PATHS, 6, DEGREES), draw(2, 0, 2 * BLOCK_PATHS, 6, DEGREES)
    assert not np.isin(one.normal, other.normal).any()
    assert not np.isin(one.normal[:, :BLOCK_PATHS], one.normal[:, BLOCK_PATHS:]).any()
    assert not np.isin(one.path_normal, one.normal).any()
    assert not np.isin(one.burst, one.uniform).any()
    assert not np.isin(one.token, one.normal).any()


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
    assert drawn.burst.mean() == pytest.approx(0.5, abs=0.01)
    assert (drawn.token.mean(), drawn.token.std()) == (pytest.approx(0.0, abs=0.02), pytest.approx(1.0, abs=0.02))
    assert ((drawn.uniform >= 0) & (drawn.uniform < 1)).all()


def test_no_draws_has_the_same_shapes():
    none, some = no_draws(7, 5), draw(1, 0, 7, 5, DEGREES)
    for field in (*FIELDS, "path_normal", "burst", "token"):
        assert getattr(none, field).shape == getattr(some, field).shape
    assert not none.normal.any()
    assert not none.path_normal.any()
