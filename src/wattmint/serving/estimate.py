"""What an inference plant yields: from a model, accelerators and a load to tokens per second, waiting times, watts and joules.

The physics is in `wattmint.physics` (decode step, prefill, steady state of continuous batching, memory, power), what real software makes of it
in the fitted table `serving_fit`. Everything is computed for all cases at once.
"""

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, Literal

import numpy as np
from numpy.typing import NDArray

from wattmint.errors import InputError
from wattmint.facts.load import Values
from wattmint.physics.accelerator_power import accelerator_watts
from wattmint.physics.serving_memory import free_bytes, sequence_bytes, weight_bytes
from wattmint.physics.serving_steady import Steady, steady_state
from wattmint.physics.serving_types import Case, Load
from wattmint.serving.bands import band, circumstances
from wattmint.serving.cases import DRAFTED_TOKENS_SPREAD, OPTIONAL, REQUIRED, Asked, read_cases
from wattmint.serving.layout import PARALLEL, complete
from wattmint.serving.software import Codes, Format, fitted, software
from wattmint.types import FloatArray
from wattmint.units import BYTES_PER_GB, BYTES_PER_GIB, FLOPS_PER_TFLOP, MS_PER_S

BANDED: Final = ("tpot_ms", "ttft_ms", "output_tokens_per_s_per_gpu", "joules_per_output_token")
BOUNDS: Final = ("compute", "memory bandwidth", "network", "overhead", "memory capacity")
NODE_W_PER_GPU: Final = 200.0
"""Estimate: processors, memory, network cards of a server per accelerator; MLPerf's measured servers less their accelerators: 150 to 350 W."""

NODE_SHARE: Final = 1.12
"""Estimate: fans and power supplies, on top of what accelerators draw."""

