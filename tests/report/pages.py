"""What every page must hold, whatever it shows."""

import json
import re
from collections.abc import Sequence
from itertools import pairwise

POLICY = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:"


def figures(html: str) -> dict:
    """The pictures that the page carries, by name."""
    book = re.search(r'<script type="application/json" id="book">(.*?)</script>', html, re.DOTALL)
    return json.loads(book.group(1))["figures"]


def seen(page) -> str:
    """What a reader reads, in one line."""
    return " ".join("".join(page.text).split())


def loads_nothing(page) -> None:
    """No element names a resource, and the page's own policy forbids it."""
    assert page.values("src") == page.values("srcset") == page.values("action") == page.values("data") == []
    assert not any(tag in ("link", "img", "iframe", "object", "embed", "base", "form") for tag, _ in page.tags)
    policy = next(attrs["content"] for tag, attrs in page.tags if tag == "meta" and attrs.get("http-equiv") == "Content-Security-Policy")
    assert policy == POLICY


def in_order(page, sections: Sequence[str] = ()) -> None:
    """Every element is closed, ids are unique, links lead somewhere, headings descend by one, sections stand as told."""
    assert page.open == []
    ids = page.values("id")
    assert len(ids) == len(set(ids))
    assert [name for name in ids if name in sections] == list(sections)
    assert {href[1:] for href in page.values("href") if href.startswith("#")} <= set(ids)
    levels = [int(tag[1]) for tag, _ in page.tags if re.fullmatch(r"h[1-6]", tag)]
    assert levels[0] == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))


def charts_have_places(html: str, page) -> None:
    """Each picture has one place, and words for those who cannot see it."""
    places = [attrs for _, attrs in page.tags if "data-figure" in attrs]
    names = [place["data-figure"] for place in places]
    assert len(names) == len(set(names))
    assert set(names) == set(figures(html))
    assert all(len(place["aria-label"]) > 40 and place["role"] == "img" for place in places)
