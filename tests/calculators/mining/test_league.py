import math

import pytest

from wattmint.calculators.mining.fleet import mine
from wattmint.calculators.mining.league import SORTS, league
from wattmint.errors import InputError, UnknownNameError
from wattmint.facts.load import sources, table


def test_every_bitcoin_machine_has_a_row_that_says_how_far_it_can_be_trusted(snapshot):
    rows = league(snapshot)
    assert {row.machine for row in rows} == {id_ for id_, facts in table("machines").items() if facts["algorithm"].value == "sha-256"}
    assert {row.grade for row in rows} == {"A", "B", "C"}
    assert {row.price_kind for row in rows} == {"own", "tier", "none"}
    assert {row.source for row in rows} | {row.price_source for row in rows if row.price_source} <= set(sources())
    assert all((row.usd_per_th is None) == (row.price_kind == "none") == (row.price_source == "") for row in rows)


def test_a_row_is_the_calculator_s_result(snapshot):
    row = next(row for row in league(snapshot, power_price_usd_per_kwh=0.04) if row.machine == "antminer-s21-xp")
    alone = mine("antminer-s21-xp", power_price_usd_per_kwh=0.04)
    assert (row.profit_usd_per_day, row.payback_days) == (alone.profit_usd_per_day, alone.payback_days)
    assert (row.usd_per_th, row.price_kind, row.j_per_th) == (11.0, "own", 13.5)


@pytest.mark.parametrize("sort", SORTS)
def test_the_best_stand_first(snapshot, sort):
    keys = [SORTS[sort](row) for row in league(snapshot, sort=sort)]
    assert keys == sorted(keys)
    if sort == "payback":
        assert math.isinf(keys[-1])


def test_refusals(snapshot):
    with pytest.raises(UnknownNameError, match="sort"):
        league(snapshot, sort="beauty")
    with pytest.raises(InputError, match="uptime"):
        league(snapshot, uptime=97.0)
