import json
import shutil
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wattmint.calculators.serving.case import ESTIMATED, rates, serve
from wattmint.calculators.serving.money import fixed_usd_per_gpu_h, margin, terms, token_costs, token_revenue_usd_per_gpu_h
from wattmint.dispatch.duration import duration_curves
from wattmint.dispatch.solve import Dispatcher
from wattmint.errors import ScenarioError, UnknownNameError
from wattmint.facts.load import number
from wattmint.finance.cashflow import cashflow
from wattmint.types import Tariff
from wattmint.workloads.firm import plan_halls
from wattmint.workloads.inference import MTOK, mean_factor, offer_inference, plan_inference, token_reference
from wattmint.workloads.inference_rate import Service, best_rate
from wattmint.workloads.inputs import InputBook

LLAMA = {"kind": "inference", "accelerator": "b200-sxm", "model": "llama-3-3-70b"}
STILL = {"construction_months": 0, "ramp_months": 0, "price_decline_per_year": 0.0, "software_gain_per_year": 0.0}
DEFAULT = Service(
    model="llama-3-3-70b", accelerator="b200-sxm", precision="fp8", isl=1800, osl=500, ttft_ms=2000.0, tpot_ms=50.0, gpus_per_replica=None
)  # fmt: skip


@pytest.fixture(scope="module")
def plan_of(scenario_of, snapshot, library):
    def plan(**keys):
        scenario = scenario_of({**LLAMA, **keys})
        return plan_inference(scenario.builds[0].parts[0], scenario, snapshot, library)

    return plan


def used(plan, name):
    return next(one for one in plan.inputs if one.name == name)


def test_the_share_feeds_whole_accelerators(plan_of, scenario_of, library):
    scenario = scenario_of(LLAMA)
    plan, apiece = plan_of(), number("chips", "b200-sxm", "allin_kw_per_gpu") / 1e3
    assert plan.it_mw == pytest.approx(plan.accelerators * apiece)
    part = scenario.builds[0].parts[0]
    halls = plan_halls(InputBook(part), scenario, library, plan.load_factor)
    assert plan.it_mw <= halls.it_mw < plan.it_mw + apiece
    sold = 100.0 * used(plan, "utilisation").value
    assert plan.label == f"inference, 10 MW, Llama-3.3-70B-Instruct on {plan.accelerators:,} B200 SXM (HGX), {sold:.3g}% of throughput sold"


def test_nodes_that_draw_more_than_the_table_builds_are_built(plan_of):
    plan, rate = plan_of(accelerator="h100-sxm", model="llama-3-1-8b"), best_rate(replace(DEFAULT, accelerator="h100-sxm", model="llama-3-1-8b"))
    built = max(number("chips", "h100-sxm", "allin_kw_per_gpu"), rate.node_kw_per_gpu)
    assert plan.it_mw == pytest.approx(plan.accelerators * built / 1e3)
    assert plan.load_factor <= 1.0


def test_a_month_by_hand(plan_of, world_of):
    plan = plan_of(
        token_price_usd_per_mtok_input=0.5, token_price_usd_per_mtok_output=2.0, utilisation=0.4, market_fee=0.1, isl=1000, osl=250,
        price_decline_per_year=0.3, software_gain_per_year=0.12, construction_months=2, ramp_months=0, refresh_months=48,
    )  # fmt: skip
    offer = offer_inference(plan, world_of(months=14, token_price_factor=np.full((3, 14), 1.5)))
    rate = best_rate(replace(DEFAULT, isl=1000, osl=250))
    written = plan.accelerators * rate.output_tokens_per_s_per_gpu * 3600.0 * 730.0 / 1e6 * 0.4 * plan.served_share
    # 0.2 is the world's ageing: what is new in month 2 is better than today's by two months of it
    first, last = (np.exp((0.12 - 0.3) * month / 12.0 + 0.2 * 2.0 / 12.0) for month in (2, 13))
    assert offer.per_month["output tokens"][0, [0, 1, 2, 13]] == pytest.approx([0.0, 0.0, written * 2.0 * 1.5 * first, written * 2.0 * 1.5 * last])
    assert offer.per_month["input tokens"][0, 2] == pytest.approx(4.0 * written * 0.5 * 1.5 * first)
    assert offer.per_month["market fee"][0, 2] == pytest.approx(-0.1 * (written * 2.0 + 4.0 * written * 0.5) * 1.5 * first)
    sold = (written * 2.0 + 4.0 * written * 0.5) * 1.5 * first
    assert offer.per_month["service credits"][0, 2] == pytest.approx(-plan.credit_share * sold)
    assert offer.made_per_month[MTOK][0, 2] == pytest.approx(5.0 * written * np.exp(0.32 * 2.0 / 12.0))
    price = plan.accelerators * number("chips", "b200-sxm", "accelerator_usd") * (1.0 + number("defaults", "inference", "network_storage_share"))
    assert offer.capital["accelerators"][0].tolist() == pytest.approx([0.0, 0.0, -price] + [0.0] * 12)


