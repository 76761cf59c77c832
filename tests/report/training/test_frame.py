import plotly.graph_objects as go
import pytest
from tests.report.pages import charts_have_places, in_order, loads_nothing, seen

from wattmint.facts.load import sources
from wattmint.provenance import UsedInput
from wattmint.report.tables import Table
from wattmint.report.training.frame import Chart, TrainPage, train_document


def page(**changes):
    figure = go.Figure(layout={"height": 321})
    figure.add_bar(x=[1.0], y=["a"])
    chart = Chart("one", "A heading", "what it shows in words that a listener can follow", "A caption.", (("#4477AA", "a key"),), figure)
    given = {
        "headline": "The answer <b>", "asked": "The question", "charts": (chart,), "words": ["a sentence", "another"],
        "tables": (Table("A table", ("What", "Value"), (("rows", "7"),)),),
        "inputs": (UsedInput("detect_s", 300.0, "s", "estimate-training", "estimate"), UsedInput("gpus", 8.0, "GPU", "given", "given")),
        "sources": ("ai-deals",),
    }  # fmt: skip
    return TrainPage(**{**given, **changes})


@pytest.fixture
def html():
    return train_document(page())


def test_the_page_holds_what_every_page_does(html, read_page):
    found = read_page(html)
    loads_nothing(found)
    in_order(found, ["answer", "inputs", "sources"])
    charts_have_places(html, found)
    assert "height:321px" in html


def test_it_says_what_it_was_given_and_escapes_it(html, read_page):
    text = seen(read_page(html))
    for words in ("The answer <b>", "The question", "A heading", "a key", "A caption.", "A sentence.", "Another.", "A table", "300"):
        assert words in text
    assert "The answer <b>" not in html


def test_inputs_and_further_sources_are_listed(html, read_page):
    text, known = seen(read_page(html)), sources()
    assert known["estimate-training"].citation in text
    assert known["ai-deals"].citation in text
    assert known["ai-deals"].citation not in seen(read_page(train_document(page(sources=()))))
