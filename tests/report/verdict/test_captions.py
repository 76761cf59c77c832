import math
from dataclasses import replace

from wattmint.report.verdict.captions import cash_words, causes_words, duration_words, heat_words, map_words, method_lines, payback_words
from wattmint.risk.verdict import Spread


def test_cash_words(verdict):
    words = cash_words(verdict.builds[1], single=False)
    assert words.startswith("Lowest at -$905M after 18 months, back above zero after ")
    assert "P10" in words
    assert "P10" not in cash_words(verdict.builds[1], single=True)
    assert cash_words(verdict.builds[-1], single=False) == "No money moves."


def test_cash_that_never_comes_back(verdict):
    bands = dict.fromkeys(("p10", "p50", "p90", "mean"), (-5e6, -9e6, -7e6)) | {"month": (0.0, 3.0, 6.0)}
    assert "never back to zero" in cash_words(replace(verdict.builds[0], cumulative_usd=bands), single=False)


def test_payback_words(verdict):
    words = payback_words(verdict)
    assert words.startswith("Mine bitcoin: most often in year ")
    assert words.count(";") == 3
    hopeless = replace(verdict.builds[0], payback_histogram={"year": (1.0,), "share": (0.0,)})
    assert payback_words(replace(verdict, builds=(hopeless, verdict.builds[-1]))) == "Mine bitcoin: never pays back."


def test_causes_words_name_the_largest_lines(verdict):
    words = causes_words(verdict.builds[2], single=False)
    assert "largest income is GPU rental" in words
    assert "largest cost accelerators" in words
    assert causes_words(verdict.builds[-1], single=False) == "No money moves."


def test_duration_words(verdict):
    words = duration_words(verdict.hours, single=False)
    assert "earns up to $88/MWh (P10 $" in words
    assert "which pays in 97% of the hours; in the other 3% the load stands still" in words
    assert "P10" not in duration_words(verdict.hours, single=True)
    late = replace(verdict.hours, strike_usd_per_mwh=Spread(None, None, None, None))
    assert duration_words(late, single=False) == "The load never comes into service within the horizon."


def test_heat_words(verdict):
    assert heat_words(verdict.hours).startswith("It runs least in Aug from 18:00 (60% of those hours)")
    assert "100% of the hours of every month" in heat_words(replace(verdict.hours, on_share=((1.0,) * 24,) * 12))
    assert heat_words(replace(verdict.hours, on_share=((math.nan,) * 24,) * 12)) == "The history holds no hours."


def test_map_words_add_up(verdict):
    words = map_words(verdict)
    assert words.startswith("Shares of the map: Own and rent GPUs ")
    assert words.endswith("Today: bitcoin at $95,400, GPU rental at $2.35/GPU-h.")


def test_method_is_ten_lines_and_honest_about_one_path(verdict, median_verdict):
    assert len(method_lines(verdict)) == len(method_lines(median_verdict)) == 10
    assert "pre-tax, unlevered" in method_lines(verdict)[0]
    assert method_lines(verdict)[-1].startswith("The best build has the highest mean NPV before tax and debt.")
    assert "400 futures were drawn with seed 1" in method_lines(verdict)[1]
    assert "deterministic forecast" in method_lines(median_verdict)[1]


def test_method_says_how_tax_and_debt_were_added(owners_verdict, taxed_verdict):
    assert len(method_lines(owners_verdict)) == 12
    assert [line.partition(":")[0] for line in method_lines(owners_verdict)[1:3]] == ["Tax", "Debt"]
    assert len(method_lines(taxed_verdict)) == 11
