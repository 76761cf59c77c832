"""Does a training step on one GPU come out as measured here? `python benchmarks/gpu_training.py [--chip h100-sxm]`; needs PyTorch and an NVIDIA GPU.

Trains decoders of known shapes on random tokens: bfloat16 products over float32 weights (autocast), PyTorch's fused attention and AdamW, compiled,
nothing computed twice. Prints tokens per second, share of the peak and watts, each measured beside what `wattmint train` says of the case. One GPU
has no network: what this tests is arithmetic, what moves through memory, and power.
"""

import argparse
import subprocess
import threading
import time
from typing import Final, NamedTuple

import numpy as np
import torch
from torch.nn import functional

from wattmint.calculators.training.step_cases import FIELDS
from wattmint.calculators.training.step_estimate import NUMBERS, estimate_training
from wattmint.physics.transformer import Architecture
from wattmint.serving.names import architecture_of

STEPS: Final = 24
"""Timed; as many again warm up, the first of which compile."""

CASES: Final = (
    ("llama-3-2-1b", 2048, 8),
    ("llama-3-2-1b", 8192, 2),
    ("qwen2-5-1-5b", 4096, 4),
    ("llama-3-2-3b", 2048, 2),
    ("llama-3-2-3b", 4096, 1),
)
"""Model, tokens of a sequence, sequences per step."""


class Measured(NamedTuple):
    """What a case did."""

    tokens_per_s: float
    watts: float


class Block(torch.nn.Module):
    """A layer of the Llama family."""

    def __init__(self, arch: Architecture) -> None:
        super().__init__()
        self.heads, self.kv_heads, self.width = arch.heads, arch.kv_heads, arch.head_dim

        def linear(inside: int, out: int) -> torch.nn.Linear:
            return torch.nn.Linear(inside, out, bias=False)

        self.qkv = linear(arch.hidden, (self.heads + 2 * self.kv_heads) * self.width)
        self.out = linear(self.heads * self.width, arch.hidden)
        self.up, self.down = linear(arch.hidden, 2 * arch.ffn), linear(arch.ffn, arch.hidden)
        self.first, self.second = (torch.nn.RMSNorm(arch.hidden) for _ in range(2))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Return the layer's output."""
        batch, length, _ = x.shape
        heads = self.qkv(self.first(x)).view(batch, length, self.heads + 2 * self.kv_heads, self.width).transpose(1, 2)
        q, k, v = heads.split((self.heads, self.kv_heads, self.kv_heads), dim=1)
        seen = functional.scaled_dot_product_attention(q, k, v, is_causal=True, enable_gqa=True)
        x = x + self.out(seen.transpose(1, 2).reshape(batch, length, -1))
        gate, wide = self.up(self.second(x)).chunk(2, dim=-1)
        return x + self.down(functional.silu(gate) * wide)


class Decoder(torch.nn.Module):
    """A decoder with tied embeddings."""

    def __init__(self, arch: Architecture) -> None:
        super().__init__()
        self.embedding = torch.nn.Embedding(arch.vocab, arch.hidden)
        self.blocks = torch.nn.ModuleList(Block(arch) for _ in range(arch.layers))
        self.norm = torch.nn.RMSNorm(arch.hidden)

    def forward(self, tokens: torch.Tensor) -> torch.Tensor:
        """Return the loss of predicting each next token."""
        x = self.embedding(tokens)
        for block in self.blocks:
            x = block(x)
        logits = functional.linear(self.norm(x)[:, :-1], self.embedding.weight)
        return functional.cross_entropy(logits.flatten(0, 1), tokens[:, 1:].flatten())


def measure(name: str, length: int, batch: int) -> Measured:
    """Train a model for some steps."""
    torch.compiler.reset()
    arch = architecture_of(name)[1]
    with torch.device("cuda"):
        model = Decoder(arch)
    rate = torch.optim.AdamW(model.parameters(), lr=1e-5, fused=True)
    whole = torch.compile(model)
    tokens = torch.randint(arch.vocab, (batch, length), device="cuda")

    def step() -> None:
        with torch.autocast("cuda", dtype=torch.bfloat16):
            loss = whole(tokens)
        loss.backward()
        rate.step()
        rate.zero_grad(set_to_none=True)

    for _ in range(STEPS):
        step()
    torch.cuda.synchronize()
    stop, watts = threading.Event(), []

    def ask() -> None:
        words = ["nvidia-smi", "--query-gpu=power.draw", "--format=csv,noheader,nounits", "--id=0"]
        while not stop.is_set():
            watts.append(float(subprocess.run(words, capture_output=True, text=True, check=True).stdout))
            time.sleep(0.1)

    asking = threading.Thread(target=ask)
    asking.start()
    start = time.perf_counter()
    for _ in range(STEPS):
        step()
    torch.cuda.synchronize()
    took_s = time.perf_counter() - start
    stop.set()
    asking.join()
    return Measured(STEPS * batch * length / took_s, float(np.mean(watts[len(watts) // 3 :])))


def main() -> None:
    """Measure, estimate, compare."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--chip", default="h100-sxm", help="row of the table chips")
    given = parser.parse_args()
    torch.set_float32_matmul_precision("high")
    print(torch.cuda.get_device_name(0), "as", given.chip, "PyTorch", torch.__version__)
    print(f"{'model':14}{'tokens':>7}{'at once':>8}{'tokens/s':>10}{'estimate':>10}{'error':>7}{'MFU':>6}{'of it':>7}{'W':>7}{'est.':>6}{'error':>7}")
    errors = []
    for name, length, batch in CASES:
        asked = {"model": name, "gpu": given.chip, "gpus": 1, "precision": "bf16", "seq_len": length, "global_batch": batch, "micro_batch": batch}
        found = estimate_training({field: [(asked | {"recompute": "false"}).get(field)] for field in FIELDS})
        said = {number: float(found[number][0]) for number in NUMBERS}
        try:
            seen = measure(name, length, batch)
        except torch.OutOfMemoryError:
            print(f"{name:14}{length:7}{batch:8}  does not fit; the estimate says {said['needed_gb']:.0f} GB {found['error'][0]}")
            continue
        finally:
            torch.cuda.empty_cache()
        error = said["tokens_per_s_per_gpu"] / seen.tokens_per_s - 1.0
        errors.append(abs(error))
        mfu = said["mfu"] / said["tokens_per_s_per_gpu"] * seen.tokens_per_s
        print(
            f"{name:14}{length:7}{batch:8}{seen.tokens_per_s:10,.0f}{said['tokens_per_s_per_gpu']:10,.0f}{error:+7.0%}{mfu:6.2f}{said['mfu']:7.2f}"
            f"{seen.watts:7.0f}{said['gpu_power_w']:6.0f}{said['gpu_power_w'] / seen.watts - 1.0:+7.0%} {found['error'][0]}",
            flush=True,
        )
    print(f"median error of speed {np.median(errors):.0%} over {len(errors)} cases")


if __name__ == "__main__":
    main()
