"""What the physics of training works on: columns, one entry per case, all float64 arrays of one length (cases,)."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from wattmint.physics.serving_types import Columns

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class TrainedModel(Columns):
    """The model, by what training needs of it.

    Attributes
    ----------
    dense_flops, expert_flops, attention_flops : FloatArray
        Forward operations per token: of all matrices but routed experts; of routed experts; of scores and weighted sums at the case's length.
    dense_parameters, expert_parameters : FloatArray
        Parameters beside the routed experts, embedding included, and of routed experts in all layers.
    saved_values : FloatArray
        Values per token that the forward pass leaves in memory for the backward pass, in all layers.
    layers, expert_layers, hidden, vocab : FloatArray
        Depth, layers with routed experts, width, tokens known.
    experts, experts_per_token, kv_values : FloatArray
        Routed experts of a layer; how many a token visits; keys and values per token in all layers.
    """

    dense_flops: FloatArray
    expert_flops: FloatArray
    attention_flops: FloatArray
    dense_parameters: FloatArray
    expert_parameters: FloatArray
    saved_values: FloatArray
    layers: FloatArray
    expert_layers: FloatArray
    hidden: FloatArray
    vocab: FloatArray
    experts: FloatArray
    experts_per_token: FloatArray
    kv_values: FloatArray


@dataclass(frozen=True, slots=True)
class TrainingChip(Columns):
    """The accelerator.

    Attributes
    ----------
    flops, flops16 : FloatArray
        Peak rate of matrices in the case's precision, and in 16 bits (attention), FLOP/s.
    memory_bytes, bandwidth : FloatArray
        Capacity, bytes, and rate, bytes/s.
    scale_up, scale_up_gpus, scale_out : FloatArray
        Link to neighbours, one direction, bytes/s; how many share it; network beyond, bytes/s.
    tdp_w : FloatArray
        Design power, W.
    """

    flops: FloatArray
    flops16: FloatArray
    memory_bytes: FloatArray
    bandwidth: FloatArray
    scale_up: FloatArray
    scale_up_gpus: FloatArray
    scale_out: FloatArray
    tdp_w: FloatArray


@dataclass(frozen=True, slots=True)
class TrainingPlan(Columns):
    """How it is trained.

    Attributes
    ----------
    gpus, seq_len, global_batch, micro_batch : FloatArray
        Accelerators, tokens of a sequence, sequences per step, sequences that one replica works on at once.
    tp, pp, cp, ep : FloatArray
        Tensor, pipeline, context and expert parallelism.
    sharded, adapters, recompute : FloatArray
        1 where weights are shared out over replicas and gathered when needed; 1 where only adapters on a frozen base are trained; share of layers
        whose activations are computed again, NaN where as many as memory asks for.
    weight_bytes : FloatArray
        Of a parameter as held for computing.
    """

    gpus: FloatArray
    seq_len: FloatArray
    global_batch: FloatArray
    micro_batch: FloatArray
    tp: FloatArray
    pp: FloatArray
    cp: FloatArray
    ep: FloatArray
    sharded: FloatArray
    adapters: FloatArray
    recompute: FloatArray
    weight_bytes: FloatArray

    @property
    def replicas(self) -> FloatArray:
        """Copies of the model that work on different sequences (data parallelism)."""
        return self.gpus / (self.tp * self.pp * self.cp)

    @property
    def micro_batches(self) -> FloatArray:
        """Micro-batches that a replica works through per step, at least one."""
        result: FloatArray = np.maximum(self.global_batch / (self.replicas * self.micro_batch), 1.0)
        return result

    @property
    def micro_tokens(self) -> FloatArray:
        """Tokens of a micro-batch on one accelerator."""
        return self.micro_batch * self.seq_len / self.cp


@dataclass(frozen=True, slots=True)
class TrainingSoftware(Columns):
    """What real software makes of it; see the data dictionary for each.

    Attributes
    ----------
    linear, attention, expert : FloatArray
        Shares of the peak rate that wide matrices, scores of attention and experts reach.
    narrow : FloatArray
        How much narrow matrices lose, for 1024 columns each.
    moved : FloatArray
        Bytes read and written beside matrices, over twice the saved values.
    link, network, exposed : FloatArray
        Shares of link and network rates that are reached; share of exchanges that nothing hides.
    layer_s, expert_layer_s : FloatArray
        Fixed time of a layer per micro-batch, s, and that of a layer with experts on top.
    interleaved : FloatArray
        Parts of a pipeline stage between which a bubble is shared.
    straggling : FloatArray
        Time lost per doubling of accelerators beyond eight.
    """

    linear: FloatArray
    attention: FloatArray
    expert: FloatArray
    narrow: FloatArray
    moved: FloatArray
    link: FloatArray
    network: FloatArray
    exposed: FloatArray
    layer_s: FloatArray
    expert_layer_s: FloatArray
    interleaved: FloatArray
    straggling: FloatArray


@dataclass(frozen=True, slots=True)
class TrainingCase:
    """A case: model, chip, plan and software."""

    model: TrainedModel
    chip: TrainingChip
    plan: TrainingPlan
    software: TrainingSoftware

    def take(self, rows: NDArray[np.intp]) -> "TrainingCase":
        """Return the same for some rows only."""
        return TrainingCase(self.model.take(rows), self.chip.take(rows), self.plan.take(rows), self.software.take(rows))
