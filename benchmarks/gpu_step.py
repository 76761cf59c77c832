"""What a GPU's memory, arithmetic and power really do, beside what the serving estimate takes them for. Needs PyTorch and an NVIDIA GPU.

`python benchmarks/gpu_step.py [--chip h100-sxm] [--layers 16]` times, with nothing of a serving stack around them,

- copying and reading memory, and square matrix products;
- decode steps of layers shaped like Llama 3 70B's in bfloat16, replayed as one graph, at growing batch and 1,024 tokens of context each.

It prints the share of the datasheet's rate that each reaches beside the fitted one (`serving_fit`: memory, decode arithmetic), the batch at which the
memory wall is left beside the roofline's, and the power that the driver reports beside the power formula's at the same busy shares.
"""

import argparse
import subprocess
import threading
import time
from collections.abc import Callable
from typing import Any, Final

import numpy as np
import torch

from wattmint.facts.load import number
from wattmint.physics.accelerator_power import accelerator_watts
from wattmint.physics.roofline import overlapped_seconds
from wattmint.units import BYTES_PER_GB, FLOPS_PER_TFLOP, MS_PER_S

HIDDEN: Final = 8192
HEADS: Final = 64
KV_HEADS: Final = 8
WIDTH: Final = 128
FFN: Final = 28672
CONTEXT: Final = 1024
BATCHES: Final = (1, 4, 16, 32, 64, 128, 192, 256, 384, 512)
BYTES_PER_VALUE: Final = 2
BYTES_PER_TB: Final = 1e3 * BYTES_PER_GB
SETTLED_S: Final = 3.0
"""How long each load runs for its power; the first third is left out."""

Work = Callable[[], Any]


def seconds(work: Work, rounds: int = 20) -> float:
    """Return the median time of a piece of work on the GPU."""
    for _ in range(3):
        work()
    found = []
    for _ in range(rounds):
        start, stop = torch.cuda.Event(enable_timing=True), torch.cuda.Event(enable_timing=True)
        start.record()
        work()
        stop.record()
        torch.cuda.synchronize()
        found.append(start.elapsed_time(stop) / MS_PER_S)
    return float(np.median(found))


