import pytest
from hypothesis import given
from hypothesis import strategies as st

from wattmint.errors import LedgerError
from wattmint.ledger.encoding import MOST_BYTES, Reader, compact_size, from_hex, sized


@pytest.mark.parametrize(
    ("size", "spelling"), [(0, "00"), (0xFC, "fc"), (0xFD, "fdfd00"), (0xFFFF, "fdffff"), (0x10000, "fe00000100"), (1 << 32, "ff0000000001000000")]
)
def test_compact_sizes_as_documented(size, spelling):
    assert compact_size(size).hex() == spelling


@given(st.integers(0, MOST_BYTES))
def test_a_compact_size_survives(size):
    reader = Reader(compact_size(size), "size")
    assert reader.compact_size() == size
    reader.end()


@pytest.mark.parametrize("spelling", ["fdfc00", "fe00000000", "feffff0000", "ffffffffff00000000", "fe01000002", "fd", "ff00"])
def test_other_spellings_are_refused(spelling):
    with pytest.raises(LedgerError):
        Reader(bytes.fromhex(spelling), "size").compact_size()


def test_a_size_beyond_eight_bytes_is_refused():
    with pytest.raises(LedgerError, match="size"):
        compact_size(1 << 64)


@given(st.binary(max_size=300))
def test_sized_bytes_survive(data):
    reader = Reader(sized(data), "data")
    assert reader.sized() == data
    assert reader.left == 0


def test_an_announced_count_must_fit_before_anything_is_read():
    def never(_: Reader) -> int:
        raise AssertionError

    with pytest.raises(LedgerError, match="items of at least 41 bytes"):
        Reader(compact_size(1_000_000) + bytes(100), "inputs").items(never, 41)


@given(st.binary(max_size=40))
def test_hexadecimal_digits_survive_in_either_case(data):
    assert from_hex(data.hex(), "x", len(data)) == from_hex(data.hex().upper(), "x", len(data)) == data


@pytest.mark.parametrize("text", ["0", "000", "0g", "0 0", " 00", "٠٠", "0x00"])
def test_nothing_else_is_hexadecimal(text):
    with pytest.raises(LedgerError, match="2 hexadecimal digits"):
        from_hex(text, "x", 1)


def test_a_reader_says_where_it_stands_and_refuses_leftovers():
    reader = Reader(b"\1\2\3", "bytes")
    assert (reader.peek(), reader.uint(2), reader.left) == (1, 0x0201, 1)
    with pytest.raises(LedgerError, match="1 bytes are left over"):
        reader.end()
    with pytest.raises(LedgerError, match="byte 2 of 3"):
        reader.take(2)
    assert Reader(b"", "bytes").peek() == -1
