import json
from dataclasses import replace
from itertools import pairwise

import pytest

from wattmint.calculators.mining.forecast import MOST_MONTHS, MOST_PATHS, forecast
from wattmint.calculators.mining.static import case_of_machine, static_result
from wattmint.errors import InputError
from wattmint.facts.load import number
from wattmint.market.snapshot import market_snapshot
from wattmint.scenario.model import Market

PATHS = 200


@pytest.fixture(scope="module")
def case():
    return case_of_machine("antminer-s21-xp", market_snapshot(Market()), power_price_usd_per_kwh=0.045)


@pytest.fixture(scope="module")
def ahead(case):
    return forecast(case, "Antminer S21 XP", paths=PATHS)


def test_same_seed_same_bits_and_another_seed_others(case, ahead):
    again = forecast(case, "Antminer S21 XP", paths=PATHS)
    assert again == ahead
    assert forecast(case, "Antminer S21 XP", paths=PATHS, seed=2).lifetime_profit_usd != ahead.lifetime_profit_usd


def test_bands_are_in_order_and_of_the_horizon_s_length(ahead):
    for bands in (ahead.hashprice_usd_per_ph_day, ahead.profit_usd_per_machine_day, ahead.breakeven_power_usd_per_kwh):
        assert len(bands.p10) == len(bands.p50) == len(bands.p90) == ahead.months == 60
        assert all(low <= middle <= high for low, middle, high in zip(bands.p10, bands.p50, bands.p90, strict=True))
    assert len(ahead.cumulative_usd.p50) == len(ahead.payback_share) == len(ahead.scrap_share) == 61
    assert all(a <= b for shares in (ahead.payback_share, ahead.scrap_share) for a, b in pairwise(shares))


def test_the_first_month_is_near_the_static_day(case, ahead):
    """Origin: the static calculator on the same snapshot; a month of the median future moves little."""
    today = static_result(case)
    assert ahead.profit_usd_per_machine_day.p50[0] == pytest.approx(today.profit_usd_per_day, rel=0.1)
    assert ahead.hashprice_usd_per_ph_day.p50[0] == pytest.approx(today.hashprice_usd_per_ph_day, rel=0.05)
    assert ahead.static.profit_usd_per_machine_day == today.profit_usd_per_day
    assert ahead.static.payback_months == pytest.approx(today.payback_days / 30.4375)


CONTRACT = {"stale_rate": 0.01, "pue": 1.1, "hosting_fee_usd_per_kwh": 0.01, "profit_share": 0.2}


@pytest.mark.parametrize("changes", [{}, {"pool_scheme": "pps"}, CONTRACT])
def test_a_month_earns_what_the_static_formulas_say_at_its_hashprice(case, changes):
    """Origin: `static_result` at the price that gives the month's hashprice; fees keep their share only where they are paid."""
    contract = replace(case, fees_btc_per_block=0.0, **changes) if "pool_scheme" not in changes else replace(case, **changes)
    one = forecast(contract, "x", months=1, course="median")
    today = static_result(contract)
    scale = one.hashprice_usd_per_ph_day.p50[0] / today.hashprice_usd_per_ph_day
    then = static_result(replace(contract, btc_usd=contract.btc_usd * scale))
    assert one.breakeven_power_usd_per_kwh.p50[0] == pytest.approx(then.breakeven_power_usd_per_kwh, rel=5e-3)
    assert one.profit_usd_per_machine_day.p50[0] == pytest.approx(then.profit_usd_per_day, rel=5e-3)


def test_dearer_power_never_raises_profit_and_never_delays_scrap(case, ahead):
    dear = forecast(replace(case, power_price_usd_per_kwh=0.07), "x", paths=PATHS)
    assert dear.hashprice_usd_per_ph_day == ahead.hashprice_usd_per_ph_day
    for band in ("p10", "p50", "p90"):
        cheap, costly = getattr(ahead.profit_usd_per_machine_day, band), getattr(dear.profit_usd_per_machine_day, band)
        assert all(b <= a for a, b in zip(cheap, costly, strict=True))
    assert all(b >= a for a, b in zip(ahead.scrap_share, dear.scrap_share, strict=True))
    assert dear.lifetime_profit_usd.p50 < ahead.lifetime_profit_usd.p50
    assert dear.loss_probability >= ahead.loss_probability


def test_a_fleet_earns_as_often_as_it_has_machines(case, ahead):
    fleet = forecast(replace(case, count=10, capex_usd=10 * case.capex_usd), "x", paths=PATHS)
    assert fleet.profit_usd_per_machine_day == ahead.profit_usd_per_machine_day
    assert fleet.lifetime_profit_usd.p50 == pytest.approx(10 * ahead.lifetime_profit_usd.p50)
    assert fleet.payback_months.p50 == pytest.approx(ahead.payback_months.p50)
    assert fleet.static.profit_usd_per_machine_day == pytest.approx(ahead.static.profit_usd_per_machine_day)


def test_money_back_is_money_not_lost(ahead):
    assert ahead.payback_share[-1] == pytest.approx(1.0 - ahead.loss_probability)
    assert ahead.cumulative_usd.p50[0] == -ahead.capex_usd
    assert ahead.cumulative_usd.p50[-1] == pytest.approx(ahead.lifetime_profit_usd.p50)
    assert ahead.roi.p50 == pytest.approx(ahead.lifetime_profit_usd.p50 / ahead.capex_usd)


def test_machines_for_nothing_are_paid_back_at_once(case):
    free = forecast(replace(case, capex_usd=0.0), "x", paths=20)
    assert (free.payback_months.p10, free.payback_months.p90, free.payback_share[0]) == (0.0, 0.0, 1.0)
    assert free.roi.p50 is None
    assert free.loss_probability == 0.0
    assert free.scrap_value_usd == free.lost_if_coin_dies_usd == 0.0


