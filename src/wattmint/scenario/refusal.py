"""From pydantic's findings to one clear line: field, value, what is allowed.

Nothing here knows the keys of the site file: the walk over a finding's location asks the model class that it is handed.
"""

import datetime as dt
import types
from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Final, Literal, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo

from wattmint.errors import ScenarioError, nearest_words
from wattmint.units import KW_PER_MW

UNIT_WORDS: Final = {"1/year": " per year", "day": " days", "month": " months", "ratio": "", "share": "", "year": " years"}
"""Units that a sentence says otherwise than the dictionary."""

LARGEST_SPELT_OUT: Final = 10**15
"""Larger whole numbers are said with an exponent."""


MOST_HOMES: Final = 2
"""A key of more tables than this belongs nowhere in particular."""


class Words(str):
    """What stands for a value that is no value: shown without quotes, e.g. ``(left out)``."""

    __slots__ = ()

    def __repr__(self) -> str:
        return str(self)


def refusal(error: ValidationError, model: type[BaseModel]) -> ScenarioError:
    """Say the first of pydantic's findings in one line: field, value, what is allowed.

    Parameters
    ----------
    error : ValidationError
        As raised by `model`.
    model : type of BaseModel
        The outermost model.

    Returns
    -------
    ScenarioError
        To be raised; ends with ``(and N more)`` when there is more than one finding.
    """
    findings = [f for f in error.errors(include_url=False) if not (f["type"] == "too_short" and f["input"])]  # its entries are said
    # Of several findings the first is said; an unknown key goes before the required key that it was meant to be.
    first = next((f for f in findings if f["type"] == "extra_forbidden"), findings[0])
    path, field, owner = _walk(model, first["loc"])
    if first["type"].startswith("union_tag"):
        path += ".kind"
    allowed = _allowed(first, field, owner, model)
    more = f" (and {len(findings) - 1} more)" if len(findings) > 1 else ""
    within = first.get("ctx", {}).get("within", "")
    return ScenarioError(f"{path}{within}".lstrip(".") or "site file", _given(first), allowed + more)


def plain_types(annotation: Any) -> set[Any]:
    """Return the plain types, and the literal values, that an annotation is made of.

    Parameters
    ----------
    annotation : type form
        Of a model's field.

    Returns
    -------
    set
        E.g. ``{float, NoneType}``, or ``{"mining"}``.
    """
    if get_origin(annotation) is Literal:
        return set(get_args(annotation))
    if get_origin(annotation) is Annotated:
        return plain_types(get_args(annotation)[0])
    if get_origin(annotation) in (Union, types.UnionType):
        return {found for part in get_args(annotation) for found in plain_types(part)}
    return {annotation}


def figure(number: float) -> str:
    """Return a number as a sentence says it: ``10,000``, ``0.01``, ``9.2e+18``.

    Parameters
    ----------
    number : float
        Finite.

    Returns
    -------
    str
        Whole numbers with separators.
    """
    return f"{int(number):,}" if number == int(number) and abs(number) < LARGEST_SPELT_OUT else f"{number:g}"


def _walk(model: type[BaseModel], location: Sequence[str | int]) -> tuple[str, FieldInfo | None, type[BaseModel]]:
    """Follow a finding's location; union tags in it, such as ``mining``, are no part of the path a person knows."""
    path, owner = "", model
    here: Any = model
    field: FieldInfo | None = None
    for step in location:
        choices = _models(here)
        if isinstance(step, int):
            path += f"[{step}]"
            here = get_args(here)[0] if get_args(here) else here
        elif len(choices) > 1:
            here = owner = next((m for m in choices if step in get_args(m.model_fields["kind"].annotation)), owner)
        else:
            owner = choices[0] if choices else owner
            field = owner.model_fields.get(step)
            path += f".{step}"
            here = field.annotation if field is not None else here
    return path.lstrip("."), field, owner


