"""Weather that is made up but possible: a daily and a yearly wave, humidity that belongs to them, and files of it."""

import numpy as np
import polars as pl

from wattmint.market.typical_year import common_year
from wattmint.physics.psychrometrics import rh_from_dew_point, wet_bulb_from_dew_point_c

PRESSURE_KPA = 97.5


def waves(hours: int) -> pl.DataFrame:
    """Hours from 1 January 00:00 UTC on: every column that a weather file may have, rounded as services do."""
    at = np.arange(hours)
    dry = np.round(16.0 - 11.0 * np.cos(2 * np.pi * at / 8760.0) - 7.0 * np.cos(2 * np.pi * (at - 3.0) / 24.0), 1)
    dew = np.round(dry - 6.0 + 4.0 * np.cos(2 * np.pi * (at - 4.0) / 24.0), 1)
    times = np.datetime64("2023-01-01T00:00") + at.astype("timedelta64[h]")
    return pl.DataFrame(
        {
            "utc": [f"{time}Z" for time in times],
            "t_dry_c": dry,
            "rh_pct": np.round(100.0 * rh_from_dew_point(dry, dew)),
            "p_kpa": np.full(hours, PRESSURE_KPA),
            "t_dew_c": dew,
            "t_wet_c": np.round(wet_bulb_from_dew_point_c(dry, dew, 1e3 * PRESSURE_KPA), 2),
        }
    )


def typical() -> pl.DataFrame:
    """The same as a typical year, its hours numbered from 0 and told by month."""
    frame = waves(8760)
    return frame.drop("utc").insert_column(0, pl.Series("hour", np.arange(8760))).insert_column(1, pl.Series("month", common_year() // 24 // 32))


def with_cell(frame: pl.DataFrame, row: int, column: str, value: float | str | None) -> pl.DataFrame:
    """One cell changed."""
    cells = [str(cell) for cell in frame[column]]
    cells[row] = "" if value is None else str(value)
    return frame.with_columns(pl.Series(column, cells))


def save(frame: pl.DataFrame, folder, name: str = "wx.csv"):
    """A CSV file of it."""
    path = folder / name
    frame.write_csv(path)
    return path
