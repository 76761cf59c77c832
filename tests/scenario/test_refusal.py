"""Every refusal of a site file: one line with field, value and what is allowed."""

import datetime as dt
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wattmint.errors import ScenarioError
from wattmint.facts.load import attribute
from wattmint.scenario.model import Scenario
from wattmint.scenario.refusal import Words, figure, plain_types


def refused(tables: dict[str, Any]) -> str:
    with pytest.raises(ScenarioError) as caught:
        Scenario.of(tables)
    line = str(caught.value)
    assert "\n" not in line
    return line


POWER = "a number from 0.01 to 10,000 MW: Power of the grid connection"
DISCOUNT = "a number from 0 to 1 per year: Discount rate per year (nominal)"
HOMES = "unknown key here; it belongs in [[builds.parts]] of kind mining or [[existing.machines]]"
SHARE = "a number from 0 to 1 (0 excluded): Share of the site's power this part takes"


@pytest.mark.parametrize(
    ("table", "key", "value", "line"),
    [
        ("site", "power_mw", -1, f"site.power_mw = -1: {POWER}"),
        ("site", "power_mw", 0, f"site.power_mw = 0: {POWER}"),
        ("site", "power_mw", 100_000, f"site.power_mw = 100000: {POWER} (meant in kW? that is 100 MW)"),
        ("site", "power_mw", "100", f"site.power_mw = '100': {POWER}"),
        ("site", "power_mw", True, f"site.power_mw = true: {POWER}"),
        ("site", "power_mw", float("nan"), f"site.power_mw = nan: {POWER}"),
        ("site", "power_mw", float("inf"), f"site.power_mw = inf: {POWER}"),
        ("site", "power_mw", [1], f"site.power_mw = (a list of 1): {POWER}"),
        ("site", "power_mw", dt.date(2026, 1, 1), f"site.power_mw = 2026-01-01: {POWER}"),
        ("site", "power_kw", 1, "site.power_kw = 1: unknown key; did you mean 'power_mw'?"),
        ("site", "paths", 1, "site.paths = 1: unknown key here; it belongs in [study]"),
        ("site", "builds", [], "site.builds = (a list of 0): unknown key here; it belongs in the top of the file"),
        ("site", "time_zone", "America/Chicgo", "site.time_zone = 'America/Chicgo': an IANA time zone such as 'America/Chicago'; did you mean"),
        ("study", "horizon_months", 0, "study.horizon_months = 0: a whole number from 1 to 600 months: Months looked at"),
        ("study", "horizon_months", 12.0, "study.horizon_months = 12.0: a whole number from 1 to 600 months: Months looked at"),
        ("study", "paths", True, "study.paths = true: a whole number from 1 to 10,000,000: Number of simulated futures"),
        ("study", "seed", -1, "study.seed = -1: a whole number from 0 to"),
        ("study", "start", "2026-13", "study.start = '2026-13': a month such as '2026-12'"),
        ("study", "start", 2026, "study.start = 2026: text in quotes: First month of the horizon"),
        ("market", "forecast", "best", "market.forecast = 'best': one of 'random', 'median'"),
        ("money", "discount_rate", 10, f"money.discount_rate = 10: {DISCOUNT} (meant in percent? that is 0.1)"),
    ],
)
def test_keys_of_tables(small_tables, table: str, key: str, value: object, line: str):
    small_tables.setdefault(table, {})[key] = value
    assert refused(small_tables).startswith(line)


@pytest.mark.parametrize(
    ("key", "value", "line"),
    [
        ("share", 1.5, f"share = 1.5: {SHARE} (meant in percent? that is 0.015)"),
        ("share", 60, f"share = 60: {SHARE} (meant in percent? that is 0.6)"),
        ("share", 0, f"share = 0: {SHARE}"),
        ("share", "half", f"share = 'half': {SHARE}"),
        ("shre", 0.5, "shre = 0.5: unknown key; did you mean 'share'?"),
        ("machine", "antminer-s21-xp", f"machine = 'antminer-s21-xp': {HOMES}"),
        ("cooling", "open-air-fan", "cooling = 'open-air-fan': unknown name; did you mean 'open-air-fans'?"),
        ("kind", "hostin", "kind = 'hostin': one of 'mining', 'hosting', 'rental', 'inference'"),
        ("kind", 3, "kind = '3': one of 'mining', 'hosting', 'rental', 'inference'"),
    ],
)
def test_keys_of_parts_are_named_with_their_place(small_tables, key: str, value: object, line: str):
    small_tables["builds"][1]["parts"][0][key] = value
    assert refused(small_tables).startswith(f"builds[1].parts[0].{line}")


