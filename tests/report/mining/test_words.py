from dataclasses import replace

import pytest

from wattmint.calculators.mining.forecast import When, forecast
from wattmint.calculators.mining.hashprice import hashprice_history
from wattmint.calculators.mining.static import static_result
from wattmint.report.mining import words as mine_words


@pytest.fixture(scope="module")
def median(mine_answer):
    return forecast(mine_answer.case, "Antminer S21 XP", months=24, course="median")


def _said(case, ahead):
    return " ".join(sentence for _, sentences in mine_words.paragraphs(case, ahead) for sentence in sentences)


def test_the_headline_says_when_the_money_is_back(mine_answer, median):
    case, result, ahead = mine_answer.case, mine_answer.result, mine_answer.ahead
    paid = replace(ahead, payback_months=When(10.0, 16.2, None))
    assert mine_words.headline(case, result, paid) == "Antminer S21 XP pays back in 16 months in the middle future"
    never = replace(ahead, payback_months=When(10.0, None, None))
    assert mine_words.headline(case, result, never) == "Antminer S21 XP does not pay back within 5 years in most futures"
    assert not mine_words.headline(case, result, median).endswith("futures")
    unknown = mine_words.headline(replace(case, capex_usd=None), result, ahead)
    assert unknown == "Antminer S21 XP earns $6.61/day after power today"
    dear = replace(case, power_price_usd_per_kwh=0.5)
    assert mine_words.headline(dear, static_result(dear), ahead) == "Antminer S21 XP does not pay for its power today"


def test_the_gap_between_promise_and_forecast_is_said(mine_answer):
    said = _said(mine_answer.case, mine_answer.ahead)
    assert "If every day were like today, it would pay back in 15 months; of 300 futures" in said
    assert "today's numbers promise $9.1k" in said
    assert "metal and power supply would fetch $89 (an estimate), $2.9k would be lost" in said
    assert "halving" in said


def test_a_single_course_speaks_of_no_other_future(mine_answer, median):
    said = _said(mine_answer.case, median)
    assert "says nothing about risk" in said
    assert "P10" not in said
    assert "% of futures" not in said


def test_a_machine_of_unknown_price_has_no_payback_to_speak_of(mine_answer):
    case = replace(mine_answer.case, capex_usd=None)
    said = _said(case, forecast(case, "x", months=12, paths=20))
    assert "No price of the machine is known" in said
    assert "If bitcoin died" not in said
    assert ("Capital", "unknown") in mine_words.today_table(case, mine_answer.result).rows


def test_a_machine_that_never_earns(mine_answer):
    case = replace(mine_answer.case, power_price_usd_per_kwh=0.9)
    said = _said(case, forecast(case, "x", months=12, paths=20))
    assert "At today's numbers it never pays back" in said
    assert "At this power price it never earns, in any future." in said


def test_when_it_is_scrap(mine_answer):
    case, ahead = mine_answer.case, mine_answer.ahead
    assert "in the worst tenth from the start" in _said(case, replace(ahead, scrap_months=When(0.0, None, None)))
    assert "in the worst tenth from month 45 on or sooner" in _said(case, replace(ahead, scrap_months=When(45.0, None, None)))
    always = replace(ahead, running_share=(1.0,) * 60, scrap_share=(0.0,) * 61, scrap_months=When(None, None, None))
    assert "scrap within 5 years in 0% of futures. " in _said(case, always)
    one = replace(ahead, paths=1, scrap_months=When(30.0, 30.0, 30.0))
    assert "It earns its last after 2.5 years." in _said(case, one)


def test_words_are_ascii(mine_answer):
    assert _said(mine_answer.case, mine_answer.ahead).isascii()
    assert mine_words.asked(mine_answer.case, mine_answer.ahead).isascii()


def test_what_was_asked(mine_answer):
    said = mine_words.asked(replace(mine_answer.case, count=1000), mine_answer.ahead)
    assert said.startswith("1,000 machines of 270 TH/s and 3,645 W, $2,970 to buy, power at $45/MWh, 5 years from November 2026, 300 simulated")


def test_tables(mine_answer):
    assert dict(mine_words.today_table(mine_answer.case, mine_answer.result).rows)["Break-even power price"] == "$123/MWh (12.29 c/kWh)"
    years = mine_words.years_table(mine_answer.ahead)
    assert [row[0] for row in years.rows] == ["12", "24", "36", "48", "60"]
    assert all(len(row) == len(years.head) for row in years.rows)
    back = mine_words.payback_table(mine_answer.ahead)
    assert [row[0] for row in back.rows][:2] == ["6", "12"]
    past = mine_words.history_table(hashprice_history("2022-01"))
    assert past.rows[1][:2] == ("2022-12", "n/a")


def test_captions_have_a_sentence_for_every_chart(mine_answer):
    said = mine_words.captions(mine_answer, hashprice_history("2014-01"))
    assert set(said) == {"power", "league", "hashprice", "old", "running", "cash", "payback"}
    assert all(sentence.endswith(".") for sentence in said.values())
    assert said["power"].startswith("The machine earns its power up to $123/MWh")


def test_the_method_names_its_seed(mine_answer, median):
    assert any("300 futures were drawn with seed 1" in line for line in mine_words.method_lines(mine_answer.ahead))
    assert any("deterministic" in line for line in mine_words.method_lines(median))


def test_the_network_s_marginal_machine_and_the_month_it_overtakes(mine_answer, median):
    case, ahead = mine_answer.case, mine_answer.ahead
    said = _said(case, replace(ahead, overtaken_months=When(20.0, 38.0, None)))
    assert f"has {ahead.marginal_j_per_th.p50[0]:.3g} J/TH in the first month and {ahead.marginal_j_per_th.p50[-1]:.3g} in the last" in said
    assert "This machine is worse than that from month 39 on." in said
    assert "% of the world's machines cannot, in some month" in said
    assert "stays better than that beyond 5 years" in _said(case, replace(ahead, overtaken_months=When(20.0, None, None)))
    assert "of the world's machines" not in _said(case, median)


def test_what_the_machine_would_fetch(mine_answer):
    case, ahead = mine_answer.case, mine_answer.ahead
    said = _said(case, ahead)
    assert f"it would fetch {mine_words.usd(ahead.resale_usd.p50[11])} after 12 months and" in said
    assert "not counted above" in said
    assert "it would fetch" not in _said(replace(case, capex_usd=None), replace(ahead, resale_usd=None))
