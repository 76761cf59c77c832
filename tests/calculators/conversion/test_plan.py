import numpy as np
import pytest
from tests.calculators.conversion.conftest import mine

from wattmint.calculators.conversion.deals import deals_with
from wattmint.calculators.conversion.plan import job_capex_usd_per_mw, plan_conversion
from wattmint.errors import ScenarioError
from wattmint.facility.power_chain import power_chain
from wattmint.facts.load import number, text
from wattmint.scenario.model import Scenario
from wattmint.study.alternatives import alternatives
from wattmint.workloads.firm import site_grid


def test_what_is_firm_limits_what_is_converted():
    plan = plan_conversion(mine(existing={"firm_mw": 8}), draws=50)
    assert plan.grid_mw * plan.needs.firm_share == pytest.approx(8.0)
    assert plan.share < 0.6
    hosted = sum(part.share for part in plan.builds.builds[1].parts if part.kind == "hosting")
    assert hosted == pytest.approx(plan.share)


def test_a_refused_site_has_no_builds_but_costs_and_months(refused):
    assert (refused.builds, refused.share, refused.groups) == (None, 0.0, ())
    assert refused.costs.total_usd_per_mw.min() > 0.0
    assert refused.passing_classes == ()  # the flood stands in the way of all


def test_other_classes_that_would_pass_are_named():
    plan = plan_conversion(mine(existing={"latency_ms": 60}, conversion={"ai_class": "serving"}), draws=50)
    assert plan.passing_classes == ("training", "batch")


@pytest.mark.parametrize("design", [{"backup": "none"}, {"cooling": "open-air-fans"}, {"cooling": "chilled-water-tower"}])
def test_a_design_that_is_refused_does_not_condemn_the_site(design):
    plan = plan_conversion(mine(conversion=design), draws=50)
    assert plan.builds is None
    assert "training" in plan.passing_classes


def test_a_site_with_one_connection_waits_for_no_second_unless_it_asks():
    site = {"existing": {"feeds": 1}, "study": {"horizon_months": 180}}
    one, asked = (plan_conversion(mine(**site, conversion=keys), draws=50) for keys in ({}, {"backup": "dual-feed-ups"}))
    assert (one.wish.backup, one.mistakes) == ("n+1", ())
    assert "second-feed" not in one.durations.leads
    assert asked.durations.leads["second-feed"].value > 24.0


def test_works_begun_later_cost_more_once():
    now, later = (plan_conversion(mine(conversion={"start_month": month}, study={"horizon_months": 180}), draws=50) for month in (0, 24))
    assert later.starts[0].site_capex_usd_per_mw == pytest.approx(now.starts[2].site_capex_usd_per_mw)
    # The main job raises clearing by inflation itself.
    assert later.starts[0].clearing_usd_per_mw == now.starts[2].clearing_usd_per_mw == now.starts[0].clearing_usd_per_mw
    assert later.costs.total_usd_per_mw == pytest.approx(now.costs.total_usd_per_mw)


def test_works_dearer_than_the_main_job_takes_are_refused_by_name():
    with pytest.raises(ScenarioError, match=r"conversion = \(works of [\d,]+ USD per MW of IT\): at most 50,000,000"):
        plan_conversion(mine(conversion={"new_build_usd_per_mw": 50_000_000}), draws=50)


@pytest.mark.parametrize("backup", ["dual-feed-ups", "2n"])
def test_the_main_job_is_handed_the_build_up_s_works_and_adds_nothing_for_the_backup(backup):
    plan = plan_conversion(mine(conversion={"backup": backup}), draws=50)
    works = [item.id != "clearing" for item in plan.items]
    assert job_capex_usd_per_mw(plan) == pytest.approx(plan.costs.new_usd_per_mw[works].sum(axis=0))
    halls = plan.builds.builds[1].parts[-1]
    own, usual = (power_chain(name, site_grid(plan.scenario), plan.it_mw) for name in (backup, text("defaults", "hosting", "works_backup")))
    assert (halls.backup, halls.works_backup) == (backup, backup)
    beyond = own.opex_usd_per_mw_year - usual.opex_usd_per_mw_year
    assert halls.opex_usd_per_mw_year == pytest.approx(number("defaults", "hosting", "opex_usd_per_mw_year") + beyond)


def test_clearing_costs_in_the_main_job_what_the_build_up_says(plan):
    now, each = alternatives(plan.builds, threads=1)[-len(plan.starts)], plan.costs.new_usd_per_mw[-1].mean() * plan.it_mw / plan.wish.blocks
    assert plan.items[-1].id == "clearing"
    raised = sum(each * 1.025 ** ((month - 1) / 12) for month in plan.starts[0].begun)
    assert -now.lines_usd["clearing"].sum() == pytest.approx(raised, rel=0.02)


def test_tenants_pay_their_share_of_the_works_whatever_the_backup():
    half, whole, none = (
        plan_conversion(mine(conversion={"tenant_funded_share": share, "backup": "2n"}), draws=50) for share in (0.5, 1.0, 0.0)
    )  # fmt: skip
    assert job_capex_usd_per_mw(half) == pytest.approx(0.5 * job_capex_usd_per_mw(none))
    assert "conversion" not in alternatives(whole.builds, threads=1)[1].lines_usd


def test_the_market_scatters_only_where_it_is_not_named():
    named = plan_conversion(mine(conversion={"new_build_usd_per_mw": 9_300_000}), draws=400).costs.total_usd_per_mw
    default = plan_conversion(mine(conversion={"new_build_usd_per_mw": None}), draws=400).costs.total_usd_per_mw
    assert np.log(default).std() > np.log(named).std()
    assert np.median(default) == pytest.approx(np.median(named), rel=0.1)


def test_a_horizon_that_ends_before_the_works_do_is_refused():
    with pytest.raises(ScenarioError, match=r"study.horizon_months = 30: more than the \d\d months after which the last block is done"):
        plan_conversion(mine(study={"horizon_months": 30}), draws=50)


def test_the_example_passes_every_check_and_stands_among_the_deals(root):
    plan = plan_conversion(Scenario.load(root / "examples" / "convert-north-texas.toml"), draws=400)
    assert (plan.share, plan.mistakes) == (0.6, ())
    low, high = (edge({deal.value for deal in deals_with("site_capex_usd_per_mw")}) for edge in (min, max))
    assert low < np.median(plan.costs.total_usd_per_mw) < high


def test_a_site_file_without_the_tables_is_refused(small_scenario):
    with pytest.raises(ScenarioError, match=r"existing = \(left out\)"):
        plan_conversion(small_scenario)