def _models(annotation: Any) -> tuple[type[BaseModel], ...]:
    """Return the models that an annotation stands for: itself, or the members of a union."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return (annotation,)
    if get_origin(annotation) is Annotated:
        return _models(get_args(annotation)[0])
    if get_origin(annotation) in (Union, types.UnionType):
        return tuple(m for part in get_args(annotation) for m in _models(part))
    return ()


def _given(finding: Mapping[str, Any]) -> object:
    value = finding["ctx"]["tag"] if finding["type"] == "union_tag_invalid" else finding["input"]
    if finding["type"] in {"missing", "union_tag_not_found"}:
        return Words("(left out)")
    if "given" in finding.get("ctx", {}):
        return finding["ctx"]["given"]
    if isinstance(value, bool):
        return Words(str(value).lower())  # as TOML writes it
    if isinstance(value, Mapping | BaseModel):
        return Words("(a table)")
    if isinstance(value, list | tuple):
        return Words(f"(a list of {len(value)})")
    if isinstance(value, dt.date | dt.time):
        return Words(value.isoformat())
    return value


def _allowed(finding: Mapping[str, Any], field: FieldInfo | None, owner: type[BaseModel], model: type[BaseModel]) -> str:
    kind, context, value = finding["type"], finding.get("ctx", {}), finding["input"]
    if kind == "extra_forbidden":
        return _unknown_key(str(finding["loc"][-1]), owner, model)
    if kind in {"union_tag_invalid", "union_tag_not_found"}:
        return f"one of {context.get('expected_tags') or _kinds(field)}"
    if kind == "literal_error":
        return f"one of {context['expected'].replace(' or ', ', ')}"
    if kind == "value_error":
        return str(context["error"])
    if kind == "refused":
        return str(context["allowed"])
    if kind in {"too_short", "tuple_type", "list_type"} or (kind == "missing" and _is_list(field)):
        return f"a list with at least one entry, written [[{_table_name(finding['loc'])}]]"
    if kind in {"model_type", "model_attributes_type", "dict_type"} or (kind == "missing" and field is not None and _models(field.annotation)):
        name = f"[{_table_name(finding['loc'])}]"
        return f"a table of keys, written {f'[{name}]' if isinstance(finding['loc'][-1], int) else name}"
    hint = _unit_hint(value, field)
    return _sort_of_value(field) + hint


def _unknown_key(key: str, owner: type[BaseModel], model: type[BaseModel]) -> str:
    everywhere = {"the top of the file": model} | _tables(model)
    homes = sorted(name for name, table in everywhere.items() if key in table.model_fields and table is not owner)
    if 0 < len(homes) <= MOST_HOMES:
        return f"unknown key here; it belongs in {' or '.join(homes)}"
    return f"unknown key; {nearest_words(key, owner.model_fields)}"


def _tables(model: type[BaseModel], prefix: str = "") -> dict[str, type[BaseModel]]:
    """Return every table of the file by its name as written: ``[study]``, ``[[builds.parts]]`` (kind mining)."""
    found: dict[str, type[BaseModel]] = {}
    for name, field in model.model_fields.items():
        inner = get_args(field.annotation)[0] if _is_list(field) else field.annotation
        members = _models(inner)
        for member in members:
            shown = f"[[{prefix}{name}]]" if _is_list(field) else f"[{prefix}{name}]"
            if len(members) > 1:
                shown += f" of kind {get_args(member.model_fields['kind'].annotation)[0]}"
            found |= {shown: member} | _tables(member, f"{prefix}{name}.")
    return found


def _table_name(location: Sequence[str | int]) -> str:
    return ".".join(step for step in location if isinstance(step, str))


def _is_list(field: FieldInfo | None) -> bool:
    return field is not None and get_origin(field.annotation) is tuple


def _kinds(field: FieldInfo | None) -> str:
    members = _models(get_args(field.annotation)[0]) if field is not None else ()
    return ", ".join(f"'{get_args(m.model_fields['kind'].annotation)[0]}'" for m in members)


def _sort_of_value(field: FieldInfo | None) -> str:
    """Say what a key takes: its range with unit, its choices, or that it is text; and what it means."""
    if field is None:
        return "not allowed here"
    extra = field.json_schema_extra if isinstance(field.json_schema_extra, dict) else {}
    unit = str(extra.get("unit", ""))
    unit_words = UNIT_WORDS.get(unit, f" {unit}" if unit else "")
    plain = plain_types(field.annotation)
    meaning = (field.description or "").removesuffix(f" [{unit}]")
    if plain & {int, float}:
        whole = "a whole number" if int in plain else "a number"
        low, high = extra.get("minimum"), extra.get("maximum")
        span = f" from {figure(low)} to {figure(high)}" if isinstance(low, int | float) and isinstance(high, int | float) else ""
        above = " (0 excluded)" if any(getattr(m, "gt", None) == 0 for m in field.metadata) else ""
        return f"{whole}{span}{unit_words}{above}: {meaning}"
    if bool in plain:
        return f"true or false: {meaning}"
    choices = [choice for choice in plain if isinstance(choice, str)]
    return f"one of {', '.join(repr(c) for c in sorted(choices))}: {meaning}" if choices else f"text in quotes: {meaning}"


def _unit_hint(value: Any, field: FieldInfo | None) -> str:
    """Say what a number would be, had it been meant in kW or in percent."""
    extra = field.json_schema_extra if field is not None and isinstance(field.json_schema_extra, dict) else {}
    high = extra.get("maximum")
    if isinstance(value, bool) or not isinstance(value, int | float) or not isinstance(high, int | float) or not value > high:
        return ""
    if extra.get("unit") == "MW" and value / KW_PER_MW <= high:
        return f" (meant in kW? that is {figure(value / KW_PER_MW)} MW)"
    if extra.get("unit") in {"share", "1/year"} and value / 100 <= high:
        return f" (meant in percent? that is {figure(value / 100)})"
    return ""
