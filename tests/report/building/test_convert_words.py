from dataclasses import replace

import pytest
from tests.report.conversions import answer_of

from wattmint.report.building import convert_words as words
from wattmint.risk.measures import Spread


@pytest.fixture
def found():
    return answer_of()


@pytest.fixture
def refused():
    return answer_of(refused=True)


def test_the_headline_is_the_verdict(found, refused):
    assert words.headline(replace(found, verdict="convert part")).startswith("Convert 12 MW of Small mine: $")
    assert words.headline(replace(found, verdict="convert")).startswith("Convert all 12 MW")
    later = replace(found, verdict="convert", best_start_month=found.worth.starts[1].month)
    assert words.headline(later).endswith(", begun in month 12")
    assert words.headline(refused) == "Do not convert Small mine for serving users from liquid-cooled racks"


def test_tables_have_their_head_s_columns(found):
    for head, rows in (
        (words.CHECK_HEAD, words.check_rows(found)), (words.ITEM_HEAD, words.item_rows(found)), (words.PLACE_HEAD, words.place_rows(found)),
        (words.START_HEAD, words.start_rows(found.worth)),
    ):  # fmt: skip
        assert rows
        assert all(len(row) == len(head) for row in rows)


def test_sentences_name_what_is_outside_the_deals_and_why(found):
    outside = [place for place in found.places if not place.inside]
    said = " ".join(words.cost_sentences(found))
    assert outside
    assert all(place.reason in said for place in outside)
    assert "published: 90% or more" in said


def test_the_worth_tells_gain_loss_and_when(found):
    said = " ".join(words.worth_sentences(found.worth))
    for part in ("converting now is worth", "of mining revenue is lost", "machines fetch", "Rent comes in from month"):
        assert part in said
    starts = [replace(start, gain_usd=Spread(mean, mean, mean, mean)) for start, mean in zip(found.worth.starts, (-2.0, -1.0, -3.0), strict=False)]
    assert words.worth_sentences(replace(found.worth, starts=tuple(starts)))[-1].endswith("least is lost when it is begun 1 year later.")
    no_rent = replace(found.worth, lease_usd=(0.0, 0.0), full_lease_usd=0.0, first_lease_month=None, ramped_lease_month=None)
    assert "No lease is paid within the horizon." in words.worth_sentences(no_rent)


def test_a_conversion_decided_later_is_not_begun_now(found):
    starts = tuple(replace(start, month=start.month + 24) for start in found.worth.starts)
    worth = replace(found.worth, starts=starts)
    assert [row[0] for row in words.start_rows(worth)][:2] == ["in month 24", "1 year later"]
    assert "converting in month 24 is worth" in words.worth_sentences(worth)[0]


def test_mistakes_and_other_classes_are_told_where_checks_refuse(found, refused):
    said = words.other_sentences(refused)
    assert said[0].startswith("Mistake: backup 2n where")
    assert said[-1] == "No class of AI passes here."
    assert words.other_sentences(found) == []
    passing = words.other_sentences(replace(refused, passing_classes=("training", "batch")))[-1]
    assert passing == "With a design that suits no check stands in the way of: training, batch."


def test_large_powers_and_single_futures_read_well(found):
    assert words.headline(replace(found, verdict="convert", grid_mw=2_500.0)).startswith("Convert all 2,500 MW of")
    assert "1,240 MW of IT" in words.asked(replace(found, it_mw=1_236.0))
    assert (words.futures(1), words.futures(1_000)) == ("one future", "1,000 futures")


def test_a_limit_from_above_is_told_as_one(found):
    needs = {row[0]: row[2] for row in words.check_rows(found)}
    assert (needs["latency"], needs["noise"], needs["fibre"]) == ("at most 100", "at most 55", "2")


def test_times_say_what_decides(found):
    said = " ".join(words.time_sentences(found))
    assert "Longest on its way: switchgear" in said
    assert words.asked(found).endswith("in 2 blocks")
