"""Verifying headers without blocks: a table of them, with whatever gaps, against every rule that what is there can answer."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from wattmint.errors import InputError, LedgerError
from wattmint.ledger.encoding import from_hex
from wattmint.ledger.hashes import as_written, from_written
from wattmint.ledger.header import HEADER_BYTES, Header
from wattmint.ledger.pow import LARGEST_STEP, bits_from_target, retargeted, target_from_bits
from wattmint.ledger.rules import MEDIAN_BLOCKS, Rules

_DIGITS: Final = {10: re.compile(r"[0-9]{1,10}"), 16: re.compile(r"[0-9a-fA-F]{1,8}")}

FIELDS: Final = ("version", "prev_hash", "merkle_root", "time", "bits_hex", "nonce")
"""Columns that together are a header, where the column ``header_hex`` is not there."""


@dataclass(frozen=True, slots=True)
class RowError:
    """A row that is refused: its number in the file (the first after the heading is 1), its height as written, and why."""

    row: int
    height: str
    reason: str


@dataclass(frozen=True, slots=True)
class HeaderReport:
    """What was found.

    Attributes
    ----------
    rows : int
        Headers read.
    checks : dict of str to int
        How often each rule could be asked: ``work``, ``hash``, ``link``, ``retarget``, ``epoch`` (equal bits within one), ``step`` (at
        most a factor of four between neighbours), ``median_time``, ``version``, ``first_block``.
    errors : tuple of RowError
        Refused rows, in the file's order; a row can be there more than once.
    """

    rows: int
    checks: dict[str, int]
    errors: tuple[RowError, ...]


def verify_headers(rows: Sequence[Mapping[str, str]], rules: Rules) -> HeaderReport:
    """Verify headers by every rule that the rows at hand can answer.

    Parameters
    ----------
    rows : sequence of mappings
        By column: ``height``, and ``header_hex`` or all of `FIELDS`; ``hash`` and `FIELDS` are compared where they are there.
    rules : Rules
        Of the chain.

    Returns
    -------
    HeaderReport
        With an error for each row and rule that fails.
    """
    checks = dict.fromkeys(("work", "hash", "link", "retarget", "epoch", "step", "median_time", "version", "first_block"), 0)
    errors: list[RowError] = []
    at: dict[int, Header] = {}
    numbers: dict[int, int] = {}
    for number, row in enumerate(rows, start=1):
        try:
            height, header = _height(row), _header(row)
            if height in at:
                raise LedgerError("height", height, "each height at most once")
            _check_columns(header, row)
            checks["hash"] += bool(row.get("hash"))
            header.check_work(rules.easiest_bits)
            checks["work"] += 1
        except InputError as error:
            errors.append(RowError(number, row.get("height", ""), str(error)))
        else:
            at[height], numbers[height] = header, number
    for height, header in at.items():
        for check, reason in _in_place(height, header, at, rules):
            checks[check] += 1
            if reason:
                errors.append(RowError(numbers[height], str(height), reason))
    return HeaderReport(len(rows), checks, tuple(sorted(errors, key=lambda error: error.row)))


def _in_place(height: int, header: Header, at: Mapping[int, Header], rules: Rules) -> Iterator[tuple[str, str]]:
    """Yield each rule that can be asked of a header among its neighbours, with the reason when it fails."""
    yield "version", "" if header.version >= rules.least_version(height) else f"version {header.version} at height {height}"
    if height == 0:
        yield "first_block", "" if header == rules.genesis.header else f"not the first block of {rules.name}"
    before = at.get(height - 1)
    if before is not None:
        yield "link", "" if header.previous == before.hash else f"previous block is {as_written(header.previous)}, not {as_written(before.hash)}"
    last = [at[one] for one in range(height - MEDIAN_BLOCKS, height) if one in at]
    if len(last) == MEDIAN_BLOCKS:
        median = sorted(one.time_s for one in last)[MEDIAN_BLOCKS // 2]
        yield "median_time", "" if header.time_s > median else f"time {header.time_s} is not after the median {median} of the blocks before"
    yield from _bits_in_place(height, header, at, rules)


def _bits_in_place(height: int, header: Header, at: Mapping[int, Header], rules: Rules) -> Iterator[tuple[str, str]]:
    into = height % rules.epoch_blocks
    start = height - into
    if into:
        same = at.get(start) or at.get(height - 1)
        if same is not None:
            yield "epoch", "" if header.bits == same.bits else f"bits {header.bits:#x} where the epoch has {same.bits:#x}"
        return
    first, last = at.get(start - rules.epoch_blocks), at.get(start - 1)
    if first is not None and last is not None:
        bits = retargeted(last.bits, last.time_s - first.time_s, rules.epoch_s, rules.easiest_bits)
        yield "retarget", "" if header.bits == bits else f"bits {header.bits:#x} where the retarget gives {bits:#x}"
    elif first is not None:
        old, new = target_from_bits(first.bits), target_from_bits(header.bits)
        least = target_from_bits(bits_from_target(old // LARGEST_STEP))
        yield "step", "" if least <= new <= old * LARGEST_STEP else f"bits {header.bits:#x} more than a factor of {LARGEST_STEP} from {first.bits:#x}"


def _height(row: Mapping[str, str]) -> int:
    text = row["height"].strip()
    if not (text.isascii() and text.isdigit() and len(text) <= 9):
        raise LedgerError("height", row["height"], "a whole number, 0 or above")
    return int(text)


def _header(row: Mapping[str, str]) -> Header:
    text = row.get("header_hex", "").strip()
    if text:
        return Header.parse(from_hex(text, "header_hex", HEADER_BYTES))
    numbers = [_number(row, name, 10) for name in ("version", "time", "nonce")]
    previous, merkle = (from_written(row.get(name, ""), name) for name in ("prev_hash", "merkle_root"))
    return Header(numbers[0], previous, merkle, numbers[1], _number(row, "bits_hex", 16), numbers[2])


def _check_columns(header: Header, row: Mapping[str, str]) -> None:
    found = {
        "version": header.version,
        "time": header.time_s,
        "nonce": header.nonce,
        "bits_hex": header.bits,
        "prev_hash": header.previous,
        "merkle_root": header.merkle,
        "hash": header.hash,
    }
    for (name, value), text in zip(found.items(), map(row.get, found), strict=True):
        if text:
            told = from_written(text, name) if isinstance(value, bytes) else _number(row, name, 16 if name == "bits_hex" else 10)
            if told != value:
                raise LedgerError(name, text, f"{as_written(value) if isinstance(value, bytes) else value}, as the header says")


def _number(row: Mapping[str, str], name: str, base: int) -> int:
    text = row.get(name, "").strip()
    value = int(text, base) if _DIGITS[base].fullmatch(text) else -1
    if not 0 <= value < 1 << 32:
        raise LedgerError(name, text, "a number of four bytes")
    return value
