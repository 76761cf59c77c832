from dataclasses import replace

import pytest

from wattmint.report.digits import usd
from wattmint.report.sentences import (
    after_words,
    build_named,
    called,
    facts_line,
    financing_sentences,
    flip_sentences,
    headline,
    is_single,
    paragraphs,
    summary,
    zero_line,
)  # fmt: skip
from wattmint.risk.measures import Spread
from wattmint.risk.verdict import Flip, Winner


def test_headline_names_the_winner(verdict):
    assert headline(verdict) == "Best build of this site: Host AI tenants"


def test_headline_says_when_no_build_pays(poor_verdict):
    assert headline(poor_verdict) == "No build of this site pays: doing nothing is best"


def test_facts_line_says_what_was_asked(verdict):
    assert facts_line(verdict) == "100 MW, $300M of capital, 10 years from December 2026, 10% discount rate, 400 simulated futures"
    assert "no capital limit" in facts_line(replace(verdict, capital_usd=None))
    assert "18 months from" in facts_line(replace(verdict, horizon_months=18))


def test_summary_holds_winner_certainty_capital_gaps_and_flips(verdict):
    text = " ".join(summary(verdict))
    best = build_named(verdict, "Host AI tenants")
    assert summary(verdict)[0].startswith("Host AI tenants earns a mean NPV of $")
    assert f"in {100 * best.best_share:.0f}% of futures" in text
    assert "it beats the runner-up, Mine bitcoin, in " in text
    assert "It needs $905M of capital, $605M more than the site's $300M, and earns its first revenue after 18 months." in text
    assert "Within the site's $300M the best build is Mine bitcoin: it needs $120M, earns its first revenue after 4 months" in text
    assert "Also beyond the site's capital: Own and rent GPUs (by $2,760M) and 60/40 mining + hosting (by $134M)." in text
    assert "The lead passes to Mine bitcoin at a bitcoin price above $182,000 (today $95,400)." in text
    assert "No change of the lead within the range looked at for power price ($8.35/MWh to $134/MWh)." in text


def test_summary_is_ascii_for_any_terminal(verdict, median_verdict, poor_verdict):
    for each in (verdict, median_verdict, poor_verdict):
        assert all(sentence.isascii() for sentence in summary(each))


def test_single_forecast_claims_no_probability(median_verdict):
    text = " ".join(summary(median_verdict))
    assert is_single(median_verdict)
    assert "single forecast" in text
    assert "P10" not in text
    assert "futures" not in text


def test_one_random_path_is_single_too(verdict):
    one = replace(verdict, paths=1)
    assert is_single(one)
    assert "one simulated future" in " ".join(summary(one))
    assert not is_single(verdict)


def test_nothing_fits_into_the_capital(verdict, poor_verdict):
    text = " ".join(summary(poor_verdict))
    assert "No build earns its cost of capital: the closest, Mine bitcoin, has a mean NPV of -$5M" in text
    assert "Beyond the site's capital: Mine bitcoin (by $119M)" in text
    rich_winner = replace(poor_verdict, winner=verdict.winner)
    assert "No build fits into the site's $1M; without more capital, doing nothing is all that is left." in " ".join(summary(rich_winner))


def test_what_fits_may_still_not_pay(verdict):
    idle = replace(verdict, winner_within_capital=Winner("do nothing", "Mine bitcoin", 0.6, verdict.winner.margin_usd))
    assert "Of what fits into the site's $300M, nothing beats doing nothing on average." in " ".join(summary(idle))


def test_without_a_capital_limit_no_gap_is_spoken_of(verdict):
    builds = tuple(replace(build, capital_gap_usd=None) for build in verdict.builds)
    free = replace(verdict, capital_usd=None, winner_within_capital=None, builds=builds)
    assert "With the capital at hand" not in dict(paragraphs(free))
    assert "It needs $905M of capital, and earns its first revenue" in " ".join(summary(free))


@pytest.mark.parametrize(("value", "word"), [(50_000.0, "below $50,000"), (181_900.0, "above $182,000")])
def test_flip_says_on_which_side(verdict, value, word):
    flip = Flip("bitcoin price", "USD/BTC", 95_400.0, value, 20_000.0, 400_000.0, "Host AI tenants", "do nothing")
    assert flip_sentences(replace(verdict, flips=(flip,))) == [f"The lead passes to doing nothing at a bitcoin price {word} (today $95,400)."]


def test_zero_line_is_the_last_build_and_spoken_of_as_a_deed(verdict):
    assert zero_line(verdict) is verdict.builds[-1]
    assert called(verdict, "do nothing") == "doing nothing"
    assert called(verdict, "Mine bitcoin") == "Mine bitcoin"


def test_unknown_build_is_refused(verdict):
    with pytest.raises(KeyError):
        build_named(verdict, "no such build")


def test_after_tax_and_debt_the_owners_numbers_are_said(owners_verdict, verdict):
    text = " ".join(summary(owners_verdict))
    best = build_named(owners_verdict, owners_verdict.winner.name)
    assert usd(best.financed.npv_usd.mean) + " (P10" in text
    assert "at a 12% discount rate after tax and debt" in text
    assert "are covered 1.31x in their worst year; in 21% of futures" in text
    assert "of the owner's capital" in text
    assert "after tax and debt" in facts_line(owners_verdict)
    assert text.isascii()
    assert financing_sentences(verdict) == []
    assert after_words(verdict) == ""


def test_tax_alone_is_not_called_debt(taxed_verdict):
    text = " ".join(summary(taxed_verdict))
    assert "after tax it is" in text
    assert "Loans" not in text
    assert "owner's capital" not in text


def test_a_case_that_carries_no_loan_says_so(owners_verdict):
    none = tuple(
        b if b.financed is None else replace(b, financed=replace(b.financed, loan_usd=Spread(0.0, 0.0, 0.0, 0.0))) for b in owners_verdict.builds
    )
    assert "Its lender's case carries no loan." in financing_sentences(replace(owners_verdict, builds=none))
