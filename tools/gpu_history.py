"""How fast an accelerator's rental price falls with age, and how far the market swings around that, from public price lists."""

import csv
import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from typing import Final, NamedTuple

import numpy as np

LAUNCH: Final = {"V100": 2017.5, "A100": 2020.9, "H100": 2022.8}
"""Year of first delivery of the accelerators with a long enough history."""

BAD_DAYS: Final = ("2026-03-11",)
"""Days of the neocloud index whose cells are wrong."""


class Quote(NamedTuple):
    """One on-demand price."""

    chip: str
    month: str
    usd_per_gpu_h: float
    list_name: str
    provider: str


class Ageing(NamedTuple):
    """What the fit found.

    `per_year` is the pooled decline, `low` and `high` the slowest and fastest of the accelerators and of the pooled fit's own
    two standard errors; `residual_sd` is the standard deviation of log prices around the lines.
    """

    per_year: float
    low: float
    high: float
    residual_sd: float
    months: int


def fit_ageing(raw: Path) -> Ageing:
    """Fit one decline per year through the monthly median prices of V100, A100 and H100, each with its own level.

    Parameters
    ----------
    raw : Path
        Raw folder; ``ai/prices`` is read.

    Returns
    -------
    Ageing
        The decline and its spread.
    """
    quotes: dict[tuple[str, str], list[float]] = defaultdict(list)
    by_provider: dict[tuple[str, str, str, str], list[float]] = defaultdict(list)
    for quote in _quotes(raw / "ai/prices"):
        by_provider[quote.chip, quote.month, quote.list_name, quote.provider].append(quote.usd_per_gpu_h)
    for (chip, month, _, _), prices in by_provider.items():
        quotes[chip, month].append(median(prices))
    points = [(chip, _year(month) - LAUNCH[chip], np.log(median(prices)), len(prices)) for (chip, month), prices in quotes.items()]
    slopes = [_line([point for point in points if point[0] == chip])[0] for chip in LAUNCH]
    pooled, error, residual_sd = _line(points)
    low = min(*slopes, pooled - 2 * error)
    high = max(*slopes, pooled + 2 * error)
    return Ageing(pooled, low, high, residual_sd, len(points))


def _line(points: list[tuple[str, float, float, int]]) -> tuple[float, float, float]:
    chips = sorted({point[0] for point in points})
    design = np.array([[float(point[0] == chip) for chip in chips] + [-point[1]] for point in points])
    price = np.array([point[2] for point in points])
    # A month with one quote says less than one with ten, but not ten times less: quotes of one month share its market.
    weight = np.sqrt(np.minimum([point[3] for point in points], 4))
    solution = np.linalg.lstsq(design * weight[:, None], price * weight, rcond=None)[0]
    residual = price - design @ solution
    spread = float(np.sqrt((weight**2 * residual**2).sum() / (weight**2).sum() * len(points) / (len(points) - design.shape[1])))
    covariance = np.linalg.inv((design * weight[:, None]).T @ (design * weight[:, None])) * spread**2 * (weight**2).mean()
    return float(solution[-1]), float(np.sqrt(covariance[-1, -1])), spread


def _quotes(folder: Path) -> Iterator[Quote]:
    for item in _read(folder / "gpu_prices_epoch_2010_2025.csv"):
        price, chip = item["Price per chip-hour (on-demand)"], _chip(item["Hardware model"])
        if price and chip:
            yield Quote(chip, item["Price date"][:7], float(price), "epoch", item["Vendor"])
    for item in _read(folder / "gpu_cloud_listprice_fullstack_2022_2025.csv"):
        chip = _chip(item["gpu"])
        if item["per_gpu_usd_hr"] and chip:
            yield Quote(chip, item["commit_date"][:7], float(item["per_gpu_usd_hr"]), "full stack", item["cloud"])
    for item in _read(folder / "gpu_marketplace_primeintellect_daily_2025.csv"):
        chip = _chip(item["gpu"])
        if chip and item["socket"].startswith("SXM"):
            yield Quote(chip, item["date"][:7], float(item["median"]), "prime intellect", "")
    for item in _read(folder / "gpu_index_hyperscaler_neocloud_daily_2026.csv"):
        for chip in ("A100", "H100"):
            if item["date"] not in BAD_DAYS and item[f"neocloud-{chip}"]:
                yield Quote(chip, item["date"][:7], float(item[f"neocloud-{chip}"]), "neocloud", "")
    for item in _read(folder / "gpu_rental_offers_daily_2026H2.csv"):
        chip = {"v100": "V100", "a100-sxm-80": "A100", "h100-sxm": "H100"}.get(item["gpu"])
        if chip and item["kind"] in ("on-demand", "secure", "community"):
            yield Quote(chip, item["date"][:7], float(item["usd_hr"]), "offers", item["provider"])


def _chip(name: str) -> str | None:
    found = re.search(r"\b(V100|A100|H100)\b", name.replace("_", " "))
    # 40 GB and PCIe versions rent at other levels.
    return None if found is None or re.search(r"40\s?GB|PCIe|NVL", name) else found[1]


def _year(month: str) -> float:
    return int(month[:4]) + (int(month[5:]) - 0.5) / 12


def _read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))
