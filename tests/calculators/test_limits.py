import math

import numpy as np
import pytest

from wattmint.calculators.limits import check_together, checked
from wattmint.calculators.mining.fleet import NUMBERS
from wattmint.errors import InputError
from wattmint.facts.load import attribute


@pytest.mark.parametrize("name", NUMBERS)
def test_every_field_has_a_range_in_the_dictionary(name):
    row = attribute(name)
    assert row.low is not None
    assert row.high is not None
    for wrong in (row.low - 1.0, row.high * 1.5, math.nan, math.inf, "many", None, True):
        with pytest.raises(InputError) as caught:
            checked(name, wrong)
        assert caught.value.field == name
        assert row.meaning in caught.value.allowed


EDGES = [("uptime", 1), ("pool_fee", 0), ("count", 3), ("power_price_usd_per_kwh", 0.0), ("pue", np.float64(1.2)), ("hashrate_ths", np.int64(5))]


@pytest.mark.parametrize(("name", "value"), EDGES)
def test_the_edges_are_in(name, value):
    assert checked(name, value) == float(value)


@pytest.mark.parametrize(
    ("name", "value", "allowed"),
    [
        ("uptime", 0.0, "a number above 0 to 1"),
        ("pool_fee", 1.0, "a number from 0 to below 1"),
        ("stale_rate", 1.0, "a number from 0 to below 1"),
        ("count", 1.5, "a whole number from 1 to 10,000,000"),
        ("count", 0, "a whole number from 1 to 10,000,000"),
        ("power_price_usd_per_kwh", 45.0, "a number from 0 to 1 USD/kWh: All-in price of energy"),
        ("btc_usd", -1.0, "a number from 1 to 100,000,000 USD/BTC"),
    ],
)
def test_refusals_say_what_is_allowed(name, value, allowed):
    with pytest.raises(InputError) as caught:
        checked(name, value)
    assert caught.value.allowed.startswith(allowed)


def test_what_must_fit_together():
    fine = {"power_w": 3645.0, "hashrate_ths": 270.0, "subsidy_btc": 3.125, "fees_btc_per_block": 0.0}
    check_together(fine, (1.0, 10_000.0))
    for wrong in ({"power_w": 3.645}, {"subsidy_btc": 0.0}):
        with pytest.raises(InputError):
            check_together(fine | wrong, (1.0, 10_000.0))
