"""A user's CSV or Parquet file at the border: foreign column names, text where numbers belong, and where it stands."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import polars as pl
from polars.exceptions import PolarsError

from wattmint.errors import SeriesError
from wattmint.types import FloatArray, IntArray

FOREIGN_NAMES: Final = {
    "time": (
        "utc", "time", "timestamp", "datetime", "date_time", "hour", "date", "time_utc", "utc_time", "datetime_utc", "timestamp_utc",
        "hour_start", "hour_beginning", "interval_start", "interval_start_utc", "interval_start_local", "period_start", "delivery_start",
    ),
    "price": (
        "price", "lmp", "spp", "price_usd_mwh", "price_usd_per_mwh", "usd_mwh", "usd_per_mwh", "usd", "total_lmp", "total_lmp_rt", "total_lmp_da",
        "settlement_point_price", "dam_usd_mwh", "rtm_usd_mwh", "da_price", "rt_price", "spot_price", "energy_price",
    ),
    "dry-bulb": ("t_dry_c", "temp_dry_c", "dry_bulb_c", "drybulb_c", "temp_c", "temperature_c", "temp_air", "temperature_2m", "temperature_2m_c"),
    "day": ("day", "date", "utc", "time", "timestamp", "datetime", "date_utc", "day_utc"),
    "coin price": ("price", "btc_usd", "price_usd", "usd", "close", "close_usd", "btc_price", "btc_price_usd", "priceusd", "usd_per_btc"),
    "wet-bulb": ("t_wet_c", "temp_wet_c", "wet_bulb_c", "wetbulb_c", "wet_bulb_temperature_2m", "wet_bulb_temperature_2m_c"),
    "dew-point": ("t_dew_c", "temp_dew_c", "dew_point_c", "dewpoint_c", "temp_dew", "dew_point_2m", "dew_point_2m_c"),
    "humidity": ("rh_pct", "rh", "relative_humidity", "relative_humidity_pct", "relative_humidity_2m", "rhum", "humidity_pct"),
    "pressure": (
        "p_kpa", "pressure_kpa", "p_hpa", "pressure_hpa", "p_mbar", "pressure_mbar", "surface_pressure", "surface_pressure_hpa",
        "p_pa", "pressure_pa",
    ),
    "pm2.5": ("pm25_ugm3", "pm25_ug_m3", "pm2_5_ugm3", "pm2_5_ug_m3", "pm25", "pm2_5"),
}  # fmt: skip
"""Names that columns carry in the wild, by what they hold here; compared in lower case with other signs as `_`."""

_SEPARATORS: Final = ",;\t"
_PARQUET: Final = (".parquet", ".pq")


@dataclass(frozen=True, slots=True)
class Table:
    """A file as read: its columns, and how to point at a row of it.

    Attributes
    ----------
    file : str
        Name to be printed.
    frame : polars.DataFrame
        CSV columns are text, Parquet columns as stored; rows without any value are left out.
    row : IntArray, shape (rows,)
        Line in the CSV file (its header is line 1) or row in the Parquet file (from 1).
    row_word : str
        ``line`` or ``row``.
    """

    file: str
    frame: pl.DataFrame
    row: IntArray
    row_word: str

    def place(self, index: int, column: str) -> str:
        """Return where row `index` of `column` is, in words."""
        return f"{self.file}, {self.row_word} {self.row[index]}, {column}"


def read_table(path: Path, field: str) -> Table:
    """Read a CSV file (separated by comma, semicolon or tab) or a Parquet file.

    Parameters
    ----------
    path : Path
        The ending ``.parquet`` or ``.pq`` means Parquet, anything else CSV.
    field : str
        What the user calls it, for errors about the file as a whole.

    Returns
    -------
    Table
        With at least one row.

    Raises
    ------
    SeriesError
        If there is no such file, it cannot be read as a table, or has no rows.
    """
    if not path.is_file():
        raise SeriesError(field, path.name, f"no such file in {path.parent.absolute()}; a path is taken from the folder of the site file")
    is_parquet = path.suffix.lower() in _PARQUET
    try:
        frame = pl.read_parquet(path) if is_parquet else pl.read_csv(path, infer_schema=False, separator=_separator(path))
    except (PolarsError, OSError, UnicodeDecodeError) as error:
        reason = str(error).partition("\n")[0]
        raise SeriesError(field, path.name, f"must be a CSV or Parquet table; {reason}") from error
    row = np.arange(frame.height) + (1 if is_parquet else 2)
    filled = ~frame.select(pl.all_horizontal(pl.all().is_null())).to_series().to_numpy() if frame.width else np.zeros(0, dtype=bool)
    if not filled.any():
        raise SeriesError(field, path.name, "has no rows; at least a day of hours is needed")
    return Table(path.name, frame.filter(pl.Series(filled)), row[filled], "row" if is_parquet else "line")


def pick_column(table: Table, role: str, given: str | None = None, key: str | None = None) -> str:
    """Return the column that holds `role`.

    Parameters
    ----------
    table : Table
        The file.
    role : str
        A key of `FOREIGN_NAMES`; its names are tried when none was given.
    given : str, optional
        The column's name as the user gave it.
    key : str, optional
        Key of the site file under which it can be given; None where it cannot.

    Returns
    -------
    str
        A column of the file.

    Raises
    ------
    SeriesError
        If the given column is not there, or none or several known names are; the columns are listed.
    """
    columns = [name for name in table.frame.columns if "_duplicated_" not in name]
    listed = f"its columns are {', '.join(columns)}"
    if given is not None and given not in columns:
        raise SeriesError(key or table.file, given, f"a column of {table.file}; {listed}")
    found = [given] if given is not None else columns_of(table, role)
    if len(found) == 1 and f"{found[0]}_duplicated_0" not in table.frame.columns:
        return found[0]
    remedy = f"name it in {key}" if key else f"call it {' or '.join(FOREIGN_NAMES[role][:3])}"
    found_words = " and ".join(found) if found else "none found"
    raise SeriesError(f"{table.file}, {role} column", found_words, f"one column with a usual name is needed; {remedy}; {listed}")


def columns_of(table: Table, role: str) -> list[str]:
    """Return the columns of a file that carry one of the usual names of `role`, a key of `FOREIGN_NAMES`; none where there is none."""
    return [name for name in table.frame.columns if _plain(name) in FOREIGN_NAMES[role]]


def numbers(table: Table, column: str, allowed: str, low: float, high: float) -> FloatArray:
    """Return a column of finite numbers within a range.

    Parameters
    ----------
    table : Table
        The file.
    column : str
        One of its columns.
    allowed : str
        What is allowed, in words.
    low, high : float
        Range, ends included.

    Returns
    -------
    FloatArray, shape (rows,)

    Raises
    ------
    SeriesError
        At the first empty cell, text, NaN, infinity or number outside the range: file, line, column and value.
    """
    series = table.frame[column]
    if series.dtype == pl.String:
        cast = series.str.strip_chars().cast(pl.Float64, strict=False)
    elif series.dtype.is_numeric():
        cast = series.cast(pl.Float64)
    else:
        raise SeriesError(f"{table.file}, {column}", str(series.dtype), f"a column of numbers: {allowed}")
    values = cast.fill_null(float("nan")).to_numpy()
    bad = np.flatnonzero(~((values >= low) & (values <= high)))
    if bad.size:
        first = int(bad[0])
        raise SeriesError(
            table.place(first, column), series[first] if series[first] is not None else "", f"{allowed}; found on {row_count(bad.size)}"
        )
    return np.asarray(values, dtype=np.float64)


def row_count(rows: int) -> str:
    """Return a number of rows in words: ``1 row``, ``8,760 rows``."""
    return "1 row" if rows == 1 else f"{rows:,} rows"


def _separator(path: Path) -> str:
    with path.open(encoding="utf-8-sig", newline="") as stream:
        header = stream.readline()
    return max(_SEPARATORS, key=header.count)


def _plain(name: str) -> str:
    return "_".join("".join(c if c.isalnum() else " " for c in name.lower()).split())
