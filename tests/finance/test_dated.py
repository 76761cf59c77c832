import datetime as dt
import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wattmint.errors import InputError
from wattmint.finance.dated import xirr, xnpv

GOLDEN = {case["id"]: case for case in json.loads((Path(__file__).parents[1] / "golden" / "finance_functions.json").read_text())["cases"]}
DAY = dt.date(2026, 1, 1)


def days(texts: list[str]) -> list[dt.date]:
    return [dt.date.fromisoformat(text) for text in texts]


def test_golden_xnpv():
    case = GOLDEN["xnpv1"]
    rate, dates, flows = case["args"]
    assert xnpv(rate, days(dates), flows) == pytest.approx(case["precise"], rel=1e-14)
    assert xnpv(rate, days(dates), flows) == pytest.approx(case["expected"], abs=case["tolerance"])


def test_golden_xirr():
    case = GOLDEN["xirr1"]
    dates, flows = case["args"]
    found = xirr(days(dates), flows)
    assert (found.status, found.sign_changes) == ("unique", 1)
    assert found.roots[0] == pytest.approx(case["expected"], abs=case["tolerance"])
    assert found.roots[0] == pytest.approx(case["precise"], rel=1e-10)


def test_every_rate_is_found_and_an_undefined_one_is_not_guessed():
    yearly = [DAY + dt.timedelta(days=365 * k) for k in range(3)]
    assert xirr(yearly, [-100.0, 230.0, -132.0]).roots == pytest.approx([0.1, 0.2], abs=1e-8)
    assert xirr(yearly, [1.0, 2.0, 3.0]).status == "undefined"


def test_order_does_not_matter_and_one_day_is_one_flow():
    year = dt.timedelta(days=365)
    assert xirr([DAY + year, DAY, DAY], [121.0, -50.0, -60.0]).roots == pytest.approx([0.1])
    assert xnpv(0.1, [DAY + year, DAY], [110.0, -100.0]) == pytest.approx(0.0, abs=1e-12)


@given(st.lists(st.tuples(st.integers(1, 4000), st.floats(1.0, 1e6)), min_size=1, max_size=12), st.floats(10.0, 1e6))
def test_xnpv_vanishes_at_xirr(inflows, outlay):
    dates = [DAY, *(DAY + dt.timedelta(days=day) for day, _ in inflows)]
    flows = [-outlay, *(usd for _, usd in inflows)]
    for root in xirr(dates, flows).roots:
        if -0.999 < root < 1e6:
            worth = np.abs(np.array(flows)) @ np.array([(1.0 + root) ** (-(day - DAY).days / 365) for day in dates])
            assert abs(xnpv(root, dates, flows)) <= 1e-8 * worth


@pytest.mark.parametrize(
    ("call", "why"),
    [
        (lambda: xnpv(-1.0, [DAY], [1.0]), "above -1"),
        (lambda: xnpv(0.1, [DAY], [1.0, 2.0]), "one flow for each of the 1 dates"),
        (lambda: xnpv(0.1, [], []), "one flow for each"),
        (lambda: xirr([DAY, DAY], [np.nan, 1.0]), "finite"),
    ],
)
def test_refusals(call, why):
    with pytest.raises(InputError, match=why):
        call()
