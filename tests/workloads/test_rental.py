from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wattmint.errors import ScenarioError, UnknownNameError
from wattmint.facts.load import number
from wattmint.workloads.firm import plan_halls
from wattmint.workloads.inputs import InputBook
from wattmint.workloads.rental import gpu_reference, offer_rental, plan_rental

B200 = {"kind": "rental", "accelerator": "b200-sxm"}


@pytest.fixture(scope="module")
def plan_of(scenario_of, snapshot, library):
    def plan(**keys):
        scenario = scenario_of({**B200, **keys})
        return plan_rental(scenario.builds[0].parts[0], scenario, snapshot, library)

    return plan


def test_the_share_feeds_whole_accelerators(plan_of, scenario_of, library):
    scenario = scenario_of(B200)
    plan, apiece = plan_of(), number("chips", "b200-sxm", "allin_kw_per_gpu") / 1e3
    assert plan.it_mw == pytest.approx(plan.accelerators * apiece)
    part = scenario.builds[0].parts[0]
    halls = plan_halls(InputBook(part), scenario, library, plan.load_factor)
    assert plan.it_mw <= halls.it_mw < plan.it_mw + apiece
    assert plan.label == f"rental, 10 MW, {plan.accelerators:,} B200 SXM (HGX)"


def test_a_month_by_hand(plan_of, world_of):
    plan = plan_of(
        contract="on-demand", rental_usd_per_gpu_h=4.0, accelerator_usd=50_000.0, network_storage_share=0.2, utilisation=0.8, market_fee=0.1,
        construction_months=2, ramp_months=0, refresh_months=48, salvage_share=0.5, backup="n+1", site_capex_usd_per_mw=9e6,
    )  # fmt: skip
    offer = offer_rental(plan, world_of(months=14, gpu_rental_factor=np.full((3, 14), 1.5)))
    full = plan.accelerators * 730.0 * 0.8 * plan.served_share * 4.0
    assert offer.per_month["GPU rental"][0, 1:3] == pytest.approx([0.0, full * 1.5])
    assert offer.per_month["GPU rental"][0, 13] == pytest.approx(full * 1.5 * np.exp(-0.2 * 11.0 / 12.0))
    assert offer.per_month["market fee"][0, 2] == pytest.approx(-0.1 * full * 1.5)
    assert offer.per_month["service credits"][0, 2] == pytest.approx(-plan.credit_share * full * 1.5)
    price = plan.accelerators * 50_000.0 * 1.2
    assert offer.capital["accelerators"][0].tolist() == pytest.approx([0.0, 0.0, -price] + [0.0] * 12)
    works = -offer.capital["conversion"][0].sum()
    left = 1.0 - 12.0 / number("defaults", "rental", "site_life_months")
    assert offer.capital["salvage"][0, -1] == pytest.approx(0.5 * (works * left + price * 0.75))


def test_a_three_year_contract_keeps_its_price(plan_of, world_of):
    factor = np.linspace(1.0, 2.0, 48)[None, :]
    plan = plan_of(contract="3-year", construction_months=0, ramp_months=0)
    revenue = offer_rental(plan, world_of(paths=1, months=48, gpu_rental_factor=factor)).per_month["GPU rental"][0]
    assert revenue[:36] == pytest.approx([revenue[0]] * 36)
    assert revenue[36] == pytest.approx(revenue[0] * factor[0, 36] * np.exp(-0.6))


def test_the_multiplier_scales_rental(scenario_of, snapshot, library, plan_of):
    scenario = scenario_of(B200)
    doubled = plan_rental(scenario.builds[0].parts[0], scenario, replace(snapshot, gpu_rental_multiplier=2.0), library)
    assert doubled.revenue_usd_per_h == pytest.approx(2.0 * plan_of().revenue_usd_per_h)


def test_an_unknown_accelerator_is_refused_with_the_nearest_names(scenario_of, snapshot, library):
    scenario = scenario_of(B200)
    part = scenario.builds[0].parts[0].model_copy(update={"accelerator": "b200-smx"})
    with pytest.raises(UnknownNameError, match=r"accelerator = 'b200-smx'.*did you mean 'b200-sxm'"):
        plan_rental(part, scenario, snapshot, library)


def test_an_accelerator_without_all_in_power_is_refused_with_those_that_have_it(plan_of):
    with pytest.raises(ScenarioError, match=r"accelerator = 't4': no allin_kw_per_gpu is known for it; known for .*'b200-sxm'"):
        plan_of(accelerator="t4")


def test_an_accelerator_without_a_rental_under_that_contract_is_refused(plan_of):
    with pytest.raises(ScenarioError, match="accelerator = 'mi355x': no rental_on_demand_usd_per_gpu_h is known"):
        plan_of(accelerator="mi355x", contract="on-demand")


def test_a_share_too_small_for_one_accelerator_is_refused(plan_of):
    with pytest.raises(ScenarioError, match="accelerator = 'b200-sxm': needs"):
        plan_of(share=1e-4)


def test_the_reference_is_the_first_rental_part_else_the_most_offered(scenario_of, snapshot):
    rental, label = gpu_reference(scenario_of({"kind": "hosting", "share": 0.5}, {**B200, "share": 0.5, "contract": "3-year"}), snapshot)
    assert (rental.value, label) == (number("chips", "b200-sxm", "rental_3_year_usd_per_gpu_h"), "B200 SXM (HGX), 3-year")
    rental, label = gpu_reference(scenario_of({"kind": "hosting"}), replace(snapshot, gpu_rental_multiplier=2.0))
    assert label.endswith(", on-demand")
    assert rental.value > 0.0


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 2**32 - 1), construction=st.integers(0, 30), refresh=st.integers(1, 30), months=st.integers(1, 40))
def test_whatever_happens_salvage_is_below_what_was_paid(plan_of, random_world, seed, construction, refresh, months):
    plan = plan_of(construction_months=construction, refresh_months=refresh, salvage_share=1.0)
    offer = offer_rental(plan, random_world(seed, 3, months))
    for line in (offer.in_service, *offer.per_month.values(), *offer.capital.values()):
        assert np.isfinite(line).all()
    paid = -sum(line.sum(axis=1) for name, line in offer.capital.items() if name != "salvage")
    assert (offer.capital["salvage"].sum(axis=1) <= paid * (1.0 + 1e-12)).all()
