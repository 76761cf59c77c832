import math

import numpy as np
import pytest

from wattmint.facts.load import number
from wattmint.market.installed import FITTED_FROM, installed, installed_inputs
from wattmint.market.tiers import TIERS


def test_the_base_of_mid_2024_is_near_what_a_survey_found():
    """Origin: source `ccaf-mining-report-2025`: 28.2 J/TH over nearly half of the network; not used to build the base."""
    base = installed()
    assert base.j_per_th[base.month.index("2024-06")] == pytest.approx(28.2, rel=0.08)


def test_the_base_gets_better_year_by_year_and_newer_tiers_are_better():
    base = installed()
    years = [base.j_per_th[base.month.index(f"{year}-06")] for year in range(2019, 2027)]
    assert years == sorted(years, reverse=True)
    assert (np.diff(base.base.log_j_per_th[0]) > 0.0).all()
    assert base.base.share.shape == (1, TIERS)
    assert base.base.share.sum() == pytest.approx(1.0)
    assert base.log_j_new < base.base.log_j_per_th[0, 0]
    assert math.exp(base.log_j_new) > number("snapshot", "market", "frontier_j_per_th")


def test_the_ordinary_share_is_the_lowest_of_the_fitted_years():
    base = installed()
    running = base.running_share[base.month.index(FITTED_FROM) :]
    assert math.exp(base.law.log_ordinary_share) == running.min()
    assert 0.4 < running.min() < 0.8
    assert base.month[base.month.index(FITTED_FROM) + int(running.argmin())] == "2020-07"  # after the halving, before the price rose
    assert running[base.month.index("2021-06") - base.month.index(FITTED_FROM)] > 0.99


def test_half_the_machines_of_one_joule_run_at_the_median_price():
    # 45 USD/MWh are 0.045 · 24 USD per PH/s and day at 1 J/TH, times what the low-power mode saves
    law = installed().law
    saving = number("machine_modes", "air", "low_mode_power_share") / number("machine_modes", "air", "low_mode_hashrate_share")
    assert math.exp(law.log_median_cost) == pytest.approx(0.045 * 24.0 * saving)
    assert law.turnover == pytest.approx(TIERS / 60.0)


def test_what_it_rests_on_is_told():
    assert [used.name for used in installed_inputs()] == ["machine_life_months", "low_mode_power_share", "low_mode_hashrate_share"]
