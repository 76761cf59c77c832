import numpy as np
import pytest

from wattmint.errors import ScenarioError
from wattmint.workloads import make_offer, plan_part

PARTS = (
    {"kind": "mining", "machine": "antminer-s21-xp", "share": 0.5},
    {"kind": "hosting", "share": 0.3},
    {"kind": "rental", "accelerator": "b200-sxm", "share": 0.2},
)


@pytest.fixture(scope="module")
def plans(scenario_of, snapshot, library):
    scenario = scenario_of(*PARTS)
    return [plan_part(part, scenario, snapshot, library) for part in scenario.builds[0].parts]


def test_shares_add_up_to_the_connection(plans):
    assert sum(plan.grid_mw for plan in plans) == pytest.approx(10.0)
    drawn = sum(plan.it_mw * plan.hourly_pue for plan in plans)
    assert np.nanmax(drawn) <= 10.0 * (1.0 + 1e-9)


def test_every_offer_has_the_shapes_the_corridor_expects(plans, world_of):
    world = world_of(paths=3, months=24)
    for plan in plans:
        offer = make_offer(plan, world)
        for line in (offer.in_service, *offer.per_mwh.values(), *offer.per_month.values()):
            assert line.shape in {(1, 24), (3, 24)}
        for line in offer.capital.values():
            assert line.shape in {(1, 25), (3, 25)}
        assert offer.inputs == plan.inputs
        assert offer.grid_mw == plan.grid_mw


def test_every_number_used_has_a_source(plans):
    for plan in plans:
        names = [used.name for used in plan.inputs]
        assert len(set(plan.inputs)) == len(names)
        assert {"site_capex_usd_per_mw", "opex_usd_per_mw_year", "construction_months", "salvage_share"} <= set(names)
        assert all(used.source and used.kind for used in plan.inputs)


def test_a_path_is_the_same_in_any_chunk(plans, random_world):
    from dataclasses import fields, replace

    world = random_world(5, 4, 40)
    arrays = {f.name: getattr(world, f.name)[2:] for f in fields(world) if np.ndim(getattr(world, f.name)) == 2}
    part = replace(world, first_path=2, works_draw=world.works_draw[2:], lease_draw=world.lease_draw[2:], **arrays)
    for plan in plans:
        whole, half = make_offer(plan, world), make_offer(plan, part)
        for name, line in {**half.per_mwh, **half.per_month, **half.capital}.items():
            other = {**whole.per_mwh, **whole.per_month, **whole.capital}[name]
            assert np.array_equal(line, other[2:] if other.shape[0] == 4 else other)


def test_a_machine_that_does_not_fit_is_refused(scenario_of, snapshot, library):
    scenario = scenario_of({**PARTS[0], "share": 1e-4})
    with pytest.raises(ScenarioError, match="machine"):
        plan_part(scenario.builds[0].parts[0], scenario, snapshot, library)


def test_a_part_that_comes_and_goes_says_so_in_its_name(scenario_of, snapshot, library):
    scenario = scenario_of({"kind": "hosting", "existing": True, "until_month": 9})
    plan = plan_part(scenario.builds[0].parts[0], scenario, snapshot, library)
    assert plan.label.endswith(" of IT leased, existing halls, until month 9")
