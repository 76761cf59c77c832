import numpy as np
import pytest

from wattmint.finance.returns import irr_by_path, npv
from wattmint.study import evaluate


@pytest.fixture
def verdict(small_scenario):
    return evaluate(small_scenario, threads=1)


def test_buying_the_coin_is_two_payments(verdict):
    """Pay the capital on the day of decision, sell at the path's last price: NPV and IRR by the general functions."""
    price = next(value.value for value in verdict.market if value.name == "btc_usd")
    for build in verdict.builds[:-1]:
        coin, paths = build.coin_instead, verdict.path_results[build.name]
        flows = np.zeros((verdict.paths, verdict.horizon_months + 1))
        flows[:, 0], flows[:, -1] = -coin.capital_usd, coin.coins * paths.btc_end_usd
        assert coin.coins == pytest.approx(coin.capital_usd / price)
        assert coin.npv_usd.p50 == pytest.approx(np.median(npv(flows, verdict.discount_rate)), rel=1e-9)
        assert coin.irr.p50 == pytest.approx(np.median(irr_by_path(flows)[0]), rel=1e-6)
        assert coin.loss_probability == pytest.approx((npv(flows, verdict.discount_rate) < 0.0).mean())
        assert coin.build_ahead_share == pytest.approx((paths.npv_usd > npv(flows, verdict.discount_rate)).mean())
        assert coin.capital_usd == build.capital_need_usd.p50


def test_doing_nothing_spends_nothing_and_makes_nothing(verdict):
    zero = verdict.builds[-1]
    assert zero.coin_instead is None
    assert zero.levelised == ()
    assert zero.bitcoin_kept is None


def test_levelised_costs_are_spreads_and_a_mean_weighted_by_output(verdict):
    mine = verdict.builds[0].levelised
    assert [each.unit for each in mine] == ["PH/s-day", "MWh of IT load"]
    for each in mine:
        assert 0.0 < each.usd_per_unit.p10 <= each.usd_per_unit.p50 <= each.usd_per_unit.p90
        assert each.usd_per_unit.p10 * 0.5 < each.together_usd_per_unit < each.usd_per_unit.p90 * 2.0


def test_paths_without_one_rate_are_counted_and_mirr_has_all(verdict):
    for build in verdict.builds[:-1]:
        assert build.irr_defined_share + build.irr_none_share + build.irr_several_share == pytest.approx(1.0)
        assert np.isfinite(verdict.path_results[build.name].mirr).all()
        assert build.mirr.p50 is not None
