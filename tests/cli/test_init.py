import pytest

from wattmint.cli.main import main
from wattmint.scenario.model import Scenario
from wattmint.scenario.schema import schema_text


def test_writes_a_site_file_that_loads_and_its_schema(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert main(["init"]) == 0
    assert Scenario.load("site.toml").site.power_mw == 100
    assert (tmp_path / "wattmint.schema.json").read_text(encoding="utf-8") == schema_text()
    assert capsys.readouterr().out == ""


def test_makes_the_folder(tmp_path):
    assert main(["init", str(tmp_path / "new" / "mine.toml")]) == 0
    assert sorted(file.name for file in (tmp_path / "new").iterdir()) == ["mine.toml", "wattmint.schema.json"]


def test_does_not_overwrite(tmp_path, capsys):
    file = tmp_path / "site.toml"
    file.write_text("mine", encoding="utf-8")
    assert main(["init", str(file)]) == 2
    assert "exists already; choose another name or give --force" in capsys.readouterr().err
    assert file.read_text(encoding="utf-8") == "mine"
    assert main(["init", str(file), "--force"]) == 0
    assert file.read_text(encoding="utf-8") != "mine"


@pytest.mark.parametrize("more", [[], ["--force"]])
def test_does_not_replace_a_folder(tmp_path, capsys, more: list[str]):
    assert main(["init", str(tmp_path), *more]) == 2
    assert "a folder; name a file in it" in capsys.readouterr().err
