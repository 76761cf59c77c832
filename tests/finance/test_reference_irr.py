import math

import pytest

from wattmint.finance.irr import irr
from wattmint.finance.reference_irr import CLOSE_ENOUGH, reference_irr


@pytest.mark.parametrize(
    "flows",
    [[-100.0, 60.0, 60.0], [-100.0, 5.0, 5.0, 5.0, 105.0], [-100.0, 10.0, 20.0, 30.0], [-100.0, 300.0, 400.0], [-1e7, 2e6, 3e6, 4e6, 5e6, -1e5]],
)
def test_it_stops_where_the_present_value_is_a_millionth(flows):
    rate = reference_irr(flows)
    worth = sum(flow / (1.0 + rate) ** k for k, flow in enumerate(flows))
    assert abs(worth) <= CLOSE_ENOUGH * max(map(abs, flows))
    assert rate == pytest.approx(irr(flows).roots[-1], abs=1e-5)  # the last flow of the last row makes a second rate of -98 %


def test_two_flows_are_solved_at_once():
    assert reference_irr([-100.0, 70.0]) == pytest.approx(-0.3, abs=1e-15)


@pytest.mark.parametrize("flows", [[100.0, 50.0], [-100.0], [0.0, 0.0], [-100.0, -5.0, -6.0], [-100.0, 1.0, 1.0, 1.0, 1.0, -500.0]])
def test_where_the_tool_finds_none(flows):
    assert math.isnan(reference_irr(flows))
