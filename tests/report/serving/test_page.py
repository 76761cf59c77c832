import json

import pytest
from tests.report.pages import charts_have_places, figures, in_order, loads_nothing, seen

from wattmint.calculators.serving.case import serve
from wattmint.report.serving import page as serve_page

SECTIONS = ("speed", "money", "wall", "measured", "inputs", "method", "sources")


@pytest.fixture(scope="module")
def found():
    return serve("llama-3.1-70b", "h200", gpus=8, concurrency=64)


@pytest.fixture(scope="module")
def html(found):
    return serve_page.render(found)


@pytest.fixture(scope="module")
def page(html, read_page):
    return read_page(html)


def test_nothing_is_loaded_from_anywhere(page):
    loads_nothing(page)


def test_sections_links_and_headings_are_in_order(page):
    in_order(page, SECTIONS)


def test_every_place_for_a_chart_has_one_and_words_for_it(html, page):
    charts_have_places(html, page)
    checks = {f"check-{name}" for name in ("tpot_ms", "ttft_ms", "output_tokens_per_s_per_gpu", "joules_per_output_token")}
    assert set(figures(html)) == {"frontier", "roofline", "costs"} | checks


def test_same_answer_same_bytes(found, html):
    assert serve_page.render(found) == html


def test_the_answer_its_sources_and_its_estimates_are_on_the_page(page):
    text = seen(page)
    for words in ("Meta-Llama-3.1-70B on 8 x H200 SXM", "estimate", "Licence:", "idle_power_share", "MLPerf", "A million written", "HBM4"):
        assert words in text


def test_stacks_and_market_meet_the_answer(found):
    stacks, market = serve_page.stacks(found), serve_page.market_prices(found)
    assert sum(stacks["written"].values()) == pytest.approx(found.costs["usd_per_mtok_output"])
    assert sum(stacks["read"].values()) == pytest.approx(found.costs["usd_per_mtok_input"])
    assert sum(stacks["both"].values()) == pytest.approx(found.costs["usd_per_mtok"])
    assert min(market["read"], market["written"]) <= market["both"] <= max(market["read"], market["written"])


def test_boxes_tell_what_it_yields_and_what_it_costs(found):
    yields, pays = serve_page.boxes(found)
    assert dict(yields.facts)["Output tokens/s"] == f"{found.estimate['output_tokens_per_s']:,.0f}"
    assert "Margin per MWh of IT" in dict(pays.facts)


def test_a_chip_without_a_price_has_no_stack(read_page):
    found = serve("llama-3.1-8b", "tpu-v6e", precision="int8", concurrency=8)
    text = serve_page.render(found)
    page = read_page(text)
    assert page.open == []
    assert "costs" not in figures(text)
    assert serve_page.market_prices(found)
    assert "No price of this accelerator is known" in seen(page)


def test_a_model_of_one_s_own_is_named_letter_for_letter(tmp_path, read_page):
    shape = {"architectures": ["LlamaForCausalLM"], "model_type": "llama", "num_hidden_layers": 16, "hidden_size": 2048, "num_attention_heads": 32}
    shape |= {"num_key_value_heads": 8, "intermediate_size": 8192, "vocab_size": 128256, "max_position_embeddings": 131072}
    folder = tmp_path / "<b>mine & yours"
    folder.mkdir()
    (folder / "config.json").write_text(json.dumps(shape), encoding="utf-8")
    found = serve(str(folder / "config.json"), "h100", concurrency=8)
    page = read_page(serve_page.render(found))
    assert page.open == []
    assert "<b>mine & yours on 1 x H100" in seen(page)
    assert serve_page.market_prices(found) == {}
