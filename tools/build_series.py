"""Turn raw hourly prices, weather and bitcoin lists into the files of `src/wattmint/facts/series/` and the table `series`.

    PYTHONPATH=src python tools/build_series.py RAW_FOLDER

`RAW_FOLDER` holds the folders ``energy`` and ``mining``. Prices keep their cents, temperatures their hundredths, and every gap of
the data stays a gap. The same input and the same polars give the same bytes.
"""

import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Final, NamedTuple

import polars as pl
from bitcoin_series import block_rows, epoch_rows, monthly_rows
from fees_daily import fee_rows
from tables import FACTS, Row, row, write

from wattmint.units import SECONDS_PER_HOUR

SERIES: Final = FACTS / "series"

AS_OF: Final = date(2026, 11, 23).isoformat()
"""When the files were made."""


class Hourly(NamedTuple):
    """One embedded hourly series: what it is, and the raw files and columns it is read from."""

    id: str
    title: str
    kind: str
    files: tuple[str, ...]
    columns: dict[str, str]
    source: str
    time_zone: str
    market: str = ""
    product: str = ""
    altitude_m: float | None = None


_PRICE: Final = "price_usd_per_mwh"
_WEATHER: Final = {"t_dry_c": "t_dry_c", "t_wet_c": "t_wet_c"}
_TYPICAL: Final = {**_WEATHER, "p_kpa": "p_kpa"}
_WEST: Final = ("energy/ercot_west_2024_dam_rtm_as.csv",)
_YEARS: Final = range(2020, 2025)

HOURLY: Final = (
    Hourly(
        "ercot-west-2024",
        "ERCOT West, real time, 2024",
        "price",
        _WEST,
        {"lz_west_rtm": _PRICE},
        "ercot-west-2024",
        "America/Chicago",
        "ercot",
        "real-time settlement point price of LZ_WEST, hourly mean of four quarter hours",
    ),
    Hourly(
        "ercot-west-2024-dam",
        "ERCOT West, day ahead, 2024",
        "price",
        _WEST,
        {"lz_west_dam": _PRICE},
        "ercot-west-2024",
        "America/Chicago",
        "ercot",
        "day-ahead settlement point price of LZ_WEST",
    ),
    Hourly(
        "ercot-hub-2020-2024",
        "ERCOT hub average, day ahead, 2020 to 2024",
        "price",
        tuple(f"energy/ercot_hbhubavg_dam_{year}.csv" for year in _YEARS),
        {"dam_usd_mwh": _PRICE},
        "hpe-sustain-cluster",
        "America/Chicago",
        "ercot",
        "day-ahead settlement point price of HB_HUBAVG",
    ),
    Hourly(
        "pjm-dominion-2023",
        "PJM Dominion zone, real time, 2023",
        "price",
        ("energy/pjm_dom_rt_2023.csv",),
        {"price_usd_mwh": _PRICE},
        "hpe-sustain-cluster",
        "America/New_York",
        "pjm",
        "real-time hourly price of zone DOM",
    ),
    Hourly(
        "dallas-2020-2024",
        "Dallas, weather of 2020 to 2024",
        "weather",
        tuple(f"energy/wx_dallas_tx_openmeteo_{year}.csv" for year in _YEARS),
        _WEATHER,
        "open-meteo",
        "America/Chicago",
        altitude_m=142.0,
    ),
    Hourly(
        "midland-tmy3",
        "Midland, typical year",
        "typical weather",
        ("energy/wx_midland_tx_tmy3.csv",),
        _TYPICAL,
        "tmy3",
        "Etc/GMT+6",
        altitude_m=872.0,
    ),
    Hourly(
        "dallas-tmy3",
        "Dallas-Fort Worth, typical year",
        "typical weather",
        ("energy/wx_dallas_tx_tmy3.csv",),
        _TYPICAL,
        "tmy3",
        "Etc/GMT+6",
        altitude_m=171.0,
    ),
)


def main() -> None:
    """Write every series and the table that lists them."""
    raw = Path(sys.argv[1])
    SERIES.mkdir(exist_ok=True)
    rows = [found for series in HOURLY for found in hourly(series, raw)]
    rows += bitcoin(raw)
    print("series", write("series", rows))


