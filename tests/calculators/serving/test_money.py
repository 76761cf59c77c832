import dataclasses

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wattmint.calculators.serving.money import (
    CAPITAL_LINES,
    LINES,
    allin_kw,
    defaults,
    fixed_usd_per_gpu_h,
    instalment,
    margin,
    terms,
    token_costs,
    token_revenue_usd_per_gpu_h,
    used_terms,
)
from wattmint.errors import InputError, UnknownNameError
from wattmint.facts.load import number, table

ONE = {"node_power_w_per_gpu": 1200.0, "input_tokens_per_s_per_gpu": 2000.0, "output_tokens_per_s_per_gpu": 1000.0, "prefill_time_share": 0.25}

estimates = st.fixed_dictionaries(
    {
        "node_power_w_per_gpu": st.floats(50.0, 5000.0),
        "input_tokens_per_s_per_gpu": st.floats(0.01, 1e6),
        "output_tokens_per_s_per_gpu": st.floats(0.01, 1e5),
        "prefill_time_share": st.floats(0.0, 1.0),
    }
)
plants = st.builds(
    terms,
    power_price_usd_per_kwh=st.floats(0.0, 0.5),
    pue=st.floats(1.0, 2.0),
    utilisation=st.floats(0.01, 1.0),
    idle_power_share=st.floats(0.0, 1.0),
    discount_rate=st.floats(0.0, 0.5),
)


def arrays(one):
    return {name: np.array([value]) for name, value in one.items()}


def costs_of(one, plant, chip="h200-sxm", tdp_w=700.0):
    return token_costs(arrays(fixed_usd_per_gpu_h(chip, tdp_w, plant)), arrays(one), plant)


def test_an_hour_and_a_million_tokens_by_hand():
    plant = terms(
        power_price_usd_per_kwh=0.06, pue=1.2, utilisation=0.5, idle_power_share=0.5, network_storage_share=0.2, refresh_months=48, discount_rate=0.0,
        site_capex_usd_per_mw=8_766_000, site_life_months=120, opex_usd_per_mw_year=876_600, accelerator_usd=35_064,
    )  # fmt: skip
    found = costs_of(ONE, plant)
    hour = {line: float(value[0]) for line, value in found.usd_per_gpu_h.items()}
    kw = number("chips", "h200-sxm", "allin_kw_per_gpu")
    assert hour == pytest.approx(
        {"accelerators and servers": 1.0, "network and storage": 0.2, "halls": 0.1 * kw, "power": 0.9 * 1.2 * 0.06, "staff and upkeep": 0.1 * kw}
    )
    total = sum(hour.values())
    assert found.usd_per_mtok[0] == pytest.approx(total / (3000 * 3600 * 0.5 / 1e6))
    assert found.usd_per_mtok_input[0] == pytest.approx(0.25 * total / 3.6)
    assert found.usd_per_mtok_output[0] == pytest.approx(0.75 * total / 1.8)
    assert found.it_mwh_per_gpu_h[0] == pytest.approx(0.9e-3)


@given(estimates, plants)
def test_lines_sum_to_the_total_and_both_kinds_of_token_average_to_the_blend(one, plant):
    found = costs_of(one, plant)
    total = sum(found.usd_per_gpu_h.values())
    assert list(found.usd_per_gpu_h) == list(LINES)
    assert sum(found.usd_per_mtok_lines.values())[0] == pytest.approx(found.usd_per_mtok[0], rel=1e-12)
    read, written = one["input_tokens_per_s_per_gpu"], one["output_tokens_per_s_per_gpu"]
    blend = (read * found.usd_per_mtok_input[0] + written * found.usd_per_mtok_output[0]) / (read + written)
    assert blend == pytest.approx(found.usd_per_mtok[0], rel=1e-9)
    assert found.usd_per_mtok[0] * (read + written) * 3600 * plant.utilisation / 1e6 == pytest.approx(total[0], rel=1e-9)


