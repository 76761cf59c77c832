"""How fast token prices fall, how far they swing, and how much faster software makes the same accelerators: rows of `processes` and `defaults`.

    PYTHONPATH=src python tools/token_terms.py --data RAW_FOLDER

Run it after token_prices.py and fit_serving.py. ``RAW_FOLDER/ai/prices`` holds the price lists inside dated releases of two PyPI packages.

Three lines go through the same prices, one level per open model and one fall per year for all. What the median host asks hardly falls: lists are
sticky, and old hosts stay. What the cheapest host asks falls fast: that is where buyers who look at the price go, so it is the trend that a plant
which must sell faces. The residuals around the medians' line are how far prices swing.
"""

import argparse
import csv
import math
from collections import defaultdict
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from statistics import median
from typing import Final, NamedTuple

import numpy as np
from tables import Row, row, update
from token_prices import LEAST_HOSTS, Offer, offer_of

from wattmint.facts.load import number, table
from wattmint.serving.estimate import estimate_columns
from wattmint.serving.software import DATES
from wattmint.units import DAYS_PER_YEAR

TREND: Final = "token-price-trend"
PARITY: Final = "token-price-parity"
LEAST_DATES: Final = 3
LEAST_YEARS: Final = 0.5
"""A model counts whose prices are known on so many dates over so many years."""

CHIPS: Final = ("h100-sxm", "h200-sxm", "b200-sxm")


class Line(NamedTuple):
    """One fall per year through the prices of many models, each with its own level.

    `per_year` is the slope of the logarithm, `error` its standard error with whole models as the unit, `residual_sd` the spread around the lines.
    """

    per_year: float
    error: float
    residual_sd: float
    models: int


def main() -> None:
    """Update the two tables and print what was found."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--data", type=Path, required=True)
    raw = parser.parse_args().data
    with (raw / "ai/prices/token_prices_open_models_snapshots.csv").open(encoding="utf-8", newline="") as stream:
        offers = [offer for item in csv.DictReader(stream) if (offer := offer_of(item)) is not None]
    cheapest, middle = (line_through(offers, choice) for choice in (min, median))
    print("cheapest host", cheapest, "median host", middle)
    as_of = max(offer[0] for offer in offers)
    spread = (round(-middle.per_year, 2), round(-cheapest.per_year + 2.0 * cheapest.error, 2))
    print("processes", update("processes", [row("token-price", "stationary_sd", round(middle.residual_sd, 2), TREND, "derived", as_of, (0.1, 0.4))]))
    falls = round(-cheapest.per_year, 2)
    declines = row("inference", "price_decline_per_year", falls, TREND, "derived", as_of, spread)
    print("defaults", update("defaults", [declines, software_row(falls, as_of)]))


def line_through(offers: list[Offer], choice: Callable[[list[float]], float]) -> Line:
    """Fit one fall per year through what a model's hosts ask on each date: the cheapest, or the median."""
    xs, ys = [], []
    for points in _points(offers, choice).values():
        times, logs = (np.array(values) for values in zip(*points, strict=True))
        if len(points) >= LEAST_DATES and np.ptp(times) >= LEAST_YEARS:
            xs.append(times - times.mean())
            ys.append(logs - logs.mean())
    x, y = np.concatenate(xs), np.concatenate(ys)
    slope = float(x @ y / (x @ x))
    scores = [float(one @ (other - slope * one)) for one, other in zip(xs, ys, strict=True)]
    return Line(slope, math.sqrt(sum(score**2 for score in scores)) / float(x @ x), float(np.std(y - slope * x)), len(xs))


def software_row(falls_per_year: float, as_of: str) -> Row:
    """Return how much more the same accelerators serve after a year of better software.

    The value is what prices fall less what accelerators age: so much keeps an hour's tokens in step with the hour's rental, and the ageing of
    rentals is known better than either slope. Low and high are the fit's own software dates, over models that are sold and accelerators.
    """
    sold = [model for model in table("token_prices") if model in table("models")]
    pairs = [(model, chip) for model in sold for chip in CHIPS]
    last = DATES["tuned"][1]
    before, after = (_throughput(pairs, year) for year in (last - 1.0, last))
    gains = np.log(after / before)
    low, middle, high = (round(float(q), 2) for q in np.nanquantile(gains, (0.1, 0.5, 0.9)))
    print("software by the fit: median", middle, "from", low, "to", high)
    value = round(falls_per_year - number("processes", "gpu-rental", "ageing_per_year"), 2)
    return row("inference", "software_gain_per_year", value, PARITY, "derived", as_of, (low, high))


def _throughput(pairs: list[tuple[str, str]], software_date: float) -> np.ndarray:
    terms = {name: number("defaults", "inference", name) for name in ("isl", "osl", "tpot_ms")}
    same: Mapping[str, object] = {
        "gpus": 8, "precision": "fp8", "isl": terms["isl"], "osl": terms["osl"], "concurrency": "max", "tpot_limit_ms": terms["tpot_ms"],
        "software_date": software_date,
    }  # fmt: skip
    columns = {name: [value] * len(pairs) for name, value in same.items()}
    found = estimate_columns({**columns, "model": [model for model, _ in pairs], "gpu": [chip for _, chip in pairs]})
    return np.asarray(found["output_tokens_per_s_per_gpu"])


def _points(offers: list[Offer], choice: Callable[[list[float]], float]) -> Mapping[str, list[tuple[float, float]]]:
    """Return year and log price of each model's dates with enough hosts; read and written weighted as a request has them."""
    weight = number("defaults", "inference", "isl") / number("defaults", "inference", "osl")
    asked: dict[tuple[str, str], dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    for day, model, host, read, written in offers:
        asked[model, day][host].append((weight * read + written) / (weight + 1.0))
    points = defaultdict(list)
    for (model, day), hosts in sorted(asked.items()):
        if len(hosts) >= LEAST_HOSTS:
            years = date.fromisoformat(day).toordinal() / DAYS_PER_YEAR
            points[model].append((years, math.log(choice([median(prices) for prices in hosts.values()]))))
    return points


if __name__ == "__main__":
    main()
