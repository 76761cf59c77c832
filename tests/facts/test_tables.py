"""The shipped tables themselves: they hold together and meet what they were taken from."""

from dataclasses import replace

import pytest

from wattmint.calculators.mining.fleet import NUMBERS
from wattmint.facts import load
from wattmint.physics.hashing import difficulty_from_hashrate, hashprice_btc_per_ph_day
from wattmint.scenario import model
from wattmint.scenario.existing import Conversion, Existing, ExistingMachine
from wattmint.units import HASHES_PER_EH, KW_PER_MW, MONTHS_PER_YEAR, W_PER_KW

FROM_TABLES = {
    "machine_usd_per_th", "rental_usd_per_gpu_h", "accelerator_usd", "token_price_usd_per_mtok_input", "token_price_usd_per_mtok_output",
}  # fmt: skip
"""Keys whose default is the machine's, the accelerator's or the model's own."""

NEEDS_NONE = {"until_month", "machine_age_months"}
"""Keys that, left out, say that a part runs to the end and buys its machines."""

WORKED_OUT = {"inference": {"utilisation", "gpus_per_replica"}}
"""Keys whose default follows from the part's other numbers."""

PARTS = {"mining": model.MiningPart, "hosting": model.HostingPart, "rental": model.RentalPart, "inference": model.InferencePart}


def every_fact():
    return [fact for name in load.TABLES for facts in load.table(name).values() for fact in facts.values()]


@pytest.mark.parametrize("name", load.TABLES)
def test_every_table_is_accepted_and_not_empty(name):
    assert load.table(name)


def test_every_source_is_cited_somewhere():
    assert set(load.sources()) == {fact.source for fact in every_fact()}


def test_every_attribute_is_a_key_of_the_site_file_or_has_rows():
    keys = {"site_name", "build_name", "series_time_zone", "scenario"}
    tables = (model.Site, model.Power, model.PriceHistory, model.Market, model.Money, model.Tax, model.Debt, model.Treasury, model.Study)
    for table in (*tables, model.Build, model.Scenario, *PARTS.values(), Existing, ExistingMachine, Conversion):
        keys |= set(table.model_fields)
    keys |= set(NUMBERS) | {"plan_usd", "plan_days", "plan_share_ratio"}  # words of the calculators
    keys |= {"attack_share", "rewrite_blocks", "price_fall", "transfer_inputs", "transfer_outputs", "fee_rate_sat_per_vb"}  # words of `chain`
    keys |= {"output_tokens_per_s_per_gpu", "node_kw_per_gpu"}  # inputs of an inference part that the serving estimate works out
    keys |= {"checkpoint_s", "flush_s", "interval_s", "state_gb"}  # words of `train`
    keys |= {"it_load_share", "pm25_ug_m3"}  # words of `facility`
    keys |= {"outages_per_year", "outage_hours", "dips_per_year", "curtailments_per_year", "notice_s", "spares", "training_tokens"}
    keys |= {"gpus", "isl", "osl", "ttft_ms", "tpot_ms", "tokens_per_day"}  # words of `serve`
    keys |= {"availability", "ups_loss_share", "backup_usd_per_mw", "backup_opex_usd_per_mw_year", "value_usd_per_mwh"}  # words of `backup`
    assert set(load.attributes()) <= keys | {fact.attribute for fact in every_fact()}


RECALLED = ("commonly quoted", "not re-read", "from memory")
"""Words of a source whose figures were not read where they stand."""

OWN = ("own work", "derived")
"""How the licence of a source begins that is a computation of this package."""


def overstated(fact, source):
    """Return why a row's kind claims more than its source gives; empty where it does not."""
    words = f"{source.citation} {source.licence}"
    if source.id.startswith("estimate-") and fact.kind not in {"estimate", "derived"}:
        return "the source is an estimate"
    if any(word in words for word in RECALLED) and fact.kind in {"measured", "datasheet"}:
        return "the source was not read"
    if source.licence.startswith(OWN) and fact.kind not in {"estimate", "derived"}:
        return "the source is a computation"
    return ""


def test_no_row_claims_more_than_its_source_gives():
    sources = load.sources()
    assert [(fact, why) for fact in every_fact() if (why := overstated(fact, sources[fact.source]))] == []


@pytest.mark.parametrize(
    ("source", "kind", "is_refused"),
    [
        ("estimate-cooling", "published", True),
        ("estimate-cooling", "estimate", False),
        ("accelerator-datasheets", "datasheet", True),
        ("accelerator-datasheets", "published", False),
        ("forecast-backtest", "measured", True),
        ("forecast-backtest", "derived", False),
        ("serving-measurements", "measured", False),
    ],
)
def test_a_claim_beyond_the_source_is_found(source, kind, is_refused):
    fact = replace(load.record("chips", "h100-sxm")["name"], source=source, kind=kind)
    assert bool(overstated(fact, load.sources()[source])) is is_refused


