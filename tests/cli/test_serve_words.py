import json
import math

import numpy as np
import pytest

from wattmint.calculators.serving.case import serve
from wattmint.cli.serve_words import case_words, notes, plain_answer


@pytest.fixture(scope="module")
def priced():
    return serve("llama-3.1-70b", "h200", gpus=8, concurrency=64)


@pytest.fixture(scope="module")
def unpriced():
    return serve("llama-3.1-8b", "tpu-v6e", precision="int8", concurrency=8)


def test_json_is_whole_and_plain(priced, unpriced):
    for found in (priced, unpriced):
        json.dumps(plain_answer(found), allow_nan=False)
    told = plain_answer(priced)
    assert told["market"]["token_prices"]["output"]["unit"] == "USD/Mtok"
    assert set(told["market"]["rentals"]) == {"on-demand", "3-year"}
    assert {used["name"] for used in told["inputs"]} >= {"utilisation", "accelerator_usd"}
    assert plain_answer(unpriced)["usd_per_mtok_output"] is None


def test_words_leave_out_what_is_not_known(priced, unpriced):
    assert "costs USD per million tokens" in case_words(priced)
    assert "costs USD" not in case_words(unpriced)
    assert "fetches" in case_words(unpriced)
    assert "margin unknown" in case_words(unpriced)
    assert any("give --accelerator-usd" in note for note in notes(unpriced))
    assert not any("--accelerator-usd" in note for note in notes(priced))


def test_bands_are_short_and_without_exponents(priced):
    text = case_words(priced)
    assert "e+" not in text
    e = priced.estimate
    assert f"{e['ttft_ms_low']:,.0f} to {e['ttft_ms_high']:,.0f} ms" in text


def test_numbers_of_numpy_and_what_is_not_known():
    from wattmint.cli.serve_words import _plain

    assert _plain(np.float64(1.5)) == 1.5
    assert type(_plain(np.int64(3))) is int
    assert _plain(math.nan) is None
    assert _plain("memory") == "memory"