def watts(work: Work | None) -> tuple[float, float]:
    """Return mean power in W and clock in MHz while a piece of work is repeated, or while nothing is done, as the driver reports them."""
    stop, found = threading.Event(), []

    def ask() -> None:
        words = ["nvidia-smi", "--query-gpu=power.draw,clocks.sm", "--format=csv,noheader,nounits", "--id=0"]
        while not stop.is_set():
            power, clock = subprocess.run(words, capture_output=True, text=True, check=True).stdout.split(",")
            found.append((float(power), float(clock)))
            time.sleep(0.05)

    asking = threading.Thread(target=ask)
    asking.start()
    end = time.perf_counter() + SETTLED_S
    while time.perf_counter() < end:
        if work is None:
            time.sleep(0.1)
            continue
        for _ in range(10):
            work()
        torch.cuda.synchronize()
    stop.set()
    asking.join()
    kept = np.array(found[len(found) // 3 :])
    return float(kept[:, 0].mean()), float(kept[:, 1].mean())


def graphed(work: Work) -> Work:
    """Return work recorded once and replayed without the processor's overhead."""
    side = torch.cuda.Stream()
    side.wait_stream(torch.cuda.current_stream())
    with torch.cuda.stream(side):
        for _ in range(2):
            work()
    torch.cuda.current_stream().wait_stream(side)
    graph = torch.cuda.CUDAGraph()
    with torch.cuda.graph(graph):
        work()
    return graph.replay


class Layers:
    """Layers of Llama 3 70B's shape with random weights."""

    def __init__(self, layers: int) -> None:
        def drawn(out: int, inside: int) -> torch.Tensor:
            return torch.randn(out, inside, dtype=torch.bfloat16, device="cuda").mul_(inside**-0.5)

        self.weights = [
            (drawn((HEADS + 2 * KV_HEADS) * WIDTH, HIDDEN), drawn(HIDDEN, HEADS * WIDTH), drawn(2 * FFN, HIDDEN), drawn(HIDDEN, FFN))
            for _ in range(layers)
        ]
        self.values = sum(weight.numel() for layer in self.weights for weight in layer)

    def decode(self, batch: int) -> tuple[Work, float, float]:
        """Return a step, its bytes and its operations."""
        x = torch.randn(batch, HIDDEN, dtype=torch.bfloat16, device="cuda")
        size = (2, batch, KV_HEADS, CONTEXT, WIDTH)
        caches = [torch.randn(size, dtype=torch.bfloat16, device="cuda") for _ in self.weights]
        norm = torch.ones(HIDDEN, dtype=torch.bfloat16, device="cuda")

        def step() -> torch.Tensor:
            y = x
            for (qkv, out, up, down), (keys, values) in zip(self.weights, caches, strict=True):
                heads = torch.nn.functional.linear(torch.nn.functional.rms_norm(y, (HIDDEN,), norm), qkv)
                q = heads[:, : HEADS * WIDTH].view(batch, KV_HEADS, HEADS // KV_HEADS, WIDTH)  # the queries of one key read it together
                seen = torch.nn.functional.scaled_dot_product_attention(q, keys, values)
                y = y + torch.nn.functional.linear(seen.reshape(batch, HEADS * WIDTH), out)
                gate, wide = torch.nn.functional.linear(torch.nn.functional.rms_norm(y, (HIDDEN,), norm), up).chunk(2, dim=-1)
                y = y + torch.nn.functional.linear(torch.nn.functional.silu(gate) * wide, down)
            return y

        cached = sum(cache.numel() for cache in caches)
        flops = 2.0 * batch * self.values + 4.0 * batch * HEADS * WIDTH * CONTEXT * len(self.weights)
        return graphed(step), float(BYTES_PER_VALUE * (self.values + cached)), flops


def main() -> None:
    """Measure, and print beside the fitted numbers."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--chip", default="h100-sxm", help="row of the table chips")
    parser.add_argument("--layers", type=int, default=16)
    given = parser.parse_args()
    bandwidth = number("chips", given.chip, "memory_bandwidth_tb_per_s") * BYTES_PER_TB
    peak, tdp = number("chips", given.chip, "bf16_tflops") * FLOPS_PER_TFLOP, number("chips", given.chip, "tdp_w")
    weights = tuple(np.array([number("serving_fit", "shared", f"power_{name}")]) for name in ("base", "memory", "arithmetic"))

    def line(what: str, took_s: float, moved: float, flops: float, work: Work | None) -> None:
        busy = (moved / took_s / bandwidth, flops / took_s / peak)
        power, clock = watts(work)
        formula = accelerator_watts(np.array([tdp]), (np.array([min(busy[0], 1.0)]), np.array([min(busy[1], 1.0)])), weights)[0]  # type: ignore[arg-type]
        print(
            f"{what:28}{took_s * MS_PER_S:9.3f} ms {busy[0]:7.1%} of memory {busy[1]:7.1%} of arithmetic {power:6.0f} W (formula {formula:4.0f}, "
            f"{formula / power - 1.0:+.0%}) {clock:5.0f} MHz",
            flush=True,
        )

    print(torch.cuda.get_device_name(0), "as", given.chip, f"{bandwidth / BYTES_PER_TB:g} TB/s, {peak / FLOPS_PER_TFLOP:g} TFLOP/s, {tdp:g} W")
    line("idle", 1.0, 0.0, 0.0, None)
    source = torch.randn(1 << 30, dtype=torch.bfloat16, device="cuda")
    target = torch.empty_like(source)
    work = graphed(lambda: target.copy_(source))
    line("copying 2 GB", seconds(work), 2.0 * BYTES_PER_VALUE * source.numel(), 0.0, work)
    work = graphed(lambda: torch.sum(source, dtype=torch.float32))
    line("reading 2 GB", seconds(work), float(BYTES_PER_VALUE * source.numel()), 0.0, work)
    side = torch.randn(HIDDEN, HIDDEN, dtype=torch.bfloat16, device="cuda")
    work = graphed(lambda: side @ side)
    line("product of two 8192 x 8192", seconds(work), 3.0 * BYTES_PER_VALUE * HIDDEN**2, 2.0 * HIDDEN**3, work)

    layers = Layers(given.layers)
    steps = []
    for batch in BATCHES:
        work, moved, flops = layers.decode(batch)
        took_s = seconds(work)
        steps.append((batch, took_s, moved, flops))
        line(f"{given.layers} layers, batch {batch}", took_s, moved, flops, work)
        del work
        torch.cuda.empty_cache()
    _, first_s, first_bytes, _ = steps[0]
    reached = first_bytes / first_s
    shared = {name: number("serving_fit", "shared", name) for name in ("memory_efficiency", "decode_mfu_factor", "prefill_mfu")}
    print(f"memory read by a step of batch 1: {reached / bandwidth:.3f} of the datasheet's rate; fitted, before factors of chip and stack: ", end="")
    print(f"{shared['memory_efficiency']:.3f}")
    rates = np.array([[moved, flops] for _, _, moved, flops in steps])
    times = np.array([took for _, took, _, _ in steps])
    last = flops_rate = rates[-1, 1] / times[-1]
    print(f"arithmetic of a step of batch {BATCHES[-1]}: {last / peak:.3f} of the datasheet's rate; fitted, of prefill x decode: ", end="")
    print(f"{shared['prefill_mfu'] * shared['decode_mfu_factor']:.3f}")
    overlapped = overlapped_seconds(rates[:, 0] / reached, rates[:, 1] / flops_rate)
    errors = (f"{step[0]} {found / step[1] - 1.0:+.0%}" for step, found in zip(steps, overlapped, strict=True))
    print("roofline with both rates, error by batch: ", ", ".join(errors))


if __name__ == "__main__":
    main()
