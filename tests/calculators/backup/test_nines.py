import math
from dataclasses import replace

import pytest

from wattmint.calculators.backup.cost import OUTAGES, OWNED, Bill
from wattmint.calculators.backup.nines import cheapest_with, frontier, nines, steps

NONE = Bill(
    backup="a", name="a", availability=0.99, stops_per_year=10.0, dark_hours_per_year=87.66, lost_hours_per_year=90.0,
    lines={**dict.fromkeys((*OWNED, *OUTAGES), 0.0), "credits": 50.0}, simulated_usd=50.0, standard_error_usd=1.0, tail_usd=(60.0, 90.0),
)  # fmt: skip


def made(backup, availability, owned_usd, credited):
    lines = {**NONE.lines, "capital": owned_usd, "credits": credited}
    dark = (1.0 - availability) * 8_766
    return replace(NONE, backup=backup, availability=availability, dark_hours_per_year=dark, stops_per_year=dark / 5.0, lines=lines)


BILLS = [made("c", 0.9999, 100.0, 2.0), NONE, made("dear", 0.995, 70.0, 30.0), made("b", 0.999, 60.0, 20.0), made("same", 0.9999001, 101.0, 2.0)]


def test_nines():
    assert [nines(share) for share in (0.9, 0.999, 0.9999)] == pytest.approx([1.0, 3.0, 4.0])
    assert nines(1.0) == math.inf


def test_the_frontier_leaves_out_what_is_dearer_and_no_better():
    assert [one.backup for one in frontier(BILLS)] == ["a", "b", "c"]
    assert frontier([]) == []


def test_steps_along_it_by_hand():
    first, second = steps(BILLS)
    assert (first.over, first.backup, second.over, second.backup) == ("a", "b", "b", "c")
    assert (first.usd_per_year, first.nines, first.saved_usd_per_year) == pytest.approx((60.0, 1.0, 30.0))
    assert first.usd_per_nine == pytest.approx(60.0)
    assert first.usd_per_hour == pytest.approx(60.0 / (0.009 * 8_766))
    assert second.hours == pytest.approx(0.0009 * 8_766)
    assert second.stops == pytest.approx(0.0009 * 8_766 / 5.0)


def test_what_must_be_bought_for_a_promise():
    assert cheapest_with(BILLS, 0.9999).backup == "c"
    assert cheapest_with(BILLS, 0.9).backup == "a"
    assert cheapest_with(BILLS, 0.99999) is None


def test_a_step_pays_if_it_saves_what_it_costs():
    cheap, dear = made("cheap", 0.999, 10.0, 20.0), made("dear", 0.9999, 40.0, 15.0)
    assert [step.pays for step in steps([NONE, cheap, dear])] == [True, False]
