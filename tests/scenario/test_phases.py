import pytest

from wattmint.errors import ScenarioError
from wattmint.facts.load import number
from wattmint.scenario.model import HostingPart, MiningPart, Scenario
from wattmint.scenario.phases import Crowd, busiest, first_month, is_phased


def hosting(**keys):
    return HostingPart.of({"kind": "hosting", **keys})


def mining(**keys):
    return MiningPart.of({"kind": "mining", "machine": "antminer-s21-xp", **keys})


def test_service_begins_after_the_works_or_at_once_where_halls_exist():
    assert first_month(hosting(from_month=6, construction_months=12)) == 18
    assert first_month(hosting(from_month=6)) == 6 + number("defaults", "hosting", "construction_months")
    assert first_month(mining(from_month=6, existing=True)) == 6


def test_the_busiest_month_is_the_first_of_the_fullest():
    parts = (
        mining(share=0.4, existing=True), mining(share=0.6, existing=True, until_month=12),
        hosting(share=0.6, from_month=12, construction_months=9), hosting(share=0.1, from_month=3, construction_months=0),
    )  # fmt: skip
    assert busiest(parts) == Crowd(pytest.approx(1.1), 3)
    assert busiest(parts[:3]) == Crowd(pytest.approx(1.0), 0)
    assert busiest(parts[2:]) == Crowd(pytest.approx(0.7), 21)


def test_a_part_that_comes_late_or_goes_early_makes_a_build_phased():
    assert not is_phased((hosting(), mining(existing=True)))
    assert is_phased((hosting(), mining(until_month=40)))
    assert is_phased((hosting(from_month=1),))


def build_of(small_tables, *parts):
    return Scenario.of(small_tables | {"builds": [{"name": "mix", "parts": list(parts)}]})


MINE = {"kind": "mining", "machine": "antminer-s21-xp", "existing": True, "machine_age_months": 20}


def test_shares_may_add_to_more_than_one_over_time_but_in_no_month(small_tables):
    goes, comes = MINE | {"until_month": 6}, {"kind": "hosting", "from_month": 6}
    assert len(build_of(small_tables, goes, comes).builds[0].parts) == 2
    # a new hall beside the mine: it goes on until the day the power moves, and not a month longer
    comes["construction_months"] = 10
    assert build_of(small_tables, MINE | {"until_month": 16}, comes)
    line = r"builds\[0\].parts = \(shares adding to 2 from month 16 on\): the parts of 'mix' may take at most 1, the whole site, in any month"
    with pytest.raises(ScenarioError, match=line):
        build_of(small_tables, MINE | {"until_month": 17}, comes)


@pytest.mark.parametrize(
    ("part", "line"),
    [
        (MINE | {"until_month": 4, "from_month": 4}, r"builds\[0\].parts\[0\].until_month = 4: after its first month of service, 4"),
        ({"kind": "hosting", "until_month": 15}, "until_month = 15: after its first month of service, 15"),
        (MINE | {"construction_months": 3}, r"construction_months = 3: left out or 0: existing = true says that the halls stand"),
        (MINE | {"site_capex_usd_per_mw": 5e5}, "site_capex_usd_per_mw = 500000"),
        (MINE | {"ramp_months": 2}, "ramp_months = 2"),
        (MINE | {"existing": 1}, "existing = 1: true or false"),
        (MINE | {"from_month": 601}, "from_month = 601: a whole number from 0 to 600"),
        ({"kind": "hosting", "machine_age_months": 12}, "machine_age_months = 12: unknown key"),
        (MINE | {"clearing_usd_per_mw": -1}, "clearing_usd_per_mw = -1"),
    ],
)
def test_what_cannot_be_is_refused_in_one_line(small_tables, part, line):
    with pytest.raises(ScenarioError, match=line):
        build_of(small_tables, part)


def test_existing_halls_may_say_that_they_need_no_works(small_tables):
    assert build_of(small_tables, MINE | {"construction_months": 0, "ramp_months": 0, "site_capex_usd_per_mw": 0})
