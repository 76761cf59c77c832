import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wattmint.errors import FactsError
from wattmint.facts.load import number, table
from wattmint.workloads.inputs import InputBook
from wattmint.workloads.modes import heat_capacity, machine_steps, steps_of

MODES = st.lists(st.tuples(st.floats(0.05, 2.0), st.floats(0.05, 2.0)), min_size=1, max_size=6)
BITAXE = json.loads((Path(__file__).parents[1] / "golden" / "bitaxe_lab.json").read_text(encoding="utf-8"))


@pytest.fixture
def book_of(scenario_of):
    def book(machine):
        return InputBook(scenario_of({"kind": "mining", "machine": machine}).builds[0].parts[0])

    return book


def reached(steps):
    """Return power and hashrate after each step."""
    power = np.cumsum([step.power_share for step in steps])
    return power, np.cumsum([step.power_share * step.value_share for step in steps])


@given(MODES)
def test_steps_lead_over_the_best_modes_and_no_mode_lies_above(modes):
    steps = steps_of(modes)
    power, rate = reached(steps)
    values = [step.value_share for step in steps]
    assert values == sorted(values, reverse=True)
    assert min(values) > 0.0
    for at in zip(power, rate, strict=True):
        assert any(at == pytest.approx(mode, rel=1e-9) for mode in modes)
    for wanted, gets in modes:
        assert gets <= np.interp(wanted, [0.0, *power], [0.0, *rate]) + 1e-9


def test_a_mode_that_a_mixture_beats_is_dropped():
    assert [step.power_share for step in steps_of([(0.5, 0.4), (1.0, 1.0)])] == [1.0]
    assert [step.power_share for step in steps_of([(0.5, 0.6), (1.0, 1.0), (1.2, 0.9)])] == [0.5, 0.5]


@pytest.mark.parametrize("wrong", [[(0.0, 1.0)], [(1.0, 0.0)], [(-0.1, 0.5), (1.0, 1.0)], []])
def test_refuses_modes_without_power_or_hashrate(wrong):
    with pytest.raises(FactsError, match="modes"):
        steps_of(wrong)


@pytest.mark.parametrize("machine", ["antminer-s21-pro", "antminer-s21-xp", "antminer-s21-xp-hyd", "antminer-s21-xp-immersion"])
def test_every_machine_has_three_modes_with_nominal_among_them(book_of, machine):
    steps = machine_steps(book_of(machine), machine)
    power, rate = reached(steps)
    assert len(steps) == 3
    assert (power[1], rate[1]) == (pytest.approx(1.0), pytest.approx(1.0))


def test_its_own_row_comes_before_the_family_s(book_of):
    book = book_of("antminer-s21-200t")
    capacity = heat_capacity(book, "antminer-s21-200t", np.array([-10.0, 40.0, 40.1, 47.0, 47.1, np.nan]))
    assert capacity.tolist() == [1.0, 1.0, 0.898, 0.898, 0.0, 0.0]
    assert [used.kind for used in book.used] == ["published", "published", "derived"]
    avalon = book_of("avalon-a16xp")
    assert heat_capacity(avalon, "avalon-a16xp", np.array([35.0, 36.0, 48.0])).tolist() == [1.0, 0.9, 0.0]
    assert [used.kind for used in avalon.used] == ["published", "estimate", "estimate"]


def test_rows_are_families_or_machines_and_families_are_whole():
    modes = table("machine_modes")
    families = {str(facts["machine_cooling"].value) for facts in table("machines").values()}
    assert families <= set(modes)
    assert set(modes) - families <= set(table("machines"))
    keys = set(modes["air"])
    assert all(set(modes[family]) == keys for family in families)
    assert all(fact.kind == "estimate" for family in families for fact in modes[family].values())


def test_shares_follow_from_the_measured_chip():
    """Power is clock × voltage² within 2 %; the low mode's voltage is the line through the two least that held 98 % of the rate."""
    points = BITAXE["points"]
    load = np.array([p["mhz"] * (p["mv"] / 1e3) ** 2 for p in points])
    watts = np.array([p["w"] for p in points])
    per_load = float(load @ watts / (load @ load))
    np.testing.assert_allclose(watts, per_load * load, rtol=0.02)
    by_point = {(p["mhz"], p["mv"]): p for p in points}
    normal, high = by_point[600, 1100], by_point[625, 1100]
    assert number("machine_modes", "antminer-s21-pro", "high_mode_power_share") == pytest.approx(high["w"] / normal["w"], abs=5e-4)
    assert number("machine_modes", "antminer-s21-pro", "high_mode_hashrate_share") == pytest.approx(high["ghs"] / normal["ghs"], abs=5e-4)
    low_mhz = 0.75 * 600
    low_mv = 1060 + (1100 - 1060) / (600 - 525) * (low_mhz - 525)
    share = low_mhz * low_mv**2 / (600 * 1100**2)
    assert number("machine_modes", "antminer-s21-pro", "low_mode_power_share") == pytest.approx(share, abs=5e-4)
