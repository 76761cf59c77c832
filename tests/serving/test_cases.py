"""Cells as people write them, and how numbers are held."""

import math

import numpy as np
import pytest

from wattmint.errors import InputError
from wattmint.serving.cases import MAX, read_cases
from wattmint.serving.software import STACKS, fitted

CASE = {"model": "meta-llama/Llama-3.1-70B-Instruct", "gpu": "H200", "gpus": "8", "precision": "fp8", "isl": "1024", "osl": 512, "concurrency": "64"}


def read(*changes):
    """Read one row per set of changes."""
    rows = [CASE | change for change in changes]
    return read_cases({name: [row.get(name) for row in rows] for name in dict.fromkeys(name for row in rows for name in row)}, fitted())


def test_words_and_numbers_mean_the_same_and_blanks_are_automatic():
    asked = read({}, {"gpus": 8, "isl": 1024.0, "tp": math.nan, "backend": "", "speculative": None, "disagg": False})
    assert asked.errors == ["", ""]
    assert asked.gpus.tolist() == [8.0, 8.0]
    assert np.isnan(asked.load.tp).all()
    assert [STACKS[i] for i in asked.codes.stack] == ["tuned", "tuned"]
    assert asked.load.requests.tolist() == [64.0, 64.0]


def test_requests_may_be_a_most_or_a_mean():
    asked = read({"concurrency": MAX}, {"concurrency": "95.6"}, {"concurrency": 96})
    assert asked.load.requests.tolist() == [math.inf, 95.6, 96.0]
    assert asked.load.running.tolist() == [0.0, 1.0, 0.0]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"gpus": "none"}, "gpus"),
        ({"gpus": 0}, "gpus"),
        ({"gpus": 1.5}, "whole number"),
        ({"isl": -1}, "isl"),
        ({"osl": ""}, "osl"),
        ({"concurrency": "many"}, "or max"),
        ({"concurrency": math.inf}, "or max"),
        ({"precision": "fp7"}, "precision"),
        ({"backend": "tgi"}, "backend"),
        ({"speculative": "eagle"}, "speculative"),
        ({"ttft_statistic": "mode"}, "ttft_statistic"),
        ({"model": "llama-9"}, "model"),
        ({"model": None}, "a model is needed"),
        ({"gpu": "H900"}, "gpu"),
        ({"gpu": ""}, "an accelerator is needed"),
        ({"model": "deepseek-ai/DeepSeek-V4-Pro"}, "refused"),
    ],
)
def test_a_wrong_row_is_refused_by_field_and_the_others_read(change, words):
    asked = read({}, change, {})
    assert words in asked.errors[1]
    assert asked.rows.tolist() == [0, 2]


def test_a_missing_column_is_refused():
    with pytest.raises(InputError, match="osl"):
        read_cases({name: [value] for name, value in CASE.items() if name != "osl"}, fitted())


def test_four_bits_are_for_experts_where_there_are_some():
    asked = read({"model": "deepseek-r1", "precision": "fp4", "gpu": "B200"}, {"precision": "fp4", "gpu": "B200"})
    assert asked.chip.core_bytes.tolist() == [2.0, 0.5625]
    assert asked.chip.expert_bytes.tolist() == [0.5625, 0.5625]
    assert asked.chip.cache_bytes.tolist() == [1.0, 1.0]
    assert asked.chip.core_flops_per_s[1] == 4.0 * asked.chip.core_flops_per_s[0]


@pytest.mark.parametrize("precision", ["fp8", "fp4"])
def test_gpt_oss_is_held_as_it_was_trained(precision):
    asked = read({"model": "gpt-oss-120b", "precision": precision}, {"model": "gpt-oss-120b", "precision": precision, "gpu": "B200"})
    assert asked.chip.expert_bytes.tolist() == [0.53125, 0.53125]
    assert asked.form.widened.tolist() == [1.0, 0.0]
    assert asked.chip.expert_flops_per_s.tolist() == [989.4e12, 4500e12]


def test_memory_is_in_powers_of_two_and_links_in_one_direction():
    asked = read({"gpu": "H100"})
    assert asked.chip.memory_bytes[0] == 80 * 2**30
    assert asked.chip.link_bytes_per_s[0] == 450e9


def test_what_is_known_is_told_for_the_bands():
    asked = read({}, {"software_date": 2026.1, "gpu": "A100", "model": "mistral-7b"})
    assert asked.known.tolist() == [[False, True, True], [True, False, False]]


def test_dates_beyond_what_was_measured_are_taken_at_the_edge():
    asked = read({"software_date": 2031.0, "backend": "vllm"}, {"software_date": 2019.0, "backend": "trt"})
    assert asked.date.tolist() == [2026.45, 2025.7]


def test_tensor_parallelism_spans_links_and_divides_heads():
    asked = read({}, {"gpu": "GB200"}, {"gpu": "L40S"}, {"model": "Qwen/Qwen3-14B"}, {"model": "llama-4-scout-17b-16e", "gpu": "GB200"})
    assert asked.widest.tolist() == [8.0, 64.0, 8.0, 8.0, 8.0]
