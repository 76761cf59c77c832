import pytest

from wattmint.calculators.backup.nines import frontier
from wattmint.calculators.backup.rank import site_backup
from wattmint.report.building.backup_figures import frontier_figure, stack_figure, stack_height
from wattmint.report.figures import plain
from wattmint.scenario.model import Scenario


@pytest.fixture(scope="module")
def serving():
    builds = [{"name": "host", "parts": [{"kind": "hosting"}]}]
    power = {"fixed_usd_per_mwh": 40.0, "weather": "midland-tmy3"}
    site = Scenario.of({"name": "Small site", "site": {"power_mw": 20.0}, "power": power, "study": {"start": "2026-12"}, "builds": builds})
    return site_backup(site, years=300, seed=1, workloads=("serving",)).tenants[0]


def test_stacks_add_up_to_totals_the_cheapest_at_the_top(serving):
    drawn = plain(stack_figure(serving))
    *stacks, bad = drawn["data"]
    names = [one.backup for one in reversed(serving.bills)]
    assert all(list(bar["y"]) == names for bar in stacks)
    totals = [sum(values) for values in zip(*(bar["x"] for bar in stacks), strict=True)]
    scale = 1e3 * serving.tenant.it_mw
    assert totals == pytest.approx([one.total_usd / scale for one in reversed(serving.bills)], rel=2e-3)
    assert list(bad["x"]) == pytest.approx([(one.owned_usd + one.tail_usd[0]) / scale for one in reversed(serving.bills)], rel=1e-3)
    assert drawn["layout"]["height"] == stack_height(serving)
    assert "tenants leaving" not in [bar["name"] for bar in stacks]  # who serves has none


def test_the_frontier_is_named_and_the_beaten_are_grey(serving):
    line, beaten, edge = plain(frontier_figure(serving))["data"]
    best = [one.backup for one in frontier(serving.bills)]
    assert list(edge["text"]) == best
    assert list(line["x"]) == list(edge["x"])
    assert set(beaten["text"]) == {one.backup for one in serving.bills} - set(best)
    assert list(edge["y"]) == sorted(edge["y"])
