"""How fast an accelerator serves a model within limits on waiting, and what its node draws meanwhile: the serving estimate, as a build needs it."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from wattmint.errors import InputError, ScenarioError
from wattmint.facts.load import record
from wattmint.physics.accelerator import Accelerator
from wattmint.physics.transformer import Architecture
from wattmint.serving.estimate import estimate_columns
from wattmint.serving.forms import CARDS_IN_SERVER
from wattmint.serving.limits import MAX, Layout, Limits, best, copies, layouts
from wattmint.serving.names import accelerator_of, architecture_of
from wattmint.units import W_PER_KW


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """What is served, and what its users are promised.

    Attributes
    ----------
    model, accelerator, precision : str
        Rows of the facts tables `models` and `chips`, and how the weights are held.
    isl, osl : int
        Tokens read and written per request.
    ttft_ms, tpot_ms : float
        Longest wait for the first token and for each further one, on average.
    gpus_per_replica : int or None
        Accelerators of one copy of the model; None takes the best number within the fast links or a server.
    """

    model: str
    accelerator: str
    precision: str
    isl: int
    osl: int
    ttft_ms: float
    tpot_ms: float
    gpus_per_replica: int | None


@dataclass(frozen=True, slots=True)
class Rate:
    """What one copy of the model does at its best.

    Attributes
    ----------
    gpus_per_replica : int
        Accelerators of the copy.
    concurrency : float
        Its requests at once.
    output_tokens_per_s_per_gpu : float
        Tokens written per second and accelerator.
    node_kw_per_gpu : float
        Power of the node per accelerator meanwhile.
    """

    gpus_per_replica: int
    concurrency: float
    output_tokens_per_s_per_gpu: float
    node_kw_per_gpu: float


@cache
def best_rate(service: Service) -> Rate:
    """Return the layout and number of requests with most output per accelerator.

    Parameters
    ----------
    service : Service
        What is served.

    Returns
    -------
    Rate
        Of one copy; a plant has many that share the requests.

    Raises
    ------
    ScenarioError
        If the formulas do not describe the model, it does not fit, or no way keeps the limits; the message says why.
    """
    case: dict[str, Any] = {"model": service.model, "gpu": service.accelerator, "gpus": service.gpus_per_replica, "precision": service.precision}
    case |= {"isl": service.isl, "osl": service.osl, "concurrency": MAX}
    try:
        _, arch = architecture_of(service.model)
        _, chip = accelerator_of(service.accelerator)
        limits = Limits(ttft_ms=service.ttft_ms, tpot_ms=service.tpot_ms)
        chosen = best(case, _layouts(service, arch, chip), limits, estimate_columns)
    except InputError as refused:
        raise ScenarioError("model", service.model, f"cannot be served so on {service.accelerator}: {refused.allowed}") from None
    found = chosen.found
    return Rate(
        gpus_per_replica=chosen.layout.gpus,
        concurrency=chosen.concurrency,
        output_tokens_per_s_per_gpu=float(found["output_tokens_per_s_per_gpu"]),
        node_kw_per_gpu=float(found["node_power_w_per_gpu"]) / W_PER_KW,
    )


def fit_source() -> str:
    """Return the source id of the fit that the estimate rests on."""
    return record("serving_fit", "shared")["memory_efficiency"].source


def _layouts(service: Service, arch: Architecture, chip: Accelerator) -> Sequence[Layout]:
    size = service.gpus_per_replica
    if size is None:
        return copies(arch, chip)
    return [layout for layout in layouts(arch, size, max(chip.scale_up_gpus, CARDS_IN_SERVER)) if layout.replicas == 1]
