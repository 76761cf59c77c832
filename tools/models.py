"""Write `models.csv`: shapes of language models from the configurations that their makers publish, and from a typed list.

    PYTHONPATH=src python tools/models.py CONFIG_FOLDER

`CONFIG_FOLDER` is `aiconfigurator_core/model_configs` of the PyPI wheel aiconfigurator-core 0.12.0. A model that is another under a new name
has `same_as` and only what differs. Models that the formulas do not describe keep their name and the reason.
"""

import dataclasses
import json
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from model_list import PUBLISHED, REFUSED, SAME, STATED, TYPED, Same, Typed
from tables import Row, row, write

from wattmint.physics.transformer import Architecture
from wattmint.serving.model_config import architecture_from_config

CONFIGS: Final = "aiconfigurator-0-12"
CONFIG_DATE: Final = "2026-08"


def main() -> None:
    """Write the table and say how many rows it has."""
    print("models", write("models", model_rows(Path(sys.argv[1]))))


def model_rows(folder: Path) -> Iterator[Row]:
    """Yield the rows of the table: published configurations, typed ones, other names, refused ones."""
    for id_, name, family, aliases in PUBLISHED:
        config = json.loads((folder / f"{name.replace('/', '--')}_config.json").read_text(encoding="utf-8"))
        yield from _head(id_, name, family, aliases, CONFIGS)
        yield from _shape(id_, _fields(architecture_from_config(config, name)), CONFIGS)
        yield from _stated(id_)
    for id_, typed in TYPED.items():
        yield from _typed(id_, typed)
    for id_, same in SAME.items():
        yield from _same(id_, same)
    for id_, name, family, reason in REFUSED:
        yield from _head(id_, name, family, "", CONFIGS)
        yield row(id_, "refused", reason, CONFIGS, "published", CONFIG_DATE)


def _typed(id_: str, typed: Typed) -> Iterator[Row]:
    yield from _head(id_, typed.name, typed.family, typed.aliases, typed.source)
    yield from _shape(id_, _fields(Architecture(**typed.shape)), typed.source)
    yield from _stated(id_)


def _same(id_: str, same: Same) -> Iterator[Row]:
    yield from _head(id_, same.name, same.family, same.aliases, "model-cards")
    yield row(id_, "same_as", same.of, "model-cards", "published", CONFIG_DATE)
    if same.max_context:
        yield row(id_, "max_context", same.max_context, "model-cards", "published", CONFIG_DATE)


def _head(id_: str, name: str, family: str, aliases: str, source: str) -> Iterator[Row]:
    yield row(id_, "name", name, source, "published", CONFIG_DATE)
    yield row(id_, "family", family, source, "published", CONFIG_DATE)
    if aliases:
        yield row(id_, "aliases", aliases, source, "published", CONFIG_DATE)


def _fields(arch: Architecture) -> Mapping[str, int]:
    return {name: int(value) for name, value in dataclasses.asdict(arch).items() if value}


def _shape(id_: str, fields: Mapping[str, int], source: str) -> Iterator[Row]:
    for name, value in fields.items():
        yield row(id_, name, value, source, "published", CONFIG_DATE)


def _stated(id_: str) -> Iterator[Row]:
    if id_ in STATED:
        total, active = STATED[id_]
        yield row(id_, "parameters_total_b", total, "model-cards", "published", CONFIG_DATE)
        if active:
            yield row(id_, "parameters_active_b", active, "model-cards", "published", CONFIG_DATE)


if __name__ == "__main__":
    main()