def test_an_hour_earns_what_the_serving_calculator_says(plan_of, world_of):
    """The build's revenue, power and running costs of its first month against the calculator's, per MWh of the nodes."""
    share, opex = 0.6, 350_000.0
    plan = plan_of(**STILL, utilisation=share, market_fee=0.0, opex_usd_per_mw_year=opex)
    offer = offer_inference(plan, world_of(months=2))
    rate = best_rate(DEFAULT)
    found = serve("llama-3-3-70b", "b200-sxm", gpus=rate.gpus_per_replica, isl=1800, osl=500, concurrency=rate.concurrency, parallel="auto").estimate
    plant = terms(utilisation=share, opex_usd_per_mw_year=opex)
    columns = rates({name: np.array([found[name]]) for name in ESTIMATED}, np.array([1800 / 500]))
    fixed = {line: np.array([usd]) for line, usd in fixed_usd_per_gpu_h("b200-sxm", 1000.0, plant).items()}
    costs = token_costs(fixed, columns, plant)
    prices = (number("token_prices", "llama-3-3-70b", "input_usd_per_mtok"), number("token_prices", "llama-3-3-70b", "output_usd_per_mtok"))
    said = margin(token_revenue_usd_per_gpu_h(columns, prices, plant), costs)
    mwh = offer.it_mw * offer.load_factor * 730.0
    assert mwh == pytest.approx(float(costs.it_mwh_per_gpu_h[0]) * plan.accelerators * 730.0)
    revenue = (offer.per_month["input tokens"] + offer.per_month["output tokens"])[0, 0] / mwh
    available = plan.served_share
    assert revenue == pytest.approx(float(said.revenue_usd_per_mwh_it[0]) * available)
    staff = offer.per_month["operations"][0, 0] / mwh * 730.0 / (8766.0 / 12.0)
    assert revenue / available + staff == pytest.approx(float(said.worth_usd_per_mwh_it[0]), rel=1e-3)


def test_left_out_the_share_sold_earns_what_renting_out_would(plan_of, world_of):
    plan = plan_of(construction_months=0, ramp_months=0)
    assert used(plan, "utilisation").kind == "derived"
    offer = offer_inference(plan, world_of(months=36, gpu_ageing_per_year=0.0))
    hours = plan.accelerators * 730.0 * plan.served_share
    earned = sum(offer.per_month[line][0] for line in ("input tokens", "output tokens", "market fee")) / hours
    rented_out = number("defaults", "rental", "utilisation") * (1.0 - number("defaults", "rental", "market_fee"))
    assert earned.mean() == pytest.approx(number("chips", "b200-sxm", "rental_3_year_usd_per_gpu_h") * rented_out)
    assert plan.sold_mtok_per_h == plan_of(construction_months=0, ramp_months=0, token_price_usd_per_mtok_output=99.0).sold_mtok_per_h


def test_no_plant_is_taken_to_sell_more_than_serving_plants_do(plan_of):
    plan = plan_of(model="llama-3-1-405b", market_fee=0.99)
    assert used(plan, "utilisation").value == number("defaults", "serving", "utilisation")
    assert used(plan, "utilisation").kind == "estimate"


def test_mean_of_what_falls():
    assert mean_factor(0.0, 36) == 1.0
    assert mean_factor(0.12, 3) == pytest.approx((1.0 + np.exp(-0.01) + np.exp(-0.02)) / 3.0)


def test_the_multiplier_scales_revenue_and_nothing_else(scenario_of, snapshot, library, plan_of):
    scenario = scenario_of(LLAMA)
    doubled = plan_inference(scenario.builds[0].parts[0], scenario, replace(snapshot, token_price_multiplier=2.0), library)
    assert doubled.usd_per_mtok == pytest.approx(tuple(2.0 * usd for usd in plan_of().usd_per_mtok))
    assert doubled.sold_mtok_per_h == plan_of().sold_mtok_per_h


