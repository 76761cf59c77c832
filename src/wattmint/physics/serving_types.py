"""What the physics of serving works on: columns, one entry per case.

All fields are float64 arrays of one length (cases,) unless said otherwise. A copy of the model (an instance) takes tp x pp x dp chips:
`dp` attention groups, each a pipeline of `pp` stages of `tp` chips; the experts of a stage are shared by its tp x dp chips, whole if
`ep` is above 1, else cut.
"""

import dataclasses
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Columns:
    """Base of dataclasses whose fields are columns."""

    def take(self, rows: NDArray[np.intp]) -> Self:
        """Return the same columns for some rows only."""
        return dataclasses.replace(self, **{field.name: getattr(self, field.name)[rows] for field in dataclasses.fields(self)})


@dataclass(frozen=True, slots=True)
class Shape(Columns):
    """The model, by what serving needs of it.

    Attributes
    ----------
    attention, dense, expert, head : FloatArray
        Parameters: of attention in all layers; of dense feed-forward parts, shared experts and routers in all layers; of one routed expert of
        one layer; of the output head.
    experts, experts_per_token, expert_layers : FloatArray
        Routed experts of a layer, how many a token visits, layers that have them.
    layers, latent_layers, linear_layers, index_layers : FloatArray
        All layers; those with latent attention, with linear attention, with an indexer.
    hidden, kv_heads : FloatArray
        Width of the residual stream; key and value heads that tensor parallelism can share out (1 with latent attention).
    full_values, sliding_values, index_values : FloatArray
        Cached values per token: of full layers (an indexer's keys included), of layers with a window, and of the indexer alone.
    window, index_topk : FloatArray
        Tokens that a layer with a window sees, and that sparse attention chooses; infinite where there is none.
    state_values : FloatArray
        Values of a sequence's fixed state.
    prompt_products, decode_products, sliding_products, index_products : FloatArray
        Multiplications of a token with one earlier token over all such layers: full layers in prefill, in decoding (latent attention works on
        the compressed cache), layers with a window, the indexer.
    state_flops : FloatArray
        Operations of linear attention per token.
    """

    attention: FloatArray
    dense: FloatArray
    expert: FloatArray
    head: FloatArray
    experts: FloatArray
    experts_per_token: FloatArray
    expert_layers: FloatArray
    layers: FloatArray
    latent_layers: FloatArray
    linear_layers: FloatArray
    index_layers: FloatArray
    hidden: FloatArray
    kv_heads: FloatArray
    full_values: FloatArray
    sliding_values: FloatArray
    index_values: FloatArray
    window: FloatArray
    index_topk: FloatArray
    state_values: FloatArray
    prompt_products: FloatArray
    decode_products: FloatArray
    sliding_products: FloatArray
    index_products: FloatArray
    state_flops: FloatArray


@dataclass(frozen=True, slots=True)
class Chip(Columns):
    """The accelerator and how it holds the numbers.

    Attributes
    ----------
    memory_bytes, bandwidth_bytes_per_s, link_bytes_per_s, tdp_w : FloatArray
        Its memory, how fast it is read, its link to neighbours in one direction, its thermal design power.
    core_flops_per_s, expert_flops_per_s, attention_flops_per_s : FloatArray
        Peak rates in the format in which it multiplies attention and dense parts, experts, and scores.
    core_bytes, expert_bytes, head_bytes, cache_bytes : FloatArray
        Bytes per parameter of attention and dense parts, of experts, of the head, and per cached value.
    """

    memory_bytes: FloatArray
    bandwidth_bytes_per_s: FloatArray
    link_bytes_per_s: FloatArray
    tdp_w: FloatArray
    core_flops_per_s: FloatArray
    expert_flops_per_s: FloatArray
    attention_flops_per_s: FloatArray
    core_bytes: FloatArray
    expert_bytes: FloatArray
    head_bytes: FloatArray
    cache_bytes: FloatArray


