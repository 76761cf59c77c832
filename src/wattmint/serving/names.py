"""Names of models and accelerators as people write them, and what they stand for.

A model is found under its name on a hub in any case and spelling (`meta-llama/Llama-3.1-70B-Instruct`, `llama3.1-70b`), with or without
maker, quantisation (`-FP8`, `-NVFP4`), tuning (`-Instruct`, `-Thinking`) and date (`-2507`); or it is the path of a `config.json`.
An accelerator is found under its name with or without maker, form factor and memory (`NVIDIA H100 80GB HBM3`, `H100 SXM`, `h100`).
"""

import dataclasses
import json
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from wattmint.errors import InputError, UnknownNameError
from wattmint.facts.fact import Fact
from wattmint.facts.load import record, table
from wattmint.physics.accelerator import Accelerator
from wattmint.physics.transformer import Architecture
from wattmint.serving.model_config import architecture_from_config
from wattmint.units import BITS_PER_BYTE, BYTES_PER_GB, BYTES_PER_TB, FLOPS_PER_TFLOP

__all__ = ["accelerator_of", "architecture_of", "published_parameters_b"]

_QUANTISED: Final = (
    "fp8", "nvfp4", "mxfp4", "fp4", "fp16", "bf16", "int4", "int8", "w4a16", "w8a8", "w8a16", "awq", "gptq", "gguf", "bnb", "4bit", "8bit",
    "dynamic", "static", "pertensor", "per", "tensor", "kv", "block", "quantized", "autofp8", "marlin",
)  # fmt: skip
"""Parts of a name that tell how the weights are stored, which is the precision's business."""

_TUNED: Final = ("instruct", "chat", "it", "thinking", "base", "hf", "meta", "preview", "text", "pt", "reasoning", "sft", "dpo")
"""Parts of a name that tell how a model was trained further; its shape is the same."""

_DATE: Final = re.compile(r"2[3-6](0[1-9]|1[0-2])|(0[1-9]|1[0-2])([0-2]\d|3[01])|v0")
"""Dates as `2507` and `0528`, and the `v0.1` of a first release."""

_MAKERS: Final = re.compile(
    r"^(nvidia|amd|intel|google|aws|amazon|huawei)|instinct|tesla|geforce|tensorcore|serveredition|workstationedition|radeon|habana|cloud|gpu$"
)
_MEMORY: Final = re.compile(r"\d+gb(hbm\d?e?)?|hbm\d?e?")
_FORM: Final = re.compile(r"(?<=sxm)\d")


def architecture_of(name: str) -> tuple[str, Architecture]:
    """Return the id and the shape of a model.

    Parameters
    ----------
    name : str
        Id in the table `models`, a hub's name, or the path of a `config.json` or of a folder that has one.

    Returns
    -------
    id : str
        Id in the table; of a file, its path as given.
    Architecture
        Its shape.

    Raises
    ------
    UnknownNameError
        If no model is called so; the nearest names are suggested.
    InputError
        If the formulas do not describe the model, with the reason; or the file cannot be read.
    """
    path = Path(name)
    if path.suffix == ".json" or (path.is_dir() and (path / "config.json").is_file()):
        return name, _from_file(path if path.suffix == ".json" else path / "config.json")
    id_ = _model_id(name)
    return id_, _from_table(id_)


def published_parameters_b(id_: str) -> tuple[float | None, float | None]:
    """Return what the publisher says of a model of the table: billions of parameters in total, and per token; None where nothing is stated."""
    facts = _facts(id_)
    total, active = facts.get("parameters_total_b"), facts.get("parameters_active_b")
    return None if total is None else float(total.value), None if active is None else float(active.value)


def accelerator_of(name: str) -> tuple[str, Accelerator]:
    """Return the id and the abilities of an accelerator.

    Parameters
    ----------
    name : str
        Id in the table `chips`, or a name in any usual spelling.

    Returns
    -------
    id : str
        Id in the table.
    Accelerator
        Memory, rates, links and power, in SI units.

    Raises
    ------
    UnknownNameError
        If no accelerator is called so; the nearest names are suggested.
    """
    names = _chip_names()
    plain = _MAKERS.sub("", _letters(name))
    for key in (_letters(name), plain, _FORM.sub("", plain), _MEMORY.sub("", _FORM.sub("", plain))):
        if key in names:
            return names[key], _accelerator(names[key])
    raise UnknownNameError("gpu", name, table("chips"))


def _from_file(path: Path) -> Architecture:
    try:
        config = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise InputError("model", str(path), f"cannot be read: {error.strerror}") from error
    except ValueError as error:
        raise InputError("model", str(path), f"is no JSON: {error}") from error
    if not isinstance(config, Mapping):
        raise InputError("model", str(path), "a model's configuration is a JSON object")
    return architecture_from_config(config, str(path))


