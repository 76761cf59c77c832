import pytest

from wattmint.cli.main import main, parser


@pytest.mark.parametrize("verb", ["demo", "verify", "rewrite", "fees", "tokens"])
def test_every_question_has_its_help(capsys, verb):
    with pytest.raises(SystemExit) as left:
        main(["chain", verb, "--help"])
    assert left.value.code == 0
    assert f"wattmint chain {verb}" in capsys.readouterr().out


def test_no_question_is_refused_in_one_line(capsys):
    with pytest.raises(SystemExit) as left:
        parser().parse_args(["chain"])
    assert left.value.code == 2
    assert capsys.readouterr().err.count("\n") == 1