@given(estimates, plants, st.floats(0.0, 100.0), st.floats(0.0, 100.0))
def test_what_tokens_fetch_less_what_they_cost_is_the_margin(one, plant, in_usd, out_usd):
    found = costs_of(one, plant)
    revenue = token_revenue_usd_per_gpu_h(arrays(one), (in_usd, out_usd), plant)
    per_mwh = margin(revenue, found)
    fetched = revenue[0] / found.it_mwh_per_gpu_h[0]
    assert per_mwh.revenue_usd_per_mwh_it[0] == pytest.approx(fetched)
    assert per_mwh.margin_usd_per_mwh_it[0] == pytest.approx(fetched - per_mwh.cost_usd_per_mwh_it[0], rel=1e-9, abs=1e-6 * (1.0 + fetched))
    capital_and_power = sum(found.usd_per_gpu_h[line][0] for line in (*CAPITAL_LINES, "power")) / found.it_mwh_per_gpu_h[0]
    assert per_mwh.worth_usd_per_mwh_it[0] - capital_and_power == pytest.approx(
        per_mwh.margin_usd_per_mwh_it[0], rel=1e-9, abs=1e-6 * (1 + fetched + capital_and_power)
    )


def test_full_use_costs_less_per_token_and_dear_power_more():
    plant = terms()
    assert costs_of(ONE, dataclasses.replace(plant, utilisation=1.0)).usd_per_mtok < costs_of(ONE, plant).usd_per_mtok
    assert costs_of(ONE, dataclasses.replace(plant, power_price_usd_per_kwh=0.3)).usd_per_mtok > costs_of(ONE, plant).usd_per_mtok


def test_owner_cost_meets_the_published_one_within_a_quarter():
    """The SemiAnalysis figures beside the same accelerators: never used in the formula, so a check of it."""
    plant = terms(utilisation=1.0)
    ratios = []
    for chip, facts in table("chips").items():
        if "owner_cost_usd_per_gpu_h" in facts and "accelerator_usd" in facts and "allin_kw_per_gpu" in facts:
            one = {**ONE, "node_power_w_per_gpu": 1e3 * number("chips", chip, "allin_kw_per_gpu")}
            hour = sum(costs_of(one, plant, chip).usd_per_gpu_h.values())[0]
            ratios.append(hour / number("chips", chip, "owner_cost_usd_per_gpu_h"))
    assert len(ratios) == 10
    assert min(ratios) > 0.75
    assert max(ratios) < 1.25
    assert np.median(ratios) == pytest.approx(0.91, abs=0.05)


def test_what_has_no_price_costs_nan_and_what_yields_nothing_too():
    assert np.isnan(costs_of(ONE, terms(), "tpu-v6e", 380.0).usd_per_mtok_output[0])
    assert np.isfinite(costs_of(ONE, terms(accelerator_usd=10_000), "tpu-v6e", 380.0).usd_per_mtok_output[0])
    assert np.isnan(costs_of({**ONE, "output_tokens_per_s_per_gpu": 0.0}, terms()).usd_per_mtok_output[0])


def test_all_in_power_is_the_tables_or_the_median_ratio():
    assert allin_kw("h200-sxm", 700.0) == 1.37
    ratios = [
        1000 * number("chips", chip, "allin_kw_per_gpu") / number("chips", chip, "tdp_w")
        for chip, facts in table("chips").items()
        if "allin_kw_per_gpu" in facts
    ]
    known = number("defaults", "serving", "allin_over_tdp")
    assert np.median(ratios) == pytest.approx(known, abs=0.005)
    assert allin_kw("tpu-v6e", 380.0) == pytest.approx(0.38 * known)


def test_instalments():
    assert instalment(60.0, 0.0) == pytest.approx(0.2)
    assert instalment(60.0, 0.1) == pytest.approx(0.2637975, abs=1e-7)  # the table of annuities


def test_terms_are_cited_or_given():
    used = {one.name: one for one in used_terms(terms(pue=1.3))}
    assert used["pue"].kind == "given"
    assert used["utilisation"].kind == "estimate"
    assert "accelerator_usd" not in used
    assert set(used) == set(defaults())


def test_what_is_refused():
    with pytest.raises(UnknownNameError, match="utilisation"):
        terms(utilization=0.5)
    with pytest.raises(InputError, match="above 0 to 1"):
        terms(utilisation=0.0)
    with pytest.raises(InputError, match="from 1 to 3"):
        terms(pue=0.9)