def test_what_must_be_there(small_tables):
    for key, line in (
        ("site", "site = (left out): a table of keys, written [site]"),
        ("builds", "builds = (left out): a list with at least one entry, written [[builds]]"),
        ("name", "name = (left out): text in quotes: Name of the site"),
    ):
        kept = small_tables.pop(key)
        assert refused(small_tables) == line
        small_tables[key] = kept
    del small_tables["site"]["power_mw"]
    assert refused(small_tables) == f"site.power_mw = (left out): {POWER}"


def test_a_part_without_kind(small_tables):
    del small_tables["builds"][1]["parts"][0]["kind"]
    assert refused(small_tables) == "builds[1].parts[0].kind = (left out): one of 'mining', 'hosting', 'rental', 'inference'"


def test_a_machine_that_mines_no_bitcoin(small_tables):
    build, part = next((b, p) for b, build in enumerate(small_tables["builds"]) for p, part in enumerate(build["parts"]) if part["kind"] == "mining")
    small_tables["builds"][build]["parts"][part]["machine"] = "antminer-l9"
    why = "its algorithm is 'scrypt'; a mining part mines bitcoin and needs a sha-256 machine (see `wattmint facts list machines`)"
    assert refused(small_tables) == f"builds[{build}].parts[{part}].machine = 'antminer-l9': {why}"


def test_a_site_with_no_builds(small_tables):
    small_tables["builds"] = []
    assert refused(small_tables) == "builds = (a list of 0): a list with at least one entry, written [[builds]]"


def test_tables_where_lists_belong_and_the_other_way_round(small_tables):
    builds = small_tables["builds"]
    small_tables["builds"] = builds[0]
    assert refused(small_tables) == "builds = (a table): a list with at least one entry, written [[builds]]"
    small_tables["builds"] = [3]
    assert refused(small_tables) == "builds[0] = 3: a table of keys, written [[builds]]"
    small_tables["builds"], small_tables["site"] = builds, 3
    assert refused(small_tables) == "site = 3: a table of keys, written [site]"


def test_the_first_of_several_is_said_and_the_rest_counted(small_tables):
    small_tables["site"]["power_mw"] = -1
    small_tables["study"]["paths"] = 0
    assert refused(small_tables) == f"site.power_mw = -1: {POWER} (and 1 more)"


def test_a_misspelt_required_key_is_told_before_the_missing_one(small_tables):
    small_tables["site"] = {"pwer_mw": 1}
    assert refused(small_tables) == "site.pwer_mw = 1: unknown key; did you mean 'power_mw'? (and 1 more)"


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_power_passes_if_and_only_if_the_dictionary_allows_it(power: float):
    row = attribute("power_mw")
    tables = {
        "name": "s",
        "site": {"power_mw": power},
        "power": {"fixed_usd_per_mwh": 1, "weather": "midland-tmy3"},
        "study": {"start": "2026-12"},
        "builds": [{"name": "b", "parts": [{"kind": "hosting"}]}],
    }
    if row.low <= power <= row.high:
        assert Scenario.of(tables).site.power_mw == power
    else:
        assert refused(tables).startswith("site.power_mw = ")


def test_words_are_shown_without_quotes():
    assert repr(Words("(left out)")) == "(left out)"


@pytest.mark.parametrize(("number", "text"), [(10_000.0, "10,000"), (0.01, "0.01"), (-0.2, "-0.2"), (2.0**63, "9.22337e+18"), (0, "0")])
def test_figures(number: float, text: str):
    assert figure(number) == text


def test_plain_types_look_through_annotations():
    assert plain_types(Scenario.model_fields["name"].annotation) == {str}
    assert plain_types(float | None) == {float, type(None)}
