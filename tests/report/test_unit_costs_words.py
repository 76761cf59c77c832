import pytest

from wattmint.calculators.unit_costs import COST_LINES, Question, Stack, UnitCosts, unit_costs
from wattmint.market.snapshot import market_snapshot
from wattmint.report.unit_costs_words import dollars, left, stack_rows
from wattmint.scenario.model import Market


@pytest.fixture(scope="module")
def found():
    return unit_costs(Question(), market_snapshot(Market()))


def test_rows_have_dollars_and_share_for_each_stack(found):
    rows = stack_rows(found)
    assert {len(row) for row in rows} == {7}
    assert [row[0] for row in rows] == ["USD", *COST_LINES, "cost", "market price", "coin price", "fee", "new coins", "left", "kWh"]
    cost = next(row for row in rows if row[0] == "cost")
    assert cost[2::2] == ["100%", "100%", "100%"]


def test_what_nobody_sells_is_left_blank(found):
    tokens = Stack("a million AI tokens", "x", found.stacks[0].lines, {})
    rows = stack_rows(UnitCosts((tokens, *found.stacks[1:]), found.kwh, found.coins_per_transaction, ()))
    assert "market price" not in [row[0] for row in rows]
    assert next(row for row in rows if row[0] == "left")[1:3] == ["", ""]
    assert left(tokens) is None


@pytest.mark.parametrize(("value", "text"), [(0.0, "-"), (0.13494, "0.135"), (61_643.2, "61,643"), (-34.567, "-34.6"), (999.4, "999")])
def test_amounts(value, text):
    assert dollars(value) == text
