"""The verdict in plain words: `summary` in sentences, `terminal` with a table and notes.

Imports no drawing library: the command line reads from here without waiting for one.
"""

import textwrap
from collections.abc import Callable
from typing import Final

from wattmint.report.digits import duration, rate, share, usd
from wattmint.report.sentences import facts_line, headline, is_single, summary
from wattmint.risk.verdict import BuildVerdict, Verdict

__all__ = ["MAX_LINES", "summary", "terminal"]

MAX_LINES: Final = 40
_WIDTH: Final = 118
_NAME_WIDTH: Final = 28
_MAX_BUILDS: Final = 12

Column = tuple[str, Callable[[BuildVerdict], str]]


def terminal(verdict: Verdict) -> str:
    """Return the verdict for a terminal.

    Parameters
    ----------
    verdict : Verdict
        Any.

    Returns
    -------
    str
        At most 40 lines, without a last newline. Control characters in names are replaced, long names cut;
        notes that find no room are counted.
    """
    lines = [_cut(f"{verdict.site}: {facts_line(verdict)}", _WIDTH), "", _cut(f"{headline(verdict)}.", _WIDTH), "", *_table(verdict), ""]
    lines += [line for sentence in summary(verdict) for line in _wrapped(sentence, "")]
    lines = lines[: MAX_LINES - 2]
    notes = [_wrapped(note, "Note: ") for note in verdict.notes]
    shown = 0
    for note in notes:
        # One line stays free to say how many notes are left out.
        if len(lines) + len(note) >= MAX_LINES:
            break
        lines += note
        shown += 1
    if shown < len(notes):
        lines.append(f"Note: {len(notes) - shown} more in report.html and verdict.json.")
    return "\n".join(lines)


def _table(verdict: Verdict) -> list[str]:
    columns = _columns(verdict)
    builds = verdict.builds if len(verdict.builds) <= _MAX_BUILDS else (*verdict.builds[: _MAX_BUILDS - 1], verdict.builds[-1])
    rows = [[title for title, _ in columns]] + [[cell(build) for _, cell in columns] for build in builds]
    widths = [max(len(row[i]) for row in rows) for i in range(len(columns))]
    lines = ["  ".join([row[0].ljust(widths[0]), *(cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True))]) for row in rows]
    if len(builds) < len(verdict.builds):
        lines.append(f"({len(verdict.builds) - len(builds)} more builds in report.html and verdict.json)")
    return lines


def _columns(verdict: Verdict) -> list[Column]:
    single = is_single(verdict)
    columns: list[Column] = [
        ("build", lambda b: _cut(b.name, _NAME_WIDTH)),
        ("capital", lambda b: usd(b.decisive.capital_need_usd.p50)),
    ]
    if verdict.capital_usd is not None:
        columns.append(("gap", lambda b: usd(b.capital_gap_usd) if b.capital_gap_usd else "-"))
    columns.append(("revenue in", lambda b: _short_duration(b.months_to_revenue) if b.grid_mw else "-"))
    columns.append(("NPV" if single else "NPV mean", lambda b: usd(b.decisive.npv_usd.mean)))
    if not single:
        columns.append(("P10..P90", lambda b: f"{usd(b.decisive.npv_usd.p10)}..{usd(b.decisive.npv_usd.p90)}"))
    columns += [("IRR", lambda b: rate(b.decisive.irr.p50)), ("payback", lambda b: _short_duration(b.decisive.payback_months.p50))]
    if not single:
        columns += [("loss", lambda b: share(b.decisive.loss_probability)), ("best in", lambda b: share(b.best_share))]
    return columns


def _short_duration(months: float | None) -> str:
    return duration(months).replace(" months", " mo").replace(" month", " mo").replace(" years", " y")


def _wrapped(text: str, prefix: str) -> list[str]:
    return textwrap.wrap(_printable(prefix + text), _WIDTH, subsequent_indent="  ")


def _cut(text: str, width: int) -> str:
    return _printable(text if len(text) <= width else text[: width - 3] + "...")


def _printable(text: str) -> str:
    # A name from a file must not move the cursor or colour the screen.
    return "".join(c if c.isprintable() else "?" for c in text)
