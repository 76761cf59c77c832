"""The JSON Schema of the site file, so that editors complete keys, show meanings and units, and mark what would be refused."""

import json
from typing import Any, Final

from wattmint.facts.load import table
from wattmint.scenario.model import Scenario

SCHEMA_FILE: Final = "wattmint.schema.json"
"""Name of the schema beside a site file that ``wattmint init`` wrote."""

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"

NOT_JSON_SCHEMA: Final = ("attribute", "discriminator", "ge", "le")
"""Keys that mean something to us or to pydantic only."""


def schema() -> dict[str, Any]:
    """Return the JSON Schema of the site file.

    Returns
    -------
    dict
        Draft 2020-12; every key with its meaning, unit (``unit``), range and, where it may be left out, its cited default.
    """
    raw = Scenario.model_json_schema()
    raw["properties"].pop("base_dir")
    found: dict[str, Any] = _tidy(raw)
    for definition in found["$defs"].values():
        kind = definition["properties"].get("kind", {}).get("const")
        title = definition["title"]
        _write_defaults(definition["properties"], title.lower() if title in ("Power", "Treasury", "Existing", "Conversion") else kind)
    return {"$schema": DIALECT, **found, "title": "wattmint site file"}


def schema_text() -> str:
    """Return the schema as JSON text, as ``wattmint schema`` prints and ``wattmint init`` writes it.

    Returns
    -------
    str
        With a newline at the end.
    """
    return json.dumps(schema(), indent=2, ensure_ascii=False) + "\n"


def _write_defaults(properties: dict[str, Any], home: str | None) -> None:
    """Write the cited defaults of one kind of part, or of the power table, into its keys."""
    for key, fact in table("defaults").get(home or "", {}).items():
        if key in properties:
            whole = properties[key].get("type") == "integer" and isinstance(fact.value, float)
            properties[key]["default"] = int(fact.value) if whole else fact.value


def _tidy(part: Any) -> Any:
    """Drop what only Python knows: null (TOML has none; leaving out is its way), titles of keys, and our dictionary's keys."""
    if isinstance(part, list):
        return [_tidy(item) for item in part]
    if not isinstance(part, dict):
        return part
    kept = {key: _tidy(value) for key, value in part.items() if not (key == "default" and value is None)}
    if "description" in kept and "properties" not in kept:
        kept.pop("title", None)
    choices = [choice for choice in kept.get("anyOf", []) if choice != {"type": "null"}]
    if len(choices) == 1 and "anyOf" in kept:
        kept = {**choices[0], **{key: value for key, value in kept.items() if key != "anyOf"}}
    return {key: value for key, value in kept.items() if key not in NOT_JSON_SCHEMA}
