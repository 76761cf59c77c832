from dataclasses import replace

import pytest

from wattmint.report.sentences import phase_sentences
from wattmint.report.verdict.page import charts, render
from wattmint.report.verdict.phases import phase_figure, phase_kinds, phase_table
from wattmint.report.verdict.words import terminal
from wattmint.risk.phase import Phase

PHASES = (Phase("mining", 60.0, 0, 0, 6), Phase("hosting", 60.0, 6, 21, None))


@pytest.fixture
def phased(verdict):
    build = replace(verdict.builds[0], phases=PHASES)
    return replace(verdict, start="2026-12", horizon_months=120, builds=(build, *verdict.builds[1:]))


def test_the_sentence_says_what_runs_from_when(phased):
    (said,) = phase_sentences(phased)
    steps = "60 MW of mining from December 2026, nothing from June 2027, 60 MW of hosting from September 2028"
    assert said == f"{phased.builds[0].name}, power in service: {steps}."
    assert "What runs when" in render(phased)
    assert "60 MW of hosting from September 2028" in " ".join(terminal(phased).split())


def test_the_table_has_works_service_and_stop(phased):
    table = phase_table(phased.builds[0], phased)
    assert table is not None
    assert table.rows == (("mining, 60 MW", "-", "December 2026", "June 2027"), ("hosting, 60 MW", "June 2027", "September 2028", "-"))


@pytest.mark.parametrize("until", [120, 121])
def test_a_stop_with_the_horizon_or_after_it_is_none(phased, until):
    build = replace(phased.builds[0], phases=(PHASES[0], replace(PHASES[1], until_month=until)))
    table = phase_table(build, phased)
    assert table is not None
    assert table.rows[1][3] == "-"


def test_the_chart_stacks_what_is_in_service(phased):
    fig = phase_figure(phased.builds[0], 120)
    assert [trace.name for trace in fig.data] == ["mining", "hosting"] == [kind for _, kind in phase_kinds(phased.builds[0])]
    assert list(fig.data[0].x) == [0.0, 0.5, 1.75, 10.0]
    assert [list(trace.y) for trace in fig.data] == [[60.0, 0.0, 0.0, 0.0], [0.0, 0.0, 60.0, 60.0]]
    assert "phases-0" in charts(phased)


def test_builds_that_stay_as_they_are_built_say_nothing(verdict):
    assert phase_sentences(verdict) == []
    assert phase_table(verdict.builds[0], verdict) is None
    assert phase_kinds(verdict.builds[0]) == []
    assert not any(name.startswith("phases") for name in charts(verdict))
    assert "What runs when" not in render(verdict)
