"""Compute `fee_rates.csv`: what room in a block has cost, over four stretches whose every block is known.

    PYTHONPATH=src python tools/fee_rates.py RAW_FOLDER

`RAW_FOLDER` holds ``mining/btc_block_fees.csv.gz`` (getblockstats of single blocks, m-marqx/BTC-RPC-Data, MIT). A block's fee rate is all its
fees over its virtual bytes (a quarter of its weight); percentiles are over blocks, the mean is over bytes.
"""

import csv
import gzip
import sys
from datetime import UTC, datetime
from pathlib import Path
from statistics import fmean, quantiles
from typing import Final

from tables import Row, row, write

STRETCHES: Final = {
    "rush-2017": ("December 2017 to February 2018", 499_999, 509_998),
    "boom-2021": ("April to September 2021", 679_999, 699_998),
    "spring-2023": ("February to April 2023", 776_424, 786_423),
    "quiet-2025": ("August 2025 to February 2026", 909_458, 934_575),
}
SOURCE: Final = "btc-rpc-data"
WEIGHT_PER_VBYTE: Final = 4


def main() -> None:
    """Write the table and say how many rows it has."""
    with gzip.open(Path(sys.argv[1]) / "mining/btc_block_fees.csv.gz", "rt", encoding="utf-8", newline="") as stream:
        blocks = {int(item["height"]): item for item in csv.DictReader(stream)}
    rows = [made for id_, (title, first, last) in STRETCHES.items() for made in stretch(id_, title, [blocks[at] for at in range(first, last + 1)])]
    print("fee_rates", write("fee_rates", rows))


def stretch(id_: str, title: str, blocks: list[dict[str, str]]) -> list[Row]:
    """Return the rows of one stretch.

    Parameters
    ----------
    id_, title : str
        Of the stretch.
    blocks : list of dict
        Every block in it, by column.

    Returns
    -------
    list of Row
        Derived from what was measured.
    """
    fees = [int(block["totalfee"]) for block in blocks]
    weights = [int(block["total_weight"]) for block in blocks]
    rates = [WEIGHT_PER_VBYTE * fee / weight for fee, weight in zip(fees, weights, strict=True) if weight]
    tenths = quantiles(rates, n=10, method="inclusive")
    days = [datetime.fromtimestamp(int(block["time"]), UTC).date().isoformat() for block in blocks]
    values: dict[str, float | str] = {
        "title": title,
        "first_date": min(days),
        "last_date": max(days),
        "blocks_counted": len(blocks),
        "fee_rate_p10_sat_per_vb": tenths[0],
        "fee_rate_p50_sat_per_vb": tenths[4],
        "fee_rate_p90_sat_per_vb": tenths[8],
        "fee_rate_mean_sat_per_vb": WEIGHT_PER_VBYTE * sum(fees) / sum(weights),
        "transactions_per_block": fmean(int(block["txs"]) for block in blocks),
        "block_weight": fmean(weights),
    }
    return [row(id_, name, value, SOURCE, "derived", max(days)) for name, value in values.items()]


if __name__ == "__main__":
    main()
