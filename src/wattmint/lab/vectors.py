"""Which vector instructions the compiled search should be made of.

LLVM prefers 256-bit vectors on Intel's processors with AVX-512, whose wide registers used to cost clock speed. A hash is nothing but
rotations, logic and sums of 32-bit words, so the wide registers pay: the search is half as fast again with them (docs/lab.md).
"""

from collections.abc import Mapping
from typing import Final

import llvmlite.binding as llvm  # type: ignore[import-untyped]

VARIABLE: Final = "NUMBA_CPU_FEATURES"
"""What numba reads when it is first imported: the processor's features, in LLVM's words."""


def host_features() -> Mapping[str, bool]:
    """Return the features of this machine's processor, in LLVM's words."""
    features: Mapping[str, bool] = llvm.get_host_cpu_features()
    return features


def wide_features(features: Mapping[str, bool]) -> str | None:
    """Return what `VARIABLE` must say so that 512-bit registers are used.

    Parameters
    ----------
    features : mapping of str to bool
        As `host_features` returns them.

    Returns
    -------
    str or None
        None where the processor has no such registers: then nothing need be said.
    """
    if not features.get("avx512f"):
        return None
    return ",".join([*(f"{'+' if has else '-'}{name}" for name, has in features.items()), "-prefer-256-bit"])


def nonces_per_instruction(features: Mapping[str, bool]) -> int:
    """Return how many nonces a vector instruction works on: 16 with AVX-512, 8 with AVX2, 4 elsewhere."""
    return 16 if features.get("avx512f") else 8 if features.get("avx2") else 4
