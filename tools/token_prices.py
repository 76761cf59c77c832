"""Write `token_prices.csv`: what hosts ask for a million tokens of open models, medians over hosts, now and at the end of each half-year.

    PYTHONPATH=src python tools/token_prices.py RAW_FOLDER

`RAW_FOLDER` holds ``ai/prices/token_prices_open_models_snapshots.csv``: the price list inside dated releases of two PyPI packages.
A row counts where its name is a model of the table `models` (after `models.csv` is written), it is sold by the token to everybody, and
it is no faster or slower service at a price of its own. A host with several offers of a model counts once, with its median.
"""

import csv
import re
import statistics
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from tables import Row, row, write

from wattmint.errors import InputError
from wattmint.serving.names import architecture_of

OTHER_SERVICE: Final = re.compile(
    r"turbo|fast|highspeed|tput|free|flex|batch|nitro|extended|speculative|specdec|instant|draft|flash|reasoning$|safeguard|distill-.*-1\.5b|"
    r"tool-use|online|function|coding-|ultra|vision|omni|guard"
)
"""Parts of names of services at a price of their own, and of models that are not the one they are named after."""

PREFIX: Final = re.compile(
    r"^((us|eu|apac|global|au|jp|in)\.)?(meta|openai|qwen|zai|moonshotai?|mistral|deepseek|minimax)\.|^(databricks|fw|snowflake|zai)-"
)
SUFFIX: Final = re.compile(r"(-v?\d+:\d+|-maas|-versatile|-8192|-4096|-32768|:\d+b-cloud|-cloud|-tput|-hf|-latest|-\d{6})$")
POINT: Final = re.compile(r"(?<=\d)p(?=\d)")
LLAMA_V: Final = re.compile(r"^(databricks-)?(meta-)?llama-?v?(\d)")

LEAST_HOSTS: Final = 2
MOST_USD: Final = 100.0
"""No open model ever cost so much per million tokens; a list that says so has mistaken its unit."""

HALF_YEARS: Final = ("2023-12-31", "2024-06-30", "2024-12-31", "2025-06-30", "2025-12-31", "2026-06-30")
SOURCE: Final = "token-price-lists"

Offer = tuple[str, str, str, float, float]


def main() -> None:
    """Write the table and say how many rows it has."""
    with (Path(sys.argv[1]) / "ai/prices/token_prices_open_models_snapshots.csv").open(encoding="utf-8", newline="") as stream:
        print("token_prices", write("token_prices", price_rows(csv.DictReader(stream))))


def price_rows(raw: Iterable[dict[str, str]]) -> Iterator[Row]:
    """Yield the rows of the table: each model's newest prices, then those of earlier half-years."""
    offers = [offer for item in raw if (offer := offer_of(item)) is not None]
    newest = max(date for date, *_ in offers)
    for date in (newest, *reversed(HALF_YEARS)):
        for model in sorted({offer[1] for offer in offers if offer[0] == date}):
            hosts: dict[str, list[tuple[float, float]]] = {}
            for _, _, host, read, written in (offer for offer in offers if offer[:2] == (date, model)):
                hosts.setdefault(host, []).append((read, written))
            if len(hosts) >= LEAST_HOSTS:
                yield from _model_rows(model if date == newest else f"{model}-at-{date[:7]}", list(hosts.values()), date)


def _model_rows(id_: str, hosts: list[list[tuple[float, float]]], date: str) -> Iterator[Row]:
    for name, side in (("input_usd_per_mtok", 0), ("output_usd_per_mtok", 1)):
        asked = sorted(statistics.median(offer[side] for offer in offers) for offers in hosts)
        yield row(id_, name, statistics.median(asked), SOURCE, "derived", date, (asked[0], asked[-1]))
    yield row(id_, "token_hosts", len(hosts), SOURCE, "derived", date)


def offer_of(item: dict[str, str]) -> Offer | None:
    """Return date, model, host, and USD per million tokens read and written of a row that counts."""
    name = item["model"].rsplit("/", 1)[-1].lower()
    prices = [float(item[column] or 0) for column in ("input_usd_per_mtok", "output_usd_per_mtok")]
    if item["mode"] not in {"chat", "completion"} or OTHER_SERVICE.search(name) or not 0.0 < min(prices) <= max(prices) < MOST_USD:
        return None
    model = _model(name)
    host = item["provider"].split("-")[0]
    return None if model is None else (item["snapshot_date"], model, host, *prices)  # type: ignore[return-value]


def _model(name: str) -> str | None:
    name = POINT.sub(".", SUFFIX.sub("", SUFFIX.sub("", PREFIX.sub("", name))))
    name = LLAMA_V.sub(r"llama-\3", name)
    try:
        return architecture_of(name)[0]
    except InputError:
        return None


if __name__ == "__main__":
    main()
