import pytest

from wattmint.calculators.project.case import FIELDS, REQUIRED, project_of
from wattmint.errors import InputError, UnknownNameError
from wattmint.finance.debt import Loan

CASE = {
    "kw": 1000, "n": 10, "fed": 0.21, "state": 0.05, "real": 0.06, "infl": 0.02, "ppa": 0.06, "esc": 0.01, "tenor": 7, "i": 0.06, "dscr": 1.4,
    "debt_option": 1, "debt_pct": 0.5, "opex": 100_000, "opex_esc": 0.005, "macrs": "5", "bonus": 0.4, "capex": 2e6,
}  # fmt: skip


def test_every_field_lands_where_it_belongs():
    project = project_of({**CASE, "id": "a name", "debt_cap": 0.8, "grace": 1, "debt_fee": 0.02, "reserve_months": 6})
    assert project.loan == Loan("sculpted", 7, 0.06, 0.5, 1.4, 0.8, 1, 0.02, 6.0)
    assert (project.capacity_kw, project.years, project.recovery_years, project.bonus) == (1000.0, 10, 5, 0.4)
    assert (project.federal_rate, project.state_rate, project.real_rate, project.inflation) == (0.21, 0.05, 0.06, 0.02)
    assert (project.price_usd_per_kwh, project.price_growth) == (0.06, 0.01)
    assert (project.opex_usd, project.opex_growth, project.capex_usd) == (100_000.0, 0.005, 2e6)


def test_what_a_case_may_leave_out():
    fewer = {name: CASE[name] for name in (*REQUIRED, "dscr", "bonus")}
    project = project_of(fewer)
    assert (project.price_growth, project.opex_growth) == (0.0, 0.0)
    assert (project.loan.cap_share, project.loan.grace_years, project.loan.fee_share, project.loan.reserve_months) == (1.0, 0, 0.0, 0.0)
    level = {**fewer, "debt_option": 0, "debt_pct": 0.5}
    del level["dscr"]
    assert project_of(level).loan.kind == "level"


def test_bonus_by_the_law_in_force():
    dated = {name: value for name, value in CASE.items() if name != "bonus"}
    assert project_of({**dated, "in_service": "2026-05-01"}).bonus == 1.0
    assert project_of({**dated, "in_service": "2026-05-01", "acquired": "2024-11-30"}).bonus == 0.2
    assert project_of({**dated, "in_service": "2026-05-01", "macrs": 39}).bonus == 0.0


@pytest.mark.parametrize("name", REQUIRED)
def test_a_missing_field_is_said_by_name(name):
    with pytest.raises(InputError, match=rf"^{name} = \(left out\): needed: "):
        project_of({key: value for key, value in CASE.items() if key != name})


@pytest.mark.parametrize("name", FIELDS)
@pytest.mark.parametrize("wrong", [float("nan"), float("inf"), "much", True, [1], -1e30, 1e30])
def test_every_field_refuses_what_is_no_number_in_its_range(name, wrong):
    with pytest.raises(InputError, match=rf"^{name} = "):
        project_of({**CASE, name: wrong})


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"n": 10.5}, "n = 10.5: a whole number from 1 to 100"),
        ({"kw": 0}, "kw = 0: a number above 0"),
        ({"capex": 0}, "capex = 0"),
        ({"fed": 21}, "meant in percent\\? that is 0.21"),
        ({"tenor": 11}, "tenor = 11: at most n, 10"),
        ({"grace": 7}, "grace = 7: below tenor, 7"),
        ({"macrs": 4}, "macrs = 4: one of 3, 5, 7, 10, 15, 20, 39"),
        ({"macrs": "five"}, "macrs = 'five'"),
        ({"macrs": 39}, "bonus = 0.4: 0 for class 39"),
        ({"debt_option": 2}, "debt_option = 2"),
        ({"debt_option": 0, "debt_pct": None}, "debt_pct = \\(left out\\)"),
        ({"dscr": None}, "dscr = \\(left out\\)"),
        ({"dscr": 0.9}, "dscr = 0.9: a number from 1"),
        ({"infl": -0.2, "opex_esc": -0.5, "real": -0.6}, "real = -0.6"),
        ({"in_service": "2026-05-01"}, "bonus = 0.4: either a number, or the dates"),
        ({"bonus": None, "acquired": "2026-05-01"}, r"bonus = \(left out\): either a number, or the dates"),
        ({"bonus": None, "in_service": "May 2026"}, "in_service = 'May 2026': a date"),
        ({"bonus": None, "in_service": 2026}, "in_service = 2026: a date"),
        ({"bonus": None, "in_service": "2026-05-01", "acquired": "2027-01-01"}, "not before it was acquired"),
    ],
)
def test_refusals(change, why):
    with pytest.raises(InputError, match=why):
        project_of({**CASE, **change})


def test_an_unknown_field_suggests_the_nearest():
    with pytest.raises(UnknownNameError, match="did you mean 'capex'"):
        project_of({**CASE, "capx": 1.0})
