"""A model's own `config.json`, as hubs publish it, read as an `Architecture`; what the formulas cannot describe is refused with the reason.

Makers name the same thing differently; the lists of keys below hold the spellings met so far, first match first. A multimodal model's
language part is in `text_config` and is what counts here.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from wattmint.errors import InputError
from wattmint.physics.transformer import Architecture

__all__ = ["architecture_from_config"]

_KEYS: Final[Mapping[str, tuple[str, ...]]] = {
    "layers": ("num_hidden_layers", "n_layer", "n_layers", "num_layers"),
    "hidden": ("hidden_size", "n_embd", "d_model"),
    "heads": ("num_attention_heads", "n_head", "n_heads"),
    "kv_heads": ("num_key_value_heads", "num_kv_heads"),
    "head_dim": ("head_dim",),
    "ffn": ("dense_intermediate_size", "intermediate_size_mlp", "intermediate_size", "n_inner", "ffn_dim"),
    "vocab": ("vocab_size",),
    "max_context": ("max_position_embeddings", "n_positions", "max_seq_len", "n_ctx"),
    "experts": ("num_experts", "num_local_experts", "n_routed_experts"),
    "experts_per_token": ("num_experts_per_tok", "num_experts_per_token", "top_k_experts", "moe_topk"),
    "moe_ffn": ("moe_intermediate_size", "intermediate_size"),
    "q_lora_rank": ("q_lora_rank",),
    "kv_lora_rank": ("kv_lora_rank",),
    "qk_nope_head_dim": ("qk_nope_head_dim",),
    "qk_rope_head_dim": ("qk_rope_head_dim",),
    "v_head_dim": ("v_head_dim",),
    "index_heads": ("index_n_heads",),
    "index_head_dim": ("index_head_dim",),
    "index_topk": ("index_topk",),
    "linear_key_heads": ("linear_num_key_heads",),
    "linear_value_heads": ("linear_num_value_heads",),
    "linear_key_dim": ("linear_key_head_dim",),
    "linear_value_dim": ("linear_value_head_dim",),
    "linear_conv_kernel": ("linear_conv_kernel_dim",),
    "mtp_layers": ("num_nextn_predict_layers", "mtp_num_hidden_layers", "num_mtp_modules"),
}

_NEEDED: Final = ("layers", "hidden", "heads", "vocab")

_REFUSED: Final[Mapping[str, str]] = {
    "hybrid_override_pattern": "it mixes in state-space (Mamba) layers",
    "mamba_num_heads": "it mixes in state-space (Mamba) layers",
    "mamba_d_state": "it mixes in state-space (Mamba) layers",
    "ssm_state_size": "it is a state-space model",
    "state_size": "it is a state-space model",
    "linear_attn_config": "it mixes latent attention with delta-attention layers of its own kind",
    "compress_ratios": "it attends to a compressed context, differently in each layer",
    "sparse_attention_config": "it attends to chosen blocks of the context",
    "block_configs": "its layers differ one by one",
    "attention_other_setting": "its layers have different numbers of heads",
    "hidden_size_per_layer_input": "it has an embedding of its own in each layer",
    "num_kv_shared_layers": "its layers share one another's cache",
    "is_encoder_decoder": "it is an encoder and a decoder",
}
"""Key whose presence (and being anything but zero or null) tells of what the formulas do not know, and what that is."""

_PLAIN_MLP: Final = ("gptj", "gpt2", "gpt_neox", "gpt_neo", "mpt", "falcon", "opt", "bloom", "phi", "starcoder2", "nemotron")
_TIED: Final = ("gemma", "gemma2", "gemma3", "gemma3_text", "gemma4", "mpt", "gpt2", "opt", "bloom", "cohere", "cohere2")
"""Kinds of model whose configuration does not say so: feed-forward parts of two matrices, output head tied to the embedding."""

_LLAMA4_FULL_EVERY: Final = 4
_GEMMA2_FULL_EVERY: Final = 2
_GEMMA3_FULL_EVERY: Final = 6
"""One layer in so many sees the whole context, where the configuration leaves that to the code of its kind."""


def architecture_from_config(config: Mapping[str, Any], name: str = "config.json") -> Architecture:
    """Return the architecture that a hub's `config.json` describes.

    Parameters
    ----------
    config : mapping
        The parsed file.
    name : str
        What to call it in an error message.

    Returns
    -------
    Architecture
        Shape of the language model.

    Raises
    ------
    InputError
        If a needed key is missing or no number, or the model is of a kind that the formulas do not describe.
    """
    text = {key: value for key, value in {**config, **_mapping(config.get("text_config"))}.items() if value is not None}
    for key, reason in _REFUSED.items():
        if text.get(key):
            raise InputError(name, key, f"{reason}, which the formulas do not describe; no estimate is better than a wrong one")
    shape = {field: _number(text, keys, name) for field, keys in _KEYS.items()}
    for field in _NEEDED:
        if shape[field] < 1:
            raise InputError(name, shape[field], f"the configuration needs {' or '.join(_KEYS[field])}, a whole number from 1")
    kind = str(text.get("model_type", ""))
    shape["kv_heads"] = shape["kv_heads"] or (1 if text.get("multi_query") and not text.get("new_decoder_architecture") else shape["heads"])
    shape["head_dim"] = shape["head_dim"] or shape["hidden"] // shape["heads"]
    shape["ffn"] = shape["ffn"] or int(text.get("expansion_ratio", 4)) * shape["hidden"]
    shape["mlp_matrices"] = 2 if kind in _PLAIN_MLP else 3
    shape |= _attention_kinds(text, kind, shape) | _experts(text, shape)
    if shape["index_topk"]:
        shape["index_layers"] = list(_sequence(text.get("indexer_types"))).count("full") or shape["layers"]
    tied = bool(text.get("tie_word_embeddings", kind.removesuffix("_text") in _TIED))
    gated = bool(text.get("attn_output_gate", False))
    return Architecture(
        **shape,
        tied_embeddings=tied,
        attention_output_gate=gated,
        chunked="attention_chunk_size" in text and "sliding_window" not in text,
        keys_are_values=bool(text.get("attention_k_eq_v", False)),
    )


def _attention_kinds(text: Mapping[str, Any], kind: str, shape: Mapping[str, int]) -> dict[str, int]:
    """Count sliding and linear layers; give full layers their own heads where they have them."""
    layers, kinds = shape["layers"], [str(item) for item in _sequence(text.get("layer_types"))]
    if not kinds and "full_attention_interval" in text:
        kinds = _every(layers, int(text["full_attention_interval"]), "linear_attention")
    window = int(text.get("sliding_window") or text.get("attention_chunk_size") or 0)
    if text.get("use_sliding_window") is False or window >= (shape["max_context"] or window + 1):
        window = 0
    if window and not kinds:
        kinds = _window_pattern(text, kind, layers)
    sliding = sum(item in {"sliding_attention", "chunked_attention"} for item in kinds) if window else 0
    linear = kinds.count("linear_attention")
    fields = {"sliding_window": window if sliding else 0, "sliding_attention_layers": sliding, "linear_attention_layers": linear}
    if not linear:
        fields |= dict.fromkeys((field for field in shape if field.startswith("linear_")), 0)
    if "swa_num_key_value_heads" in text:
        fields |= {"kv_heads": int(text["swa_num_key_value_heads"]), "full_kv_heads": shape["kv_heads"]}
    if "global_head_dim" in text:
        fields |= {"full_head_dim": int(text["global_head_dim"]), "full_kv_heads": int(text.get("num_global_key_value_heads", 0))}
    return fields


def _window_pattern(text: Mapping[str, Any], kind: str, layers: int) -> list[str]:
    """Return the kind of attention of each layer where the configuration gives a rule, or leaves it to the code of its kind."""
    if "hybrid_layer_pattern" in text:
        return ["sliding_attention" if item else "full_attention" for item in _sequence(text["hybrid_layer_pattern"])]
    if kind.startswith("llama4"):
        return _every(layers, _LLAMA4_FULL_EVERY, "chunked_attention")
    if kind.startswith("gemma2"):
        return _every(layers, _GEMMA2_FULL_EVERY, "sliding_attention")
    if kind.startswith("gemma3"):
        return _every(layers, int(text.get("sliding_window_pattern", _GEMMA3_FULL_EVERY)), "sliding_attention")
    return ["sliding_attention"] * layers


def _every(layers: int, step: int, other: str) -> list[str]:
    """Return a kind per layer: each `step`-th is full, the rest `other`."""
    return ["full_attention" if (layer + 1) % step == 0 else other for layer in range(layers)]


def _experts(text: Mapping[str, Any], shape: Mapping[str, int]) -> dict[str, int]:
    """Return the fields of a mixture of experts, all 0 where there is none."""
    if not shape["experts"] or text.get("enable_moe_block") is False:
        return {"experts": 0, "experts_per_token": 0, "moe_ffn": 0}
    dense, every = int(text.get("first_k_dense_replace", 0)), int(text.get("interleave_moe_layer_step", text.get("decoder_sparse_step", 1)))
    flags = [str(item) in {"1", "sparse"} for item in _sequence(text.get("moe_layer_freq")) or _sequence(text.get("mlp_layer_types"))]
    if flags:
        dense = flags.index(True)
    fields = {"dense_layers": dense, "moe_every": every if every > 1 else 0}
    if "intermediate_size_mlp" in text:  # Llama 4: the expert's width is the plain one, dense layers are wider; one shared expert
        width = int(text["intermediate_size"])
        return {**fields, "moe_ffn": width, "shared_experts": 1, "shared_ffn": width}
    if "enable_moe_block" in text:  # Gemma 4: a dense part beside the experts in every layer
        return {**fields, "shared_experts": 1, "shared_ffn": shape["ffn"]}
    width = int(text.get("shared_expert_intermediate_size", text.get("shared_intermediate_size", 0)))
    count = int(text.get("n_shared_experts", 1 if width else 0))
    return {**fields, "shared_experts": count, "shared_ffn": (width or shape["moe_ffn"]) if count else 0}


def _number(text: Mapping[str, Any], keys: tuple[str, ...], name: str) -> int:
    for key in keys:
        if key in text:
            value = text[key]
            if isinstance(value, bool) or not isinstance(value, int | float) or value != int(value) or value < 0:
                raise InputError(f"{name}.{key}", value, "a whole number from 0")
            return int(value)
    return 0


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _sequence(value: object) -> Sequence[Any]:
    return value if isinstance(value, Sequence) and not isinstance(value, str) else ()