@dataclass(frozen=True, slots=True)
class Load(Columns):
    """What is asked.

    Attributes
    ----------
    prompt, output : FloatArray
        Tokens of a prompt and of an answer.
    requests : FloatArray
        Requests at once on one instance; infinite for as many as it serves.
    drafts : FloatArray
        Tokens drafted ahead per step by speculative decoding; 0 for none.
    tpot_limit_s : FloatArray
        Longest time per output token when `requests` is infinite; NaN for none.
    tp, pp, ep, dp : FloatArray
        Parallelism.
    running : FloatArray
        1 where `requests` is the mean number being decoded; 0 where it is the number of clients that each wait for their answer and ask again.
    median : FloatArray
        1 where the time to the first token is the median of a run, 0 where it is the mean.
    separate : FloatArray
        1 where prompts are worked off on chips of their own (disaggregated).
    """

    prompt: FloatArray
    output: FloatArray
    requests: FloatArray
    drafts: FloatArray
    tpot_limit_s: FloatArray
    tp: FloatArray
    pp: FloatArray
    ep: FloatArray
    dp: FloatArray
    running: FloatArray
    median: FloatArray
    separate: FloatArray


@dataclass(frozen=True, slots=True)
class Software(Columns):
    """What real software gets out of the chip: efficiencies and overheads, one value per case.

    Attributes
    ----------
    memory, expert_memory, cache_memory : FloatArray
        Share of the bandwidth reached: reading weights, experts, the cache.
    core_mfu, expert_mfu, attention_mfu, decode_mfu : FloatArray
        Share of the peak rate reached in prefill: by attention and dense parts, experts, scores; and what decoding reaches of that.
    expert_call_s : FloatArray
        Cost of each expert touched, per layer and chip, s.
    routing_skew, expert_imbalance : FloatArray
        How much a batch shrinks for counting distinct experts because routing is uneven; how much the fullest chip exceeds the mean.
    layers_s, prefill_layers_s, first_layers_s, exchange_s, step_s, sequence_s, request_s : FloatArray
        Overheads, s: of all layers per decode step, per prefill while it keeps the chips busy, and per prefill besides; latency of all exchanges
        per step; per step, per sequence and step, per request.
    layer_batch_power : FloatArray
        Power of the batch with which the overhead of all layers per decode step grows; `layers_s` is that of one sequence.
    traffic_scale, prefill_scale : FloatArray
        Factors on time: of reading and computing in decoding, of computing in prefill.
    link : FloatArray
        Share of the link's rate reached.
    interference : FloatArray
        By how much more than their own time arriving prompts delay the sequences being decoded.
    burst, queue, step_wait : FloatArray
        Waiting for the first token: share of all requests' prefill waited for because they start together; factor on queueing; decode steps waited.
    accepted : FloatArray
        Tokens per step with speculative decoding, 1 without.
    wave_loss : FloatArray
        Time of a run over that of the steady state, from filling and emptying.
    cache_reserve : FloatArray
        Part of an answer for which a server reserves cache when it admits a request.
    most_sequences : FloatArray
        Sequences that a server takes at once when asked for its most.
    tail : FloatArray
        Slowest per cent over the mean, of the time per token: limits are set on the former.
    power_base, power_memory, power_arithmetic : FloatArray
        See `wattmint.physics.accelerator_power`.
    """

    memory: FloatArray
    expert_memory: FloatArray
    cache_memory: FloatArray
    core_mfu: FloatArray
    expert_mfu: FloatArray
    attention_mfu: FloatArray
    decode_mfu: FloatArray
    expert_call_s: FloatArray
    routing_skew: FloatArray
    expert_imbalance: FloatArray
    layers_s: FloatArray
    layer_batch_power: FloatArray
    prefill_layers_s: FloatArray
    first_layers_s: FloatArray
    exchange_s: FloatArray
    step_s: FloatArray
    sequence_s: FloatArray
    request_s: FloatArray
    traffic_scale: FloatArray
    prefill_scale: FloatArray
    link: FloatArray
    interference: FloatArray
    burst: FloatArray
    queue: FloatArray
    step_wait: FloatArray
    accepted: FloatArray
    wave_loss: FloatArray
    cache_reserve: FloatArray
    most_sequences: FloatArray
    tail: FloatArray
    power_base: FloatArray
    power_memory: FloatArray
    power_arithmetic: FloatArray


@dataclass(frozen=True, slots=True)
class Case(Columns):
    """All that is known about the cases; see `Shape`, `Chip`, `Load` and `Software`."""

    shape: Shape
    chip: Chip
    load: Load
    software: Software

    def take(self, rows: NDArray[np.intp]) -> "Case":
        """Return the same for some rows only."""
        return Case(self.shape.take(rows), self.chip.take(rows), self.load.take(rows), self.software.take(rows))
