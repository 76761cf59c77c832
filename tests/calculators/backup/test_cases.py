import pytest

from wattmint.calculators.backup.cases import BackupCase, case_bill, case_tenant
from wattmint.errors import InputError
from wattmint.facts.load import number

MINE = {"workload": "mining", "backup": "none", "it_mw": 20.0, "value_usd_per_mwh": 30.0}


def test_a_mine_by_hand():
    tenant = case_tenant(BackupCase(**MINE, fixed_usd_per_mwh=50.0))
    assert (tenant.usd_per_h, tenant.load_share, tenant.restart_h) == (600.0, 1.0, 0.25)
    assert tenant.energy_usd_per_year == pytest.approx(20.0 * 50.0 * 8_766)
    found = case_bill(BackupCase(**MINE), years=500, seed=0)
    stops = found.stops_per_year
    assert found.lost_hours_per_year == pytest.approx(found.dark_hours_per_year + 0.25 * stops)
    assert found.total_usd == pytest.approx(600.0 * found.lost_hours_per_year)


def test_each_workload_loses_in_its_way():
    words = {"backup": "ups-only", "it_mw": 20.0, "fixed_usd_per_mwh": 40.0}
    serving, training = (case_tenant(BackupCase(workload=name, value_usd_per_mwh=1_000.0, **words)) for name in ("serving", "training"))
    hosting = case_tenant(BackupCase(workload="hosting", lease_usd_per_kw_month=100.0, **words))
    assert serving.month_fee_usd == pytest.approx(1_040.0 * 20.0 * 0.8 * 8_766 / 12)
    assert training.run.gpus == pytest.approx(20e3 / number("chips", "h100-sxm", "allin_kw_per_gpu"))
    assert hosting.month_fee_usd == pytest.approx(2e6)
    hourly = case_tenant(BackupCase(workload="training", value_usd_per_mwh=1.0, interval_s=3_600.0, training_gpus=64, **words))
    assert (hourly.interval_h, hourly.run.gpus) == (1.0, 64.0)


def test_a_worse_grid_costs_more():
    near, far = (case_bill(BackupCase(**MINE, grid=grid), years=100, seed=0) for grid in ("us-transmission", "us-distribution"))
    assert far.outages_usd > near.outages_usd


@pytest.mark.parametrize(
    ("words", "what"),
    [
        ({"workload": "minting"}, "did you mean 'mining'"),
        ({"backup": "3n"}, "backup"),
        ({"grid": "us"}, "grid"),
        ({"it_mw": 0.0}, "it_mw"),
        ({"load_factor": 2.0}, "load_factor"),
        ({"load_factor": 0.0}, "load_factor"),
        ({"discount_rate": -0.1}, "discount_rate"),
        ({"value_usd_per_mwh": None}, "value_usd_per_mwh"),
        ({"workload": "training", "interval_s": 0.0}, "interval_s"),
    ],
)
def test_refuses(words, what):
    with pytest.raises(InputError, match=what):
        case_bill(BackupCase(**{**MINE, **words}), years=10, seed=0)
