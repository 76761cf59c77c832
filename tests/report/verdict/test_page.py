import json
import re
from dataclasses import replace
from itertools import pairwise

import pytest

from wattmint.report.verdict.page import answers, charts, render
from wattmint.risk.verdict import WinMap

SECTIONS = ("builds", "cash", "payback", "causes", "hours", "flips", "market", "inputs", "notes", "method", "sources")
HOSTILE = ('<script>alert("A")</script>', '"><img src=x onerror=alert(1)>', "</script><b>%{x} {{7*7}}</b>", "A" * 150, "do nothing")
NO_MAP = WinMap((), (), "", (), ())


@pytest.fixture(scope="module")
def html(verdict):
    return render(verdict)


@pytest.fixture(scope="module")
def page(html, read_page):
    return read_page(html)


def _book(html):
    return json.loads(re.search(r'<script type="application/json" id="book">(.*?)</script>', html, re.DOTALL).group(1))


def test_nothing_is_loaded_from_anywhere(page):
    """No element names a resource, no style imports one; links go to places on the page, and out only from the sources."""
    assert page.values("src") == page.values("srcset") == page.values("action") == page.values("data") == []
    assert not any(tag in ("link", "img", "iframe", "object", "embed", "base", "form") for tag, _ in page.tags)
    assert not re.search(r"url\(|@import|@font-face", "".join(page.styles))
    assert not re.search(r"fetch\(|XMLHttpRequest|import\(|https?://", page.scripts[-1])
    outward = [href for href in page.values("href") if not href.startswith("#")]
    assert outward == ["https://www.example.com/s21-xp?model=xp&v=2"]


def test_the_browser_is_forbidden_to_ask_for_anything(page):
    policy = next(attrs["content"] for tag, attrs in page.tags if tag == "meta" and attrs.get("http-equiv") == "Content-Security-Policy")
    assert policy == "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:"


def test_drawing_library_is_inside_once(html):
    assert len(re.findall(r"\* plotly\.js v\d", html)) == 1


def test_every_element_is_closed_and_ids_are_unique(page):
    assert page.open == []
    ids = page.values("id")
    assert len(ids) == len(set(ids))
    assert [name for name in ids if name in SECTIONS] == list(SECTIONS)


def test_links_on_the_page_have_a_target(page):
    assert {href[1:] for href in page.values("href") if href.startswith("#")} <= set(page.values("id"))


def test_headings_descend_one_step_at_a_time(page):
    levels = [int(tag[1]) for tag, _ in page.tags if re.fullmatch(r"h[1-6]", tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))


def test_every_place_for_a_chart_has_one_and_words_for_it(html, page):
    places = [attrs for _, attrs in page.tags if "data-figure" in attrs]
    assert [place["data-figure"] for place in places] == list(dict.fromkeys(place["data-figure"] for place in places))
    assert {place["data-figure"] for place in places} == set(_book(html)["figures"])
    assert all(len(place["aria-label"]) > 40 and place["role"] == "img" for place in places)


def test_without_javascript_the_page_says_where_the_numbers_are(html, page):
    assert "<noscript>" in html
    assert sum(tag == "details" for tag, _ in page.tags) >= 9


def test_same_verdict_same_bytes(verdict, html):
    assert render(verdict) == html


def test_hostile_names_stay_text(verdict, rename, read_page):
    evil = replace(rename(verdict, HOSTILE), site="<h1>&site</h1>", notes=("<script>alert(2)</script>",))
    text = render(evil)
    page = read_page(text)
    assert page.open == []
    assert sum(tag == "script" for tag, _ in page.tags) == 4
    assert not any(tag == "img" or "onerror" in attrs for tag, attrs in page.tags)
    seen = "".join(page.text)
    assert all(name in seen for name in HOSTILE)
    assert "<h1>&site</h1>" in seen
    drawn = _book(text)["figures"]["payback"]["layout"]["annotations"]
    assert any("&lt;script&gt;" in note["text"] for note in drawn)


def test_numbers_of_the_verdict_are_on_the_page(page):
    seen = " ".join("".join(page.text).split())
    for words in (
        "Best build of this site: Host AI tenants",
        "Best within $300M",
        "$605M short",
        "estimate",
        "Licence: CC0",
        "19 numbers; 6 of them are estimates",
    ):
        assert words in seen


def test_single_forecast_hides_bands_and_probabilities(median_verdict, read_page):
    text = render(median_verdict)
    page = read_page(text)
    seen = "".join(page.text)
    assert "payback" not in page.values("id")
    assert "payback" not in _book(text)["figures"]
    assert "single forecast" in seen
    assert not re.search(r"P10|P90|Chance of loss|CVaR|Best choice|Best in share", seen)


def test_no_build_within_capital(poor_verdict, read_page):
    page = read_page(render(poor_verdict))
    seen = " ".join("".join(page.text).split())
    assert "No build of this site pays: doing nothing is best" in seen
    assert "Best of all, and within $1M" in seen


def test_no_interruptible_load_and_no_map(verdict, read_page):
    builds = tuple(replace(build, uptime=None, energy_usd_per_mwh=None) for build in verdict.builds)
    bare = replace(verdict, hours=None, flips=(), win_map=NO_MAP, notes=(), builds=builds)
    text = render(bare)
    page = read_page(text)
    assert not {"duration", "heat", "winners"} & set(_book(text)["figures"])
    assert "No build of this site has load that can be interrupted" in "".join(page.text)
    assert "notes" not in page.values("id")
    assert "flips" not in page.values("id")


def test_one_build_one_month(verdict, read_page):
    """The smallest horizon: one point of cumulative cash, one year of payback."""
    point = {"month": (0.0,), "p10": (-1e6,), "p50": (-1e6,), "p90": (-1e6,), "mean": (-1e6,)}
    build = replace(
        verdict.builds[1],
        cumulative_usd=point,
        payback_histogram={"year": (1.0,), "share": (0.0,)},
        lines_by_year_usd={"conversion": (-1e6,)},
    )
    zero = replace(verdict.builds[-1], cumulative_usd=dict.fromkeys(point, (0.0,)), payback_histogram={"year": (1.0,), "share": (0.0,)})
    small = replace(verdict, builds=(build, zero), horizon_months=1, hours=None, win_map=NO_MAP, capital_usd=None, winner_within_capital=None)
    assert read_page(render(small)).open == []


def test_answers_are_one_or_two(verdict, poor_verdict):
    assert [answer.condition for answer in answers(verdict)] == ["Best of all", "Best within $300M"]
    assert [answer.condition for answer in answers(poor_verdict)] == ["Best of all, and within $1M"]
    assert [answer.condition for answer in answers(replace(verdict, winner_within_capital=None, capital_usd=None))] == ["Best of all"]


def test_charts_are_plain_json(verdict, html):
    assert _book(html)["figures"].keys() == charts(verdict).keys()


def test_tax_and_debt_have_a_section_of_their_own(owners_verdict, verdict, read_page):
    page = read_page(render(owners_verdict))
    assert "financing" in page.values("id")
    assert any("Loan life cover (LLCR)" in text for text in page.text)
    assert "financing" not in read_page(render(verdict)).values("id")


def test_the_owners_cash_is_a_line_of_the_chart(owners_verdict, verdict):
    assert len(charts(owners_verdict)["cash-0"].data) == len(charts(verdict)["cash-0"].data) + 1
