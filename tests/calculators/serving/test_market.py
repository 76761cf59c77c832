import numpy as np
import pytest

from wattmint.calculators.serving.market import rental_margin, rentals, token_prices
from wattmint.calculators.serving.money import TokenCosts, terms
from wattmint.facts.load import number


def test_prices_are_the_tables():
    prices = token_prices("deepseek-r1")
    assert prices is not None
    assert prices.usd_per_mtok == (
        number("token_prices", "deepseek-r1", "input_usd_per_mtok"),
        number("token_prices", "deepseek-r1", "output_usd_per_mtok"),
    )
    assert token_prices("a model of my own") is None


def test_rentals_are_those_that_are_known():
    assert set(rentals("h200-sxm")) == {"on-demand", "3-year"}
    assert set(rentals("a100-sxm-80gb")) == {"on-demand"}
    assert rentals("tpu-v4") == {}


def test_renting_out_by_hand():
    nothing = np.zeros(1)
    costs = TokenCosts({"accelerators and servers": np.ones(1), "staff and upkeep": np.full(1, 0.1)}, {}, nothing, nothing, nothing, np.full(1, 1e-3))
    found = rental_margin(rentals("h200-sxm")["on-demand"], costs, terms(utilisation=0.5))
    revenue = 0.5 * number("chips", "h200-sxm", "rental_on_demand_usd_per_gpu_h") * 1000
    assert found.revenue_usd_per_mwh_it[0] == pytest.approx(revenue)
    assert found.margin_usd_per_mwh_it[0] == pytest.approx(revenue - 1100.0)
    assert found.worth_usd_per_mwh_it[0] == pytest.approx(revenue - 100.0)
