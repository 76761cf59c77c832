from pathlib import Path

import numpy as np
import pytest

from wattmint.finance.levelised import IT_MWH, Discounted, cost_of, discounted, merge_discounted
from wattmint.finance.returns import npv
from wattmint.scenario.model import Scenario
from wattmint.study.corridor import prepare, walk, world_of
from wattmint.types import Cashflow
from wattmint.units import HOURS_PER_DAY, W_PER_MW

EXAMPLE = Path(__file__).parents[2] / "examples" / "west-texas-100mw.toml"


@pytest.fixture(scope="module")
def walked():
    prepared = prepare(Scenario.load(EXAMPLE))
    world = world_of(prepared, 0, 8)
    return list(walk(prepared, world)), world


def _units(one, rate=0.1):
    return discounted(one.parts, one.offers, one.dispatches, rate)


def test_revenue_at_the_levelised_cost_has_an_npv_of_zero(walked):
    """The definition: pay each unit its levelised cost instead of what customers pay, and nothing is left."""
    for one in walked[0]:
        if len(one.parts) > 1:
            continue
        found = _units(one)[IT_MWH]
        fetched = np.concatenate([np.zeros((8, 1)), one.dispatches[0].it_mwh], axis=1) * found.usd_per_unit[:, None]
        left = npv(fetched - cost_of(one.parts[0], one.offers[0]), 0.1)
        np.testing.assert_allclose(left, 0.0, atol=1e-6 * np.abs(found.cost_usd).max())


def test_each_workload_names_its_unit(walked):
    named = {one.build.name: list(_units(one)) for one in walked[0]}
    assert named["Mine bitcoin"] == ["PH/s-day", IT_MWH]
    assert named["Host AI tenants"] == [IT_MWH]
    assert named["Own and rent GPUs"] == ["GPU-hour", IT_MWH]
    assert named["Serve Llama 70B"] == ["million tokens", IT_MWH]
    assert named["60/40 mining and hosting"] == ["PH/s-day", IT_MWH]


def test_halls_beside_a_mine_cost_its_hashes_nothing(walked):
    by_name = {one.build.name: _units(one) for one in walked[0]}
    alone, beside = by_name["Mine bitcoin"]["PH/s-day"], by_name["60/40 mining and hosting"]["PH/s-day"]
    np.testing.assert_allclose(beside.usd_per_unit, alone.usd_per_unit, rtol=1e-3)


def test_a_mine_s_output_is_its_hash_rate_while_it_runs(walked):
    """At 13.5 J/TH, a nominal megawatt makes 1e6/13.5 TH/s: 74 PH/s, and in a day so many PH/s-days."""
    mine = walked[0][0]
    per_mwh = mine.offers[0].made_per_mwh["PH/s-day"]
    efficiency = mine.build.plans[0].fleet.quote.efficiency_j_per_th
    assert per_mwh[0, 0] == pytest.approx(W_PER_MW / efficiency / 1e3 / HOURS_PER_DAY, rel=1e-9)


def test_sold_hours_times_rental_is_the_rental_s_revenue(walked):
    one = next(one for one in walked[0] if one.build.name == "Own and rent GPUs")
    plan, hours = one.build.plans[0], one.offers[0].made_per_month["GPU-hour"]
    first = plan.construction_months + plan.ramp_months
    rental = one.offers[0].per_month["GPU rental"][:, first] / hours[..., first]
    assert (rental > 0.5).all()
    assert plan.sold_gpu_h_per_h <= plan.accelerators


def test_what_tenants_reimburse_is_no_cost(walked):
    one = next(one for one in walked[0] if one.build.name == "Host AI tenants")
    part, offer = one.parts[0], one.offers[0]
    without = Cashflow({k: v for k, v in part.lines.items() if k != "lease"}, part.net - part.lines["lease"])
    np.testing.assert_allclose(cost_of(part, offer), cost_of(without, offer), atol=1e-6)
    assert cost_of(part, offer).sum() > 0.0


def test_a_path_that_makes_nothing_has_no_levelised_cost():
    assert np.isnan(Discounted(np.array([1.0]), np.array([0.0])).usd_per_unit).all()


def test_chunks_are_put_together_in_order():
    chunks = [{"a": Discounted(np.array([1.0]), np.array([2.0]))}, {"a": Discounted(np.array([3.0]), np.array([4.0]))}]
    merged = merge_discounted(chunks)["a"]
    assert merged.cost_usd.tolist() == [1.0, 3.0]
    assert merged.usd_per_unit.tolist() == [0.5, 0.75]
