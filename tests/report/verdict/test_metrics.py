from dataclasses import replace

from wattmint.report.verdict.metrics import measures


def _row(verdict, label):
    return next(row for row in measures(verdict) if row.label == label)


def test_every_build_has_a_cell_in_every_row(verdict):
    assert all(len(row.cells) == len(row.best) == len(verdict.builds) for row in measures(verdict))


def test_groups_are_not_torn_apart(verdict):
    groups = [row.group for row in measures(verdict)]
    assert groups == sorted(groups, key=list(dict.fromkeys(groups)).index)


def test_cells_and_the_best_of_a_row(verdict):
    need = _row(verdict, "Capital need, median (P10 to P90)")
    assert need.cells[1] == "$905M"
    assert need.best == (True, False, False, False, False)
    assert _row(verdict, "Against the site's capital").cells == ("fits", "$605M short", "$2,760M short", "$134M short", "fits")
    assert _row(verdict, "First revenue after").cells == ("4 months", "18 months", "12 months", "4 months", "-")
    assert _row(verdict, "NPV, mean").best == (False, True, False, False, False)
    assert _row(verdict, "Interruptible load runs in").cells == ("93% of hours", "-", "-", "93% of hours", "-")


def test_doing_nothing_is_never_marked_best(verdict, poor_verdict):
    assert not any(row.best[-1] for each in (verdict, poor_verdict) for row in measures(each))


def test_equal_builds_have_no_best(verdict):
    twins = replace(verdict, builds=(verdict.builds[0], replace(verdict.builds[0], name="twin"), verdict.builds[-1]))
    assert not any(any(row.best) for row in measures(twins))


def test_single_forecast_has_no_rows_that_need_many_paths(median_verdict):
    labels = [row.label for row in measures(median_verdict)]
    assert "NPV" in labels
    assert not any(word in label for label in labels for word in ("P10", "P50", "P90", "CVaR", "Chance", "median", "mean"))


def test_undefined_spreads_are_said_to_be_so(verdict):
    nothing = verdict.builds[-1].irr
    broken = replace(verdict.builds[0], irr=nothing, payback_months=nothing, roi=nothing, discounted_payback_months=nothing)
    rows = {row.label: row.cells[0] for row in measures(replace(verdict, builds=(broken, *verdict.builds[1:])))}
    assert rows["IRR per year, median (P10 to P90)"] == "n/a"
    assert rows["Payback, median where it pays back"] == "n/a"


def test_no_capital_no_gap_row(verdict):
    assert not any("site's capital" in row.label for row in measures(replace(verdict, capital_usd=None)))


def test_what_counts_tax_and_debt_says_so(owners_verdict, verdict):
    assert _row(owners_verdict, "Best choice of all in, after tax and debt").cells
    assert _row(owners_verdict, "NPV, mean").cells == _row(verdict, "NPV, mean").cells
