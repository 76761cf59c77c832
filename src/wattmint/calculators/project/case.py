"""What a project-finance case may hold: its fields with ranges, and from a file's object to a `Project`."""

import datetime as dt
import math
import numbers
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from wattmint.errors import InputError, UnknownNameError
from wattmint.finance.debt import Loan
from wattmint.finance.macrs import CLASSES, LONGEST_WITH_BONUS, bonus_share
from wattmint.finance.single_owner import Project
from wattmint.scenario.refusal import Words, figure
from wattmint.units import MONTHS_PER_YEAR

LEVEL, SCULPTED = 0, 1
"""Values of ``debt_option``."""

LABEL: Final = "id"
"""A name that a case may carry; it is not read."""


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a case.

    Attributes
    ----------
    meaning : str
        With its unit.
    low, high : float
        Range.
    default : float or None
        Where it is left out; None when it may not be.
    whole : bool
        Whether only whole numbers make sense.
    above_low : bool
        Whether `low` itself is excluded.
    """

    meaning: str
    low: float
    high: float
    default: float | None = None
    whole: bool = False
    above_low: bool = False


FIELDS: Final[Mapping[str, Field]] = {
    "kw": Field("capacity sold in every hour [kW]", 0.0, 1e7, above_low=True),
    "n": Field("years of operation", 1, 100, whole=True),
    "fed": Field("federal tax rate", 0.0, 0.99),
    "state": Field("state tax rate", 0.0, 0.99),
    "real": Field("discount rate per year, before inflation", -0.5, 1.0),
    "infl": Field("inflation per year", -0.2, 1.0),
    "ppa": Field("price in year 1 [USD/kWh]", 0.0, 100.0),
    "esc": Field("growth of the price per year", -0.5, 1.0, 0.0),
    "tenor": Field("years of the loan, 0 for none", 0, 100, whole=True),
    "i": Field("interest of the loan per year", 0.0, 1.0),
    "dscr": Field("cover ratio of a sculpted loan (debt_option 1)", 1.0, 100.0),
    "debt_option": Field("0 for a level loan of debt_pct, 1 for one sculpted to dscr", LEVEL, SCULPTED, whole=True),
    "debt_pct": Field("share of cost of a level loan (debt_option 0)", 0.0, 1.0),
    "opex": Field("operating cost in year 1 [USD]", 0.0, 1e13),
    "opex_esc": Field("growth of operating cost per year beyond inflation", -0.5, 1.0, 0.0),
    "macrs": Field("class of depreciation [years]", min(CLASSES), max(CLASSES), whole=True),
    "bonus": Field("share of cost deducted at once from federal income", 0.0, 1.0),
    "capex": Field("cost on day zero [USD]", 0.0, 1e13, above_low=True),
    "debt_cap": Field("most that a sculpted loan is of capex", 0.0, 10.0, 1.0),
    "grace": Field("first years of the loan that pay interest only", 0, 99, 0, whole=True),
    "debt_fee": Field("lender's fee as a share of the loan", 0.0, 0.5, 0.0),
    "reserve_months": Field("months of debt service held in reserve", 0.0, 2.0 * MONTHS_PER_YEAR, 0.0),
}  # fmt: skip
"""Fields that hold numbers, in the order of the reference cases; the last four are additions."""

DATES: Final = ("in_service", "acquired")
"""Instead of ``bonus``: the day of entering service, and that of the binding contract (the same day when left out)."""

NEEDED_WITH: Final = {"dscr": SCULPTED, "debt_pct": LEVEL}
"""Fields that only one ``debt_option`` reads."""

REQUIRED: Final = tuple(name for name, field in FIELDS.items() if field.default is None and name not in (*NEEDED_WITH, "bonus"))
"""Fields that every case has to have."""


def project_of(given: Mapping[str, Any]) -> Project:
    """Return the project that a case describes.

    Parameters
    ----------
    given : mapping
        Values of `FIELDS` and `DATES` by name, as read from JSON.

    Returns
    -------
    Project
        Checked.

    Raises
    ------
    UnknownNameError
        If there is no field of a name.
    InputError
        If a field is missing, is no number, lies outside its range, or contradicts another.
    """
    for name in given:
        if name not in FIELDS and name not in (*DATES, LABEL):
            raise UnknownNameError("field", str(name), (*FIELDS, *DATES))
    numbers_only = dict(given)
    if numbers_only.get("bonus") is None and "in_service" in given:
        numbers_only["bonus"] = _bonus_by_law(given, int(_number(given, "macrs")))
    elif any(name in given for name in DATES):
        raise InputError("bonus", given.get("bonus"), "either a number, or the dates in_service and acquired, from which the law gives it")
    option = int(_number(numbers_only, "debt_option"))
    unread = {name: FIELDS[name].low for name, wanted in NEEDED_WITH.items() if option != wanted and numbers_only.get(name) is None}
    case = {name: _number({**numbers_only, **unread}, name) for name in FIELDS}
    if case["macrs"] not in CLASSES:
        raise InputError("macrs", given["macrs"], f"one of {', '.join(map(str, CLASSES))}: {FIELDS['macrs'].meaning}")
    if case["macrs"] > LONGEST_WITH_BONUS and case["bonus"] > 0.0:
        raise InputError("bonus", case["bonus"], f"0 for class {int(case['macrs'])}: the law gives none beyond {LONGEST_WITH_BONUS} years")
    if case["tenor"] > case["n"]:
        raise InputError("tenor", int(case["tenor"]), f"at most n, {int(case['n'])}: a loan that outlives the project is not repaid")
    if case["grace"] and case["grace"] >= case["tenor"]:
        raise InputError("grace", int(case["grace"]), f"below tenor, {int(case['tenor'])}: some year has to repay")
    if case["infl"] + case["opex_esc"] <= -1.0:
        raise InputError("opex_esc", case["opex_esc"], "with infl above -1")
    return _project(case)


def _project(case: Mapping[str, float]) -> Project:
    loan = Loan(
        kind="sculpted" if case["debt_option"] == SCULPTED else "level",
        years=int(case["tenor"]),
        rate=case["i"],
        share=case["debt_pct"],
        cover=case["dscr"],
        cap_share=case["debt_cap"],
        grace_years=int(case["grace"]),
        fee_share=case["debt_fee"],
        reserve_months=case["reserve_months"],
    )
    return Project(
        capacity_kw=case["kw"],
        years=int(case["n"]),
        price_usd_per_kwh=case["ppa"],
        price_growth=case["esc"],
        opex_usd=case["opex"],
        opex_growth=case["opex_esc"],
        capex_usd=case["capex"],
        recovery_years=int(case["macrs"]),
        bonus=case["bonus"],
        federal_rate=case["fed"],
        state_rate=case["state"],
        real_rate=case["real"],
        inflation=case["infl"],
        loan=loan,
    )


def _number(given: Mapping[str, Any], name: str) -> float:
    """Return a field's number; the class of depreciation may be written as text, as the reference cases do."""
    field, value = FIELDS[name], given.get(name)
    if value is None:
        if field.default is None:
            raise InputError(name, Words("(left out)"), f"needed: {field.meaning}")
        return field.default
    if name == "macrs" and isinstance(value, str) and value.isascii() and value.isdigit():
        value = int(value)
    number = math.nan if isinstance(value, bool) or not isinstance(value, numbers.Real) else float(value)
    fine = field.low <= number <= field.high and not (field.above_low and number == field.low)
    if not fine or (field.whole and number != int(number)):
        kind = "a whole number" if field.whole else "a number"
        span = f"{'above' if field.above_low else 'from'} {figure(field.low)} to {figure(field.high)}"
        percent = f" (meant in percent? that is {figure(number / 100.0)})" if field.high <= 1.0 and field.high < number <= 100.0 else ""
        raise InputError(name, value, f"{kind} {span}: {field.meaning}{percent}")
    return number


def _bonus_by_law(given: Mapping[str, Any], recovery_years: int) -> float:
    days = {}
    for name in DATES:
        text = given.get(name) or given["in_service"]
        try:
            days[name] = dt.date.fromisoformat(text)
        except (TypeError, ValueError):
            raise InputError(name, text, "a date, YYYY-MM-DD") from None
    return bonus_share(days["in_service"], days["acquired"], recovery_years)
