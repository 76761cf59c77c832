"""What the site file's `[tax]` table means for a horizon: rates, limits and rules of depreciation, each the jurisdiction's unless given."""

import datetime as dt
from dataclasses import dataclass
from typing import Final, cast

from wattmint.errors import ScenarioError
from wattmint.facts.load import attribute, record
from wattmint.finance.depreciation import Depreciation, Method, TaxYears
from wattmint.finance.macrs import CLASSES
from wattmint.finance.tax import NO_LIMIT, combined_rate
from wattmint.provenance import UsedInput
from wattmint.scenario.model import Study, Tax

_OPTIONAL: Final = ("gross_margin_tax_rate", "interest_limit_share", "interest_limit_basis")
"""What a jurisdiction may lack: it has no such tax, or no such limit."""


@dataclass(frozen=True, slots=True)
class TaxTerms:
    """Taxes of every build of a site.

    Attributes
    ----------
    years : TaxYears
        The horizon's.
    rate : float
        On income, nation and state together.
    margin_rate : float
        On gross margin.
    losses_used : bool
        Whether the owner sets losses against other income at once.
    loss_limit, interest_limit : float
        Shares of income that old losses and interest may cover.
    interest_after_depreciation : bool
        Whether that income is counted after depreciation.
    works, machines : Depreciation
        How they are deducted.
    property_rate, vat_rate : float
        Shares of assessed value per year, and of what works and machines cost.
    vat_refund_months : int
        After which it comes back.
    inputs : tuple of UsedInput
        The numbers used, with their sources.
    """

    years: TaxYears
    rate: float
    margin_rate: float
    losses_used: bool
    loss_limit: float
    interest_limit: float
    interest_after_depreciation: bool
    works: Depreciation
    machines: Depreciation
    property_rate: float
    vat_rate: float
    vat_refund_months: int
    inputs: tuple[UsedInput, ...]


def tax_years(study: Study) -> TaxYears:
    """Return the calendar years of a study's horizon."""
    return TaxYears(dt.date.fromisoformat(f"{study.start}-01"), study.horizon_months)


def tax_terms(tax: Tax, study: Study) -> TaxTerms:
    """Return the taxes of a site.

    Parameters
    ----------
    tax : Tax
        As the site file says.
    study : Study
        Start and horizon.

    Returns
    -------
    TaxTerms
        In the United States (schedule ``macrs``) state tax is deducted from what the nation taxes; elsewhere the rates add.

    Raises
    ------
    ScenarioError
        The tables of depreciation have no class of so many years.
    """
    used: dict[str, UsedInput] = {}

    def take(name: str) -> float | str | None:
        given, facts = getattr(tax, name, None), record("jurisdictions", tax.jurisdiction)
        if given is None and name in _OPTIONAL and name not in facts:
            return None
        used[name] = facts[name].used() if given is None else UsedInput(name, given, attribute(name).unit, "site file", "given")
        return used[name].value

    def number(name: str, without: float = 0.0) -> float:
        value = take(name)
        return without if value is None else float(value)

    method = cast(Method, take("depreciation_schedule"))
    nation, state = number("national_tax_rate"), number("state_tax_rate")
    rules = {}
    for kind in ("works", "machine"):
        years = int(number(f"{kind}_recovery_years"))
        if method == "macrs" and years not in CLASSES:
            raise ScenarioError(f"tax.{kind}_recovery_years", years, f"one of {', '.join(map(str, CLASSES))} with the schedule macrs")
        rules[kind] = Depreciation(method, years, tax.bonus_share if tax.bonus_share is not None or method == "macrs" else 0.0)
    return TaxTerms(
        years=tax_years(study),
        rate=float(combined_rate(nation, state)) if method == "macrs" else nation + state,
        margin_rate=number("gross_margin_tax_rate"),
        losses_used=tax.losses == "used",
        loss_limit=number("loss_limit_share"),
        interest_limit=number("interest_limit_share", NO_LIMIT),
        interest_after_depreciation=take("interest_limit_basis") == "ebit",
        works=rules["works"],
        machines=rules["machine"],
        property_rate=tax.property_tax_per_year,
        vat_rate=number("vat_rate"),
        vat_refund_months=tax.vat_refund_months,
        inputs=tuple(used.values()),
    )
