import json
from pathlib import Path

from wattmint.facts.load import number, table
from wattmint.scenario.model import HostingPart, Scenario, Site
from wattmint.scenario.schema import schema, schema_text


def test_every_key_has_its_meaning_and_every_quantity_its_unit():
    site = schema()["$defs"]["Site"]["properties"]
    assert set(site) == set(Site.model_fields)
    assert site["power_mw"] == {
        "description": "Power of the grid connection [MW]", "maximum": 10000, "minimum": 0.01, "type": "number", "unit": "MW",
    }
    keys = [key for definition in schema()["$defs"].values() for name, key in definition["properties"].items() if name != "kind"]
    assert all(key.get("description") or "$ref" in key for key in keys)


def test_names_are_enumerated_and_series_offered():
    definitions = schema()["$defs"]
    assert definitions["MiningPart"]["properties"]["machine"]["enum"] == sorted(
        name for name, facts in table("machines").items() if facts["algorithm"].value == "sha-256"
    )
    assert "ercot-west-2024" in definitions["PriceHistory"]["properties"]["prices"]["examples"]


def test_cited_defaults_are_told():
    hosting = schema()["$defs"]["HostingPart"]["properties"]
    assert hosting["load_factor"]["default"] == number("defaults", "hosting", "load_factor")
    assert isinstance(hosting["construction_months"]["default"], int)
    assert set(hosting) == set(HostingPart.model_fields)


def test_only_keys_of_the_file_and_nothing_of_python():
    text = schema_text()
    assert set(schema()["properties"]) == set(Scenario.model_fields) - {"base_dir"}
    assert '"null"' not in text
    assert '"attribute"' not in text
    assert json.loads(text) == schema()


def test_the_published_schema_is_this_one(root: Path):
    assert (root / "docs" / "site.schema.json").read_text(encoding="utf-8") == schema_text()
