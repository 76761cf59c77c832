"""Rates by precision, and what is used where a chip lacks a format."""

import dataclasses

import pytest

from wattmint.physics.accelerator import Accelerator

HOPPER = Accelerator(
    memory_bytes=80e9, bandwidth_bytes_per_s=3.35e12, flops_by_precision={"bf16": 989e12, "fp8": 1979e12, "int8": 1978e12, "fp4": 0.0},
    scale_up_bytes_per_s=900e9, scale_up_gpus=8, scale_out_bytes_per_s=50e9, tdp_w=700.0, vendor="NVIDIA", link="NVLink4", release_date="2022-10",
)  # fmt: skip
AMPERE = dataclasses.replace(HOPPER, flops_by_precision={"bf16": 312e12, "int8": 624e12})


@pytest.mark.parametrize(
    ("chip", "precision", "rate"),
    [
        (HOPPER, "bf16", 989e12),
        (HOPPER, "fp8", 1979e12),
        (HOPPER, "int8", 1978e12),
        (HOPPER, "fp4", 989e12),
        (HOPPER, "int4", 989e12),
        (AMPERE, "fp8", 312e12),
        (AMPERE, "int8", 624e12),
        (AMPERE, "fp4", 312e12),
    ],
)
def test_a_missing_format_is_widened(chip, precision, rate):
    assert chip.flops_per_s(precision) == rate


def test_an_unknown_precision_is_refused():
    with pytest.raises(KeyError, match="fp3"):
        HOPPER.flops_per_s("fp3")
