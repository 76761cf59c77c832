import dataclasses

from wattmint.risk.financed import Financed, FinancedPaths
from wattmint.risk.verdict import BuildVerdict


def test_what_builds_are_ranked_by_has_one_name_on_both_sides_of_tax_and_debt():
    """`BuildVerdict.decisive` gives either; whoever reads it must find the same names."""
    both = {f.name for f in dataclasses.fields(Financed)} & {f.name for f in dataclasses.fields(BuildVerdict)}
    assert {
        "npv_usd", "irr", "irr_defined_share", "payback_months", "paid_back_share", "capital_need_usd", "loss_probability", "cvar_npv_usd",
        "npv_usd_per_mw", "npv_usd_per_usd", "npv_usd_per_month_waited", "lines_by_year_usd", "cumulative_usd",
    } <= both  # fmt: skip


def test_no_column_of_the_paths_hides_one_before_tax():
    names = {f.name for f in dataclasses.fields(FinancedPaths)}
    assert not names & {"npv_usd", "irr", "payback_months", "bitcoin", "build", "path"}