@cache
def _model_id(name: str) -> str:
    names = _model_names()
    for key in (_key(name), _key(name, _QUANTISED), _key(name, _QUANTISED + _TUNED), _key(name, _QUANTISED + _TUNED, dates=True)):
        if key in names:
            return names[key]
    raise UnknownNameError("model", _hyphened(name), table("models"))


@cache
def _model_names() -> Mapping[str, str]:
    """Ids, names and aliases of the table, plain and without what tells the same shape apart; who comes first keeps a short name."""
    found: dict[str, str] = {}
    spellings = {id_: [id_, str(facts["name"].value), *_listed(facts, "aliases")] for id_, facts in table("models").items()}
    for drop, dates in (((), False), (_QUANTISED, False), (_QUANTISED + _TUNED, False), (_QUANTISED + _TUNED, True)):
        for id_, names in spellings.items():
            for name in names:
                found.setdefault(_key(name, drop, dates=dates), id_)
    return MappingProxyType(found)


@cache
def _from_table(id_: str) -> Architecture:
    facts = _facts(id_)
    if "refused" in facts:
        name, reason = facts["name"].value, facts["refused"].value
        raise InputError("model", id_, f"{name} is refused: {reason}, which the formulas do not describe; no estimate is better than a wrong one")
    values: dict[str, Any] = {}
    for field in dataclasses.fields(Architecture):
        if field.name in facts:
            values[field.name] = bool(facts[field.name].value) if field.type is bool else int(facts[field.name].value)
    return Architecture(**values)


def _facts(id_: str) -> Mapping[str, Fact]:
    """Facts about a model; where it has another's shape, the other's with its own on top."""
    own = record("models", id_, "model")
    return {**record("models", str(own["same_as"].value)), **own} if "same_as" in own else own


@cache
def _chip_names() -> Mapping[str, str]:
    found: dict[str, str] = {}
    for id_, facts in table("chips").items():
        for name in (id_, str(facts["name"].value), *_listed(facts, "aliases")):
            found.setdefault(_letters(name), id_)
    return MappingProxyType(found)


@cache
def _accelerator(id_: str) -> Accelerator:
    facts = record("chips", id_)

    def of(attribute: str, scale: float) -> float:
        return float(facts[attribute].value) * scale if attribute in facts else 0.0

    bf16 = of("bf16_tflops", FLOPS_PER_TFLOP) or of("fp16_tflops", FLOPS_PER_TFLOP)
    rates = {
        "bf16": bf16,
        "fp8": of("fp8_tflops", FLOPS_PER_TFLOP),
        "int8": of("int8_tops", FLOPS_PER_TFLOP),
        "fp4": of("fp4_tflops", FLOPS_PER_TFLOP),
    }
    return Accelerator(
        memory_bytes=of("memory_gb", BYTES_PER_GB),
        bandwidth_bytes_per_s=of("memory_bandwidth_tb_per_s", BYTES_PER_TB),
        flops_by_precision=MappingProxyType(rates),
        scale_up_bytes_per_s=of("scale_up_gb_per_s", BYTES_PER_GB),
        scale_up_gpus=int(of("scale_up_domain_gpus", 1.0)),
        scale_out_bytes_per_s=of("scale_out_gbit_per_s", BYTES_PER_GB / BITS_PER_BYTE),
        tdp_w=of("tdp_w", 1.0),
        vendor=str(facts["vendor"].value),
        link=str(facts["link"].value),
        release_date=str(facts["release_date"].value),
    )


def _listed(facts: Mapping[str, Fact], attribute: str) -> list[str]:
    return [part.strip() for part in str(facts[attribute].value).split(",")] if attribute in facts else []


def _hyphened(name: str) -> str:
    """Return the last part of a path in small letters, words joined by hyphens, remarks in brackets left out."""
    return re.sub(r"[^a-z0-9+]+", "-", re.sub(r"\(.*?\)", "", name.lower()).strip().rsplit("/", 1)[-1]).strip("-")


def _key(name: str, drop: tuple[str, ...] = (), *, dates: bool = False) -> str:
    """Return a name as letters and digits only, without the parts to drop."""
    parts = _hyphened(name).split("-")
    kept = [part for i, part in enumerate(parts) if i == 0 or not (part in drop or (dates and _is_date(parts, i)))]
    if drop and kept[0] in {"meta", "nvidia"} and len(kept) > 1:
        kept = kept[1:]
    return "".join(kept)


def _is_date(parts: list[str], at: int) -> bool:
    """Whether a part of a name is a date, or belongs to the version of a first release (`v0.1` was split in two)."""
    return _DATE.fullmatch(parts[at]) is not None or parts[at - 1] == "v0"


def _letters(name: str) -> str:
    return re.sub(r"[^a-z0-9+]+", "", name.lower())
