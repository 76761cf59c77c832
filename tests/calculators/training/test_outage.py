import math

import pytest

from wattmint.calculators.training.outage import REGIMES, OutageCase, training_outage
from wattmint.errors import InputError
from wattmint.facility.grid import grid_named
from wattmint.facility.power_chain import power_chain
from wattmint.facts.load import number, text
from wattmint.physics.goodput import best_interval

PLAIN = {"gpus": 1_000, "days": 20, "checkpoint_s": 60, "restart_s": 540, "detect_s": 60, "boot_s": 0, "mttf_gpu_hours": 50_000, "usd_per_gpu_h": 2.0}
USUAL = text("defaults", "hosting", "backup")
FEED = {"outages_per_year": 4, "outage_hours": 3, "dips_per_year": 6}


def by_name(found):
    return {(row.checkpoints, row.power): row for row in found.rows}


def test_every_way_to_checkpoint_stands_with_and_without_backup():
    rows = by_name(training_outage(OutageCase()))
    assert set(rows) == {(regime, power) for regime in REGIMES for power in ("none", USUAL)}
    for power in ("none", USUAL):
        losses = [rows[regime, power].usd_per_year for regime in REGIMES]
        assert losses == sorted(losses, reverse=True)
    for regime in REGIMES:
        assert rows[regime, USUAL].usd_per_year < rows[regime, "none"].usd_per_year
        assert rows[regime, USUAL].goodput > rows[regime, "none"].goodput


def test_losses_of_a_run_are_reckoned_by_hand():
    rows = by_name(training_outage(OutageCase(**PLAIN, **FEED)))
    hourly, unsaved, best = (rows[regime, "none"] for regime in ("hourly", "none", "optimal"))
    assert hourly.stops_per_year == 10
    assert hourly.interval_s == 3_600
    assert hourly.gpu_hours_per_stop == pytest.approx(1_000 * (0.5 * 3_660 + 600) / 3_600, rel=0.01)
    assert hourly.gpu_hours_per_year == pytest.approx(10 * hourly.gpu_hours_per_stop)
    assert hourly.usd_per_stop == pytest.approx(2 * hourly.gpu_hours_per_stop)
    assert hourly.dark_gpu_hours_per_year == 12_000
    rate = (1_000 / 50_000 + 10 / 8_766) / 3_600
    assert best.interval_s == pytest.approx(best_interval(60.0, rate))
    assert unsaved.interval_s is None
    assert unsaved.finishes == pytest.approx(math.exp(-rate * 20 * 86_400))
    # of an otherwise undisturbed run of 20 days, about half, a little less because power may fail twice
    assert 0.9 * 240 * 1_000 < unsaved.gpu_hours_per_stop < 241 * 1_000
    assert unsaved.gpu_hours_per_stop_tail == pytest.approx(0.95 * 480_000, rel=0.02)


def test_outages_are_those_of_the_chain_and_its_grid():
    it_mw = 16_384 * number("chips", "h100-sxm", "allin_kw_per_gpu") / 1_000
    rows = by_name(training_outage(OutageCase(backup="2n", grid="us-distribution")))
    for power in ("none", "2n"):
        chain = power_chain(power, grid_named("us-distribution"), it_mw)
        assert rows["optimal", power].stops_per_year == pytest.approx(chain.outages_per_year + chain.dips_per_year)
        assert rows["optimal", power].dark_gpu_hours_per_year == pytest.approx(chain.outages_per_year * chain.outage_hours * 16_384)
    assert training_outage(OutageCase(backup="2n")).rows[0].stops_per_year != rows["none", "none"].stops_per_year


