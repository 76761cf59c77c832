import pytest

from wattmint.errors import ScenarioError
from wattmint.facts.load import number
from wattmint.finance.depreciation import Depreciation
from wattmint.finance.tax import NO_LIMIT
from wattmint.finance.tax_terms import tax_terms
from wattmint.scenario.model import Study, Tax

STUDY = Study(start="2026-12", horizon_months=24)


def test_what_the_site_file_leaves_out_is_the_jurisdictions():
    terms = tax_terms(Tax(jurisdiction="us-va"), STUDY)
    state, nation = number("jurisdictions", "us-va", "state_tax_rate"), number("jurisdictions", "us-va", "national_tax_rate")
    assert terms.rate == pytest.approx(state + nation * (1.0 - state))
    assert terms.works == Depreciation("macrs", 15, None)
    assert terms.machines == Depreciation("macrs", 5, None)
    assert (terms.margin_rate, terms.property_rate, terms.losses_used) == (0.0, 0.0, False)
    assert terms.years.count == 3
    assert {used.name for used in terms.inputs if used.kind == "given"} == set()


def test_keys_given_win_and_are_told_apart():
    terms = tax_terms(Tax(jurisdiction="us-tx", national_tax_rate=0.3, machine_recovery_years=7, bonus_share=0.4, losses="used"), STUDY)
    assert (terms.rate, terms.machines, terms.losses_used) == (0.3, Depreciation("macrs", 7, 0.4), True)
    assert {used.name for used in terms.inputs if used.source == "site file"} == {"national_tax_rate", "machine_recovery_years"}


def test_outside_the_united_states_rates_add_and_there_is_no_bonus():
    terms = tax_terms(Tax(jurisdiction="ca-qc"), STUDY)
    assert terms.rate == pytest.approx(0.265)
    assert terms.machines == Depreciation("straight-line", 4, 0.0)


def test_a_jurisdiction_without_a_limit_has_none():
    assert tax_terms(Tax(jurisdiction="sg"), STUDY).interest_limit == NO_LIMIT


def test_refuses_a_class_that_the_tables_lack():
    with pytest.raises(ScenarioError, match=r"tax.works_recovery_years = 12: one of 3, 5, 7"):
        tax_terms(Tax(jurisdiction="us-tx", works_recovery_years=12), STUDY)