def test_machines_of_unknown_price_have_no_payback(case):
    unknown = forecast(replace(case, capex_usd=None), "x", paths=20)
    assert (unknown.payback_months.p50, unknown.payback_share, unknown.roi.p50) == (None, (), None)
    assert unknown.scrap_value_usd is unknown.lost_if_coin_dies_usd is unknown.static.payback_months is None
    assert unknown.lifetime_profit_usd.p10 >= 0.0


def test_a_machine_that_never_pays(case):
    """An S9 at 0.30 USD/kWh: 93 J/TH, thrice its break-even."""
    old = forecast(replace(case, hashrate_ths=14.0, power_w=1_300.0, power_price_usd_per_kwh=0.3, capex_usd=50.0), "S9", paths=50)
    assert set(old.running_share) == {0.0}
    assert set(old.profit_usd_per_machine_day.p90) == {0.0}
    assert old.scrap_months.p90 == 0.0
    assert set(old.scrap_share) == {1.0}
    assert old.payback_months.p10 is old.static.payback_months is None
    assert (old.loss_probability, old.lifetime_profit_usd.p50, old.static.lifetime_profit_usd) == (1.0, -50.0, -50.0)


def test_the_median_course_is_one_path_without_shocks(case):
    median = forecast(case, "x", course="median", seed=1)
    assert median.paths == 1
    assert median.hashprice_usd_per_ph_day.p10 == median.hashprice_usd_per_ph_day.p90
    assert median == replace(forecast(case, "x", course="median", seed=9), seed=1)


def test_the_halving_halves_what_is_earned(case):
    """At height 969,700 and a block per ten minutes, block 1,050,000 is 80,300 blocks or 18.3 months away."""
    median = forecast(case, "x", course="median")
    assert median.halving_month in (18, 19)
    before, after = (median.hashprice_usd_per_ph_day.p50[median.halving_month + k] for k in (-3, 1))
    assert after / before == pytest.approx(0.5, abs=0.12)
    assert forecast(case, "x", months=6, course="median").halving_month is None


def test_what_is_left_when_the_coin_dies_is_the_scrap_share(case, ahead):
    assert ahead.scrap_value_usd == pytest.approx(case.capex_usd * number("defaults", "mining", "machine_scrap_share"))
    assert ahead.scrap_value_usd + ahead.lost_if_coin_dies_usd == pytest.approx(case.capex_usd)


def test_the_futures_start_from_the_case_s_market(case, ahead):
    rich = forecast(replace(case, btc_usd=2.0 * case.btc_usd), "x", paths=PATHS)
    assert rich.hashprice_usd_per_ph_day.p50[0] > 1.7 * ahead.hashprice_usd_per_ph_day.p50[0]
    assert {value.kind for value in rich.market if value.name == "btc_usd"} == {"given"}
    assert {value.kind for value in ahead.market if value.name == "btc_usd"} == {"published"}


def test_json_holds_the_numbers_and_not_the_assumptions(ahead):
    plain = ahead.to_dict()
    assert json.loads(json.dumps(plain, allow_nan=False))["lifetime_profit_usd"]["p50"] == ahead.lifetime_profit_usd.p50
    assert not {"inputs", "market"} & plain.keys()
    assert {"machine_scrap_share", "machine_failures_per_year", "annual_volatility"} <= {used.name for used in ahead.inputs}


@pytest.mark.parametrize(
    ("arguments", "field"),
    [
        ({"months": 0}, "months"), ({"months": MOST_MONTHS + 1}, "months"), ({"paths": 0}, "paths"), ({"paths": MOST_PATHS + 1}, "paths"),
        ({"seed": -1}, "study.seed"),
    ],
)  # fmt: skip
def test_numbers_out_of_range_are_refused(case, arguments, field):
    with pytest.raises(InputError, match=field):
        forecast(case, "x", **{"paths": 5, **arguments})


def test_the_marginal_machine_stands_between_the_worst_and_the_power_price(case, ahead):
    """Its break-even is above the median price of miners' power in low-power mode, and the best machines' is above its own."""
    marginal, frontier = ahead.marginal_breakeven_usd_per_kwh.p50, ahead.reference_breakeven_usd_per_kwh.p50
    assert all(0.03 < low < high for low, high in zip(marginal, frontier, strict=True))
    assert ahead.marginal_j_per_th.p50[0] > case.power_w / case.hashrate_ths > ahead.marginal_j_per_th.p50[-1]
    assert 0.3 < ahead.overtaken_months.p50 / ahead.months < 1.0
    assert all(0.0 <= low <= 1.0 for low in ahead.network_running_share.p10)


def test_old_machines_are_overtaken_from_the_start_and_the_best_later(case, ahead):
    old = forecast(replace(case, hashrate_ths=100.0, power_w=3_500.0), "old", paths=PATHS)
    best = forecast(replace(case, hashrate_ths=500.0, power_w=4_500.0), "best", paths=PATHS)
    assert old.overtaken_months.p50 == 0.0
    assert best.overtaken_months.p50 is None or best.overtaken_months.p50 > ahead.overtaken_months.p50


def test_machines_lose_value_and_never_fall_below_scrap(case, ahead):
    worth = ahead.resale_usd
    assert worth.p50[0] == pytest.approx(case.capex_usd, rel=0.1)
    assert worth.p50[11] < worth.p50[0]
    assert min(worth.p10) >= ahead.scrap_value_usd * (1.0 - 1e-12)
    assert forecast(replace(case, capex_usd=None), "x", paths=5).resale_usd is None
