import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wattmint.errors import ScenarioError, UnknownNameError
from wattmint.facts.load import number
from wattmint.types import NOMINAL
from wattmint.workloads import plan_part
from wattmint.workloads.inputs import InputBook
from wattmint.workloads.mining import machine_cooling, machine_usd_per_th, offer_mining, plan_mining, planned_mw

XP = {"kind": "mining", "machine": "antminer-s21-xp"}


@pytest.fixture(scope="module")
def plan_of(scenario_of, snapshot, library):
    def plan(**keys):
        scenario = scenario_of({**XP, **keys})
        return plan_mining(scenario.builds[0].parts[0], scenario, snapshot, library)

    return plan


def test_the_share_feeds_whole_machines_in_the_hottest_hour(plan_of):
    plan = plan_of(share=0.6)
    assert plan.grid_mw == pytest.approx(6.0)
    assert plan.it_mw == pytest.approx(plan.fleet.machines * 3645e-6)
    hottest = np.nanmax(plan.hourly_pue)
    assert plan.it_mw * hottest <= plan.grid_mw < (plan.it_mw + 3645e-6) * hottest
    assert plan.label == "mining, 6 MW, Antminer S21 XP"


def test_what_a_mwh_finds_by_hand(plan_of, world_of):
    # 3.6e9 J at 13.5 J/TH are 2.6667e20 hashes; a block takes 1e14 × 4,295,032,833 of them: 6.20872e-4 blocks
    offer = offer_mining(plan_of(pool_fee=0.02), world_of())
    assert offer.per_mwh["subsidy"][0, 0] == pytest.approx(6.208722e-4 * 3.125 * 100_000, rel=1e-6)
    assert offer.per_mwh["transaction fees"][0, 0] == pytest.approx(6.208722e-4 * 0.1 * 100_000, rel=1e-6)
    assert offer.per_mwh["pool fee"][0, 0] == pytest.approx(-0.02 * 6.208722e-4 * 3.225 * 100_000, rel=1e-6)


def test_a_month_by_hand(plan_of, world_of):
    plan = plan_of(
        construction_months=2, ramp_months=0, uptime=0.9, machine_failures_per_year=0.12, machine_failure_growth_per_year=0.0,
        machine_write_off_share=1.0, opex_usd_per_mw_year=12_000.0, site_capex_usd_per_mw=300_000.0, machine_usd_per_th=10.0,
        site_life_months=100, machine_life_months=40, salvage_share=0.5, end_of_life="shrink",
    )  # fmt: skip
    offer = offer_mining(plan, world_of(months=22))
    assert offer.in_service[0, :2].tolist() == [0.0, 0.0]
    assert offer.in_service[0, 5] == pytest.approx(0.9 * np.exp(-0.12 * 3.5 / 12.0))
    assert offer.per_month["operations"][0, 12] == pytest.approx(-1_000.0 * plan.it_mw * 1.025)
    overrun = np.exp(-(number("processes", "works", "works_cost_sd") ** 2) / 2.0)
    works = offer.capital["site works"]
    assert works[0, :4] == pytest.approx([0.0, *[-150_000.0 * plan.it_mw * overrun] * 2, 0.0])
    machines_usd = 10.0 * 1e6 / 13.5 * plan.it_mw
    assert offer.capital["machines"][0, 2] == pytest.approx(-machines_usd)
    # the works fetch their share of four fifths of their price; machines, half worn, half of what new ones cost at this hashprice
    earned = number("snapshot", "market", "hashprice_usd_per_ph_day") / 24.0 * 1000.0 / 13.5
    worth = 0.5 * 200.2335 / earned * machines_usd
    left = 0.5 * 300_000.0 * plan.it_mw * overrun * 0.8 + worth * np.exp(-0.2) + 0.03 * machines_usd * (1.0 - np.exp(-0.2))
    assert offer.capital["salvage"][0, -1] == pytest.approx(left, rel=1e-5)
    assert not offer.capital["salvage"][0, :-1].any()
    assert not offer.capital["replacement"].any()
    assert not offer.per_month["repairs"].any()


