from wattmint.cli.main import main
from wattmint.scenario.schema import schema_text


def test_prints_the_schema(capsys):
    assert main(["schema"]) == 0
    assert capsys.readouterr().out == schema_text()