def test_any_name_of_a_model_and_ones_own_configuration(tmp_path, scenario_of, snapshot, library, plan_of):
    assert plan_of(model="meta-llama/Llama-3.3-70B-Instruct").sold_mtok_per_h == plan_of().sold_mtok_per_h
    config = {
        "model_type": "llama", "hidden_size": 4096, "intermediate_size": 14336, "num_hidden_layers": 32, "num_attention_heads": 32,
        "num_key_value_heads": 8, "vocab_size": 128256, "max_position_embeddings": 131072, "hidden_act": "silu",
    }  # fmt: skip
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "config.json").write_text(json.dumps(config))
    keys = {"model": "own/config.json", "utilisation": 0.3, "token_price_usd_per_mtok_input": 0.1, "token_price_usd_per_mtok_output": 0.2}
    scenario = scenario_of({**LLAMA, **keys}).model_copy(update={"base_dir": tmp_path})
    assert " own on " in plan_inference(scenario.builds[0].parts[0], scenario, snapshot, library).label
    shutil.rmtree(tmp_path / "own")
    with pytest.raises(ScenarioError, match="cannot be read"):
        plan_inference(scenario.builds[0].parts[0], scenario, snapshot, library)


def test_an_unknown_model_is_refused_with_the_nearest_names(plan_of):
    with pytest.raises(UnknownNameError, match=r"model = 'llama-3-3-71b'.*did you mean"):
        plan_of(model="llama-3-3-71b")


def test_a_model_that_formulas_do_not_describe_is_refused(plan_of):
    with pytest.raises(ScenarioError, match="no estimate is better than a wrong one"):
        plan_of(model="nemotron-h-56b")


def test_a_model_that_nobody_sells_needs_its_prices(plan_of):
    with pytest.raises(ScenarioError, match="nobody's price for its tokens is known; give token_price_usd_per_mtok_input and token_price"):
        plan_of(model="gpt-3-175b")
    with pytest.raises(ScenarioError, match=r"utilisation = \(left out\): no market price of the model's tokens is known"):
        plan_of(model="gpt-3-175b", token_price_usd_per_mtok_input=1.0, token_price_usd_per_mtok_output=1.0)


def test_a_share_too_small_for_one_accelerator_is_refused(plan_of):
    with pytest.raises(ScenarioError, match="accelerator = 'b200-sxm': needs"):
        plan_of(share=1e-4)


def test_the_reference_is_the_first_inference_part(scenario_of, snapshot):
    mixed = scenario_of({"kind": "hosting", "share": 0.5}, {**LLAMA, "share": 0.5})
    price, label = token_reference(mixed, replace(snapshot, token_price_multiplier=2.0))
    assert (price.value, label) == (2.0 * number("token_prices", "llama-3-3-70b", "output_usd_per_mtok"), "Llama-3.3-70B-Instruct, written")
    price, _ = token_reference(scenario_of({**LLAMA, "token_price_usd_per_mtok_output": 3.0}), snapshot)
    assert (price.value, price.kind) == (3.0, "given")
    assert token_reference(scenario_of({"kind": "hosting"}), snapshot) is None


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 2**32 - 1), construction=st.integers(0, 30), refresh=st.integers(1, 30), months=st.integers(1, 40))
def test_whatever_happens_lines_sum_and_energy_is_bought_with_the_plants_own(plan_of, random_world, scenario_of, seed, construction, refresh, months):
    plan, world = plan_of(construction_months=construction, refresh_months=refresh), random_world(seed, 3, months)
    offer = offer_inference(plan, world)
    for line in (offer.in_service, *offer.per_month.values(), *offer.capital.values(), *offer.made_per_month.values()):
        assert np.isfinite(line).all()
    run = Dispatcher(world, Tariff(4.0, 5.0, 0.0)).run(offer, duration_curves(world.library, offer.hourly_pue))
    assert run.it_mwh == pytest.approx(np.broadcast_to(offer.it_mw * offer.load_factor * offer.in_service * world.hours, run.it_mwh.shape))
    assert run.grid_mwh == pytest.approx(run.it_mwh * np.nanmean(offer.hourly_pue[0]))
    flows = cashflow(offer, run, Tariff(4.0, 5.0, 0.0), world, scenario_of(LLAMA).money)
    assert flows.net == pytest.approx(sum(flows.lines.values()), rel=1e-9, abs=1e-3)
    paid = -sum(line.sum(axis=1) for name, line in offer.capital.items() if name != "salvage")
    assert (offer.capital["salvage"].sum(axis=1) <= paid * (1.0 + 1e-12)).all()
