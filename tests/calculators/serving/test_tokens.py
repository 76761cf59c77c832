"""Sizes of texts, pieces, and bills of a plant."""

from types import SimpleNamespace

import bpe_openai
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wattmint.calculators.serving.tokens import Bill, bills, count, pieces, total

O200K = bpe_openai.get_encoding("o200k_base")


class Letters:
    """A tokenizer that makes a token of every byte."""

    def encode_ordinary(self, text):
        return list(text.encode())

    def decode_single_token_bytes(self, token):
        return bytes([token])


def plant(**changes):
    """A serving answer with the parts that a bill is made of."""
    estimate = {"prompt_time_share": 0.25, "output_tokens_per_s_per_gpu": 500.0, "gpu_power_w": 600.0}
    prices = SimpleNamespace(usd_per_mtok=(0.5, 2.0))
    return SimpleNamespace(
        case={"isl": 2048, "osl": 1024},
        estimate=estimate,
        costs={"usd_per_mtok_input": 0.2, "usd_per_mtok_output": 1.5, **changes},
        power=SimpleNamespace(site_power_w_per_gpu=1800.0),
        market=SimpleNamespace(prices=changes.get("prices", prices)),
    )


def test_size_of_a_text():
    found = count("a", "two words\n", Letters())
    assert (found.name, found.tokens, found.words, found.characters) == ("a", 10, 2, 10)
    assert found.tokens_per_100_words == 500
    assert found.characters_per_token == 1


def test_an_empty_text_has_no_ratios():
    found = count("a", "", Letters())
    assert (found.tokens_per_100_words, found.characters_per_token) == (None, None)


def test_sizes_add_up():
    whole = total([count("a", "one", Letters()), count("b", "two more", Letters())])
    assert (whole.name, whole.tokens, whole.words, whole.characters) == ("total", 11, 3, 11)


@pytest.mark.parametrize(("encoding", "tokens"), [("o200k_base", [1493, 289]), ("cl100k_base", [1083, 287])])
def test_mining_is_min_and_ing(encoding, tokens):
    tokenizer = bpe_openai.get_encoding(encoding)
    assert list(tokenizer.encode_ordinary("mining")) == tokens
    assert pieces("mining", tokenizer) == ["min", "ing"]
    assert pieces(" mining", tokenizer) == [" mining"]


def test_parts_of_a_character_are_shown_as_bytes():
    assert pieces("é", Letters()) == ["\\xc3", "\\xa9"]


def test_a_special_word_is_text_like_any_other():
    assert "".join(pieces("<|endoftext|>", O200K)) == "<|endoftext|>"


@given(st.text(alphabet=st.characters(codec="ascii"), max_size=200))
def test_pieces_join_to_the_text(text):
    cut = pieces(text, O200K)
    assert "".join(cut) == text
    assert len(cut) == count("a", text, O200K).tokens


def test_bills_by_hand():
    read, written = bills(1_000_000, plant())
    assert read == Bill(gpu_seconds=250.0, gpu_joules=150_000.0, site_wh=125.0, cost_usd=pytest.approx(0.2), market_usd=pytest.approx(0.5))
    assert written == Bill(gpu_seconds=1500.0, gpu_joules=900_000.0, site_wh=750.0, cost_usd=pytest.approx(1.5), market_usd=pytest.approx(2.0))


def test_reading_and_writing_share_all_of_the_time():
    # In one second an accelerator reads 1,000 tokens and writes 500: both bills together are that second.
    read, written = bills(1000, plant())[0], bills(500, plant())[1]
    assert read.gpu_seconds + written.gpu_seconds == pytest.approx(1.0)


def test_what_is_not_known_is_left_out():
    read, written = bills(10, plant(prices=None, usd_per_mtok_input=None, usd_per_mtok_output=float("nan")))
    assert (read.cost_usd, read.market_usd, written.cost_usd, written.market_usd) == (None, None, None, None)