def test_repairs_are_a_line(plan_of, world_of):
    plan = plan_of(construction_months=0, ramp_months=0, machine_failures_per_year=0.12, machine_failure_growth_per_year=0.0, repair_months=0.0,
                   machine_write_off_share=0.0, repair_usd_per_kw=50.0)  # fmt: skip
    offer = offer_mining(plan, world_of(months=3))
    assert offer.per_month["repairs"][0] == pytest.approx(np.full(3, -0.01 * 50.0 * 1000.0 * plan.it_mw), rel=1e-3)


def test_worn_out_fleets_are_replaced_where_they_pay_and_staff_goes_where_not(plan_of, world_of):
    coin = np.full((2, 60), 100_000.0)
    coin[1, 10:] = 20_000.0
    plan = plan_of(construction_months=0, machine_life_months=24, ramp_months=0)
    offer = offer_mining(plan, world_of(paths=2, months=60, btc_usd=coin))
    assert offer.capital["replacement"][0, 24] < 0.0
    assert not offer.capital["replacement"][1].any()
    assert offer.in_service[1, 23] > 0.0
    assert not offer.in_service[1, 24:].any()
    assert not offer.per_month["operations"][1, 24:].any()
    assert offer.per_month["operations"][0, 24] < 0.0


def test_shrink_never_replaces(plan_of, world_of):
    offer = offer_mining(plan_of(construction_months=0, machine_life_months=24, end_of_life="shrink"), world_of(months=60))
    assert not offer.capital["replacement"].any()
    assert not offer.in_service[:, 24:].any()


def test_price_of_a_machine_site_file_then_its_own_then_its_tier(scenario_of):
    def price(machine, **keys):
        book = InputBook(scenario_of({"kind": "mining", "machine": machine, **keys}).builds[0].parts[0])
        return machine_usd_per_th(book, machine, number("machines", machine, "efficiency_j_per_th")), book.used[-1].kind

    assert price("antminer-s21-xp", machine_usd_per_th=7.5) == (7.5, "given")
    assert price("antminer-s21-xp") == (number("machines", "antminer-s21-xp", "machine_usd_per_th"), "published")
    assert price("antminer-s21-200t")[0] == number("defaults", "mining", "machine_usd_per_th_14_to_19")
    with pytest.raises(ScenarioError, match=r"machine_usd_per_th = \(left out\): no price is known for 'antminer-s9'"):
        price("antminer-s9")


def test_cooling_follows_the_machine_unless_named(scenario_of):
    def cooling(machine, **keys):
        return machine_cooling(InputBook(scenario_of({"kind": "mining", "machine": machine, **keys}).builds[0].parts[0]), machine)

    assert cooling("antminer-s21-xp") == "open-air-fans"
    assert cooling("antminer-s21-xp", cooling="evaporative-wall") == "evaporative-wall"
    assert cooling("antminer-s21-xp-hyd") == "dry-cooler-hydro"
    with pytest.raises(ScenarioError, match="is cooled by hydro; use 'dry-cooler-hydro'"):
        cooling("antminer-s21-xp-hyd", cooling="open-air-fans")


def test_an_unknown_machine_is_refused_with_the_nearest_names(scenario_of, snapshot, library):
    scenario = scenario_of(XP)
    part = scenario.builds[0].parts[0].model_copy(update={"machine": "antminer-s21-xq"})
    with pytest.raises(UnknownNameError, match=r"machine = 'antminer-s21-xq'.*did you mean 'antminer-s21-xp'"):
        plan_mining(part, scenario, snapshot, library)


