import re
from dataclasses import replace

import pytest

from wattmint.calculators.serving.case import ServeAnswer, candidates, serve
from wattmint.calculators.serving.check import checks
from wattmint.calculators.serving.frontier import curve, frontier
from wattmint.calculators.serving.memory_wall import memory_costs, wall_of
from wattmint.report.serving import words as serve_words
from wattmint.serving.estimate import estimate_columns
from wattmint.serving.limits import Layout, Limits


@pytest.fixture(scope="module")
def found() -> ServeAnswer:
    return serve("llama-3.1-70b", "h200", gpus=8, concurrency=64, tp=8)


@pytest.fixture(scope="module")
def unpriced() -> ServeAnswer:
    return serve("llama-3.1-8b", "tpu-v6e", precision="int8", concurrency=8)


def test_headline_and_question(found):
    assert re.fullmatch(r"Meta-Llama-3.1-70B on 8 x H200 SXM: [\d,]+ output tokens/s", serve_words.headline(found))
    assert serve_words.asked(found) == "64 requests at once of 1,024 tokens read and 1,024 written, fp8, tp 8 x pp 1 x dp 1, ep 1"


def test_sentences_say_the_numbers(found, unpriced):
    groups = dict(serve_words.sentences(found))
    assert list(groups) == ["Waits", "Power", "Money", "How sure"]
    assert f"{found.estimate['tpot_ms']:.1f} ms for each further one" in groups["Waits"][0]
    assert f"The bound is {found.estimate['bound']}" in groups["Waits"][1]
    assert len(groups["Money"]) == 4
    assert serve_words.money(unpriced) == ["No price of this accelerator is known, so no cost of its tokens either."]


def test_shares_of_time_sum_to_all(found):
    shares = serve_words.time_shares(found)
    assert sum(shares.values()) == pytest.approx(1.0, abs=0.02)
    assert list(shares.values()) == sorted(shares.values(), reverse=True)


@pytest.mark.parametrize(("value", "text"), [(1.234, "$1.23"), (0.0123, "$0.012"), (0.1, "$0.10"), (None, "n/a")])
def test_prices_of_tokens(value, text: str):
    assert serve_words.usd(value) == text


def test_tables(found, unpriced):
    result = serve_words.result_table(found)
    assert [row[0] for row in result.rows][:2] == ["Output tokens/s", "Output tokens/s per GPU"]
    assert sum(1 for row in result.rows if row[2]) == 4
    costs = serve_words.cost_table(found)
    assert costs.rows[-1][0] == "together"
    assert float(costs.rows[-1][1]) == pytest.approx(sum(float(row[1]) for row in costs.rows[:-1]), abs=3e-4)
    assert serve_words.cost_table(unpriced).rows[0] == ("accelerators and servers", "n/a", "n/a")
    assert serve_words.cost_table(unpriced).rows[-1] == ("together", "n/a", "n/a")


def test_wall_and_its_table():
    chip, wall = wall_of("llama-3.1-70b", "h200", 8, "fp8", 1536.0, 64)
    words = serve_words.wall_words(wall, memory_costs(chip))
    assert words.startswith("At a batch of 64 per copy 74% of the operations idle even with perfect software. Batch 737 leaves the wall; ")
    assert "HBM4 in the same stacks has 2.50 times the bandwidth and gives 2.50 times the tokens." in words
    assert words.endswith("Memory is 63% of what AI chips are made of, the cores 13%.")
    assert serve_words.wall_words(wall, memory_costs("b200-sxm")).endswith("$2,900, 45% of all parts; the cores $900.")
    never = replace(wall, leaves_at=None, faster=None)
    assert "No batch leaves the wall (memory holds" in serve_words.wall_words(never, memory_costs(chip))
    table = serve_words.wall_table(wall)
    assert table.rows[0][0] == "1"
    assert table.rows[0][4] == "memory"


def test_the_frontier_in_words_and_numbers(found):
    case = {name: found.case[name] for name in ("model", "gpu", "gpus", "precision", "isl", "osl", "concurrency")}
    layout = Layout(1, 8, 1, 1, 1)
    open_case = case | dict.fromkeys(("tp", "pp", "ep", "dp"))
    own, best = curve(case, layout, estimate_columns), frontier(case, candidates(open_case, "auto", Limits()), estimate_columns)
    words = serve_words.captions(found, own, best)
    assert set(words) == {"frontier", "roofline", "costs"}
    assert "tokens per second for a single user" in words["frontier"]
    assert "more at its fullest" in words["frontier"]
    assert "No other layout" in serve_words.captions(found, own, own)["frontier"]
    assert len(serve_words.frontier_table(best).rows) == len(best.requests)
    assert serve_words.point_label(layout, 1200) == "1 x tp8 pp1 ep1 dp1, 1,200 at once"


def test_the_errors_are_said(found):
    for check in checks(estimate_columns).values():
        said = serve_words.check_words(check)
        assert re.search(r"\d+ of \d+ rows; median error [\d.]+%, mean [\d.]+%, nine of ten within [\d.]+%; the 80 % band held \d+%\.", said)


def test_the_method_is_a_line_each():
    assert len(serve_words.METHOD.splitlines()) == 6
    assert all(line.endswith(".") for line in serve_words.METHOD.splitlines())
