import numpy as np
import pytest

from wattmint.errors import InputError, UnknownNameError
from wattmint.finance.returns import irr_by_path, npv
from wattmint.study.target import Target, error_of, numbers_of, result_of, target_of


@pytest.mark.parametrize(
    ("text", "of", "expected"),
    [
        ("irr=0.15", None, Target("irr", 0.15, "median")),
        ("npv=0", None, Target("npv", 0.0, "mean")),
        ("npv=1e6", "median", Target("npv", 1e6, "median")),
        ("loss-before=0.1", None, Target("loss", 0.1, "mean", is_before=True)),
    ],
)
def test_targets_are_read(text, of, expected):
    assert target_of(text, of) == expected


@pytest.mark.parametrize("text", ["irr", "irr=", "irr=high", "irr=nan", "irr=-2", "loss=1.5", "npv=inf"])
def test_targets_without_a_value_in_range_are_refused(text):
    with pytest.raises(InputError, match="--target"):
        target_of(text)


def test_unknown_names_are_refused():
    with pytest.raises(UnknownNameError, match="did you mean 'irr'"):
        target_of("irrr=0.1")
    with pytest.raises(UnknownNameError, match="--of"):
        target_of("irr=0.1", "mode")


FLOWS = np.array([[-100.0, 0.0, 110.0], [-100.0, 20.0, 20.0], [-100.0, -1.0, 0.0], [0.0, 5.0, 5.0], [-100.0, 230.0, -132.0]])


def test_a_rate_is_minus_one_where_nothing_comes_back_and_left_out_where_there_are_several():
    irr = numbers_of(FLOWS, 0.1, "irr")
    np.testing.assert_array_equal(irr[:2], irr_by_path(FLOWS[:2])[0])
    assert irr[2] == -1.0
    assert irr[3] == np.inf
    assert np.isnan(irr[4])
    assert result_of(irr, Target("irr", 0.1, "median")) == pytest.approx(np.median(irr[:4]))


def test_losses_are_counted_and_values_are_npv():
    np.testing.assert_array_equal(numbers_of(FLOWS, 0.1, "npv"), npv(FLOWS, 0.1))
    np.testing.assert_array_equal(numbers_of(FLOWS, 0.1, "loss"), npv(FLOWS, 0.1) < 0.0)
    assert numbers_of(FLOWS[2:3], 0.1, "mirr")[0] == -1.0


def test_the_standard_error_is_what_repeated_samples_scatter_by():
    draws = np.random.default_rng(1).normal(size=(2_000, 400))
    for of in ("mean", "median"):
        target = Target("npv", 0.0, of)
        scatter = np.std([result_of(row, target) for row in draws])
        claimed = np.mean([error_of(row, target) for row in draws])
        assert claimed == pytest.approx(scatter, rel=0.12)


def test_no_path_has_no_result_and_one_path_no_error():
    assert np.isnan(result_of(np.array([np.nan]), Target("irr", 0.1, "median")))
    assert np.isnan(error_of(np.array([1.0]), Target("npv", 0.0, "mean")))


def test_a_share_of_paths_moves_in_steps():
    assert Target("loss", 0.1, "mean").resolution(100) == 0.005
    assert Target("npv", 0.0, "mean").resolution(100) == 0.0
