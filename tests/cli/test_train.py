import pytest

from wattmint.cli.main import main


def test_the_verb_needs_a_case_or_a_question_and_names_them(capsys):
    assert main(["train"]) == 2
    assert "goodput, outage" in capsys.readouterr().err


def test_questions_are_still_asked_below_it(capsys):
    with pytest.raises(SystemExit) as left:
        main(["train", "nothing"])
    assert left.value.code == 2
    assert "goodput" in capsys.readouterr().err
