"""The fitted numbers of the table `training_fit`, put together to what each training case needs.

A number belongs to everything (`shared`), to a class of chip (`kind-…`) or to a way of training (`way-pytorch`). There are none of single
chips or models: an unseen one is described by its datasheet or its architecture alone.
"""

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np

from wattmint.facts.load import Values, numbers
from wattmint.physics.training_types import TrainingSoftware
from wattmint.types import FloatArray

TABLE: Final = "training_fit"
MICRO: Final = 1e-6
SHARED: Final = "shared"
EAGER: Final = "way-pytorch"
"""Weights shared out by PyTorch itself, which runs operations one by one."""

FORMATS: Final[Mapping[str, str]] = {"fp8": "fp8_mfu_factor", "fp4": "fp4_mfu_factor"}

KIND: Final = ("linear_factor", "expert_factor", "attention_factor")
WAY: Final = ("linear_factor", "moved_factor", "attention_factor", "overhead_factor")
"""Factors of a class of chip, and of a way."""

def training_fit() -> Values:
    """Return the fitted numbers by id and attribute."""
    return numbers(TABLE)


def training_software(values: Values, kinds: Sequence[str], formats: Sequence[str], eager: FloatArray) -> TrainingSoftware:
    """Return efficiencies and overheads per case.

    Parameters
    ----------
    values : mapping
        Fitted numbers; `training_fit()`.
    kinds : sequence of str
        Class of each case's chip, an id of the table; one that is not there has no numbers of its own.
    formats : sequence of str
        Precision in which each case's matrices are multiplied.
    eager : FloatArray
        1 where PyTorch itself shares the weights out.

    Returns
    -------
    TrainingSoftware
        Columns.
    """
    count = len(kinds)
    shared = values[SHARED]
    of_kind = {name: np.array([values.get(kind, {}).get(name, 1.0) for kind in kinds]) for name in KIND}
    format_factor = np.array([shared[FORMATS[name]] if name in FORMATS else 1.0 for name in formats])
    way = {name: np.where(eager > 0.0, values[EAGER][name], 1.0) for name in WAY}

    def every(name: str, scale: float = 1.0) -> FloatArray:
        return np.full(count, shared[name] * scale)

    linear = shared["linear_mfu"] * format_factor * of_kind["linear_factor"] * way["linear_factor"]
    return TrainingSoftware(
        linear=linear,
        attention=every("attention_mfu") * of_kind["attention_factor"] * way["attention_factor"],
        expert=linear * shared["expert_mfu_factor"] * of_kind["expert_factor"],
        narrow=every("narrow_loss"),
        moved=every("moved_factor") * way["moved_factor"],
        link=every("link_efficiency"),
        network=every("network_efficiency"),
        exposed=every("exposed_share"),
        layer_s=every("training_layer_us", MICRO) * way["overhead_factor"],
        expert_layer_s=every("training_expert_layer_us", MICRO),
        interleaved=every("interleaved_stages"),
        straggling=every("straggling_share"),
    )
