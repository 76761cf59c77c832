import subprocess
import sys
from dataclasses import replace

from wattmint.report.verdict.words import MAX_LINES, terminal


def test_table_is_aligned_and_complete(verdict):
    lines = terminal(verdict).splitlines()
    head = next(i for i, line in enumerate(lines) if line.startswith("build "))
    table = lines[head : head + 6]
    assert len({len(line) for line in table}) == 1
    assert table[0].split() == ["build", "capital", "gap", "revenue", "in", "NPV", "mean", "P10..P90", "IRR", "payback", "loss", "best", "in"]
    assert table[2].split()[:7] == ["Host", "AI", "tenants", "$905M", "$605M", "18", "mo"]
    assert table[5].split()[:5] == ["do", "nothing", "$0", "-", "-"]
    assert lines[2] == "Best build of this site: Host AI tenants."


def test_single_forecast_shows_no_bands_and_no_probabilities(median_verdict):
    text = terminal(median_verdict)
    assert "P10..P90" not in text
    assert "loss" not in text
    assert "best in" not in text
    assert "single forecast" in text


def test_without_capital_there_is_no_gap_column(verdict):
    builds = tuple(replace(build, capital_gap_usd=None) for build in verdict.builds)
    assert " gap " not in terminal(replace(verdict, capital_usd=None, winner_within_capital=None, builds=builds))


def test_never_more_than_forty_lines(verdict):
    many = tuple(replace(verdict.builds[0], name=f"Build {i} with a rather long name indeed") for i in range(40))
    crowded = replace(
        verdict, builds=(*verdict.builds[:2], *many, verdict.builds[-1]), notes=tuple(f"note {i}: " + "long words " * 30 for i in range(30))
    )
    lines = terminal(crowded).splitlines()
    assert len(lines) <= MAX_LINES == 40
    assert "more builds in report.html" in "\n".join(lines)
    assert lines[-1].startswith("Note: ")
    assert lines[-1].endswith("more in report.html and verdict.json.")
    assert any(line.startswith("do nothing") for line in lines)


def test_names_cannot_move_the_cursor(verdict, rename):
    names = ("\x1b[2JMine", "Host\nAI", "\x07bell", "a\u202eb", "do nothing")
    text = terminal(replace(rename(verdict, names), site="\x1b]0;title\x07", notes=("\x1b[31mred",)))
    assert not any(c in text for c in "\x1b\x07\u202e")
    assert "?[2JMine" in text


def test_words_come_without_the_drawing_library():
    code = "import sys, wattmint.report.verdict.words; sys.exit('plotly' in sys.modules or 'jinja2' in sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True)