def test_sources_of_estimates_are_named_so():
    for id_, source in load.sources().items():
        says = {id_.startswith("estimate-"), source.citation.startswith("Estimate"), source.licence == "estimate"}
        assert len(says) == 1, id_


def test_chips_remembered_with_doubt_are_estimates():
    for id_ in ("h100-96gb-500w", "gh200-144gb", "ascend-910b"):
        facts = load.record("chips", id_)
        assert {facts[name].kind for name in ("memory_bandwidth_tb_per_s", "bf16_tflops", "tdp_w")} <= {"estimate"}, id_
    assert load.record("chips", "h100-sxm")["memory_bandwidth_tb_per_s"].kind == "datasheet"


@pytest.mark.parametrize("part", PARTS)
def test_every_key_a_part_may_leave_out_has_a_default(part):
    optional = {name for name, field in PARTS[part].model_fields.items() if field.default is None}
    assert optional - FROM_TABLES - NEEDS_NONE - WORKED_OUT.get(part, set()) <= set(load.record("defaults", part))


def test_power_keys_have_a_default():
    assert {"level_growth_per_year", "peak_avoidance"} <= set(load.record("defaults", "power"))


def test_named_defaults_exist():
    for part in PARTS:
        assert load.text("defaults", part, "cooling") in load.table("coolers")
        if part != "mining":
            assert load.text("defaults", part, "backup") in load.table("backup")


def test_machines_divide_watts_by_terahash():
    for id_, facts in load.table("machines").items():
        expected = facts["power_w"].value / facts["hashrate_ths"].value
        assert facts["efficiency_j_per_th"].value == pytest.approx(expected, rel=1e-6), id_
        assert facts["machine_cooling"].value in {"air", "hydro", "immersion"}, id_
        assert facts["reliability"].value in {"A", "B", "C"}, id_
        assert "goldshell" not in id_
        assert facts["algorithm"].value in {"sha-256", "scrypt"}, id_


def test_scrypt_machines_are_few_and_told_apart():
    scrypt = {id_: facts for id_, facts in load.table("machines").items() if facts["algorithm"].value == "scrypt"}
    assert {"antminer-l7", "antminer-l9", "elphapex-dg1-plus"} <= set(scrypt)
    others = [facts for id_, facts in load.table("machines").items() if id_ not in scrypt]
    assert max(f["hashrate_ths"].value for f in scrypt.values()) < min(f["hashrate_ths"].value for f in others)
    assert min(f["efficiency_j_per_th"].value for f in scrypt.values()) > 100 * max(f["efficiency_j_per_th"].value for f in others)


def test_machine_as_its_maker_lists_it():
    facts = load.record("machines", "antminer-s21-xp")
    values = {name: fact.value for name, fact in facts.items()}
    assert values["hashrate_ths"] == 270.0
    assert values["power_w"] == 3645.0
    assert values["machine_usd_per_th"] == 11.0
    assert facts["machine_usd_per_th"].as_of == "2026-10"


def test_only_prices_of_this_year_are_used():
    priced = [facts["machine_usd_per_th"] for facts in load.table("machines").values() if "machine_usd_per_th" in facts]
    assert len(priced) >= 5
    assert all(fact.as_of >= "2026" for fact in priced)
    past = [facts["past_usd_per_th"] for facts in load.table("machines").values() if "past_usd_per_th" in facts]
    assert all(fact.as_of < "2026" for fact in past)


def test_one_machine_is_one_row():
    seen = [(str(f["name"].value).lower(), f["hashrate_ths"].value, round(f["power_w"].value)) for f in load.table("machines").values()]
    assert len(seen) == len(set(seen))


def test_accelerators_that_can_be_rented_out_draw_more_than_their_own_power():
    rentable = {id_: facts for id_, facts in load.table("chips").items() if "allin_kw_per_gpu" in facts}
    assert {"h100-sxm", "h200-sxm", "b200-sxm", "b300-sxm", "gb200-nvl72", "gb300-nvl72", "mi300x", "mi355x"} <= set(rentable)
    for id_, facts in rentable.items():
        assert 1.2 < facts["allin_kw_per_gpu"].value * W_PER_KW / facts["tdp_w"].value < 2.2, id_
        assert {"accelerator_usd", "rental_3_year_usd_per_gpu_h"} <= set(facts) | ({"accelerator_usd"} if id_ == "rtx-5090" else set())
        if "rental_on_demand_usd_per_gpu_h" in facts:
            assert facts["rental_on_demand_usd_per_gpu_h"].value > facts["rental_3_year_usd_per_gpu_h"].value, id_


