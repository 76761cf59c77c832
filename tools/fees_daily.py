"""Lines of ``btc_fees_daily.csv``: mean transaction fees per block of every UTC day, and how well each is known.

Four kinds of day, best first:

- ``observed``: every block of the day is in the block statistics (m-marqx, MIT); mean over the day's blocks, to the satoshi.
- ``observed-chart``: fees of the day from a public chart of no stated licence, over the blocks that the epoch's pace gives the
  day; a fact, rounded to four digits.
- ``observed-monthly``: known by day only from a list that may not be used commercially, which is not shipped; the month's rounded
  mean of ``btc_monthly.csv`` stands for it, less what the better-known days of that month took.
- ``estimated``: nobody has told. The month's estimate where a miner's report gives one, else a straight line in the logarithm
  between the means of the three known days before and after; after the last known day towards the shipped snapshot.
"""

import csv
import gzip
import itertools
import math
from collections import defaultdict
from datetime import UTC, date, datetime
from pathlib import Path
from statistics import fmean
from typing import Final

from bitcoin_series import FIRST_MONTH

from wattmint.facts.load import record
from wattmint.units import SAT_PER_BTC

COLUMNS: Final = ["day", "fees_btc_per_block", "kind"]
CHARTS: Final = ("glassnode", "blockchain.com")
"""Sources whose days may be shipped as rounded facts only."""

ANCHOR_DAYS: Final = 3
"""Known days whose mean stands at either end of an interpolated gap."""

Days = dict[date, float]


def fee_rows(raw: Path, months: list[list[str]]) -> list[list[str]]:
    """Return header and lines of ``btc_fees_daily.csv``.

    Parameters
    ----------
    raw : Path
        Raw folder with ``mining/btc_block_fees.csv.gz`` and ``mining/btc_daily_master.csv``.
    months : list of list of str
        Header and lines of ``btc_monthly.csv``.

    Returns
    -------
    list of list of str
        One line per day from the first month of the monthly table to the last day of the raw list.
    """
    with (raw / "mining/btc_daily_master.csv").open(encoding="utf-8", newline="") as stream:
        master = {date.fromisoformat(item["date"]): item for item in csv.DictReader(stream) if item["date"] >= FIRST_MONTH}
    blocks = {day: mean for day, mean in _of_blocks(raw / "mining/btc_block_fees.csv.gz").items() if day in master}
    charted = [day for day, item in master.items() if day not in blocks and item["fees_source"].startswith(CHARTS)]
    chart = {day: float(f"{_chart(master[day]):.4g}") for day in charted}
    pace = {day: float(item["blocks_per_day_est"]) for day, item in master.items()}
    told = {line[0]: (float(line[3]), line[4]) for line in months[1:] if line[3]}
    monthly_days = [day for day, item in master.items() if item["fees_btc"] and day not in blocks and day not in chart]
    monthly = _rest_of_month(monthly_days, {**blocks, **chart}, pace, {month: fees for month, (fees, kind) in told.items() if kind == "observed"})
    known = {**blocks, **chart, **monthly}
    reports = {day: told[f"{day:%Y-%m}"][0] for day in master if day not in known and told.get(f"{day:%Y-%m}", (0.0, ""))[1] == "estimated"}
    guessed = reports | _between({**known, **reports}, sorted(master))
    text = {day: (f"{fees:.8f}", "observed") for day, fees in blocks.items()}
    text |= {day: (f"{fees:.4g}", "observed-chart") for day, fees in chart.items()}
    text |= {day: (f"{fees:.3g}", "observed-monthly") for day, fees in monthly.items()}
    text |= {day: (f"{fees:.3g}", "estimated") for day, fees in guessed.items()}
    return [COLUMNS, *([day.isoformat(), *text[day]] for day in sorted(master))]


def _of_blocks(path: Path) -> Days:
    """Means of the days all of whose blocks are there: a run of heights begins before the day and ends after it."""
    with gzip.open(path, "rt", encoding="utf-8", newline="") as stream:
        rows = sorted((int(item["height"]), int(item["time"]), int(item["totalfee"])) for item in csv.DictReader(stream))
    days = {height: datetime.fromtimestamp(time_s, UTC).date() for height, time_s, _ in rows}
    partial = {day for height, day in days.items() if height - 1 not in days or height + 1 not in days}
    fees: dict[date, list[int]] = defaultdict(list)
    for height, _, fee_sat in rows:
        fees[days[height]].append(fee_sat)
    return {day: fmean(values) / SAT_PER_BTC for day, values in fees.items() if day not in partial}


def _chart(item: dict[str, str]) -> float:
    return float(item["fees_btc"]) / float(item["blocks_per_day_est"])


def _rest_of_month(days: list[date], better: Days, pace: Days, means: dict[str, float]) -> Days:
    """Give a month's less-known days what its mean leaves over, weighted by the blocks of each day."""
    found: Days = {}
    for month, group in itertools.groupby(sorted(days), key=lambda day: f"{day:%Y-%m}"):
        rest = list(group)
        others = [day for day in better if f"{day:%Y-%m}" == month]
        blocks = sum(pace[day] for day in rest)
        left = means[month] * (blocks + sum(pace[day] for day in others)) - sum(better[day] * pace[day] for day in others)
        mean = left / blocks
        found |= dict.fromkeys(rest, mean if mean > 0 else means[month])
    return found


def _between(known: Days, days: list[date]) -> Days:
    """Fill every gap of `days` by a straight line in the logarithm."""
    snapshot = record("snapshot", "market")["fees_btc_per_block"]
    far = date.fromisoformat(snapshot.as_of)
    anchors = sorted(known)
    found: Days = {}
    for day in days:
        if day in known:
            continue
        before = [one for one in anchors if one < day][-ANCHOR_DAYS:]
        after = [one for one in anchors if one > day][:ANCHOR_DAYS]
        end = after[0] if after else far
        low = math.log(fmean(known[one] for one in before))
        high = math.log(fmean(known[one] for one in after) if after else float(snapshot.value))
        found[day] = math.exp(low + (high - low) * ((day - before[-1]) / (end - before[-1])))
    return found
