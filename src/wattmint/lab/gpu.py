"""The same two experiments on a GPU, by CuPy: the extra ``wattmint[gpu]``.

The decoder's step is written for any array library that looks like NumPy, and so is tested without a GPU; the hash is a few lines of C,
tested wherever there is a C compiler. Power is what the driver reports for the card while it hashes.
"""

import importlib
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from wattmint.errors import InputError, MissingExtraError
from wattmint.lab.decoder import EPSILON, Shape, matrices
from wattmint.lab.mining import HEADER, is_low, later, with_nonce
from wattmint.lab.roofs import Roofs
from wattmint.lab.sha256 import CONSTANTS, INITIAL, double_sha256, midstate, words_of
from wattmint.lab.wall import Wall, WallPoint, crossing, doubling_batch, read_weights, wall_point
from wattmint.units import BYTES_PER_GB, HASHES_PER_MH, HASHES_PER_TH

SHAPES: Final = tuple(Shape(layers=2, hidden=width, heads=width // 128, ffn=4 * width, vocab=16384, context=32) for width in (16384, 8192, 4096))
"""13, 3.5 and 0.9 GB of weights in half precision, all far more than a GPU's cache. Few wide layers: the GPU must take longer for a kernel than the
processor for its launch."""

MEMORY_SHARE: Final = 0.5
"""Of the card's memory that weights may take."""

BATCHES: Final = (1, 4, 16, 64, 128, 256, 512, 1024)
TRIES_PER_SHARE: Final = 1 << 28
LAUNCH: Final = 1 << 28
"""Nonces of one launch."""
HASH_S: Final = 5.0

_PLACE: Final = 16
_ROUNDS: Final = 5
_THREADS: Final = 256
_NONCES: Final = 1 << 32
_BYTES: Final = 2.0
_COPIED_VALUES: Final = 1 << 29
_SQUARE: Final = 8192

HASH_SOURCE: Final = """
#ifdef __CUDACC__
#define UNROLLED _Pragma("unroll")
#else
#define __device__
#define UNROLLED
#endif
#define ROTATED(x, n) (((x) >> (n)) | ((x) << (32 - (n))))
__device__ static void block(unsigned s[8], unsigned w[16], const unsigned *k) {
  unsigned a = s[0], b = s[1], c = s[2], d = s[3], e = s[4], f = s[5], g = s[6], h = s[7];
  UNROLLED for (int r = 0; r < 64; ++r) {
    if (r > 15) {
      unsigned x = w[(r + 1) & 15], y = w[(r + 14) & 15];
      w[r & 15] += (ROTATED(x, 7) ^ ROTATED(x, 18) ^ (x >> 3)) + w[(r + 9) & 15] + (ROTATED(y, 17) ^ ROTATED(y, 19) ^ (y >> 10));
    }
    unsigned t = h + (ROTATED(e, 6) ^ ROTATED(e, 11) ^ ROTATED(e, 25)) + (g ^ (e & (f ^ g))) + k[r] + w[r & 15];
    unsigned u = (ROTATED(a, 2) ^ ROTATED(a, 13) ^ ROTATED(a, 22)) + ((a & b) | (c & (a | b)));
    h = g; g = f; f = e; e = d + t; d = c; c = b; b = a; a = t + u;
  }
  s[0] += a; s[1] += b; s[2] += c; s[3] += d; s[4] += e; s[5] += f; s[6] += g; s[7] += h;
}
__device__ static unsigned swapped(unsigned x) { return (x >> 24) | ((x >> 8) & 0xff00u) | ((x << 8) & 0xff0000u) | (x << 24); }
/* Highest 32 bits of the double hash. `given`: midstate, then the three words before the nonce, then the initial state. */
__device__ unsigned high_bits(const unsigned *given, const unsigned *k, unsigned nonce) {
  unsigned s[8], t[8], w[16] = {given[8], given[9], given[10], swapped(nonce), 0x80000000u, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 640};
  UNROLLED for (int i = 0; i < 8; ++i) { s[i] = given[i]; t[i] = given[11 + i]; }
  block(s, w, k);
  UNROLLED for (int i = 0; i < 16; ++i) w[i] = i < 8 ? s[i] : i == 8 ? 0x80000000u : i == 15 ? 256 : 0;
  block(t, w, k);
  return swapped(t[7]);
}
#ifdef __CUDACC__
extern "C" __global__ void search(const unsigned *given, const unsigned *k, unsigned first, unsigned limit, unsigned *hits) {
  unsigned nonce = first + blockIdx.x * blockDim.x + threadIdx.x;
  if (high_bits(given, k, nonce) <= limit) { unsigned at = atomicAdd(hits, 1u); if (at < 255) hits[at + 1] = nonce; }
}
#endif
"""
"""C for the GPU, and for any other compiler: only the kernel itself is CUDA's."""


@dataclass(frozen=True, slots=True)
class GpuRun:
    """What a GPU did.

    Attributes
    ----------
    device : str
        Its name.
    wall : Wall
        The decoder at growing batch, in half precision.
    mhs : float
        Million double hashes per second.
    shares : int
        Low hashes found, each checked by `hashlib`.
    power_w : float or None
        Mean of what the driver reported while hashing; None where it reports nothing.
    joules_per_th : float or None
        Of the card alone.
    """

    device: str
    wall: Wall
    mhs: float
    shares: int
    power_w: float | None
    joules_per_th: float | None


def array_library() -> Any:
    """Return CuPy, with a GPU behind it.

    Raises
    ------
    MissingExtraError
        If CuPy is not installed.
    InputError
        If it finds no GPU.
    """
    try:
        library = importlib.import_module("cupy")
        count = library.cuda.runtime.getDeviceCount()
    except ImportError:
        raise MissingExtraError("--gpu", "CuPy", "gpu") from None
    except Exception as error:
        raise InputError("--gpu", True, f"CuPy finds no GPU: {error}") from error
    if not count:
        raise InputError("--gpu", True, "CuPy finds no GPU")
    return library


def gpu_step(xp: Any, shape: Shape, weights: dict[str, Any], keys: Any, values: Any, tokens: Any, place: int) -> Any:
    """Return the logits after one more token of each sequence; as `wattmint.lab.decoding.step`.

    Parameters
    ----------
    xp : module
        NumPy, or what looks like it.
    shape : Shape
        Of the decoder.
    weights : dict of str to array
        In any precision.
    keys, values : array, shape (layers, batch, heads, context, width)
        Of the tokens before; the new ones are written to them.
    tokens : array, shape (batch,)
        The new token of each sequence.
    place : int
        How many stand before it.

    Returns
    -------
    array, shape (batch, vocab)
        In the weights' precision.
    """

    def normed(x: Any) -> Any:
        wide = x.astype(xp.float32)
        return (wide / xp.sqrt((wide * wide).mean(axis=-1, keepdims=True) + EPSILON)).astype(x.dtype)

    batch, width = len(tokens), shape.hidden // shape.heads
    x = weights["embedding"][tokens] + weights["positions"][place]
    for layer in range(shape.layers):
        q, k, v = (normed(x) @ weights[f"{layer}.qkv"].T).reshape(batch, 3, shape.heads, width).transpose(1, 0, 2, 3)
        keys[layer][:, :, place], values[layer][:, :, place] = k, v
        seen, known = keys[layer][:, :, : place + 1], values[layer][:, :, : place + 1]
        scores = (seen @ q[..., None])[..., 0].astype(xp.float32) / width**0.5
        raised = xp.exp(scores - scores.max(axis=-1, keepdims=True))
        shares = (raised / raised.sum(axis=-1, keepdims=True)).astype(x.dtype)
        x = x + (shares[:, :, None, :] @ known).reshape(batch, shape.hidden) @ weights[f"{layer}.out"].T
        x = x + xp.maximum(normed(x) @ weights[f"{layer}.up"].T, 0) @ weights[f"{layer}.down"].T
    return normed(x) @ weights["head"].T


def measure_gpu(progress: Callable[[int, int], None] | None = None) -> GpuRun:
    """Run the decoder and the hash on the first GPU.

    Parameters
    ----------
    progress : callable, optional
        Told batches done and to do.

    Returns
    -------
    GpuRun
        See there.

    Raises
    ------
    InputError
        If there is no GPU, or CuPy is not installed.
    """
    xp = array_library()
    device = xp.cuda.runtime.getDeviceProperties(0)["name"].decode()
    wall = _gpu_wall(xp, device, progress or (lambda _done, _all: None))
    rate, shares, power_w = _gpu_hash(xp)
    return GpuRun(device, wall, rate / HASHES_PER_MH, shares, power_w, None if power_w is None else power_w / rate * HASHES_PER_TH)


def _best_s(xp: Any, work: Callable[[], object]) -> float:
    found = []
    for _ in range(_ROUNDS + 1):
        xp.cuda.Device().synchronize()
        start = time.perf_counter()
        work()
        xp.cuda.Device().synchronize()
        found.append(time.perf_counter() - start)
    return min(found[1:])


def shape_for(memory_bytes: float) -> Shape:
    """Return the largest of `SHAPES` whose weights take no more than `MEMORY_SHARE` of a card's memory.

    Raises
    ------
    InputError
        If the card is too small for the smallest.
    """
    for shape in SHAPES:
        if _BYTES * read_weights(shape) <= MEMORY_SHARE * memory_bytes:
            return shape
    needed = _BYTES * read_weights(SHAPES[-1]) / MEMORY_SHARE / BYTES_PER_GB
    raise InputError("--gpu", f"{memory_bytes / BYTES_PER_GB:.1f} GB of memory", f"a card with at least {needed:.1f} GB")


def _gpu_wall(xp: Any, device: str, tell: Callable[[int, int], None]) -> Wall:
    shape = shape_for(float(xp.cuda.runtime.memGetInfo()[1]))
    source, target = (xp.ones(_COPIED_VALUES, dtype=xp.float16) for _ in range(2))
    copied_s = _best_s(xp, lambda: xp.copyto(target, source))
    square = xp.random.standard_normal((_SQUARE, _SQUARE), dtype=xp.float32).astype(xp.float16)  # of equal numbers a GPU computes faster than it can
    product_s = _best_s(xp, lambda: square @ square)
    bandwidth = 2 * source.nbytes / copied_s
    roofs = Roofs(bandwidth, bandwidth, 2.0 * _SQUARE**3 / product_s)
    weights = {name: (0.02 * xp.random.standard_normal(size, dtype=xp.float32)).astype(xp.float16) for name, size in matrices(shape).items()}
    points: list[WallPoint] = []
    for i, batch in enumerate(BATCHES):
        tell(i, len(BATCHES))
        size = (shape.layers, batch, shape.heads, shape.context, shape.hidden // shape.heads)
        keys, values, tokens = xp.zeros(size, dtype=xp.float16), xp.zeros(size, dtype=xp.float16), xp.arange(batch) % shape.vocab
        step_s = _best_s(xp, lambda k=keys, v=values, t=tokens: gpu_step(xp, shape, weights, k, v, t, _PLACE))  # type: ignore[misc]
        points.append(wall_point(shape, batch, step_s, roofs, _PLACE + 1, _BYTES))
    tell(len(BATCHES), len(BATCHES))
    predicted, measured = crossing(roofs.kernel_flops_per_s, roofs.read_bytes_per_s, shape, _PLACE + 1, _BYTES), doubling_batch(points)
    return Wall(device, int(_BYTES) * read_weights(shape), roofs, tuple(points), predicted, measured, predicted / measured - 1.0)


def hash_inputs(header: bytes = HEADER) -> np.ndarray[Any, np.dtype[np.uint32]]:
    """Return what `HASH_SOURCE` calls `given`, for a header of 80 bytes."""
    return np.concatenate([midstate(words_of(header[:64])), words_of(header[64:76]), np.array(INITIAL)])


def _gpu_hash(xp: Any) -> tuple[float, int, float | None]:
    kernel = xp.RawKernel(HASH_SOURCE, "search")
    constants, hits = xp.asarray(np.array(CONSTANTS)), xp.zeros(256, dtype=xp.uint32)
    limit = np.uint32((1 << 32) // TRIES_PER_SHARE - 1)

    def launch(given: Any, first: int) -> None:
        kernel((LAUNCH // _THREADS,), (_THREADS,), (given, constants, np.uint32(first), limit, hits))

    launch(xp.asarray(hash_inputs()), 0)  # compiled before the clock runs
    watts, shares, rounds, start = [], 0, 0, time.perf_counter()
    while time.perf_counter() - start < HASH_S:
        header, rounds = later(HEADER, rounds), rounds + 1
        given = xp.asarray(hash_inputs(header))
        hits[:] = 0
        for first in range(0, _NONCES, LAUNCH):
            launch(given, first)
        if (power := card_power_w()) is not None:  # asked while the card computes
            watts.append(power)
        found = hits.get()
        nonces = found[1 : 1 + int(found[0])]
        if not all(is_low(double_sha256(with_nonce(header, int(nonce))), TRIES_PER_SHARE) for nonce in nonces):
            raise ArithmeticError("the GPU found what the plain hash does not")
        shares += len(nonces)
    took_s = time.perf_counter() - start
    settled = watts[len(watts) // 3 :]  # drivers report a mean over the last second or so
    return rounds * _NONCES / took_s, shares, sum(settled) / len(settled) if settled else None


def card_power_w() -> float | None:
    """Return the first card's power as its driver reports it; None where it does not."""
    words = ["nvidia-smi", "--query-gpu=power.draw", "--format=csv,noheader,nounits", "--id=0"]
    try:
        said = subprocess.run(words, capture_output=True, text=True, check=True, timeout=5.0)  # noqa: S603 - no word of it is the user's
        return float(said.stdout)
    except (OSError, ValueError, subprocess.SubprocessError):
        return None