def test_half_the_bits_give_at_least_as_many_operations():
    for id_, facts in load.table("chips").items():
        if "bf16_tflops" in facts and "fp8_tflops" in facts:
            assert facts["fp8_tflops"].value >= facts["bf16_tflops"].value, id_


def test_published_hashprice_follows_from_the_snapshot():
    market = {name: fact.value for name, fact in load.record("snapshot", "market").items()}
    difficulty = difficulty_from_hashrate(market["network_hashrate_ehs"] * HASHES_PER_EH)
    found = float(hashprice_btc_per_ph_day(difficulty, 3.125 + market["fees_btc_per_block"])) * market["btc_usd"]
    assert found == pytest.approx(market["hashprice_usd_per_ph_day"], rel=0.01)  # 40.58 on 2026-10-03
    without = float(hashprice_btc_per_ph_day(difficulty, 3.125)) * market["btc_usd"]
    assert without != pytest.approx(market["hashprice_usd_per_ph_day"], rel=0.01)


def test_snapshot_lies_after_the_last_embedded_epoch_and_before_the_halving():
    assert 953_568 < load.number("snapshot", "market", "block_height") < 1_050_000


def test_leases_follow_from_contracts():
    for id_, deal in load.table("deals").items():
        if "contract_usd" not in deal:  # a building contract, or halls of one's own
            continue
        kw_months = deal["it_mw"].value * KW_PER_MW * deal["term_years"].value * MONTHS_PER_YEAR
        assert deal["lease_usd_per_kw_month"].value == pytest.approx(deal["contract_usd"].value / kw_months, rel=1e-4), id_


def test_default_lease_is_the_weighted_mean_of_the_leases():
    leases = [deal for deal in load.table("deals").values() if deal["deal_kind"].value == "lease"]
    assert len(leases) == 6
    mean = sum(d["it_mw"].value * d["lease_usd_per_kw_month"].value for d in leases) / sum(d["it_mw"].value for d in leases)
    assert load.number("defaults", "hosting", "lease_usd_per_kw_month") == pytest.approx(mean, abs=0.05)
    opex = load.number("defaults", "hosting", "opex_usd_per_mw_year")
    assert opex == pytest.approx(0.15 * mean * MONTHS_PER_YEAR * KW_PER_MW, rel=0.005)


def test_the_hashrate_equation_is_stable():
    law = {name: fact.value for name, fact in load.record("processes", "hashrate").items()}
    own = law["hashrate_lag_1"] + law["hashrate_lags_2_6"] + law["hashrate_mean_36"]
    assert 0 < own <= law["autoregressive_cap"] < 1
    assert law["hashrate_gap_per_month"] > 0  # a rich hashprice draws machines in
    assert law["residual_sd"] >= law["residual_sd_floor"]


def test_shocks_can_be_correlated_as_said():
    a, b, c = (load.number("processes", "shocks", f"{pair}_correlation") for pair in ("btc_gpu", "gpu_power", "btc_power"))
    assert 1 + 2 * a * b * c - a**2 - b**2 - c**2 > 0


def test_a_model_of_another_shape_names_one_that_has_its_own():
    models = load.table("models")
    for id_, facts in models.items():
        assert {"layers", "same_as", "refused"} & set(facts), id_
        if "same_as" in facts:
            assert "layers" in models[facts["same_as"].value], id_
            assert not {"layers", "hidden", "experts", "refused"} & set(facts), id_


def test_prices_of_tokens_are_of_models_and_reading_is_no_dearer_than_writing():
    for id_, facts in load.table("token_prices").items():
        assert id_.split("-at-")[0] in load.table("models"), id_
        assert 0 < facts["input_usd_per_mtok"].value <= facts["output_usd_per_mtok"].value < 100, id_
        assert facts["token_hosts"].value >= 2
        assert "-at-" not in id_ or facts["input_usd_per_mtok"].as_of.startswith(id_.split("-at-")[1])


def test_the_most_sold_open_model_asks_what_its_hosts_list():
    # On 21 November 2026 most of 29 hosts ask the same for gpt-oss-120b.
    facts = load.record("token_prices", "gpt-oss-120b")
    assert (facts["input_usd_per_mtok"].value, facts["output_usd_per_mtok"].value) == (0.15, 0.6)