_NUMBERS: Final = (
    "output_tokens_per_s", "output_tokens_per_s_per_gpu", "total_tokens_per_s_per_gpu", "ttft_ms", "tpot_ms", "max_concurrency", "gpu_power_w",
    "node_power_w_per_gpu", "joules_per_output_token", *(f"{name}_{end}" for name in BANDED for end in ("low", "high")), *PARALLEL, "replicas",
    "sequences_per_group", "weights_gb_per_gpu", "cache_gb_per_gpu", "memory_gb_per_gpu", "share_memory", "share_compute", "share_network",
    "share_overhead", "flop_per_byte", "attained_tflops", "ridge_flop_per_byte",
    "prompt_time_share",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class ServingCase:
    """One case; None is automatic.

    Attributes
    ----------
    model, gpu : str
        Names as on a hub and on a datasheet; `model` may be the path of a config.json.
    gpus : int
        Accelerators; more than the layout takes make replicas that share the requests.
    precision : str
        Of the weights: ``bf16``, ``fp8``, ``fp4``, ``int8`` or ``int4``.
    isl, osl : int
        Tokens of a prompt and of an answer.
    concurrency : float or ``"max"``
        Requests at once; a number that is not whole is the mean being decoded. ``"max"`` is as many as memory and scheduler take.
    tp, pp, ep, dp : int, optional
        Tensor, pipeline, expert and attention-data parallelism.
    backend : str, optional
        ``vllm``, ``sglang``, ``trtllm``, ``atom``; None is software tuned as for MLPerf.
    software_date : float, optional
        When it was current, decimal year.
    speculative : str, optional
        ``mtp`` drafts tokens ahead.
    disagg : bool
        Prompts on accelerators of their own.
    tpot_limit_ms : float, optional
        With ``"max"``: longest time per output token.
    ttft_statistic : str, optional
        ``mean`` (also when None) or ``median`` time to the first token of a run of ten rounds that starts with all requests at once.
    """

    model: str
    gpu: str
    gpus: int
    precision: str
    isl: int
    osl: int
    concurrency: float | Literal["max"]
    tp: int | None = None
    pp: int | None = None
    ep: int | None = None
    dp: int | None = None
    backend: str | None = None
    software_date: float | None = None
    speculative: str | None = None
    disagg: bool = False
    tpot_limit_ms: float | None = None
    ttft_statistic: Literal["mean", "median"] | None = None


@dataclass(frozen=True, slots=True)
class ServingEstimate:
    """What `estimate` returns: the columns of `estimate_columns`, one value each, by name."""

    values: Mapping[str, Any]

    def __getattr__(self, name: str) -> Any:
        """Return a result by its name."""
        try:
            return self.values[name]
        except KeyError:
            raise AttributeError(name) from None


def estimate(case: ServingCase) -> ServingEstimate:
    """Return what one case yields.

    Raises
    ------
    InputError
        If the case is refused; the message says why.
    """
    found = estimate_columns({field.name: [getattr(case, field.name)] for field in dataclasses.fields(case)})
    if found["error"][0]:
        raise InputError("case", f"{case.model} on {case.gpus} x {case.gpu}", found["error"][0])
    return ServingEstimate({name: column[0].item() if isinstance(column, np.ndarray) else column[0] for name, column in found.items()})


def estimate_columns(columns: Mapping[str, Sequence[Any]]) -> dict[str, Any]:
    """Return what many cases yield.

    Parameters
    ----------
    columns : mapping of str to sequence
        Columns by the names of `ServingCase`'s fields; see `wattmint.serving.cases.read_cases`.

    Returns
    -------
    dict of str to array or list
        Numbers as float arrays of shape (rows,), NaN in refused rows: tokens per second of all accelerators and of one, of answers and (total) of
        prompts too; mean time to the first token and per further token, ms; how many requests memory holds; power of an accelerator and of
        its share of the server, W; energy of the accelerators per output token, J; 80 % bands; the layout; memory per accelerator; shares
        of time; the roofline's point of decoding. ``bound`` and ``error`` are lists of words, ``fits`` an array of 0 and 1.

    Raises
    ------
    InputError
        If a required column is missing.
    """
    asked = read_cases(columns, fitted())
    count = len(asked.errors)
    found: dict[str, Any] = {name: np.full(count, np.nan) for name in _NUMBERS}
    found["bound"], found["fits"], found["error"] = [""] * count, np.zeros(count, np.int64), asked.errors
    if not len(asked.rows):
        return found
    case = build_case(asked, fitted())
    steady = steady_state(case)
    for name, values in _results(asked, case, steady).items():
        found[name][asked.rows] = values
    bounds = _bounds(case, steady, found["share_compute"][asked.rows])
    short = steady.held < 1.0
    for at, row in enumerate(asked.rows):
        if short[at]:
            asked.errors[row] = _too_small(case, at)
        else:
            found["bound"][row] = bounds[at]
    found["fits"][asked.rows[~short]] = 1
    _blank(found, asked.rows[short])
    return found


def build_case(asked: Asked, values: Values) -> Case:
    """Return physics' columns of cases that were read, with blank layouts filled in.

    Parameters
    ----------
    asked : Asked
        Cases read.
    values : mapping
        Fitted numbers.
    """
    load = complete(asked.load, asked.shape, asked.gpus, asked.widest, lambda rows, tried: _judge(asked, values, rows, tried))
    return _assembled(asked, values, np.arange(len(asked.rows)), _shared_out(asked, np.arange(len(asked.rows)), load))


def _judge(asked: Asked, values: Values, rows: NDArray[np.intp], tried: Load) -> FloatArray:
    """Output tokens per second of all accelerators under a layout; NaN where a sequence does not fit."""
    case = _assembled(asked, values, rows, _shared_out(asked, rows, tried))
    steady = steady_state(case)
    result: FloatArray = np.where(steady.held < 1.0, np.nan, steady.tokens_per_s * _replicas(asked, rows, case.load))
    return result


def _assembled(asked: Asked, values: Values, rows: NDArray[np.intp], load: Load) -> Case:
    codes = asked.codes
    some = Codes(codes.stack[rows], codes.kind[rows], codes.chip[rows], codes.model[rows], codes.chips, codes.models)
    form: Format = asked.form.take(rows)
    shape = asked.shape.take(rows)
    return Case(shape, asked.chip.take(rows), load, software(values, some, form, shape, load, asked.date[rows]))


def _replicas(asked: Asked, rows: NDArray[np.intp], load: Load) -> FloatArray:
    """Return the copies of the model; a layout larger than the accelerators there are is taken at its word, as one copy."""
    result: FloatArray = np.maximum(np.floor(asked.gpus[rows] / (load.tp * load.pp * load.dp)), 1.0)
    return result


def _shared_out(asked: Asked, rows: NDArray[np.intp], load: Load) -> Load:
    """Return one copy's share of the requests, and how far ahead it drafts under its layout."""
    drafts = np.where((load.drafts > 0.0) & (load.dp > 1.0), DRAFTED_TOKENS_SPREAD, load.drafts)
    return replace(load, requests=load.requests / _replicas(asked, rows, load), drafts=drafts)


def _results(asked: Asked, case: Case, steady: Steady) -> dict[str, FloatArray]:
    load = case.load
    everything = np.arange(len(asked.rows))
    replicas = _replicas(asked, everything, load)
    per_gpu = steady.tokens_per_s / (load.tp * load.pp * load.dp)
    watts = accelerator_watts(
        case.chip.tdp_w,
        (steady.memory_busy, steady.arithmetic_busy),
        (case.software.power_base, case.software.power_memory, case.software.power_arithmetic),
    )
    held = np.floor(steady.held) * load.dp * replicas
    found = {
        "output_tokens_per_s": steady.tokens_per_s * replicas,
        "output_tokens_per_s_per_gpu": per_gpu,
        "total_tokens_per_s_per_gpu": per_gpu * (1.0 + load.prompt / load.output),
        "ttft_ms": steady.ttft_s * MS_PER_S,
        "tpot_ms": steady.tpot_s * MS_PER_S,
        "max_concurrency": held,
        "gpu_power_w": watts,
        "node_power_w_per_gpu": NODE_SHARE * watts + NODE_W_PER_GPU,
        "joules_per_output_token": watts / per_gpu,
        "replicas": replicas,
        "sequences_per_group": steady.sequences,
        "prompt_time_share": np.where(load.separate > 0.0, steady.prompt_share / (1.0 + steady.prompt_share), steady.prompt_share),
        "weights_gb_per_gpu": weight_bytes(case) / BYTES_PER_GB,
        "cache_gb_per_gpu": sequence_bytes(case, load.prompt + load.output / 2.0) * steady.sequences / BYTES_PER_GB,
        "memory_gb_per_gpu": case.chip.memory_bytes / BYTES_PER_GB,
        **{name: getattr(load, name) for name in PARALLEL},
        **_time_shares(steady),
        **_roofline(case, steady),
    }
    seen = circumstances(asked.known, load, steady.held)
    for name in BANDED:
        low, high = band(name, seen)
        found[f"{name}_low"], found[f"{name}_high"] = found[name] * low, found[name] * high
    return found


def _time_shares(steady: Steady) -> dict[str, FloatArray]:
    """Shares of time: prompts count as computing; where reading and computing overlap, both take their part of it."""
    step, prompt = steady.step, steady.prompt_share
    overlapped = np.maximum(step.total_s - step.network_s - step.overhead_s, 0.0)
    both = step.memory_s + step.compute_s
    parts = {
        "share_memory": overlapped * step.memory_s / both,
        "share_compute": overlapped * step.compute_s / both,
        "share_network": step.network_s,
        "share_overhead": np.minimum(step.overhead_s, step.total_s - step.network_s),
    }
    shares = {name: part / step.total_s * (1.0 - prompt) for name, part in parts.items()}
    shares["share_compute"] = shares["share_compute"] + prompt
    return shares


def _roofline(case: Case, steady: Steady) -> dict[str, FloatArray]:
    step = steady.step
    peak = step.flops / (step.flops_peak_s * case.load.pp)
    return {
        "flop_per_byte": step.flops / (step.read_bytes * case.load.pp),
        "attained_tflops": step.flops / step.total_s / FLOPS_PER_TFLOP,
        "ridge_flop_per_byte": peak / case.chip.bandwidth_bytes_per_s,
    }


def _bounds(case: Case, steady: Steady, compute: FloatArray) -> list[str]:
    """Name what holds each case back; memory's capacity where more of it would let more requests in and arithmetic has room."""
    shares = _time_shares(steady)
    ordered = np.stack([shares[f"share_{name}"] for name in ("compute", "memory", "network", "overhead")])
    which = ordered.argmax(axis=0)
    asked = case.load.requests / case.load.dp
    capped = np.where(np.isinf(asked), case.software.most_sequences * case.load.pp, asked) > steady.held
    which = np.where(capped & (compute < 0.5) & np.isnan(case.load.tpot_limit_s), BOUNDS.index("memory capacity"), which)
    return [BOUNDS[int(i)] for i in which]


def _too_small(case: Case, at: int) -> str:
    one = case.take(np.array([at]))
    needed = weight_bytes(one) + sequence_bytes(one, one.load.prompt + one.load.output)
    available = free_bytes(one) + weight_bytes(one)
    return (
        f"does not fit: weights and one sequence need {needed[0] / BYTES_PER_GIB:.1f} GiB per accelerator, "
        f"{available[0] / BYTES_PER_GIB:.1f} of {one.chip.memory_bytes[0] / BYTES_PER_GIB:.0f} GiB are available"
    )


def _blank(found: dict[str, Any], rows: NDArray[np.intp]) -> None:
    """Take results out of rows that were refused for memory; what memory they need stays."""
    for name in _NUMBERS:
        if name not in (*PARALLEL, "replicas", "weights_gb_per_gpu", "memory_gb_per_gpu"):
            found[name][rows] = np.nan


FIELDS: Final = (*REQUIRED, *OPTIONAL)
"""Columns that `estimate_columns` reads."""