def hourly(series: Hourly, raw: Path) -> Iterator[Row]:
    """Write one hourly series as Parquet and yield its rows of the table."""
    frame = pl.concat([pl.read_csv(raw / file) for file in series.files])
    typical = series.kind == "typical weather"
    frame = _typical(frame, series) if typical else _dated(frame, series)
    file = f"{series.id}.parquet"
    frame.write_parquet(SERIES / file, compression="zstd", compression_level=19, statistics=False)
    yield from _listed(series.id, series.title, file, series.kind, series.source, frame.height)
    yield row(series.id, "hours", frame.height, series.source, "derived", AS_OF)
    yield row(series.id, "time_zone", series.time_zone, series.source, "derived", AS_OF)
    if series.altitude_m is not None:
        yield row(series.id, "altitude_m", series.altitude_m, series.source, "derived", AS_OF)
    if typical:
        return
    first, last = frame["utc"][0], frame["utc"][-1]
    between = (last - first).total_seconds() / SECONDS_PER_HOUR + 1
    yield row(series.id, "first_date", f"{first:%Y-%m-%d}", series.source, "derived", AS_OF)
    yield row(series.id, "last_date", f"{last:%Y-%m-%d}", series.source, "derived", AS_OF)
    yield row(series.id, "missing_hours", between - frame.height, series.source, "derived", AS_OF)
    if series.market:
        yield row(series.id, "market", series.market, series.source, "derived", AS_OF)
        yield row(series.id, "price_product", series.product, series.source, "derived", AS_OF)


def bitcoin(raw: Path) -> list[Row]:
    """Write the bitcoin files and return their rows of the table."""
    rows: list[Row] = []
    epochs, months = epoch_rows(raw), monthly_rows(raw)
    fees = fee_rows(raw, months)
    for id_, title, source, lines, dates in (
        ("btc-epochs", "Bitcoin difficulty epochs", "electrum-bitcoinj-checkpoints", epochs, ("2009-01-03", "2026-06-14")),
        ("btc-block-times", "Bitcoin blocks at which the subsidy halved", "btc-headers", block_rows(), ("2012-11-28", "2024-04-20")),
        ("btc-monthly", "Bitcoin by month", "btc-monthly-sources", months, (months[1][0], months[-1][0])),
        ("btc-fees-daily", "Bitcoin transaction fees by day", "btc-fees-daily-sources", fees, (fees[1][0], fees[-1][0])),
    ):
        file = f"{id_.replace('-', '_')}.csv"
        (SERIES / file).write_text("".join(",".join(line) + "\n" for line in lines), encoding="utf-8")
        rows += _listed(id_, title, file, "bitcoin", source, len(lines) - 1)
        rows += [row(id_, name, day, source, "derived", AS_OF) for name, day in zip(("first_date", "last_date"), dates, strict=True)]
    return rows


def _listed(id_: str, title: str, file: str, kind: str, source: str, rows: int) -> Iterator[Row]:
    for name, value in (("title", title), ("file", file), ("series_kind", kind), ("rows", float(rows))):
        yield row(id_, name, value, source, "derived", AS_OF)


def _dated(frame: pl.DataFrame, series: Hourly) -> pl.DataFrame:
    utc = pl.col("utc").str.to_datetime("%Y-%m-%dT%H:%MZ", time_unit="ms", time_zone="UTC")
    values = [pl.col(old).cast(pl.Float64).round(2).alias(new) for old, new in series.columns.items()]
    found = frame.select(utc, *values)
    if not found["utc"].is_sorted() or found["utc"].n_unique() != found.height:
        raise ValueError(f"{series.id}: hours unsorted or repeated")
    return found


def _typical(frame: pl.DataFrame, series: Hourly) -> pl.DataFrame:
    # Row n is hour n of a 365-day year of local standard time; which year does not matter, so any common year gives the days.
    start = pl.datetime(2001, 1, 1) + pl.duration(hours=pl.col("hour"))
    clock = frame.with_columns(start.alias("start"))
    found = clock.select(
        pl.col("start").dt.month().alias("month"),
        pl.col("start").dt.day().alias("day"),
        pl.col("start").dt.hour().alias("hour_of_day"),
        *(pl.col(old).cast(pl.Float64).round(2).alias(new) for old, new in series.columns.items()),
    )
    if not (found["month"].cast(pl.Int64) == frame["month"]).all():
        raise ValueError(f"{series.id}: months of the raw file and of the hour number differ")
    return found


if __name__ == "__main__":
    main()
