import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wattmint.errors import UnknownNameError
from wattmint.facts.load import number
from wattmint.workloads.contracts import HourlyCredits
from wattmint.workloads.firm import plan_halls
from wattmint.workloads.hosting import offer_hosting, plan_hosting
from wattmint.workloads.inputs import InputBook


@pytest.fixture(scope="module")
def halls_of(scenario_of, library):
    def halls(**keys):
        scenario = scenario_of({"kind": "hosting", **keys})
        return plan_halls(InputBook(scenario.builds[0].parts[0]), scenario, library, 0.7)

    return halls


@pytest.fixture(scope="module")
def plan_of(scenario_of, snapshot, library):
    def plan(**keys):
        scenario = scenario_of({"kind": "hosting", **keys})
        return plan_hosting(scenario.builds[0].parts[0], scenario, snapshot, library)

    return plan


def test_a_month_by_hand(plan_of, halls_of, world_of):
    plan = plan_of(
        construction_months=3, ramp_months=2, lease_usd_per_kw_month=150.0, lease_escalator_per_year=0.03, backup="n+1",
        sla_availability=0.9999, credit_multiple=10.0, opex_usd_per_mw_year=240_000.0, site_capex_usd_per_mw=9e6, load_factor=0.7,
    )  # fmt: skip
    offer = offer_hosting(plan, world_of(months=24))
    lease = offer.per_month["lease"]
    assert lease[0, :6] == pytest.approx(150_000.0 * plan.it_mw * np.array([0, 0, 0, 0.25, 0.75 * 1.03 ** (1 / 12), 1.03 ** (2 / 12)]))
    assert lease[0, 15] == pytest.approx(150_000.0 * plan.it_mw * 1.03)
    halls = halls_of(backup="n+1")
    credited = halls.month().mean_of(HourlyCredits(promised=0.9999, multiple=10.0, cap=1.0))
    assert offer.per_month["downtime credits"][0, 15] == pytest.approx(-credited * lease[0, 15])
    upkeep = (240_000.0 + halls.backup.opex_usd_per_mw_year) / 12.0
    assert offer.per_month["operations"][0, :4] == pytest.approx([0.0, 0.0, 0.0, -upkeep * plan.it_mw * 1.025 ** (3 / 12)])
    capex = (9e6 + halls.backup.usd_per_mw) * plan.it_mw
    overrun = np.exp(-(number("processes", "works", "works_cost_sd") ** 2) / 2.0)
    assert offer.capital["conversion"][0, :5] == pytest.approx([0.0, *[-capex * overrun / 3.0] * 3, 0.0])
    assert (offer.load_factor, offer.interruptible, dict(offer.per_mwh)) == (0.7, False, {})


def test_empty_halls_draw_nothing_and_are_let_again_at_the_cycle(plan_of, world_of):
    draw = np.full((1, 12), 0.9)
    draw[0, 5] = 0.0
    plan = plan_of(
        construction_months=0, ramp_months=0, tenant_default_per_year=0.02, vacancy_months=2, relet_cycle_share=0.5,
        lease_usd_per_kw_month=100.0, lease_escalator_per_year=0.0,
    )  # fmt: skip
    offer = offer_hosting(plan, world_of(paths=1, months=12, tenant_draw=draw, gpu_rental_factor=np.full((1, 12), 0.64)))
    assert offer.in_service[0].tolist() == [1.0] * 5 + [0.0] * 2 + [1.0] * 5
    assert offer.per_month["lease"][0] == pytest.approx(100_000.0 * plan.it_mw * np.array([1.0] * 5 + [0.0] * 2 + [0.8] * 5))
    assert (offer.per_month["operations"] < 0.0).all()


def test_a_contract_without_credits_costs_none_and_one_that_is_seldom_kept_drives_tenants_away(plan_of, world_of):
    offer = offer_hosting(plan_of(backup="none", credit_multiple=0.0), world_of())
    assert not offer.per_month["downtime credits"].any()
    stays, leaves = (plan_of(backup="none", tenant_default_per_year=0.02, leave_probability=chance) for chance in (0.0, 1.0))
    assert stays.default_per_year == pytest.approx(0.02)
    assert leaves.default_per_year > 0.03


def test_backup_lowers_credits(plan_of):
    assert plan_of(backup="2n").credit_share < plan_of(backup="none").credit_share


def test_an_unknown_cooling_is_refused(scenario_of, snapshot, library):
    scenario = scenario_of({"kind": "hosting"})
    part = scenario.builds[0].parts[0].model_copy(update={"cooling": "ice"})
    with pytest.raises(UnknownNameError, match="cooling = 'ice'"):
        plan_hosting(part, scenario, snapshot, library)


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 2**32 - 1), construction=st.integers(0, 30), months=st.integers(1, 40))
def test_whatever_happens_lines_are_finite_and_salvage_is_below_what_was_paid(plan_of, random_world, seed, construction, months):
    offer = offer_hosting(plan_of(construction_months=construction, tenant_default_per_year=0.5), random_world(seed, 3, months))
    for line in (offer.in_service, *offer.per_month.values(), *offer.capital.values()):
        assert np.isfinite(line).all()
    assert ((offer.per_month["lease"] > 0.0) == (offer.in_service > 0.0)).all()
    paid, salvage = -offer.capital["conversion"].sum(axis=1), offer.capital["salvage"].sum(axis=1)
    assert (salvage <= paid).all()


def test_an_unsigned_lease_is_drawn_and_a_signed_one_is_not(plan_of, world_of):
    world = world_of(paths=3, months=30, lease_draw=np.array([-1.0, 0.0, 1.0]))
    unsigned, signed = (offer_hosting(plan_of(**keys), world).per_month["lease"][:, -1] for keys in ({}, {"lease_usd_per_kw_month": 150.0}))
    sd = number("processes", "leases", "lease_rate_sd")
    assert np.log(unsigned[2] / unsigned[0]) == pytest.approx(2 * sd)
    assert signed[0] == signed[1] == signed[2]


def test_a_hall_that_comes_and_goes(plan_of, world_of):
    plan = plan_of(from_month=3, construction_months=4, ramp_months=0, until_month=12, lease_usd_per_kw_month=100.0, lease_escalator_per_year=0.1)
    offer = offer_hosting(plan, world_of(months=24))
    served = np.arange(7, 12)
    lease = offer.per_month["lease"][0]
    assert np.flatnonzero(lease).tolist() == served.tolist()
    assert lease[7] == pytest.approx(100_000.0 * plan.it_mw)  # the first lease, whenever it is
    assert np.flatnonzero(offer.per_month["operations"][0]).tolist() == served.tolist()
    assert np.flatnonzero(np.broadcast_to(offer.in_service, (3, 24))[0]).tolist() == served.tolist()
    assert np.flatnonzero(offer.capital["conversion"][0]).tolist() == [4, 5, 6, 7]
    life = 1.0 - 5.0 / plan.works.life_months
    assert offer.capital["salvage"][0, 12] == pytest.approx(-offer.capital["conversion"][0].sum() * plan.works.salvage_share * life)
