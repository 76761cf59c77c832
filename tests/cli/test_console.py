import io
import json

import pytest

from wattmint.cli.console import Progress, aligned, as_json, say, say_notes


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_words_go_to_standard_error(capsys):
    say("hello")
    say_notes(["a gap", "a peak"])
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err == "hello\nnote: a gap\nnote: a peak\n"


def test_json_keeps_names_as_they_are_and_refuses_nan():
    assert json.loads(as_json({"name": "Ångström"})) == {"name": "Ångström"}
    assert "Ångström" in as_json({"name": "Ångström"})
    with pytest.raises(ValueError, match="not JSON compliant"):
        as_json({"value": float("nan")})


def test_columns_are_aligned():
    assert aligned([("id", "value"), ("long name", "1"), ("b", "20")], right=(1,)) == "id         value\nlong name      1\nb             20"


def test_progress_on_a_terminal_is_one_line():
    stream = Terminal()
    show = Progress("Site", stream)
    for done in range(1, 5):
        show(done, 4)
    assert stream.getvalue() == "\rSite  25 %\rSite  50 %\rSite  75 %\rSite 100 %\n"


def test_progress_elsewhere_is_a_line_per_quarter():
    stream = io.StringIO()
    show = Progress("Site", stream)
    for done in range(1, 101):
        show(done, 100)
    assert stream.getvalue() == "Site 0 %\nSite 25 %\nSite 50 %\nSite 75 %\nSite 100 %\n"
