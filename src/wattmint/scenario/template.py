"""A commented site file that a newcomer can edit, written from the model and the data dictionary so that it cannot drift.

A key that must be given, or that the first look at a site needs, stands there with a value; every other key stands
commented out with its default and where that comes from.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any, Final, get_args

from pydantic import BaseModel
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from wattmint.facts.load import Attribute, Fact, attribute, record
from wattmint.scenario.existing import Conversion, Existing, ExistingMachine
from wattmint.scenario.model import (
    Build,
    Debt,
    HostingPart,
    InferencePart,
    Market,
    MiningPart,
    Money,
    Power,
    PriceHistory,
    RentalPart,
    Scenario,
    Site,
    Study,
    Tax,
    Treasury,
)
from wattmint.scenario.quantity import UNITLESS
from wattmint.scenario.refusal import figure, plain_types
from wattmint.scenario.schema import SCHEMA_FILE

HEAD: Final = f"""\
#:schema ./{SCHEMA_FILE}
# A site file: what is asked of wattmint. Say how it is at your site; `wattmint check` tells what was understood,
# `wattmint run` answers. A key behind a '#' takes the default shown; take the '#' away to say otherwise.
# [unit, range] stands behind each meaning; `wattmint facts` shows where the defaults come from.
"""

_GIVEN: Final[Mapping[type[BaseModel], Mapping[str, Any]]] = {
    Scenario: {"name": "My site"},
    Site: {"power_mw": 100, "capital_usd": 250_000_000, "time_zone": "America/Chicago"},
    Power: {"delivery_usd_per_mwh": 4.0, "demand_charge_usd_per_kw_month": 5.0},
    PriceHistory: {"prices": "ercot-west-2024", "weather": "midland-tmy3"},
    Study: {"start": "2026-12"},
    MiningPart: {"kind": "mining", "machine": "antminer-s21-xp"},
    HostingPart: {"kind": "hosting"},
    RentalPart: {"kind": "rental", "accelerator": "b200-sxm"},
    InferencePart: {"kind": "inference", "accelerator": "b200-sxm", "model": "llama-3-3-70b"},
}
"""What the file says aloud: a site to be edited, not a recommendation."""

_SHOWN: Final[Mapping[str, tuple[Any, str]]] = {
    "fixed_usd_per_mwh": (45.0, "an example; by default the price history holds"),
    "weather": ("midland-tmy3", "an example; only with fixed_usd_per_mwh"),
    "time_column": ("time", "an example"),
    "price_column": ("price", "an example"),
    "time_zone": ("America/Chicago", "an example"),
    "grid": ("us-transmission", "the default"),
    "outage_log": ("outages.csv", "an example; instead of a grid"),
    "altitude_m": (870.0, "an example; by default that of the weather's station"),
    "jurisdiction": ("us-tx", "an example"),
    "machine": ("antminer-s19j-pro-104t", "an example"),
    "firm_mw": (100.0, "an example; by default the whole connection"),
    "floor_m2": (9_000.0, "an example; by default what mines of this power have"),
    "ai_class": ("training", "an example"),
    "cooling": ("direct-liquid-dry-cooler", "an example; by default what stands there if it suits, else what suits best"),
    "backup": ("dual-feed-ups", "an example; by default the cheapest that is enough for the class"),
    "debt_share": (0.6, "an example"),
    "coin_policy": ("cover", "an example"),
    "dscr": (1.4, "an example; by default instalments are level"),
    "debt_rate": (0.085, "an example"),
    "debt_term_months": (84, "an example"),
    "equipment_rate": (0.1, "an example; by default the loan's own"),
    "equipment_term_months": (36, "an example; by default the loan's own"),
    "equity_discount_rate": (0.12, "an example; by default the discount rate"),
    "bonus_share": (1.0, "an example; by default the law in force"),
    "gpus_per_replica": (8, "an example; by default the best number within a server"),
    "utilisation": (0.2, "an example; by default the share at which tokens earn what renting out would"),
    "until_month": (60, "an example; by default it runs to the end"),
    "machine_age_months": (30, "an example; by default machines are bought new"),
    "difficulty": (1.35e14, "an example; by default it follows from the snapshot's network hashrate"),
}
"""Examples for keys whose default is no value."""

_BUILDS: Final = (("Mine bitcoin", MiningPart), ("Host AI tenants", HostingPart), ("Own and rent GPUs", RentalPart), ("Serve a model", InferencePart))


def site_template() -> str:
    """Return the text of a site file to start from.

    Returns
    -------
    str
        TOML that `Scenario.load` accepts as it stands.
    """
    lines = [HEAD, *_keys(Scenario, skip=set(Scenario.model_fields) - {"name"})]
    lines += _section("[site]", Site) + _section("[power]", Power)
    lines += _section("[[power.history]]", PriceHistory, "Give as many as you have; leave out when fixed_usd_per_mwh is given.")
    lines += _section("[market]", Market) + _section("[money]", Money)
    lines += _section("# [tax]", Tax) + _section("# [debt]", Debt)
    lines += _section("# [treasury]", Treasury) + _section("[study]", Study)
    lines += _section("# [existing]", Existing) + _section("# [[existing.machines]]", ExistingMachine) + _section("# [conversion]", Conversion)
    for title, part in _BUILDS:
        lines += ["", "[[builds]]", *_comment(Build.model_fields["name"]), f"name = {_toml(title)}"]
        lines += _section("[[builds.parts]]", part, "A build may have several parts; their shares may add to at most 1.")
    return "\n".join(lines) + "\n"


def _section(header: str, model: type[BaseModel], *more: str) -> list[str]:
    about = [f"# {line}" for line in ((model.__doc__ or "").strip(), *more)]
    return ["", *about, header, *_keys(model, skip={"history", "machines"})]


def _keys(model: type[BaseModel], skip: set[str]) -> Iterator[str]:
    given = _GIVEN.get(model, {})
    # kind comes first: it decides what the other keys mean
    for name in sorted(set(model.model_fields) - skip, key=lambda key: (key != "kind", list(model.model_fields).index(key))):
        yield from _comment(model.model_fields[name])
        value, origin = _default(model, name)
        if name in given:
            yield f"{name} = {_toml(given[name])}"
        else:
            yield f"# {name} = {_toml(value)}  # {origin}"


def _comment(field: FieldInfo) -> list[str]:
    extra = field.json_schema_extra
    if not isinstance(extra, dict):
        return []
    row = attribute(str(extra["attribute"]))
    limits = [part for part in ("" if row.unit in UNITLESS else row.unit, _range(row)) if part]
    return [f"# {row.meaning}" + (f" [{', '.join(limits)}]" if limits else "")]


def _range(row: Attribute) -> str:
    return f"{figure(row.low)} to {figure(row.high)}" if row.low is not None and row.high is not None else ""


def _default(model: type[BaseModel], name: str) -> tuple[Any, str]:
    """Return what holds when a key is left out, and where it comes from; an example where nothing does."""
    field = model.model_fields[name]
    fallback = field.default
    fact = _cited(model, name)
    if fact is not None:
        value = int(fact.value) if isinstance(fact.value, float) and int in plain_types(field.annotation) else fact.value
        return value, f"default, {fact.kind}: {fact.source}, {fact.as_of}"
    if name in _SHOWN and fallback in (None, PydanticUndefined):
        return _SHOWN[name]
    return fallback, "default"


def _cited(model: type[BaseModel], name: str) -> Fact | None:
    """Return the fact that stands in for a key: of this kind of part, of the machine named here, of the market."""
    if model is Power:
        return {**record("defaults", "power"), "level_usd_per_mwh": record("snapshot", "ercot")["power_level_usd_per_mwh"]}.get(name)
    if model is Tax:
        return record("jurisdictions", _SHOWN["jurisdiction"][0]).get(name) if model.model_fields[name].default is None else None
    if model is Market:
        return record("snapshot", "market").get(name) if name not in ("gpu_rental_multiplier", "token_price_multiplier") else None
    if model is Treasury:
        return record("defaults", "treasury").get(name)
    if model in (Existing, ExistingMachine):
        return record("defaults", "existing").get(name)
    if model is Conversion:
        # cooling and backup follow from what stands there and from the class
        return None if name in ("cooling", "backup") else {**record("defaults", "hosting"), **record("defaults", "conversion")}.get(name)
    kind = model.model_fields.get("kind")
    if kind is None:
        return None
    facts = {**record("defaults", get_args(kind.annotation)[0])}
    if model is MiningPart:
        facts |= {"machine_usd_per_th": record("machines", _GIVEN[MiningPart]["machine"])["machine_usd_per_th"]}
    if model is InferencePart:
        tokens = record("token_prices", _GIVEN[InferencePart]["model"])
        facts |= {f"token_price_usd_per_mtok_{side}": tokens[f"{side}_usd_per_mtok"] for side in ("input", "output")}
        facts |= {"accelerator_usd": record("chips", _GIVEN[InferencePart]["accelerator"])["accelerator_usd"]}
    if model is RentalPart:
        chip = record("chips", _GIVEN[RentalPart]["accelerator"])
        facts |= {"accelerator_usd": chip["accelerator_usd"], "rental_usd_per_gpu_h": chip["rental_3_year_usd_per_gpu_h"]}
    return facts.get(name)


def _toml(value: Any) -> str:
    if isinstance(value, str | bool):
        return json.dumps(value, ensure_ascii=False)  # TOML's basic strings take JSON's escapes; its booleans are JSON's
    if isinstance(value, float) and value == int(value) and abs(value) >= 10_000:
        return f"{int(value):_}"
    return f"{value:_}" if isinstance(value, int) else repr(value)
