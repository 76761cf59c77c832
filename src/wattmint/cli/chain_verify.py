"""``wattmint chain verify``: real block headers against the chain's rules."""

import argparse
import csv
import io
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from wattmint.errors import SeriesError

WORDS: Final = {
    "work": "hash does not exceed the target that the header names",
    "hash": "hash equals the column 'hash'",
    "link": "previous block is the row one below",
    "retarget": "bits follow from the two ends of the epoch before",
    "epoch": "bits equal within an epoch",
    "step": "bits within a factor of four of the epoch before",
    "median_time": "time after the median of the eleven blocks before",
    "version": "version not below what its height asks for",
    "first_block": "is bitcoin's first block",
}
"""What each check says."""


def add(verbs: Any) -> None:
    """Add the sub-verb to ``wattmint chain``.

    Parameters
    ----------
    verbs : argparse's sub-parsers
        Where sub-verbs are added.
    """
    verb = verbs.add_parser(
        "verify",
        help="verify bitcoin block headers: hash, proof of work, linkage, retarget",
        description=(
            "Verify bitcoin block headers by every rule that the rows at hand can answer. Columns: height, and header_hex or version, prev_hash, "
            "merkle_root, time, bits_hex and nonce; hash is compared where it is there. Exit code 2 when a row is refused."
        ),
    )
    verb.add_argument("headers", metavar="HEADERS.csv", help="the file")
    verb.add_argument("--json", action="store_true", help="print one JSON object; words go to standard error")
    verb.set_defaults(verb=run_verify)


def run_verify(given: argparse.Namespace) -> int:
    """Verify a file of headers.

    Parameters
    ----------
    given : Namespace
        ``headers``, ``json``.

    Returns
    -------
    int
        Exit code: 2 when a row is refused.

    Raises
    ------
    SeriesError
        When the file cannot be read or lacks a column.
    """
    from dataclasses import asdict

    from wattmint.cli.console import aligned, as_json
    from wattmint.ledger.headers import verify_headers
    from wattmint.ledger.rules import MAINNET

    report = verify_headers(read_rows(Path(given.headers)), MAINNET)
    refused = len({error.row for error in report.errors})
    if given.json:
        print(as_json(asdict(report)))
    else:
        print(f"{report.rows:,} headers, " + (f"{refused:,} refused" if refused else "all verified"))
        print(aligned([[f"{count:,}", WORDS[name]] for name, count in report.checks.items() if count], right=(0,)))
        for error in report.errors:
            print(f"row {error.row}, height {error.height}: {error.reason}")
    return 2 if refused else 0


def read_rows(path: Path) -> list[Mapping[str, str]]:
    """Read a file of headers.

    Parameters
    ----------
    path : Path
        UTF-8 CSV.

    Returns
    -------
    list of mappings
        Rows by column, empty cells where a row is short.

    Raises
    ------
    SeriesError
        When the file cannot be read, is empty, or lacks a column.
    """
    from wattmint.ledger.headers import FIELDS

    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise SeriesError("headers", str(path), f"not UTF-8 text (byte {error.start})") from None
    except OSError as error:
        raise SeriesError("headers", str(path), f"cannot be read: {error.strerror}") from None
    try:
        reader = csv.DictReader(io.StringIO(text, newline=""), restval="")
        columns = reader.fieldnames or []
        rows: list[Mapping[str, str]] = [{name: cell for name, cell in row.items() if isinstance(name, str)} for row in reader]
    except csv.Error as error:
        raise SeriesError("headers", str(path), f"a CSV file ({error})") from None
    if "height" not in columns or not ("header_hex" in columns or set(FIELDS) <= set(columns)):
        raise SeriesError("headers", str(path), f"the columns height, and header_hex or {', '.join(FIELDS)}")
    if not rows:
        raise SeriesError("headers", str(path), "at least one row")
    return rows
