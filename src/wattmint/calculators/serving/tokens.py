"""Text in tokens: how many, in which pieces, and what reading or writing them takes from a serving plant.

The tokenizer is the caller's: anything with the two methods of `Tokenizer`, as those of OpenAI's models have them.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from wattmint.units import J_PER_WH, TOKENS_PER_MTOK

if TYPE_CHECKING:  # counting alone needs no plant
    from wattmint.calculators.serving.case import ServeAnswer


class Tokenizer(Protocol):
    """What cuts text in tokens."""

    def encode_ordinary(self, text: str) -> Sequence[int]:
        """Return the tokens of a text; nothing in it is special."""

    def decode_single_token_bytes(self, token: int) -> bytes:
        """Return the bytes that a token stands for."""


@dataclass(frozen=True, slots=True)
class TextCount:
    """Size of a text.

    Attributes
    ----------
    name : str
        Of the file.
    tokens, words, characters : int
        Tokens; runs of characters without blanks; Unicode characters.
    """

    name: str
    tokens: int
    words: int
    characters: int

    @property
    def tokens_per_100_words(self) -> float | None:
        """Return how many tokens a hundred words make; None of a text without words."""
        return 100.0 * self.tokens / self.words if self.words else None

    @property
    def characters_per_token(self) -> float | None:
        """Return how long a token is; None of an empty text."""
        return self.characters / self.tokens if self.tokens else None


@dataclass(frozen=True, slots=True)
class Bill:
    """What a number of tokens takes from a plant, read as prompts or written as answers.

    Attributes
    ----------
    gpu_seconds : float
        Time of one accelerator; the plant's accelerators share it.
    gpu_joules : float
        What the accelerators draw in that time.
    site_wh : float
        What the site draws: the nodes, cooling and losses.
    cost_usd : float or None
        What the plant's owner pays for it; None where the price of the accelerator is not known.
    market_usd : float or None
        What hosts ask for it (median); None where nobody sells the model.
    """

    gpu_seconds: float
    gpu_joules: float
    site_wh: float
    cost_usd: float | None
    market_usd: float | None


def count(name: str, text: str, tokenizer: Tokenizer) -> TextCount:
    """Return the size of a text in tokens, words and characters.

    Parameters
    ----------
    name : str
        What to call it.
    text : str
        The text; its line ends count as characters.
    tokenizer : Tokenizer
        What cuts it.

    Returns
    -------
    TextCount
        Of the text.
    """
    return TextCount(name, len(tokenizer.encode_ordinary(text)), len(text.split()), len(text))


def total(counts: Sequence[TextCount]) -> TextCount:
    """Return the size of all texts together, called ``total``."""
    return TextCount("total", sum(c.tokens for c in counts), sum(c.words for c in counts), sum(c.characters for c in counts))


def pieces(text: str, tokenizer: Tokenizer) -> list[str]:
    r"""Return the pieces that a text is cut in: ``mining`` is ``min`` and ``ing``.

    Parameters
    ----------
    text : str
        The text.
    tokenizer : Tokenizer
        What cuts it.

    Returns
    -------
    list of str
        A piece per token; bytes that are only part of a character are shown as ``\xNN``.
    """
    return [tokenizer.decode_single_token_bytes(token).decode("utf-8", errors="backslashreplace") for token in tokenizer.encode_ordinary(text)]


def bills(tokens: int, answer: "ServeAnswer") -> tuple[Bill, Bill]:
    """Return what a plant takes to read that many tokens, and to write them.

    Parameters
    ----------
    tokens : int
        How many.
    answer : ServeAnswer
        The plant, from `wattmint.calculators.serving.case.serve`.

    Returns
    -------
    read, written : Bill
        Reading (prefill) and writing (decode) take turns on the same accelerators; each bears its share of the time, so that requests of
        the plant's lengths cost what the plant costs.
    """
    reading = float(answer.estimate["prompt_time_share"])
    written_per_s = float(answer.estimate["output_tokens_per_s_per_gpu"])
    read_per_s = written_per_s * float(answer.case["isl"]) / float(answer.case["osl"])
    prices = (None, None) if answer.market.prices is None else answer.market.prices.usd_per_mtok
    read = _bill(tokens, reading / read_per_s, answer.costs["usd_per_mtok_input"], prices[0], answer)
    return read, _bill(tokens, (1.0 - reading) / written_per_s, answer.costs["usd_per_mtok_output"], prices[1], answer)


def _bill(tokens: int, gpu_seconds_each: float, usd_per_mtok: float | None, market_usd_per_mtok: float | None, answer: "ServeAnswer") -> Bill:
    seconds = tokens * gpu_seconds_each
    return Bill(
        gpu_seconds=seconds,
        gpu_joules=seconds * float(answer.estimate["gpu_power_w"]),
        site_wh=seconds * answer.power.site_power_w_per_gpu / J_PER_WH,
        cost_usd=_usd(tokens, usd_per_mtok),
        market_usd=_usd(tokens, market_usd_per_mtok),
    )


def _usd(tokens: int, usd_per_mtok: float | None) -> float | None:
    return None if usd_per_mtok is None or not math.isfinite(usd_per_mtok) else tokens * usd_per_mtok / TOKENS_PER_MTOK
