import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.ledger.ground import Ground

from wattmint.ledger.hashes import as_written
from wattmint.ledger.header import Header
from wattmint.ledger.headers import FIELDS, verify_headers
from wattmint.ledger.rules import MAINNET, PLAYGROUND

GOLDEN = json.loads((Path(__file__).parents[1] / "golden" / "headers.json").read_text())["headers"]
ROWS = [{"height": str(height), "hash": written, "header_hex": text} for height, written, text in GOLDEN]


def in_fields(header: Header, height: int) -> dict[str, str]:
    numbers = {"version": str(header.version), "time": str(header.time_s), "bits_hex": f"{header.bits:08x}", "nonce": str(header.nonce)}
    return {"height": str(height), "prev_hash": as_written(header.previous), "merkle_root": as_written(header.merkle), **numbers}


def played(count: int) -> list[Header]:
    return [PLAYGROUND.genesis.header, *(block.header for block in Ground().mine(count))]


PLAYED = played(70)


def as_rows(headers: list[Header]) -> list[dict[str, str]]:
    return [{"height": str(height), "header_hex": header.serialised().hex()} for height, header in enumerate(headers)]


def test_real_headers_verify_and_every_rule_was_asked():
    report = verify_headers(ROWS, MAINNET)
    assert report.errors == ()
    assert (report.rows, report.checks["work"], report.checks["hash"], report.checks["version"]) == (48, 48, 48, 48)
    assert (report.checks["retarget"], report.checks["first_block"]) == (4, 1)
    assert all(count > 0 for count in report.checks.values())


@given(st.integers(0, len(ROWS) - 1), st.integers(0, 79), st.integers(1, 255))
def test_any_byte_changed_in_any_of_them_is_found_in_its_row(at, byte, change):
    data = bytearray.fromhex(ROWS[at]["header_hex"])
    data[byte] ^= change
    rows = [*ROWS[:at], {**ROWS[at], "header_hex": bytes(data).hex()}, *ROWS[at + 1 :]]
    assert {error.row for error in verify_headers(rows, MAINNET).errors} >= {at + 1}
    without_hash = [{name: cell for name, cell in row.items() if name != "hash"} for row in rows]
    assert {error.row for error in verify_headers(without_hash, MAINNET).errors} >= {at + 1}


def test_headers_told_in_fields_are_the_same_headers():
    rows = [in_fields(Header.parse(bytes.fromhex(text)), height) for height, _, text in GOLDEN]
    assert verify_headers(rows, MAINNET).errors == ()
    assert set(rows[0]) == {"height", *FIELDS}


@pytest.mark.parametrize(
    ("field", "cell"),
    [("hash", "0" * 64), ("nonce", "1"), ("time", "7"), ("version", "2"), ("bits_hex", "1d00fffe"), ("prev_hash", "f" * 64), ("merkle_root", "zz")],
)
def test_a_column_that_contradicts_the_header_is_found(field, cell):
    report = verify_headers([{**ROWS[0], field: cell}], MAINNET)
    assert [error.row for error in report.errors] == [1]
    assert field.split("_")[0] in report.errors[0].reason


@pytest.mark.parametrize(
    "row",
    [
        {"height": "", "header_hex": "00"},
        {"height": "-1", "header_hex": ROWS[0]["header_hex"]},
        {"height": "1e3", "header_hex": ROWS[0]["header_hex"]},
        {"height": "9" * 20, "header_hex": ROWS[0]["header_hex"]},
        {"height": "0", "header_hex": "zz"},
        {"height": "0", "header_hex": "00" * 79},
        {"height": "0", "header_hex": ROWS[0]["header_hex"][:60] + "\f" + ROWS[0]["header_hex"][60:]},
        {"height": "0", "header_hex": "+1" + ROWS[0]["header_hex"][2:]},
        {**in_fields(Header.parse(bytes.fromhex(ROWS[0]["header_hex"])), 0), "nonce": "2_083_236_893"},
        {"height": "0"},
        {"height": "0", "version": "1", "prev_hash": "", "merkle_root": "", "time": "x", "bits_hex": "", "nonce": "-4"},
    ],
)
def test_malformed_rows_are_refused_one_by_one(row):
    report = verify_headers([row, {**ROWS[0], "height": "0"}], MAINNET)
    assert {error.row for error in report.errors} == {1}


def test_a_played_chain_verifies_whole():
    report = verify_headers(as_rows(PLAYED), PLAYGROUND)
    assert report.errors == ()
    assert report.checks == {
        "work": 71, "hash": 0, "link": 70, "retarget": 2, "epoch": 68, "step": 0, "median_time": 60, "version": 71, "first_block": 1,
    }  # fmt: skip


def resolved(at: int, **fields: object) -> list[dict[str, str]]:
    """The played headers, one of them changed and its work done anew, so that only its place can be wrong."""
    from wattmint.ledger.header import solved

    headers = list(PLAYED)
    found = solved(replace(headers[at], **fields))
    return as_rows([*headers[:at], found, *headers[at + 1 :]])


@pytest.mark.parametrize(
    ("at", "fields", "row", "what"),
    [
        (40, {"previous": b"\1" * 32}, 41, "previous block"),
        (64, {"bits": PLAYGROUND.easiest_bits}, 65, "retarget gives"),
        (40, {"bits": PLAYGROUND.easiest_bits}, 41, "where the epoch has"),
        (40, {"time_s": PLAYGROUND.genesis_time_s}, 41, "median"),
        (40, {"version": 1}, 41, "version 1"),
        (0, {"time_s": PLAYGROUND.genesis_time_s + 1}, 1, "not the first block"),
    ],
)
def test_each_rule_refuses_what_breaks_it(at, fields, row, what):
    errors = verify_headers(resolved(at, **fields), PLAYGROUND).errors
    assert any(error.row == row and what in error.reason for error in errors), errors


def test_a_step_beyond_a_factor_of_four_is_refused_without_the_epoch_s_last_block():
    rows = [row for row in resolved(32, bits=0x1F7FFFFF) if row["height"] in ("0", "32")]
    assert [error.row for error in verify_headers(rows, PLAYGROUND).errors] == [2]
    fair = [row for row in as_rows(PLAYED) if row["height"] in ("0", "32")]
    assert verify_headers(fair, PLAYGROUND).checks["step"] == 1


def test_a_height_told_twice_is_refused():
    assert [error.row for error in verify_headers([ROWS[0], ROWS[0]], MAINNET).errors] == [2]
