import pytest
from tests.lab import results

from wattmint.lab.evidence import HERE
from wattmint.lab.worth import cost_row, flexibility_row, metric_row, scarcity_row, token_row


def by_what(row):
    return {figure.what: figure for cell in (row.ai, row.chain) for figure in cell.figures}


@pytest.mark.parametrize("joules_per_th", [None, 1e5])
def test_energy_joins_the_metric_where_it_was_counted(joules_per_th):
    figures = by_what(metric_row(results.hashing(joules_per_th=joules_per_th), results.wall()))
    assert ("joules per terahash of this processor" in figures) == (joules_per_th is not None)


def test_a_stop_loses_what_was_measured():
    stops = results.stops()
    figures = by_what(flexibility_row(stops))
    assert figures["work lost without"].value == stops.without_checkpoints.lost_s
    assert figures["work lost, at most"].value == stops.mining.lost_s_at_most
    assert {figure.evidence for figure in figures.values()} == {HERE}


def test_a_token_is_a_word_or_a_share_of_a_coin():
    figures = by_what(token_row(results.hashing(), results.flips()))
    assert figures["expected time to a block on this machine"].value == 1.8e8
    assert figures["satoshi in a bitcoin"].value == 1e8


def test_coins_by_hand():
    figures = by_what(scarcity_row())
    assert figures["coins there can ever be"].value == pytest.approx(21e6, rel=1e-6)
    assert figures["of these issued"].value == pytest.approx(0.957, abs=0.002)


def test_energys_parts_by_hand():
    figures = by_what(cost_row())
    assert figures["energy's part of it, at wholesale power"].value == pytest.approx(1.37 * 0.0305 / 1.55)
    assert figures["energy's part of that, at wholesale power"].value == pytest.approx(13.5 * 24 * 0.0305 / 40.58)
