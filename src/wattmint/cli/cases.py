"""Many cases at once: a CSV of cases in, the same rows with results and an error column out.

Every calculator verb shares this: ``--cases IN.csv --out OUT.csv``. A row that is refused carries the reason in `error`
and empty results; the others run. The file is written whole or not at all.
"""

import argparse
import csv
import io
import math
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from wattmint.errors import InputError, SeriesError

ERROR_COLUMN: Final = "error"

Row = Mapping[str, str]


def add_options(verb: argparse.ArgumentParser) -> None:
    """Add ``--json``, ``--cases`` and ``--out`` to a calculator verb.

    Parameters
    ----------
    verb : ArgumentParser
        The verb's parser.
    """
    verb.add_argument("--json", action="store_true", help="print one JSON object; words go to standard error")
    verb.add_argument("--cases", metavar="IN.csv", help="a CSV with one case per row instead of the options")
    verb.add_argument("--out", metavar="OUT.csv", help="with --cases: the same rows with results and an error column")


def check_options(given: argparse.Namespace, single: Sequence[str]) -> bool:
    """Return whether many cases are asked for, and refuse a mixture.

    Parameters
    ----------
    given : Namespace
        ``cases``, ``out`` and the single case's options.
    single : sequence of str
        Options, as attributes of `given`, that describe one case.

    Returns
    -------
    bool
        True for ``--cases``.

    Raises
    ------
    InputError
        When ``--out`` is missing or stands alone, or ``--cases`` stands beside a single case's option.
    """
    if given.cases is None:
        if given.out is not None:
            raise InputError("--out", given.out, "goes with --cases")
        return False
    if given.out is None:
        raise InputError("--cases", given.cases, "needs --out OUT.csv, the file to write")
    if all(Path(name).exists() for name in (given.cases, given.out)) and Path(given.out).samefile(given.cases):
        raise InputError("--out", given.out, "another file than --cases")
    for name in single:
        if getattr(given, name) is not None:
            raise InputError(f"--{name.replace('_', '-')}", getattr(given, name), "not together with --cases; give it as a column")
    return True


def run_cases(given: argparse.Namespace, required: Sequence[str], results: Sequence[str], case: Callable[[Row], Mapping[str, Any]]) -> int:
    """Run every row of ``--cases``, write ``--out`` and say how it went.

    Parameters
    ----------
    given : Namespace
        ``cases``, ``out``, ``json``.
    required : sequence of str
        Columns that must be there.
    results : sequence of str
        Names of the result columns, the keys of what `case` returns.
    case : callable
        Takes a row by column name, returns its results; raises InputError to refuse the row.

    Returns
    -------
    int
        Exit code: 0, also when rows were refused.

    Raises
    ------
    SeriesError
        When the file cannot be read, is empty, or lacks or doubles a column.
    OutputError
        When the result cannot be written.
    """
    return run_together(given, required, results, lambda rows: [_run_row(row, results, case) for row in rows])


def run_together(
    given: argparse.Namespace, required: Sequence[str], results: Sequence[str], cases: Callable[[Sequence[Row]], Sequence[Mapping[str, Any]]]
) -> int:
    """Run all rows of ``--cases`` at once, for calculators that are fast on many; else as `run_cases`.

    Parameters
    ----------
    given, required, results
        As for `run_cases`.
    cases : callable
        Takes all rows, returns for each its results and, under `ERROR_COLUMN`, why it was refused; empty where it was not.

    Returns
    -------
    int
        Exit code: 0, also when rows were refused.

    Raises
    ------
    SeriesError, OutputError
        As `run_cases`.
    """
    from wattmint.cli.console import as_json, say
    from wattmint.report.files import write_outputs

    columns, rows = read_cases(Path(given.cases), required, results)
    finished = cases(rows)
    refused = sum(1 for row in finished if row[ERROR_COLUMN])
    text = io.StringIO()
    writer, ends = csv.writer(text, lineterminator="\n"), (*results, ERROR_COLUMN)
    writer.writerow([*columns, *ends])
    writer.writerows([*(row[name] for name in columns), *(end[name] for name in ends)] for row, end in zip(rows, finished, strict=True))
    out = Path(given.out)
    write_outputs(out.parent, {out.name: text.getvalue().encode()})
    say(f"wrote {len(rows)} rows to {out}" + (f"; {refused} refused, see the column '{ERROR_COLUMN}'" if refused else ""))
    if given.json:
        print(as_json({"rows": len(rows), "refused": refused, "out": str(out)}))
    return 0


def read_cases(path: Path, required: Sequence[str], results: Sequence[str]) -> tuple[list[str], list[dict[str, str]]]:
    """Read a CSV of cases.

    Parameters
    ----------
    path : Path
        UTF-8, a header and at least one row.
    required, results : sequence of str
        Columns that must be there, and that may not be there.

    Returns
    -------
    tuple
        Names of the columns, and the rows by column; a short row is filled with empty cells.

    Raises
    ------
    SeriesError
        When the file cannot be read, is empty, or lacks or doubles a column.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise SeriesError("--cases", str(path), f"not UTF-8 text (byte {error.start})") from None
    except OSError as error:
        raise SeriesError("--cases", str(path), f"cannot be read: {error.strerror}") from None
    table = [cells for cells in csv.reader(io.StringIO(text, newline="")) if cells]
    if len(table) < 2:
        raise SeriesError("--cases", str(path), f"a header{' with ' * bool(required)}{', '.join(required)} and at least one row; it is empty")
    columns = [name.strip() for name in table[0]]
    for name in required:
        if name not in columns:
            raise SeriesError("--cases", str(path), f"the column '{name}' is needed; it has {', '.join(columns)}")
    for name in columns:
        if columns.count(name) > 1 or name in (*results, ERROR_COLUMN):
            raise SeriesError("--cases", str(path), f"the column '{name}' is there twice, or is the name of a result")
    return columns, [dict(zip(columns, [*cells, *[""] * len(columns)], strict=False)) for cells in table[1:]]


def number_in(row: Row, column: str) -> float:
    """Return the number in a cell.

    Parameters
    ----------
    row : mapping
        A row by column.
    column : str
        Which.

    Returns
    -------
    float
        Finite.

    Raises
    ------
    SeriesError
        When the cell is empty, text, NaN or infinite.
    """
    try:
        value = float(row[column])
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise SeriesError(column, row[column], "a number")
    return value


def _run_row(row: Row, results: Sequence[str], case: Callable[[Row], Mapping[str, Any]]) -> dict[str, Any]:
    try:
        return {**case(row), ERROR_COLUMN: ""}
    except InputError as error:
        return {**dict.fromkeys(results, ""), ERROR_COLUMN: " ".join(str(error).split())}
