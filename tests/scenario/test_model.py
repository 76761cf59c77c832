from pathlib import Path

import pytest
from pydantic import ValidationError

from wattmint.errors import ScenarioError
from wattmint.scenario.model import HostingPart, PriceSource, Scenario
from wattmint.types import ZERO_LINE


def test_examples_load(root: Path):
    scenario = Scenario.load(root / "examples" / "west-texas-100mw.toml")
    assert scenario.site.power_mw == 100
    assert [build.name for build in scenario.builds] == [
        "Mine bitcoin", "Host AI tenants", "Own and rent GPUs", "Serve Llama 70B", "60/40 mining and hosting",
    ]
    assert (scenario.study.horizon_months, scenario.study.paths) == (120, 10_000)


def test_base_dir_is_the_folder_of_the_file(root: Path):
    assert Scenario.load(root / "examples" / "own-prices.toml").base_dir == root / "examples"


def test_integers_stand_where_numbers_belong(small_tables):
    small_tables["site"]["power_mw"] = 100
    assert Scenario.of(small_tables).site.power_mw == 100.0


def test_what_is_left_out_is_none_or_its_default(small_scenario):
    part = small_scenario.builds[1].parts[0]
    assert isinstance(part, HostingPart)
    assert part.lease_usd_per_kw_month is None
    assert part.share == 1.0
    assert small_scenario.money.discount_rate == 0.10


def test_a_scenario_is_frozen(small_scenario):
    with pytest.raises(ValidationError, match="frozen"):
        small_scenario.site.power_mw = 5


def test_parts_may_share_the_whole_site_but_not_more(small_tables):
    halves = [{"kind": "hosting", "share": 0.5}, {"kind": "mining", "share": 0.5, "machine": "antminer-s21-xp"}]
    small_tables["builds"] = [{"name": "mix", "parts": halves}]
    assert len(Scenario.of(small_tables).builds[0].parts) == 2
    halves[0]["share"] = 0.51
    with pytest.raises(ScenarioError, match=r"builds\[0\].parts = \(shares adding to 1.01\): the parts of 'mix'"):
        Scenario.of(small_tables)


def test_thirds_add_to_one(small_tables):
    small_tables["builds"] = [{"name": "thirds", "parts": [{"kind": "hosting", "share": 1 / 3}] * 3}]
    assert Scenario.of(small_tables)


@pytest.mark.parametrize("name", ["Mine", "mine", " MINE  "])
def test_build_names_are_their_own(small_tables, name: str):
    small_tables["builds"][1]["name"] = name
    with pytest.raises(ScenarioError, match=r"builds\[1\].name = .*taken by another build"):
        Scenario.of(small_tables)


@pytest.mark.parametrize("name", [ZERO_LINE, "Do Nothing"])
def test_the_zero_line_keeps_its_name(small_tables, name: str):
    small_tables["builds"][0]["name"] = name
    with pytest.raises(ScenarioError, match=r"builds\[0\].name = .*the name of the zero line"):
        Scenario.of(small_tables)


def test_a_price_is_given_once(small_tables):
    fixed = {"fixed_usd_per_mwh": 40, "weather": "midland-tmy3"}
    small_tables["power"] |= fixed
    with pytest.raises(ScenarioError, match="not both and not neither"):
        Scenario.of(small_tables)
    small_tables["power"] = {}
    with pytest.raises(ScenarioError, match=r"power = \(no price\)"):
        Scenario.of(small_tables)
    small_tables["power"] = fixed
    assert Scenario.of(small_tables).power.fixed_usd_per_mwh == 40


def test_a_fixed_price_needs_weather(small_tables):
    small_tables["power"] = {"fixed_usd_per_mwh": 40}
    with pytest.raises(ScenarioError, match=r"power.weather = \(left out\)"):
        Scenario.of(small_tables)


def test_base_dir_is_no_key_of_the_file(small_tables):
    small_tables["base_dir"] = "/"
    with pytest.raises(ScenarioError, match="base_dir = '/': unknown key"):
        Scenario.of(small_tables)


def test_a_price_source_stands_alone():
    source = PriceSource.of({"prices": "a.csv", "time_zone": "America/Chicago"})
    assert (source.prices, source.price_column) == ("a.csv", None)
    with pytest.raises(ScenarioError, match=r"time_zone = 'Chicago': an IANA time zone .*America/Chicago"):
        PriceSource.of({"prices": "a.csv", "time_zone": "Chicago"})


def test_tax_and_debt_are_left_out_unless_asked_for(small_scenario, small_tables):
    assert small_scenario.tax is None
    assert small_scenario.debt is None
    asked = small_tables | {"tax": {"jurisdiction": "us-tx"}, "debt": {"debt_share": 0.6, "debt_rate": 0.08, "debt_term_months": 84}}
    scenario = Scenario.of(asked)
    assert (scenario.tax.losses, scenario.tax.national_tax_rate, scenario.debt.dscr) == ("carried", None, None)


@pytest.mark.parametrize(
    ("table", "line"),
    [
        ({"tax": {"jurisdiction": "us-txx"}}, "tax.jurisdiction = 'us-txx': unknown name; did you mean 'us-tx'"),
        ({"tax": {}}, r"tax.jurisdiction = \(left out\)"),
        ({"tax": {"jurisdiction": "us-tx", "losses": "lost"}}, "tax.losses = 'lost': one of 'carried', 'used'"),
        ({"debt": {"debt_share": 0.6, "debt_term_months": 84}}, r"debt.debt_rate = \(left out\)"),
        ({"debt": {"debt_share": 60, "debt_rate": 0.08, "debt_term_months": 84}}, r"debt.debt_share = 60: .*meant in percent\? that is 0.6"),
        ({"debt": {"debt_share": 0.6, "debt_rate": 0.08, "debt_term_months": 12, "grace_months": 12}}, "debt.grace_months = 12: fewer than"),
        ({"money": {"dscr": 1.3}}, r"money.dscr = 1.3: unknown key here; it belongs in \[debt\]"),
    ],
)
def test_terms_of_tax_and_debt_are_refused_in_one_line(small_tables, table, line):
    with pytest.raises(ScenarioError, match=line):
        Scenario.of(small_tables | table)
