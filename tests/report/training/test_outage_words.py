import math

import pytest

from wattmint.calculators.training.outage import OutageCase, training_outage
from wattmint.report.training.outage_words import HEAD, duration, outage_head, outage_rows, outage_sentences, power_name


@pytest.fixture(scope="module")
def found():
    return training_outage(OutageCase(gpus=512, parameters_b=8, days=14, backup="2n"))


def test_durations_have_the_unit_that_suits_them():
    assert [duration(value) for value in (2.84, 249.5, 7_300.0, 1e6, math.inf)] == ["2.84 s", "4.16 min", "2.03 h", "11.6 days", "never"]


def test_rows_stand_under_their_head(found):
    rows = outage_rows(found)
    assert {len(row) for row in rows} == {len(HEAD)}
    assert [row[1] for row in rows] == ["grid alone", "2n"] * 3
    assert rows[2][0] == "hourly"
    assert rows[4][0].startswith("optimal (")
    assert rows[0][6] == f"{found.rows[0].usd_per_stop:,.0f}"


def test_sentences_tell_chance_backup_and_price(found):
    through, saved, stopping = outage_sentences(found)
    assert f"{found.rows[0].finishes:.2g} on the grid alone" in through
    assert f"{found.backup_usd_per_mw:,.0f} USD per MW" in saved
    assert f"{found.curtailment.usd_per_mwh:,.0f}" in stopping
    assert "512 accelerators for 14 days" in outage_head(found)
    assert power_name("n+1") == "n+1"
