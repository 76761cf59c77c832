import json

import pytest

from wattmint.cli.main import main
from wattmint.facts.load import TABLES, number, table


def printed(capsys, *words: str) -> str:
    assert main(["facts", *words]) == 0
    captured = capsys.readouterr()
    assert captured.err == ""
    return captured.out


def refused(capsys, *words: str) -> str:
    assert main(["facts", *words]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.count("\n") == 1
    return captured.err


def test_lists_the_tables_with_their_sizes(capsys):
    assert json.loads(printed(capsys, "list", "--json")) == {name: len(table(name)) for name in TABLES}
    assert printed(capsys, "list").splitlines()[1].split() == ["machines", str(len(table("machines")))]


@pytest.mark.parametrize("name", TABLES)
def test_lists_every_row_of_a_table(capsys, name: str):
    lines = printed(capsys, "list", name).splitlines()
    assert [line.split()[0] for line in lines] == ["id", *table(name)]
    assert list(json.loads(printed(capsys, "list", name, "--json"))) == list(table(name))


def test_shows_a_thing_with_value_unit_source_and_meaning(capsys):
    lines = printed(capsys, "show", "antminer-s21-xp").splitlines()
    assert lines[0] == "machines antminer-s21-xp"
    row = next(line for line in lines if line.startswith("hashrate_ths"))
    assert row.split()[1:3] == ["270", "TH/s"]
    assert row.endswith("Nominal hashrate of one machine")
    cited = {fact.source for fact in table("machines")["antminer-s21-xp"].values()}
    assert {line.split(":")[0].strip() for line in lines[lines.index("sources") + 1 :]} == cited


def test_shows_a_thing_of_a_named_table_as_json(capsys):
    found = json.loads(printed(capsys, "show", "defaults", "mining", "--json"))
    assert (found["table"], found["id"]) == ("defaults", "mining")
    assert {fact["attribute"]: fact["value"] for fact in found["facts"]}["uptime"] == number("defaults", "mining", "uptime")


def test_the_modes_of_a_machine_are_shown_when_their_table_is_named(capsys):
    assert printed(capsys, "show", "antminer-s21-pro").startswith("machines antminer-s21-pro\n")
    assert printed(capsys, "show", "immersion").startswith("coolers immersion\n")
    assert "high_mode_power_share" in printed(capsys, "show", "machine_modes", "antminer-s21-pro")
    assert printed(capsys, "show", "air").startswith("machine_modes air\n")
    assert printed(capsys, "show", "h100-sxm").startswith("chips h100-sxm\n")
    assert printed(capsys, "show", "serving_fit", "h100-sxm").startswith("serving_fit h100-sxm\n")


def test_subtracts_two_things(capsys):
    rows = {line.split()[0]: line.split()[1:] for line in printed(capsys, "diff", "h100-sxm", "b200-sxm").splitlines()}
    assert rows["memory_gb"] == ["GB", "80", "180", "2.25"]
    assert rows["fp4_tflops"][1] == "-"
    assert "vendor" not in rows
    found = json.loads(printed(capsys, "diff", "h100-sxm", "b200-sxm", "--json"))
    assert {"attribute": "memory_gb", "h100-sxm": 80.0, "b200-sxm": 180.0} in found["differs"]


def test_a_thing_does_not_differ_from_itself(capsys):
    assert json.loads(printed(capsys, "diff", "b200-sxm", "b200-sxm", "--json"))["differs"] == []


def test_unknown_names_are_told_the_nearest(capsys):
    assert "did you mean 'machines'" in refused(capsys, "list", "machine")
    assert "'antminer-s21-xp'" in refused(capsys, "show", "antminer-s21-px")
    assert "'antminer-s21-xp'" in refused(capsys, "show", "machines", "antminer-s21-px")
    assert "unknown name" in refused(capsys, "diff", "b200-sxm", "antminer-s21-xp")
    assert "an id, or a table and an id" in refused(capsys, "show", "a", "b", "c")
