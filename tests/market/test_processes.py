import math

import numpy as np
import pytest

from wattmint.facts.load import number
from wattmint.market.draws import SHOCKS, TAILS, draw, no_draws
from wattmint.market.processes import Bursts, CoinLaw, burst_steps, coin_log_returns, correlated, process_inputs, processes

PATHS, MONTHS = 4000, 30


@pytest.fixture(scope="module")
def shocks():
    laws = processes()
    return correlated(draw(9, 0, PATHS, MONTHS, laws.tail_degrees), laws)


def test_parameters_are_those_of_the_table():
    laws = processes()
    assert laws.network.price_now == number("processes", "hashrate", "hashrate_price_now")
    assert laws.coin.drift_share == number("processes", "bitcoin-price", "drift_share")
    lifted = math.exp(laws.fees.centre + laws.fee_bursts.mean)
    assert lifted == pytest.approx(number("processes", "fees", "median_fees_btc_per_block"))
    assert len(laws.tail_degrees) == len(TAILS)


def test_half_lives_and_long_run_deviations_come_out():
    laws = processes()
    for law, name in ((laws.fees, "fees"), (laws.gpu, "gpu-rental"), (laws.token, "token-price"), (laws.power, "power-level")):
        assert law.keep ** number("processes", name, "half_life_months") == pytest.approx(0.5)
        assert law.sd / math.sqrt(1 - law.keep**2) == pytest.approx(number("processes", name, "stationary_sd"))


def test_the_residual_of_a_change_is_split_by_variance():
    law, share = processes().network, number("processes", "hashrate", "transitory_share")
    residual = number("processes", "hashrate", "residual_sd") ** 2
    w = law.retarget_lag_months
    reaches_difficulty = (1 - w) ** 2 + (2 * w - 1) ** 2 + w**2
    assert law.lasting_sd**2 + reaches_difficulty * law.passing_sd**2 == pytest.approx(residual)
    assert reaches_difficulty * law.passing_sd**2 == pytest.approx(share * residual)


def test_autoregression_is_capped_and_the_retarget_lags_a_fortnight():
    law = processes().network
    assert law.last_change + law.short_mean + law.long_mean <= number("processes", "hashrate", "autoregressive_cap") + 1e-12
    assert law.retarget_lag_months == pytest.approx(14 / (365.25 / 12))


def test_shocks_have_unit_variance_and_the_tables_correlation(shocks):
    assert set(shocks) == {*SHOCKS, "token"}
    for shock in shocks.values():
        assert shock.mean() == pytest.approx(0, abs=0.01)
        assert shock.std() == pytest.approx(1, abs=0.03)
    for one, other in (("btc", "gpu"), ("gpu", "power"), ("btc", "power"), ("gpu", "token")):
        found = np.corrcoef(shocks[one].ravel(), shocks[other].ravel())[0, 1]
        assert found == pytest.approx(number("processes", "shocks", f"{one}_{other}_correlation"), abs=0.02)
    assert np.corrcoef(shocks["btc"].ravel(), shocks["fees"].ravel())[0, 1] == pytest.approx(0, abs=0.01)


def test_tails_are_heavier_than_normal_and_cut(shocks):
    limit = number("processes", "shocks", "largest_shock_sd")
    for name in TAILS:
        assert (np.abs(shocks[name]) > 4).mean() > 10 * 6.3e-5  # a normal exceeds 4 sd in 6.3e-5 of cases
        assert np.abs(shocks[name]).max() <= limit
    assert (np.abs(shocks["gpu"]) > 4).mean() < 3e-4


def test_nothing_drawn_means_no_shock():
    assert not any(shock.any() for shock in correlated(no_draws(3, 4), processes()).values())


def test_coin_returns_have_the_drift_of_the_median_and_each_path_its_volatility():
    law = CoinLaw(annual_volatility=0.48, volatility_multiplier_sd=0.2, drift_share=0.5, drift_window_months=48)
    rng = np.random.default_rng(2)
    nervous = rng.standard_normal(PATHS)
    returns = coin_log_returns(rng.standard_normal((PATHS, 120)), nervous, law, 0.02)
    assert returns.mean() == pytest.approx(0.01, abs=0.001)
    volatility = returns.std(axis=1) * math.sqrt(12)
    assert volatility.mean() == pytest.approx(0.48, rel=0.02)
    assert np.corrcoef(np.log(volatility), nervous)[0, 1] > 0.9
    quiet = coin_log_returns(np.zeros((1, 3)), np.zeros(1), law, 0.02)
    assert quiet.tolist() == [[0.01, 0.01, 0.01]]


def test_every_parameter_is_told_with_its_source():
    inputs = process_inputs()
    assert {"annual_volatility", "btc_gpu_correlation", "neighbour_month_share"} <= {one.name for one in inputs}
    assert all(one.source and one.kind for one in inputs)
    assert next(one for one in inputs if one.name == "gpu_power_correlation").kind == "estimate"


def test_what_the_report_lists_as_assumed_is_really_read(root):
    """Every row of `processes` is printed as an assumption about the world; one that no code reads would be a false one."""
    code = "".join(file.read_text(encoding="utf-8") for file in (root / "src" / "wattmint").rglob("*.py"))
    names = {used.name for used in process_inputs()}
    unread = {name for name in names if f'"{name}"' not in code and f'{{pair}}_{name.rpartition("_")[2]}"' not in code}
    assert not unread


def test_bursts_come_as_often_and_as_high_as_said():
    law = Bursts(probability=0.12, log_size=0.6, keep=0.3)
    steps = burst_steps(np.random.default_rng(1).random((400, 500)), law)
    assert (steps > 0.0).mean() == pytest.approx(0.12, rel=0.02)
    assert steps[steps > 0.0].mean() == pytest.approx(0.6, rel=0.02)
    assert law.mean == pytest.approx(0.12 * 0.6 / 0.7)
    assert burst_steps(np.array([[0.12, 0.5, 0.06, 0.0]]), law)[0, :3] == pytest.approx([0.0, 0.0, 0.6 * math.log(2.0)])
    assert np.isfinite(burst_steps(np.zeros((1, 1)), law)).all()
