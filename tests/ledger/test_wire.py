import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wattmint.errors import LedgerError
from wattmint.ledger.encoding import compact_size
from wattmint.ledger.rules import MAINNET, PLAYGROUND
from wattmint.ledger.wire import (
    BLOCK,
    MOST_HEADERS,
    MOST_LISTED,
    MOST_LOCATOR,
    MOST_PAYLOAD,
    Listed,
    Message,
    ask_headers,
    greeting,
    listing,
    read_ask_headers,
    read_envelope,
    read_greeting,
    read_headers,
    read_listing,
    receive,
    send_headers,
)

HASHES = st.binary(min_size=32, max_size=32)
READERS = (read_greeting, read_listing, read_ask_headers, read_headers)


def received(data: bytes, magic: bytes = PLAYGROUND.magic) -> Message:
    async def read() -> Message:
        stream = asyncio.StreamReader()
        stream.feed_data(data)
        stream.feed_eof()
        return await receive(stream, magic)

    return asyncio.run(read())


@pytest.mark.parametrize("payload", [b"", b"abc"])
def test_a_message_survives(payload):
    assert received(Message("block", payload).serialised(PLAYGROUND.magic)) == Message("block", payload)


def test_the_envelope_is_bitcoin_s():
    # Bitcoin's own verack, as the protocol's documentation shows it
    assert Message("verack", b"").serialised(MAINNET.magic).hex() == "f9beb4d976657261636b000000000000000000005df6e0e2"


@pytest.mark.parametrize("at", range(24 + 3))
def test_a_flipped_byte_is_refused_or_another_command(at):
    data = bytearray(Message("block", b"abc").serialised(PLAYGROUND.magic))
    data[at] ^= 0x20
    try:
        assert received(bytes(data)).command != "block"
    except (LedgerError, asyncio.IncompleteReadError):
        return
    assert 4 <= at < 16


def test_envelopes_of_another_chain_or_too_much_are_refused():
    data = Message("tx", b"").serialised(PLAYGROUND.magic)
    with pytest.raises(LedgerError, match="this chain"):
        read_envelope(data, MAINNET.magic)
    with pytest.raises(LedgerError, match="payload"):
        read_envelope(data[:16] + (MOST_PAYLOAD + 1).to_bytes(4, "little") + data[20:], PLAYGROUND.magic)
    with pytest.raises(LedgerError, match="ASCII"):
        read_envelope(data[:4] + b"t x" + bytes(9) + data[16:], PLAYGROUND.magic)


@given(st.lists(st.builds(Listed, st.integers(0, 2**32 - 1), HASHES), max_size=5), st.lists(HASHES, max_size=5), st.integers(0, 2))
def test_payloads_survive(items, locator, count):
    assert list(read_listing(listing("inv", items).payload)) == items
    assert read_ask_headers(ask_headers(locator).payload) == locator
    assert read_greeting(greeting(b"12345678").payload) == b"12345678"
    headers = [PLAYGROUND.genesis.header] * count
    assert read_headers(send_headers(headers).payload) == headers


@given(st.binary(max_size=200), st.sampled_from(READERS))
def test_malformed_payloads_are_refused_or_have_one_spelling(data, read):
    try:
        found = read(data)
    except LedgerError:
        return
    if read is read_listing:
        assert listing("inv", list(found)).payload == data
    elif read is read_greeting:
        assert greeting(found).payload == data
    elif read is read_headers:
        assert send_headers(found).payload == data
    else:
        assert len(ask_headers(found).payload) == len(data)


def test_too_many_are_refused():
    many = [Listed(BLOCK, bytes(32))] * (MOST_LISTED + 1)
    with pytest.raises(LedgerError, match="at most 50000"):
        read_listing(listing("inv", many).payload)
    with pytest.raises(LedgerError, match="at most 101"):
        read_ask_headers(ask_headers([bytes(32)] * (MOST_LOCATOR + 1)).payload)
    with pytest.raises(LedgerError, match="at most 2000"):
        read_headers(send_headers([PLAYGROUND.genesis.header] * (MOST_HEADERS + 1)).payload)


def test_headers_come_without_transactions_and_greetings_in_one_protocol():
    with pytest.raises(LedgerError, match="without transactions"):
        read_headers(compact_size(1) + PLAYGROUND.genesis.header.serialised() + b"\1")
    with pytest.raises(LedgerError, match="protocol"):
        read_greeting(b"\2" + greeting(bytes(8)).payload[1:])
