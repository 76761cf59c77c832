"""What every verb says and how: words and progress on standard error, results on standard output."""

import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TextIO


def say(line: str) -> None:
    """Print a line for the person at the keyboard, on standard error.

    Parameters
    ----------
    line : str
        Words, never results.
    """
    print(line, file=sys.stderr)


def say_notes(notes: Iterable[str]) -> None:
    """Print notes on the data on standard error, a line each.

    Parameters
    ----------
    notes : iterable of str
        What was found and done while reading.
    """
    for note in notes:
        say(f"note: {note}")


def as_json(value: Mapping[str, Any] | Sequence[Any]) -> str:
    """Return JSON text as every ``--json`` prints it: indented, names as they are, no NaN.

    Parameters
    ----------
    value : mapping or sequence
        Plain dicts, lists, numbers, text and None.

    Returns
    -------
    str
        Without a newline at the end.
    """
    return json.dumps(value, indent=2, ensure_ascii=False, allow_nan=False)


def aligned(rows: Sequence[Sequence[str]], right: Sequence[int] = ()) -> str:
    """Return rows of cells as lines with aligned columns.

    Parameters
    ----------
    rows : sequence of sequences of str
        All of the same length; the first may be a header.
    right : sequence of int
        Columns to align to the right.

    Returns
    -------
    str
        Two blanks between columns, none at the ends of lines.
    """
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = (
        "  ".join(cell.rjust(width) if i in right else cell.ljust(width) for i, (cell, width) in enumerate(zip(row, widths, strict=True)))
        for row in rows
    )
    return "\n".join(line.rstrip() for line in lines)


class Progress:
    """How far the work is: one updating line on a terminal, a line per quarter elsewhere.

    Parameters
    ----------
    label : str
        What is being done.
    stream : file
        Standard error.
    """

    __slots__ = ("_label", "_shown", "_stream", "_updating")

    def __init__(self, label: str, stream: TextIO) -> None:
        self._label, self._stream, self._shown = label, stream, -1
        self._updating = stream.isatty()

    def __call__(self, done: int, total: int) -> None:
        """Show `done` of `total` units of work, if the picture has changed."""
        step = 100 * done // total if self._updating else 4 * done // total * 25
        if step == self._shown:
            return
        self._shown = step
        if self._updating:
            self._stream.write(f"\r{self._label} {step:3d} %" + ("\n" if done == total else ""))
        else:
            self._stream.write(f"{self._label} {step} %\n")
        self._stream.flush()
