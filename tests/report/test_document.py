import json
import re

import plotly.graph_objects as go
import pytest

from wattmint.report.document import document, typeset


@pytest.fixture
def make_html():
    """A page made of the frame alone: the smallest one there is."""

    def make(**book):
        figure = go.Figure(layout={"height": 100})
        figure.add_scatter(x=[1, 2], y=[3, 4], name="</script><b>&")
        return document("document.html.j2", "1.2.3", {}, {"one": figure}, **book)

    return make


def _book(html):
    return json.loads(re.search(r'<script type="application/json" id="book">(.*?)</script>', html, re.DOTALL).group(1))


def test_everything_is_inside_and_nothing_is_asked_for(make_html):
    html = make_html()
    assert len(re.findall(r"\* plotly\.js v\d", html)) == 1
    assert "content=\"default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:\"" in html
    assert 'content="wattmint 1.2.3"' in html
    assert html == make_html()


def test_a_name_cannot_end_the_script_that_holds_it(make_html):
    html = make_html()
    assert _book(html)["figures"]["one"]["data"][0]["name"] == "</script><b>&"
    assert html.count("</script>") == 4


def test_more_can_be_put_on_the_shelf_for_the_script(make_html):
    assert _book(make_html(sameScale=[0.0, 1.0]))["sameScale"] == [0.0, 1.0]
    assert {"figures", "light", "dark"} == set(_book(make_html()))


def test_a_number_that_json_lacks_is_refused(make_html):
    with pytest.raises(ValueError, match="not JSON compliant"):
        make_html(worst=float("nan"))


@pytest.mark.parametrize(
    ("text", "set_text"),
    [
        ("(P10 -$41M)", "(P10 −\u2060$41M)"), ("-5.2 to -3", "−\u20605.2 to −\u20603"), ("2026-10-31", "2026-10-31"), ("60-40", "60-40"),
        ("1.2 x 10^14", "1.2 × 10¹⁴"), ("hashrate x time", "hashrate × time"), ("$2.35/GPU-h", "$2.35/GPU\u2011h"),
    ],
)  # fmt: skip
def test_typeset(text, set_text):
    assert typeset(text) == set_text