def test_servers_come_up_after_power_unless_the_restart_counts_from_the_stop():
    words = {name: value for name, value in PLAIN.items() if name not in ("boot_s", "detect_s", "restart_s")}
    whole, from_stop = (
        training_outage(OutageCase(**words, **more)).rows[2] for more in ({"restart_s": 600, "detect_s": 0, "boot_s": 900}, {"restart_s": 600})
    )
    assert whole.gpu_hours_per_stop - from_stop.gpu_hours_per_stop == pytest.approx(1_000 * 900 / 3_600)


def test_what_backup_saves_is_the_difference_and_per_megawatt():
    found = training_outage(OutageCase(**PLAIN, **FEED))
    rows, mw = by_name(found), 1_000 * number("chips", "h100-sxm", "allin_kw_per_gpu") / 1_000
    for regime in REGIMES:
        saved = rows[regime, "none"].usd_per_year - rows[regime, USUAL].usd_per_year
        assert found.backup_saves_usd_per_year[regime] == pytest.approx(saved)
        assert found.backup_saves_usd_per_mw_year[regime] == pytest.approx(saved / mw)
    dark = rows["hourly", "none"].dark_gpu_hours_per_year - rows["hourly", USUAL].dark_gpu_hours_per_year
    assert found.backup_saves_dark_usd_per_mw_year == pytest.approx(2 * dark / mw)


def test_a_curtailment_costs_half_an_interval_or_a_checkpoint():
    found = training_outage(OutageCase(**PLAIN, curtailment_hours=2))
    stop, interval = found.curtailment, by_name(found)["optimal", USUAL].interval_s
    assert stop.gpu_hours == pytest.approx(1_000 * (0.5 * (interval + 60) + 540) / 3_600, rel=0.01)
    assert stop.gpu_hours_announced == pytest.approx(1_000 * 600 / 3_600)
    assert stop.usd_announced == pytest.approx(2 * stop.gpu_hours_announced)
    assert stop.usd_per_mwh == pytest.approx((stop.usd + 2 * 2_000) / (stop.it_mw * 2))
    assert stop.usd_per_mwh_announced < stop.usd_per_mwh


def test_a_smaller_model_and_a_seed():
    small, large = (training_outage(OutageCase(gpus=512, parameters_b=size)) for size in (8, 70))
    assert large.checkpoint_s / small.checkpoint_s == pytest.approx(70 / 8)
    assert training_outage(OutageCase(gpus=512, state_gb=112)).checkpoint_s == pytest.approx(small.checkpoint_s)
    assert training_outage(OutageCase(seed=1)).rows[4].usd_per_year_tail != training_outage(OutageCase(seed=2)).rows[4].usd_per_year_tail


def test_hourly_is_not_faster_than_a_checkpoint_becomes_durable():
    row = by_name(training_outage(OutageCase(**PLAIN, flush_s=9_000)))["hourly", "none"]
    assert row.interval_s == 8_940


def test_inputs_name_their_sources():
    used = {one.name: one for one in training_outage(OutageCase(gpus=64)).inputs}
    assert used["training_gpus"].kind == "given"
    assert used["rental_3_year_usd_per_gpu_h"].source == "inferencex-2026-08"
    assert {"saifi_per_year", "component_usd_per_mw"} <= {one.name for one in training_outage(OutageCase(gpus=64)).chain_inputs}


@pytest.mark.parametrize(
    ("case", "what"),
    [
        ({"gpus": 1}, "training_gpus"),
        ({"days": 0}, "training_days"),
        ({"accelerator": "h1000"}, "accelerator"),
        ({"accelerator": "h100-pcie"}, "accelerator"),
        ({"backup": "n+2"}, "backup"),
        ({"backup": "none"}, "to compare with none"),
        ({"outage_hours": -1}, "outage_hours"),
        ({"grid": "us-distributions"}, "grid"),
        ({"curtailment_hours": 0}, "curtailment_hours"),
        ({"usd_per_gpu_h": -1}, "rental_usd_per_gpu_h"),
    ],
)
def test_refuses(case, what):
    with pytest.raises(InputError, match=what):
        training_outage(OutageCase(**case))
