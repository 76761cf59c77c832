"""Lines of the bitcoin files: every difficulty epoch, single block times, and one row per month."""

import csv
from collections import defaultdict
from pathlib import Path
from statistics import fmean
from typing import Final

FIRST_MONTH: Final = "2011-01"
LAST_MONTH: Final = "2026-06"
BLOCK_TIMES: Final = ((210_000, 1354116278), (420_000, 1468082773), (630_000, 1589225023), (840_000, 1713571767))
"""Header times of single blocks between retargets, as many public lists have them: those at which the subsidy changes."""

OBSERVED_SHARE: Final = 0.5
"""Share of a month's days that must have fees for its mean to count as observed."""


def epoch_rows(raw: Path) -> list[list[str]]:
    """Return header and lines of ``btc_epochs.csv``: the chain's own bits; see docs/data.md for the two kinds of start time."""
    columns = ["epoch", "start_height", "start_time_unix", "time_kind", "bits_hex"]
    return [columns, *([item[column] for column in columns] for item in _read(raw / "mining/btc_difficulty_epochs.csv"))]


def block_rows() -> list[list[str]]:
    """Return header and lines of ``btc_block_times.csv``: single blocks that steady the heights between two retargets."""
    return [["height", "time_unix"], *([str(height), str(time_s)] for height, time_s in BLOCK_TIMES)]


def monthly_rows(raw: Path) -> list[list[str]]:
    """Return header and lines of ``btc_monthly.csv``.

    Parameters
    ----------
    raw : Path
        Raw folder.

    Returns
    -------
    list of list of str
        Month; mean price (whole dollars, cents below 100); mean difficulty (seven digits); mean fees per block (three digits) and
        whether they are observed, estimated from a company report, or missing.
    """
    days: dict[str, list[dict[str, str]]] = defaultdict(list)
    for item in _read(raw / "mining/btc_daily_master.csv"):
        days[item["date"][:7]].append(item)
    shares = {item["month"]: float(item["fee_share_of_total_reward"]) for item in _read(raw / "mining/fee_share_gap_estimates.csv")}
    lines = [["month", "btc_usd", "difficulty", "fees_btc_per_block", "fee_kind"]]
    for month in sorted(key for key in days if FIRST_MONTH <= key <= LAST_MONTH):
        price = _mean(days[month], "price_usd")
        difficulty = _mean(days[month], "difficulty_mean")
        lines.append([month, f"{price:.0f}" if price >= 100 else f"{price:.2f}", f"{difficulty:.7g}", *_fees(days[month], shares.get(month))])
    return lines


def _fees(days: list[dict[str, str]], share_of_reward: float | None) -> tuple[str, str]:
    covered = [day for day in days if day["fees_btc"]]
    if len(covered) >= OBSERVED_SHARE * len(days):
        # Fees of the days over blocks of the same days: the mean of daily means would weigh slow days too much.
        per_block = sum(float(day["fees_btc"]) for day in covered) / sum(_blocks(day) for day in covered)
        return f"{per_block:.3g}", "observed"
    if share_of_reward is not None:
        return f"{_mean(days, 'subsidy_btc_mean') * share_of_reward / (1 - share_of_reward):.3g}", "estimated"
    return "", "missing"


def _blocks(day: dict[str, str]) -> float:
    return float(day["blocks_actual"] or day["blocks_per_day_est"])


def _mean(days: list[dict[str, str]], column: str) -> float:
    return fmean(float(day[column]) for day in days if day[column])


def _read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))
