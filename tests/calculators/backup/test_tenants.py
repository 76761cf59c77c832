import pytest

from wattmint.calculators.backup.tenants import INTERVALS_H, SMALL_RUN, run_of, tenants_of
from wattmint.calculators.training.run_terms import RunBook
from wattmint.errors import InputError
from wattmint.facts.load import number
from wattmint.market.snapshot import market_snapshot
from wattmint.scenario.model import Scenario
from wattmint.units import HOURS_PER_YEAR


@pytest.fixture(scope="module")
def tenants(site):
    return {tenant.name: tenant for tenant in tenants_of(site)}


def of(tenants, workload):
    return next(tenant for tenant in tenants.values() if tenant.workload == workload)


def test_mining_loses_the_margin_of_its_hours_and_the_boot(tenants, site):
    mining, snapshot = of(tenants, "mining"), market_snapshot(site.market)
    daily = number("snapshot", "market", "hashprice_usd_per_ph_day")
    joules = number("machines", "antminer-s21-xp", "efficiency_j_per_th")
    # hash price per PH and day over the MWh that a PH draws in a day, near enough to the chain's own sum
    value = daily / (24.0 * joules * 1e3 / 1e6) * (1.0 - number("defaults", "mining", "pool_fee"))
    assert snapshot.btc_usd == number("snapshot", "market", "btc_usd")
    margin = mining.usd_per_h / mining.it_mw / number("defaults", "mining", "uptime")
    assert margin == pytest.approx(value - 45.0 * 1.04, rel=0.06)
    assert (mining.restart_h, mining.credits, mining.run) == (0.25, None, None)


def test_serving_loses_sales_less_power_until_models_are_loaded(tenants):
    serving = of(tenants, "serving")
    gpus = serving.it_mw * 1e3 / number("chips", "b200-sxm", "allin_kw_per_gpu")
    sales = gpus * number("chips", "b200-sxm", "rental_3_year_usd_per_gpu_h") * 0.9
    kept = sales * (1.0 - number("defaults", "rental", "market_fee"))
    power = serving.it_mw * serving.load_share * 45.0
    assert serving.usd_per_h == pytest.approx(kept - power * 1.1, rel=0.02)
    assert serving.month_fee_usd == pytest.approx(sales * HOURS_PER_YEAR / 12.0, rel=0.001)
    assert serving.restart_h == pytest.approx((1_800 + 600) / 3_600)


def test_training_stands_for_two_sizes_of_run_and_every_interval(tenants):
    runs = [tenant for tenant in tenants.values() if tenant.workload == "training"]
    assert [tenant.interval_h for tenant in runs] == [*INTERVALS_H, *INTERVALS_H]
    gpus = [tenant.run.gpus for tenant in runs]
    assert gpus[0] == pytest.approx(runs[0].it_mw * 1e3 / number("chips", "b200-sxm", "allin_kw_per_gpu"))  # fewer than the default run has
    assert gpus[-1] == SMALL_RUN
    assert len({tenant.usd_per_h for tenant in runs}) == 1
    assert runs[0].restart_h == pytest.approx((1_800 + 300 + 660) / 3_600)


def with_part(site, **part):
    return site.model_copy(
        update={"builds": Scenario.of({**site.model_dump(exclude={"builds", "base_dir"}), "builds": [{"name": "x", "parts": [part]}]}).builds}
    )


def test_what_serving_loses_does_not_depend_on_the_backup_that_the_site_has(site):
    rent = {"kind": "rental", "accelerator": "b200-sxm"}
    bare, safe = (tenants_of(with_part(site, **rent, backup=backup), ("serving",))[0] for backup in ("none", "2n"))
    assert bare.month_fee_usd / bare.it_mw == pytest.approx(safe.month_fee_usd / safe.it_mw, rel=1e-9)
    assert bare.usd_per_h / bare.it_mw == pytest.approx(safe.usd_per_h / safe.it_mw, rel=0.01)


def test_a_grid_on_which_the_load_never_comes_to_work_is_refused(site, tmp_path):
    rows = [f"2024-01-{1 + i // 48:02d} {i // 2 % 24:02d}:{i % 2 * 30:02d},{0.1 + 0.01 * (i % 8)}" for i in range(96)]
    (tmp_path / "log.csv").write_text("\n".join(["start,hours", *rows]))
    rent = with_part(site, kind="rental", accelerator="b200-sxm", backup="none")
    logged = rent.model_copy(update={"site": rent.site.model_copy(update={"outage_log": "log.csv"}), "base_dir": tmp_path})
    with pytest.raises(InputError, match="backup = 'none': one behind which the load is ever at work"):
        tenants_of(logged, ("serving",))


def test_an_hour_that_earns_less_than_its_power_is_not_missed(site):
    poor = with_part(site, kind="rental", accelerator="b200-sxm", rental_usd_per_gpu_h=0.01)
    assert [tenant.usd_per_h for tenant in tenants_of(poor, ("serving",))] == [0.0]
    rich = with_part(site, kind="rental", accelerator="b200-sxm", rental_usd_per_gpu_h=1.0)
    assert tenants_of(rich, ("serving",))[0].usd_per_h > 0.0


def test_training_draws_what_a_rental_does_and_not_what_serving_has_sold(site):
    serves = with_part(site, kind="inference", accelerator="b200-sxm", model="Llama-3.3-70B-Instruct", utilisation=0.1, backup="n")
    serving, training = tenants_of(serves, ("serving", "training"), 512)[:2]
    assert training.load_share == number("defaults", "rental", "load_factor") > serving.load_share
    assert {used.value for used in training.inputs if used.name == "backup"} == {"n"}


def test_hosting_loses_by_its_contract_alone(tenants):
    hosting = of(tenants, "hosting")
    assert (hosting.usd_per_h, hosting.restart_h) == (0.0, 0.0)
    assert hosting.month_fee_usd == pytest.approx(150_000.0 * hosting.it_mw)
    assert hosting.it_mw > 6.0  # the whole site's, not the half of its part
    assert hosting.leaving_usd == pytest.approx(number("defaults", "hosting", "vacancy_months") * hosting.month_fee_usd)


def test_losses_are_paid_at_the_sites_own_price(tenants):
    hosting = of(tenants, "hosting")
    assert hosting.energy_usd_per_year == pytest.approx(hosting.it_mw * (0.8 * 8_766 * 45.0 + 2.0 * 1e3 * 12))


def test_a_choice_of_workloads_and_of_a_run(site):
    (only,) = tenants_of(site, ("hosting",))
    assert only.workload == "hosting"
    runs = tenants_of(site, ("training",), training_gpus=1_000)
    assert {tenant.run.gpus for tenant in runs} == {1_000.0}
    assert run_of(RunBook(), 1_000.0).machines_per_s == pytest.approx(1_000 / number("defaults", "training", "mttf_gpu_hours") / 3_600)


def test_a_site_without_the_parts_takes_defaults():
    power = {"fixed_usd_per_mwh": 40.0, "weather": "midland-tmy3"}
    build = {"name": "host", "parts": [{"kind": "hosting"}]}
    bare = Scenario.of({"name": "bare", "site": {"power_mw": 10.0}, "power": power, "study": {"start": "2026-12"}, "builds": [build]})
    found = {tenant.workload: tenant for tenant in tenants_of(bare)}
    assert "S21 XP" in found["mining"].what
    assert "H100" in found["training"].what
