"""``wattmint tokens``: text files in tokens, and what reading or writing them costs and draws on a serving plant."""

import argparse
import dataclasses
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from wattmint.errors import InputError, MissingExtraError

if TYPE_CHECKING:
    from wattmint.calculators.serving.case import ServeAnswer
    from wattmint.calculators.serving.tokens import TextCount, Tokenizer

ENCODINGS: Final = ("o200k_base", "cl100k_base")
"""Vocabularies that come with the tokenizer: of GPT-4o and gpt-oss, and of GPT-4."""

STANDARD_INPUT: Final = "-"

PLANT: Final = (
    ("gpus", int, 1, "N", "accelerators of the plant (default: 1)"),
    ("precision", str, "fp8", "FORMAT", "bf16, fp8, int8, fp4 or int4 (default: fp8)"),
    ("concurrency", int, 64, "N", "requests at once (default: 64)"),
    ("isl", int, 1024, "TOKENS", "tokens read per request (default: 1024)"),
    ("osl", int, 1024, "TOKENS", "tokens written per request (default: 1024)"),
)
"""Options about the plant: type, default, metavar, help."""


def add(verbs: Any) -> None:
    """Add the verb to the command line.

    Parameters
    ----------
    verbs : argparse's sub-parsers
        Where verbs are added.
    """
    verb = verbs.add_parser(
        "tokens",
        help="count text in tokens, and what reading or writing it costs and draws",
        description=(
            "Counts text files in tokens with a real tokenizer, offline, and says how many tokens 100 words make. With --model and --gpu also "
            "what reading the text as prompts (prefill) and writing it as answers (decode) costs and draws on a serving plant. "
            "Needs the extra 'tokens'."
        ),
    )
    verb.add_argument("files", nargs="+", metavar="FILE", help="a text file in UTF-8; '-' is standard input")
    verb.add_argument("--encoding", choices=ENCODINGS, default=ENCODINGS[0], help="vocabulary of the tokenizer (default: o200k_base)")
    verb.add_argument("--show", action="store_true", help="show the pieces that the text is cut in, joined by '|'")
    verb.add_argument("--model", metavar="NAME", help="model of the plant: a hub's name, or a config.json; needs --gpu")
    verb.add_argument("--gpu", metavar="NAME", help="accelerator of the plant, e.g. H200; needs --model")
    for name, type_, default, unit, text in PLANT:
        verb.add_argument(f"--{name}", type=type_, default=default, metavar=unit, help=text)
    verb.add_argument("--json", action="store_true", help="print everything as JSON")
    verb.set_defaults(verb=run_tokens)


def run_tokens(given: argparse.Namespace) -> int:
    """Count the files, and bill them to a plant if one is named.

    Parameters
    ----------
    given : Namespace
        The options by name.

    Returns
    -------
    int
        Exit code.

    Raises
    ------
    InputError
        When a file cannot be read or is no text, the tokenizer is not installed, or the plant is refused.
    """
    from wattmint.calculators.serving.tokens import count, pieces, total
    from wattmint.cli.console import as_json, say_notes

    if (given.model is None) != (given.gpu is None):
        raise InputError("--model and --gpu", given.model or given.gpu, "the plant needs both")
    texts = [(name, _read(name)) for name in given.files]
    tokenizer = _tokenizer(given.encoding)
    counts = [count(name, text, tokenizer) for name, text in texts]
    whole = total(counts)
    shown = {name: pieces(text, tokenizer) for name, text in texts} if given.show else {}
    plant = _plant(given)
    if plant is not None:
        say_notes([f"tokens are those of {given.encoding}; the model's own tokenizer may cut the text somewhat differently"])
    if given.json:
        print(as_json(_everything(given.encoding, counts, whole, shown, plant)))
        return 0
    for cut in shown.values():
        print("|".join(cut))
    print(_table([*counts, whole] if len(counts) > 1 else counts))
    if plant is not None:
        print(_plant_words(whole.tokens, given, plant))
    return 0


def _read(name: str) -> str:
    try:
        data = sys.stdin.buffer.read() if name == STANDARD_INPUT else Path(name).read_bytes()
        text = data.decode("utf-8-sig")
    except OSError as error:
        raise InputError("file", name, f"cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise InputError("file", name, f"is no UTF-8 text (byte {error.start})") from error
    if "\0" in text:
        raise InputError("file", name, f"is no text: it has a zero byte at {data.index(0)}")
    return text


def _tokenizer(encoding: str) -> "Tokenizer":
    try:
        import bpe_openai
    except ImportError as error:
        raise MissingExtraError("tokenizer", "bpe-openai", "tokens") from error
    found: Tokenizer = bpe_openai.get_encoding(encoding)
    return found


def _plant(given: argparse.Namespace) -> "ServeAnswer | None":
    if given.model is None:
        return None
    from wattmint.calculators.serving.case import serve

    return serve(given.model, given.gpu, **{name: getattr(given, name) for name, *_ in PLANT})


def _everything(
    encoding: str, counts: "list[TextCount]", whole: "TextCount", shown: dict[str, list[str]], plant: "ServeAnswer | None"
) -> dict[str, Any]:
    from wattmint.calculators.serving.tokens import bills

    found: dict[str, Any] = {"encoding": encoding, "files": [_count(one) for one in counts], "total": _count(whole)}
    if shown:
        found["pieces"] = shown
    if plant is not None:
        read, written = bills(whole.tokens, plant)
        found |= {"plant": dict(plant.case), "read": dataclasses.asdict(read), "written": dataclasses.asdict(written)}
    return found


def _count(one: "TextCount") -> dict[str, Any]:
    return {**dataclasses.asdict(one), "tokens_per_100_words": one.tokens_per_100_words, "characters_per_token": one.characters_per_token}


def _table(counts: "list[TextCount]") -> str:
    from wattmint.cli.console import aligned

    header = ("file", "tokens", "words", "tokens per 100 words", "characters per token")
    sizes = [
        (one.name, f"{one.tokens:,}", f"{one.words:,}", _short(one.tokens_per_100_words, 1), _short(one.characters_per_token, 2)) for one in counts
    ]
    return aligned([header, *sizes], right=(1, 2, 3, 4))


def _short(value: float | None, digits: int) -> str:
    return "-" if value is None else f"{value:.{digits}f}"


def _plant_words(tokens: int, given: argparse.Namespace, plant: "ServeAnswer") -> str:
    from wattmint.calculators.serving.tokens import bills
    from wattmint.cli.console import aligned

    rows: list[tuple[str, ...]] = [("", "GPU seconds", "GPU joules", "site Wh", "cost USD", "market USD")]
    for side, bill in zip(("reading", "writing"), bills(tokens, plant), strict=True):
        numbers = (bill.gpu_seconds, bill.gpu_joules, bill.site_wh, bill.cost_usd, bill.market_usd)
        rows.append((side, *("-" if number is None else f"{number:,.4g}" for number in numbers)))
    plant_words = f"{plant.case['model_id']} on {given.gpus} x {plant.case['gpu_id']}, {given.precision}, {given.concurrency} requests at once"
    return f"\n{plant_words}\n{aligned(rows, right=(1, 2, 3, 4, 5))}"
