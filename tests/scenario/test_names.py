import pytest
from pydantic import TypeAdapter

from wattmint.facts.load import table
from wattmint.scenario.names import BackupName, ChipName, CoolerName, MachineName, PriceName, WeatherName, month, time_zone, title


@pytest.mark.parametrize(("name", "kind", "home"), [
    ("antminer-s21-xp", MachineName, "machines"),
    ("b200-sxm", ChipName, "chips"),
    ("open-air-fans", CoolerName, "coolers"),
    ("n+1", BackupName, "backup"),
])
def test_known_names_pass_and_others_are_told_the_nearest(name: str, kind: object, home: str):
    adapter = TypeAdapter(kind)
    assert adapter.validate_python(name) == name
    with pytest.raises(ValueError, match="unknown name; did you mean"):
        adapter.validate_python(name[:-1] + "?")
    rows = table(home)
    assert adapter.json_schema()["enum"] == sorted(id_ for id_ in rows if kind is not MachineName or rows[id_]["algorithm"].value == "sha-256")


def test_a_machine_of_another_algorithm_is_told_so_and_never_suggested():
    adapter = TypeAdapter(MachineName)
    with pytest.raises(ValueError, match=r"its algorithm is 'scrypt'; a mining part mines bitcoin and needs a sha-256 machine"):
        adapter.validate_python("antminer-l9")
    with pytest.raises(ValueError, match="unknown name") as refused:
        adapter.validate_python("antminer-l99")
    assert "antminer-l9'" not in str(refused.value)


def test_series_names_are_offered_but_a_file_passes():
    prices, weather = TypeAdapter(PriceName), TypeAdapter(WeatherName)
    assert prices.validate_python("my/prices.csv") == "my/prices.csv"
    assert "ercot-west-2024" in prices.json_schema()["examples"]
    assert "midland-tmy3" in weather.json_schema()["examples"]
    assert not set(prices.json_schema()["examples"]) & set(weather.json_schema()["examples"])


@pytest.mark.parametrize("text", ["1900-01", "2026-12", "2099-12"])
def test_months_pass(text: str):
    assert month(text) == text


@pytest.mark.parametrize("text", ["", "2026", "2026-1", "2026-13", "2026-00", "2026-12-01", "26-12", "2100-01", "2026-12\n", "٢٠٢٦-١٢"])
def test_other_months_are_refused(text: str):
    with pytest.raises(ValueError, match="a month such as"):
        month(text)


def test_time_zones():
    assert time_zone("Europe/Oslo") == "Europe/Oslo"
    with pytest.raises(ValueError, match=r"did you mean .*'Europe/Oslo'"):
        time_zone("Europe/Olso")


@pytest.mark.parametrize("text", ["a", "60/40 mining and hosting", "Nordlicht Ångström", "x" * 80])
def test_titles_pass(text: str):
    assert title(text) == text


@pytest.mark.parametrize("text", ["", " ", "two\nlines", "x" * 81, "bell\x07"])
def test_other_titles_are_refused(text: str):
    with pytest.raises(ValueError, match="one line of 1 to 80 printable characters"):
        title(text)
