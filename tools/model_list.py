"""The models that `models.csv` holds: which published configurations, which typed shapes, which other names, which are refused."""

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

MEMORY: Final = "model-configs-typed"
BLIS: Final = "inference-sim-configs"


class Typed(NamedTuple):
    """A shape that no configuration at hand gives."""

    name: str
    family: str
    shape: Mapping[str, Any]
    aliases: str = ""
    source: str = MEMORY


class Same(NamedTuple):
    """A model with another's shape."""

    name: str
    of: str
    family: str
    max_context: int = 0
    aliases: str = ""


def _dense(layers: int, hidden: int, heads: int, kv: int, ffn: int, vocab: int, context: int, head_dim: int = 0, **more: Any) -> dict[str, Any]:
    shape = {"layers": layers, "hidden": hidden, "heads": heads, "kv_heads": kv, "head_dim": head_dim or hidden // heads}
    return {**shape, "ffn": ffn, "vocab": vocab, "max_context": context, **more}


def _gemma(every: int, window: int, layers: int, *rest: int, **more: Any) -> dict[str, Any]:
    return _dense(layers, *rest, tied_embeddings=True, sliding_window=window, sliding_attention_layers=layers - layers // every, **more)


def _mpt(layers: int, hidden: int, heads: int) -> dict[str, Any]:
    return _dense(layers, hidden, heads, heads, 4 * hidden, 50368, 2048, mlp_matrices=2, tied_embeddings=True)


PUBLISHED: Final = (
    ("llama-3-1-8b", "meta-llama/Meta-Llama-3.1-8B", "llama", ""),
    ("llama-3-1-70b", "meta-llama/Meta-Llama-3.1-70B", "llama", "Llama-3.1-Nemotron-70B"),
    ("llama-3-1-405b", "meta-llama/Meta-Llama-3.1-405B", "llama", ""),
    ("llama-4-scout-17b-16e", "meta-llama/Llama-4-Scout-17B-16E-Instruct", "llama-4", "Llama-4-Scout, Llama-4-Scout-17B"),
    ("llama-4-maverick-17b-128e", "meta-llama/Llama-4-Maverick-17B-128E-Instruct", "llama-4", "Llama-4-Maverick, Llama-4-Maverick-17B"),
    ("mixtral-8x7b", "mistralai/Mixtral-8x7B-v0.1", "mixtral", ""),
    ("mixtral-8x22b", "mistralai/Mixtral-8x22B-v0.1", "mixtral", ""),
    ("gpt-oss-20b", "openai/gpt-oss-20b", "gpt-oss", ""),
    ("gpt-oss-120b", "openai/gpt-oss-120b", "gpt-oss", ""),
    ("qwen3-0-6b", "Qwen/Qwen3-0.6B", "qwen3", ""),
    ("qwen3-1-7b", "Qwen/Qwen3-1.7B", "qwen3", ""),
    ("qwen3-8b", "Qwen/Qwen3-8B", "qwen3", ""),
    ("qwen3-32b", "Qwen/Qwen3-32B", "qwen3", ""),
    ("qwen3-30b-a3b", "Qwen/Qwen3-30B-A3B", "qwen3-moe", ""),
    ("qwen3-235b-a22b", "Qwen/Qwen3-235B-A22B", "qwen3-moe", ""),
    ("qwen3-coder-480b-a35b", "Qwen/Qwen3-Coder-480B-A35B-Instruct", "qwen3-moe", ""),
    ("qwen3-vl-2b", "Qwen/Qwen3-VL-2B-Instruct", "qwen3", ""),
    ("qwen3-vl-4b", "Qwen/Qwen3-VL-4B-Instruct", "qwen3", ""),
    ("qwen3-vl-8b", "Qwen/Qwen3-VL-8B-Instruct", "qwen3", ""),
    ("qwen3-vl-32b", "Qwen/Qwen3-VL-32B-Instruct", "qwen3", ""),
    ("qwen3-vl-30b-a3b", "Qwen/Qwen3-VL-30B-A3B-Instruct", "qwen3-moe", ""),
    ("qwen3-vl-235b-a22b", "Qwen/Qwen3-VL-235B-A22B-Instruct", "qwen3-moe", ""),
    ("qwen3-5-27b", "Qwen/Qwen3.5-27B", "qwen3-5", ""),
    ("qwen3-5-35b-a3b", "Qwen/Qwen3.5-35B-A3B", "qwen3-5", ""),
    ("qwen3-5-122b-a10b", "Qwen/Qwen3.5-122B-A10B", "qwen3-5", ""),
    ("qwen3-5-397b-a17b", "Qwen/Qwen3.5-397B-A17B", "qwen3-5", "Qwen3.5-397B"),
    ("deepseek-v3", "deepseek-ai/DeepSeek-V3", "deepseek-v3", ""),
    ("deepseek-v3-2", "deepseek-ai/DeepSeek-V3.2", "deepseek-v3", "DeepSeek-V3.2-Exp, DeepSeek-V3.2-Speciale"),
    ("kimi-k2", "moonshotai/Kimi-K2-Instruct", "kimi-k2", ""),
    ("minimax-m2-5", "MiniMaxAI/MiniMax-M2.5", "minimax-m2", ""),
    ("minimax-m2-7", "MiniMaxAI/MiniMax-M2.7", "minimax-m2", ""),
    ("glm-5", "zai-org/GLM-5", "glm-5", ""),
    ("glm-5-1", "zai-org/GLM-5.1", "glm-5", ""),
    ("glm-5-2", "zai-org/GLM-5.2", "glm-5", ""),
    ("glm-5-3", "zai-org/GLM-5.3", "glm-5", ""),
    ("gemma-4-26b-a4b", "google/gemma-4-26B-A4B", "gemma-4", ""),
    ("gemma-4-31b", "nvidia/Gemma-4-31B-IT-NVFP4", "gemma-4", ""),
    ("mimo-7b", "XiaomiMiMo/MiMo-7B-Base", "mimo", ""),
    ("mimo-v2-flash", "XiaomiMiMo/MiMo-V2-Flash", "mimo", ""),
)
"""Id, name of the configuration file on the hub, family, further names."""

_MLA: Final = {"kv_lora_rank": 512, "qk_nope_head_dim": 128, "qk_rope_head_dim": 64, "v_head_dim": 128}

TYPED: Final[Mapping[str, Typed]] = {
    "llama-2-7b": Typed("meta-llama/Llama-2-7b", "llama-2", _dense(32, 4096, 32, 32, 11008, 32000, 4096)),
    "llama-2-13b": Typed("meta-llama/Llama-2-13b", "llama-2", _dense(40, 5120, 40, 40, 13824, 32000, 4096)),
    "llama-2-70b": Typed("meta-llama/Llama-2-70b", "llama-2", _dense(80, 8192, 64, 8, 28672, 32000, 4096), "llama2-70b-99, llama2-70b-99.9"),
    "llama-3-8b": Typed("meta-llama/Meta-Llama-3-8B", "llama", _dense(32, 4096, 32, 8, 14336, 128256, 8192)),
    "llama-3-70b": Typed("meta-llama/Meta-Llama-3-70B", "llama", _dense(80, 8192, 64, 8, 28672, 128256, 8192)),
    "llama-3-2-1b": Typed("meta-llama/Llama-3.2-1B", "llama", _dense(16, 2048, 32, 8, 8192, 128256, 131072, tied_embeddings=True)),
    "llama-3-2-3b": Typed("meta-llama/Llama-3.2-3B", "llama", _dense(28, 3072, 24, 8, 8192, 128256, 131072, tied_embeddings=True)),
    "codellama-34b": Typed("codellama/CodeLlama-34b-Instruct-hf", "llama-2", _dense(48, 8192, 64, 8, 22016, 32000, 16384), source=BLIS),
    "yi-34b": Typed("01-ai/Yi-34B", "yi", _dense(60, 7168, 56, 8, 20480, 64000, 4096), source=BLIS),
    "mistral-7b": Typed("mistralai/Mistral-7B-v0.3", "mistral", _dense(32, 4096, 32, 8, 14336, 32768, 32768)),
    "mistral-nemo-12b": Typed(
        "mistralai/Mistral-Nemo-Instruct-2407", "mistral", _dense(40, 5120, 32, 8, 14336, 131072, 131072, 128), "Mistral-Nemo", BLIS
    ),
    "mistral-small-24b": Typed(
        "mistralai/Mistral-Small-24B-Instruct-2501",
        "mistral",
        _dense(40, 5120, 32, 8, 32768, 131072, 32768, 128),
        "Mistral-Small-3, Mistral-Small-3.1-24B, Mistral-Small-3.2-24B, Devstral-Small, Magistral-Small",
    ),
    "mistral-large": Typed(
        "mistralai/Mistral-Large-Instruct-2407", "mistral", _dense(88, 12288, 96, 8, 28672, 32768, 131072, 128), "Mistral-Large-123B, Mistral-Large-2"
    ),
    "qwen2-5-0-5b": Typed("Qwen/Qwen2.5-0.5B", "qwen2.5", _dense(24, 896, 14, 2, 4864, 151936, 32768, tied_embeddings=True)),
    "qwen2-5-1-5b": Typed("Qwen/Qwen2.5-1.5B", "qwen2.5", _dense(28, 1536, 12, 2, 8960, 151936, 32768, tied_embeddings=True)),
    "qwen2-5-3b": Typed("Qwen/Qwen2.5-3B", "qwen2.5", _dense(36, 2048, 16, 2, 11008, 151936, 32768, tied_embeddings=True)),
    "qwen2-5-7b": Typed("Qwen/Qwen2.5-7B", "qwen2.5", _dense(28, 3584, 28, 4, 18944, 152064, 131072)),
    "qwen2-5-14b": Typed("Qwen/Qwen2.5-14B", "qwen2.5", _dense(48, 5120, 40, 8, 13824, 152064, 131072)),
    "qwen2-5-32b": Typed("Qwen/Qwen2.5-32B", "qwen2.5", _dense(64, 5120, 40, 8, 27648, 152064, 131072)),
    "qwen2-5-72b": Typed("Qwen/Qwen2.5-72B", "qwen2.5", _dense(80, 8192, 64, 8, 29568, 152064, 131072)),
    "qwen3-4b": Typed("Qwen/Qwen3-4B", "qwen3", _dense(36, 2560, 32, 8, 9728, 151936, 40960, 128, tied_embeddings=True)),
    "qwen3-14b": Typed("Qwen/Qwen3-14B", "qwen3", _dense(40, 5120, 40, 8, 17408, 151936, 40960, 128), source=BLIS),
    "qwen3-next-80b-a3b": Typed(
        "Qwen/Qwen3-Next-80B-A3B-Instruct",
        "qwen3-5",
        _dense(48, 2048, 16, 2, 5120, 151936, 262144, 256)
        | {"experts": 512, "experts_per_token": 10, "moe_ffn": 512, "shared_experts": 1, "shared_ffn": 512, "attention_output_gate": True}
        | {"linear_attention_layers": 36, "linear_key_heads": 16, "linear_value_heads": 32, "linear_key_dim": 128, "linear_value_dim": 128}
        | {"linear_conv_kernel": 4, "mtp_layers": 1},
    ),
    "deepseek-v2": Typed(
        "deepseek-ai/DeepSeek-V2",
        "deepseek-v2",
        _dense(60, 5120, 128, 128, 12288, 102400, 163840, **_MLA, q_lora_rank=1536)
        | {"experts": 160, "experts_per_token": 6, "moe_ffn": 1536, "shared_experts": 2, "shared_ffn": 1536, "dense_layers": 1},
    ),
    "deepseek-v2-lite": Typed(
        "deepseek-ai/DeepSeek-V2-Lite",
        "deepseek-v2",
        _dense(27, 2048, 16, 16, 10944, 102400, 163840, **_MLA)
        | {"experts": 64, "experts_per_token": 6, "moe_ffn": 1408, "shared_experts": 2, "shared_ffn": 1408, "dense_layers": 1},
        source=BLIS,
    ),
    "glm-4-5": Typed(
        "zai-org/GLM-4.5",
        "glm-4-5",
        _dense(92, 5120, 96, 8, 12288, 151552, 131072, 128)
        | {"experts": 160, "experts_per_token": 8, "moe_ffn": 1536, "shared_experts": 1, "shared_ffn": 1536, "dense_layers": 3, "mtp_layers": 1},
    ),
    "glm-4-5-air": Typed(
        "zai-org/GLM-4.5-Air",
        "glm-4-5",
        _dense(46, 4096, 96, 8, 10944, 151552, 131072, 128)
        | {"experts": 128, "experts_per_token": 8, "moe_ffn": 1408, "shared_experts": 1, "shared_ffn": 1408, "dense_layers": 1, "mtp_layers": 1},
    ),
    "gemma-2-2b": Typed("google/gemma-2-2b", "gemma-2", _gemma(2, 4096, 26, 2304, 8, 4, 9216, 256000, 8192, 256)),
    "gemma-2-9b": Typed("google/gemma-2-9b", "gemma-2", _gemma(2, 4096, 42, 3584, 16, 8, 14336, 256000, 8192, 256)),
    "gemma-2-27b": Typed("google/gemma-2-27b", "gemma-2", _gemma(2, 4096, 46, 4608, 32, 16, 36864, 256000, 8192, 128)),
    "gemma-3-1b": Typed("google/gemma-3-1b-it", "gemma-3", _gemma(6, 512, 26, 1152, 4, 1, 6912, 262144, 32768, 256)),
    "gemma-3-4b": Typed("google/gemma-3-4b-it", "gemma-3", _gemma(6, 1024, 34, 2560, 8, 4, 10240, 262208, 131072, 256)),
    "gemma-3-12b": Typed("google/gemma-3-12b-it", "gemma-3", _gemma(6, 1024, 48, 3840, 16, 8, 15360, 262208, 131072, 256)),
    "gemma-3-27b": Typed("google/gemma-3-27b-it", "gemma-3", _gemma(6, 1024, 62, 5376, 32, 16, 21504, 262208, 131072, 128)),
    "phi-3-mini": Typed("microsoft/Phi-3-mini-128k-instruct", "phi", _dense(32, 3072, 32, 32, 8192, 32064, 131072), "Phi-3-mini-4k, Phi-3.5-mini"),
    "phi-4": Typed("microsoft/phi-4", "phi", _dense(40, 5120, 40, 10, 17920, 100352, 16384), "Phi-4-reasoning, Phi-4-14B"),
    "command-r-35b": Typed(
        "CohereLabs/c4ai-command-r-v01",
        "command-r",
        _dense(40, 8192, 64, 64, 22528, 256000, 131072, tied_embeddings=True),
        "Command-R, c4ai-command-r",
    ),
    "command-r-plus": Typed(
        "CohereLabs/c4ai-command-r-plus",
        "command-r",
        _dense(64, 12288, 96, 8, 33792, 256000, 131072, tied_embeddings=True),
        "Command-R+, Command-R-Plus-104B",
    ),
    "gpt-3-175b": Typed(
        "openai/GPT-3-175B (MLPerf gpt3)", "gpt-3", _dense(96, 12288, 96, 96, 49152, 51200, 2048, mlp_matrices=2, tied_embeddings=True), "gpt3"
    ),
    "gpt-j-6b": Typed("EleutherAI/gpt-j-6b", "gpt-j", _dense(28, 4096, 16, 16, 16384, 50400, 2048, mlp_matrices=2), "gptj, gptj-99, gptj-99.9"),
    "falcon-180b": Typed("tiiuae/falcon-180B", "falcon", _dense(80, 14848, 232, 8, 59392, 65024, 2048, mlp_matrices=2, tied_embeddings=True)),
    "mpt-125m": Typed("mosaicml/MPT-125m", "mpt", _mpt(12, 768, 12)),
    "mpt-1b": Typed("mosaicml/MPT-1b", "mpt", _mpt(24, 2048, 16)),
    "mpt-3b": Typed("mosaicml/MPT-3b", "mpt", _mpt(32, 2560, 20)),
    "mpt-7b": Typed("mosaicml/MPT-7b", "mpt", _mpt(32, 4096, 32)),
    "mpt-13b": Typed("mosaicml/MPT-13b", "mpt", _mpt(40, 5120, 40)),
    "mpt-30b": Typed("mosaicml/MPT-30b", "mpt", _mpt(48, 7168, 56)),
    "mpt-70b": Typed("mosaicml/MPT-70b", "mpt", _mpt(80, 8192, 64)),
}
"""Shapes read from the configuration of a simulator, or typed from memory; the tests hold each against its published parameter count."""

SAME: Final[Mapping[str, Same]] = {
    "llama-3-3-70b": Same("meta-llama/Llama-3.3-70B-Instruct", "llama-3-1-70b", "llama"),
    "deepseek-r1": Same("deepseek-ai/DeepSeek-R1", "deepseek-v3", "deepseek-v3"),
    "deepseek-v3-1": Same("deepseek-ai/DeepSeek-V3.1", "deepseek-v3", "deepseek-v3", aliases="DeepSeek-V3.1-Terminus"),
    "deepseek-r1-distill-llama-8b": Same("deepseek-ai/DeepSeek-R1-Distill-Llama-8B", "llama-3-1-8b", "llama"),
    "deepseek-r1-distill-llama-70b": Same("deepseek-ai/DeepSeek-R1-Distill-Llama-70B", "llama-3-1-70b", "llama"),
    "deepseek-r1-distill-qwen-7b": Same("deepseek-ai/DeepSeek-R1-Distill-Qwen-7B", "qwen2-5-7b", "qwen2.5"),
    "deepseek-r1-distill-qwen-14b": Same("deepseek-ai/DeepSeek-R1-Distill-Qwen-14B", "qwen2-5-14b", "qwen2.5"),
    "deepseek-r1-distill-qwen-32b": Same("deepseek-ai/DeepSeek-R1-Distill-Qwen-32B", "qwen2-5-32b", "qwen2.5"),
    "qwen2-7b": Same("Qwen/Qwen2-7B-Instruct", "qwen2-5-7b", "qwen2.5"),
    "qwen2-72b": Same("Qwen/Qwen2-72B-Instruct", "qwen2-5-72b", "qwen2.5"),
    "qwen2-5-coder-7b": Same("Qwen/Qwen2.5-Coder-7B-Instruct", "qwen2-5-7b", "qwen2.5"),
    "qwen2-5-coder-32b": Same("Qwen/Qwen2.5-Coder-32B-Instruct", "qwen2-5-32b", "qwen2.5"),
    "qwq-32b": Same("Qwen/QwQ-32B", "qwen2-5-32b", "qwen2.5"),
    "qwen3-30b-a3b-2507": Same("Qwen/Qwen3-30B-A3B-Instruct-2507", "qwen3-30b-a3b", "qwen3-moe", 262144),
    "qwen3-235b-a22b-2507": Same("Qwen/Qwen3-235B-A22B-Instruct-2507", "qwen3-235b-a22b", "qwen3-moe", 262144),
    "qwen3-coder-30b-a3b": Same("Qwen/Qwen3-Coder-30B-A3B-Instruct", "qwen3-30b-a3b", "qwen3-moe", 262144),
    "qwen3-coder-next": Same("Qwen/Qwen3-Coder-Next", "qwen3-next-80b-a3b", "qwen3-5"),
    "qwen3-6-27b": Same("Qwen/Qwen3.6-27B", "qwen3-5-27b", "qwen3-5"),
    "qwen3-6-35b-a3b": Same("Qwen/Qwen3.6-35B-A3B", "qwen3-5-35b-a3b", "qwen3-5"),
    "kimi-k2-5": Same("moonshotai/Kimi-K2.5", "kimi-k2", "kimi-k2", 262144),
    "kimi-k2-6": Same("moonshotai/Kimi-K2.6", "kimi-k2", "kimi-k2", 262144),
    "kimi-k2-7-code": Same("moonshotai/Kimi-K2.7-Code", "kimi-k2", "kimi-k2", 262144),
    "glm-4-6": Same("zai-org/GLM-4.6", "glm-4-5", "glm-4-5", 202752),
    "minimax-m2": Same("MiniMaxAI/MiniMax-M2", "minimax-m2-5", "minimax-m2", aliases="MiniMax-M2.1"),
}

_MAMBA: Final = "it mixes in state-space (Mamba) layers"
_COMPRESSED: Final = "it attends to a compressed context, differently in each layer"

REFUSED: Final = (
    ("deepseek-v4-flash", "deepseek-ai/DeepSeek-V4-Flash", "deepseek-v4", _COMPRESSED),
    ("deepseek-v4-pro", "deepseek-ai/DeepSeek-V4-Pro", "deepseek-v4", _COMPRESSED),
    ("kimi-k3", "moonshotai/Kimi-K3", "kimi-k3", "it mixes latent attention with delta-attention layers of its own kind"),
    ("minimax-m3", "MiniMaxAI/MiniMax-M3", "minimax-m3", "it attends to chosen blocks of the context"),
    ("nemotron-3-nano-30b-a3b", "nvidia/NVIDIA-Nemotron-3-Nano-30B-A3B-BF16", "nemotron-h", _MAMBA),
    ("nemotron-3-super-120b-a12b", "nvidia/NVIDIA-Nemotron-3-Super-120B-A12B-FP8", "nemotron-h", _MAMBA),
    ("nemotron-3-ultra-550b-a55b", "nvidia/NVIDIA-Nemotron-3-Ultra-550B-A55B-BF16", "nemotron-h", _MAMBA),
    ("nemotron-3-5-lightning-30b-a3b", "nvidia/NVIDIA-Nemotron-3.5-Lightning-30B-A3B-NVFP4", "nemotron-h", _MAMBA),
    ("nemotron-h-56b", "nvidia/Nemotron-H-56B-Base-8K", "nemotron-h", _MAMBA),
    ("nemotron-nano-9b-v2", "nvidia/NVIDIA-Nemotron-Nano-9B-v2", "nemotron-h", _MAMBA),
    ("nemotron-nano-12b-v2", "nvidia/NVIDIA-Nemotron-Nano-12B-v2", "nemotron-h", _MAMBA),
    ("nemotron-super-49b", "nvidia/Llama-3_3-Nemotron-Super-49B-v1", "nemotron-nas", "its layers differ one by one"),
    ("step-3-7-flash", "stepfun-ai/Step-3.7-Flash", "step-3", "its configuration at hand leaves out the heads of its sliding layers"),
)
"""Id, name, family, why."""

STATED: Final[Mapping[str, tuple[float, float]]] = {
    "llama-3-1-8b": (8.03, 0),
    "llama-3-1-70b": (70.6, 0),
    "llama-3-1-405b": (405.9, 0),
    "llama-4-scout-17b-16e": (109, 17),
    "llama-4-maverick-17b-128e": (400, 17),
    "mixtral-8x7b": (46.7, 12.9),
    "mixtral-8x22b": (140.6, 39),
    "gpt-oss-20b": (20.9, 3.6),
    "gpt-oss-120b": (116.8, 5.1),
    "qwen3-0-6b": (0.6, 0),
    "qwen3-1-7b": (1.7, 0),
    "qwen3-8b": (8.2, 0),
    "qwen3-32b": (32.8, 0),
    "qwen3-30b-a3b": (30.5, 3.3),
    "qwen3-235b-a22b": (235, 22),
    "qwen3-coder-480b-a35b": (480, 35),
    "qwen3-5-27b": (27, 0),
    "qwen3-5-35b-a3b": (35, 3),
    "qwen3-5-122b-a10b": (122, 10),
    "qwen3-5-397b-a17b": (397, 17),
    "deepseek-v3": (671, 37),
    "deepseek-v3-2": (671, 37),
    "kimi-k2": (1040, 32),
    "minimax-m2-5": (230, 10),
    "minimax-m2-7": (230, 10),
    "glm-5": (744, 40),
    "gemma-4-26b-a4b": (25.2, 3.8),
    "gemma-4-31b": (30.7, 0),
    "mimo-7b": (7.6, 0),
    "mimo-v2-flash": (309, 15),
    "llama-2-7b": (6.74, 0),
    "llama-2-13b": (13.0, 0),
    "llama-2-70b": (69.0, 0),
    "llama-3-8b": (8.03, 0),
    "llama-3-70b": (70.6, 0),
    "llama-3-2-1b": (1.24, 0),
    "llama-3-2-3b": (3.21, 0),
    "codellama-34b": (33.7, 0),
    "yi-34b": (34.4, 0),
    "mistral-7b": (7.25, 0),
    "mistral-nemo-12b": (12.2, 0),
    "mistral-small-24b": (23.6, 0),
    "mistral-large": (123, 0),
    "qwen2-5-0-5b": (0.49, 0),
    "qwen2-5-1-5b": (1.54, 0),
    "qwen2-5-3b": (3.09, 0),
    "qwen2-5-7b": (7.61, 0),
    "qwen2-5-14b": (14.7, 0),
    "qwen2-5-32b": (32.5, 0),
    "qwen2-5-72b": (72.7, 0),
    "qwen3-4b": (4.0, 0),
    "qwen3-14b": (14.8, 0),
    "qwen3-next-80b-a3b": (80, 3),
    "deepseek-v2": (236, 21),
    "deepseek-v2-lite": (15.7, 2.4),
    "glm-4-5": (355, 32),
    "glm-4-5-air": (106, 12),
    "gemma-2-2b": (2.61, 0),
    "gemma-2-9b": (9.24, 0),
    "gemma-2-27b": (27.2, 0),
    "gemma-3-1b": (1.0, 0),
    "gemma-3-4b": (3.88, 0),
    "gemma-3-12b": (11.77, 0),
    "gemma-3-27b": (27.0, 0),
    "phi-3-mini": (3.82, 0),
    "phi-4": (14.7, 0),
    "command-r-35b": (35, 0),
    "command-r-plus": (104, 0),
    "gpt-3-175b": (174.6, 0),
    "gpt-j-6b": (6.05, 0),
    "falcon-180b": (180, 0),
    "mpt-7b": (6.7, 0),
    "mpt-30b": (30, 0),
}
"""Billions of parameters in total and per token (0: dense) as published; of multimodal Gemma 3 the language part of its report."""
