import pytest

from wattmint.cli.main import main, parser


def test_the_verb_asks_which_question(capsys):
    with pytest.raises(SystemExit) as left:
        main(["facility"])
    assert left.value.code == 2
    assert "weather" in capsys.readouterr().err


def test_questions_are_sub_verbs():
    given = parser().parse_args(["facility", "weather", "midland-tmy3", "--cooling", "immersion", "--it-mw", "5"])
    assert (given.weather, given.cooling, given.it_mw) == ("midland-tmy3", "immersion", 5.0)