def test_a_share_too_small_for_one_machine_is_refused(plan_of):
    with pytest.raises(ScenarioError, match="machine = 'antminer-s21-xp': needs"):
        plan_of(share=1e-4)


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 2**32 - 1), construction=st.integers(0, 30), life=st.integers(1, 30), months=st.integers(1, 40))
def test_whatever_happens_machines_fetch_between_scrap_and_the_dearest_new_ones(plan_of, random_world, seed, construction, life, months):
    plan = plan_of(construction_months=construction, machine_life_months=life, site_capex_usd_per_mw=0.0)
    offer = offer_mining(plan, random_world(seed, 3, months))
    for line in (offer.in_service, *offer.per_mwh.values(), *offer.per_month.values(), *offer.capital.values()):
        assert np.isfinite(line).all()
    fleets = 1.0 * (construction <= months) + (offer.capital["replacement"] < 0.0).sum(axis=1)
    new_usd = plan.it_mw * plan.fleet.quote.usd_per_mw
    salvage = offer.capital["salvage"]
    assert (salvage >= 0.0).all()
    assert (salvage <= 4.0 * new_usd * (1.0 + 1e-12)).all()
    assert ((salvage > 0.0).sum(axis=1) == fleets).all()  # every fleet bought is sold once
    assert (salvage[salvage > 0.0] >= plan.fleet.quote.scrap_share * new_usd * (1.0 - 1e-12)).all()
    assert (offer.in_service >= 0.0).all()
    assert (offer.in_service <= 1.0).all()


def test_modes_are_chosen_by_default_and_normal_knows_one(plan_of, world_of):
    auto, normal = plan_of(), plan_of(modes="normal")
    assert len(auto.steps) == 3
    assert normal.steps == NOMINAL
    assert offer_mining(auto, world_of()).steps == auto.steps
    assert {"low_mode_power_share", "high_mode_hashrate_share", "inlet_limit_c"} <= {used.name for used in auto.inputs}
    assert {"modes", "inlet_limit_c"} <= {used.name for used in normal.inputs}
    assert "low_mode_power_share" not in {used.name for used in normal.inputs}
    assert (auto.it_mw, auto.fleet.machines) == (normal.it_mw, normal.fleet.machines)


@pytest.mark.parametrize(("cooling", "expected"), [("open-air-fans", [1.0, 1.0, 1.0, 0.9]), ("evaporative-wall", [1.0] * 4)])
def test_heat_throttles_machines_that_breathe_hot_air(scenario_of, snapshot, library_of, cooling, expected):
    scenario = scenario_of({**XP, "cooling": cooling})
    plan = plan_mining(scenario.builds[0].parts[0], scenario, snapshot, library_of(dry_c=28.0))  # the last hour has 43 °C, wet bulb 38 °C
    assert plan.hourly_capacity[0, :4].tolist() == expected


def test_machines_switch_off_in_greater_heat(scenario_of, snapshot, library_of):
    scenario = scenario_of(XP)
    plan = plan_mining(scenario.builds[0].parts[0], scenario, snapshot, library_of(dry_c=33.0))
    assert plan.hourly_capacity[0, :4].tolist() == [1.0, 1.0, 1.0, 0.0]


def test_a_mine_that_stops_earns_draws_and_pays_nothing_afterwards(plan_of, world_of):
    plan = plan_of(existing=True, machine_age_months=20, until_month=7, clearing_usd_per_mw=1_000.0)
    offer = offer_mining(plan, world_of(months=24))
    assert (offer.in_service[:, :7] > 0.0).all()
    assert not offer.in_service[:, 7:].any()
    for name in ("operations", "repairs", "clearing"):
        assert (offer.per_month[name][:, 6] < 0.0).all()
        assert not offer.per_month[name][:, 7:].any()
    assert not offer.capital["machines"].any()
    assert not offer.capital["site works"].any()
    assert np.flatnonzero(offer.capital["salvage"][0]).tolist() == [7]


def test_machines_older_than_their_life_are_refused(plan_of):
    assert plan_of(machine_age_months=59).machine_age_months == 59
    with pytest.raises(ScenarioError, match="machine_age_months = 60: less than machine_life_months, 60"):
        plan_of(machine_age_months=60)


def test_what_a_build_plans_to_mine_with_is_its_machines_in_their_time(plan_of, scenario_of, snapshot, library):
    scenario = scenario_of({"kind": "hosting"})
    halls = plan_part(scenario.builds[0].parts[0], scenario, snapshot, library)
    stops, comes = plan_of(construction_months=0, until_month=2), plan_of(from_month=1, construction_months=2)
    assert planned_mw((stops, halls, comes), 5).tolist() == [stops.it_mw, stops.it_mw, 0.0, comes.it_mw, comes.it_mw]
