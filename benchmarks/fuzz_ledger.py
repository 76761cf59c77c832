"""Can malformed bytes crash the ledger, or pass? `python benchmarks/fuzz_ledger.py [RUNS]` (needs `pip install atheris`).

Feeds inputs that grow by coverage (libFuzzer through Atheris) to everything that reads bytes or text from outside, a million of them unless told
otherwise. The first byte picks what reads the rest. An input fails the run when something else than a refusal is raised, when bytes are accepted
that are not written again as they came, or when work, a signature or a coin is accepted that must not be.
"""

import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Final

import atheris

with atheris.instrument_imports(include=["wattmint.ledger"]):
    from wattmint.errors import InputError
    from wattmint.ledger.block import Block, check_block, check_witnesses
    from wattmint.ledger.chain import Chain
    from wattmint.ledger.coins import Change, read_undo, undo_bytes
    from wattmint.ledger.encoding import Reader
    from wattmint.ledger.header import HEADER_BYTES, Header
    from wattmint.ledger.headers import verify_headers
    from wattmint.ledger.keys import Key, read_signature, verify
    from wattmint.ledger.miner import mined
    from wattmint.ledger.pow import EASIEST_BITS
    from wattmint.ledger.rules import MAINNET, PLAYGROUND
    from wattmint.ledger.script import lock_of, p2pkh, p2wpkh, pushes, signature_checks
    from wattmint.ledger.signing import check_input
    from wattmint.ledger.subsidy import issued_sat
    from wattmint.ledger.transaction import OutPoint, Transaction, TxIn, TxOut, check_transaction
    from wattmint.ledger.wire import greeting, listing, read_ask_headers, read_envelope, read_greeting, read_headers, read_listing, send_headers

RUNS: Final = 1_000_000
KEY: Final = Key(b"\7" * 32)
COINS: Final = (TxOut(50_000, p2pkh(KEY.key_hash)), TxOut(50_000, p2wpkh(KEY.key_hash)))
GENESIS: Final = MAINNET.genesis.serialised()


def demand(holds: bool, broken: str = "bytes written otherwise than they came") -> None:
    """End the run unless something holds."""
    if not holds:
        raise AssertionError(broken)


def accept_transaction(data: bytes) -> None:
    """Read a transaction: it has one spelling."""
    transaction = Transaction.parse(data)
    demand(transaction.serialised() == data)
    check_transaction(transaction)


def accept_block(data: bytes) -> None:
    """Read a block: it has one spelling, and none but a real one has bitcoin's work."""
    block = Block.parse(data)
    demand(block.serialised() == data)
    check_block(block, EASIEST_BITS)
    check_witnesses(block)
    demand(data == GENESIS, "work out of nothing")


def accept_changed_block(data: bytes) -> None:
    """Read the first block with bytes changed: it is none any more."""
    changed = bytearray(GENESIS)
    for at, change in zip(data[::2], data[1::2], strict=False):
        changed[at % len(changed)] ^= change
    accept_block(bytes(changed))


def accept_header(data: bytes) -> None:
    """Read a header: any eighty bytes are one, and none but a real one has bitcoin's work."""
    header = Header.parse(data)
    demand(header.serialised() == data)
    header.check_work(EASIEST_BITS)
    demand(data == GENESIS[:HEADER_BYTES], "work out of nothing")


def accept_messages(data: bytes) -> None:
    """Read messages: they have one spelling."""
    for read, write in (
        (read_listing, lambda items: listing("inv", list(items)).payload),
        (read_headers, lambda headers: send_headers(headers).payload),
        (read_greeting, lambda found: greeting(found).payload),
    ):
        try:
            demand(write(read(data)) == data)
        except InputError:
            continue
    for refused in (read_ask_headers, lambda head: read_envelope(head, PLAYGROUND.magic)):
        try:
            refused(data)
        except InputError:
            continue


def accept_undo(data: bytes) -> None:
    """Read undo data: they keep their length."""
    fees, spent = read_undo(data)
    demand(len(undo_bytes(Change(spent, (), fees))) == len(data))


def accept_signature(data: bytes) -> None:
    """Try a signature: nobody guesses one, in whatever spelling."""
    read_signature(data)
    verify(KEY.public, data, bytes(32), low_s=False)
    demand(False, "a signature out of nothing")


def accept_script(data: bytes) -> None:
    """Walk a script, whatever it is."""
    demand(signature_checks(data) >= 0)
    lock_of(data)
    pushes(data, 2)


def accept_unlocking(data: bytes) -> None:
    """Try to unlock a coin: nobody does without its key."""
    reader = Reader(data, "fuzz")
    kind = reader.uint(1) % 2
    script, witness = reader.sized(), tuple(reader.items(Reader.sized, 1))
    transaction = Transaction(2, (TxIn(OutPoint(b"\1" * 32, 0), script, witness=witness),), (TxOut(1, COINS[0].script),))
    check_input(transaction, 0, COINS[kind], low_s=False)
    demand(False, "a coin unlocked without its key")


def accept_row(data: bytes) -> None:
    """Verify a row of text: none but a real one has bitcoin's work."""
    cells = data.decode("utf-8", "replace").split(",")
    names = ("height", "header_hex", "hash", "version", "prev_hash", "merkle_root", "time", "bits_hex", "nonce")
    row = {**dict.fromkeys(names, ""), **dict(zip(names, cells, strict=False))}
    if not verify_headers([row], MAINNET).errors:
        demand(row["header_hex"].strip().lower() == GENESIS[:HEADER_BYTES].hex(), "work out of nothing")


class Ground:
    """A small chain on which never a satoshi too much is accepted."""

    def __init__(self) -> None:
        self.chain = Chain(None, PLAYGROUND, lambda: PLAYGROUND.genesis_time_s)
        self.block = mined(self.chain, None, COINS[1].script, PLAYGROUND.genesis_time_s).serialised()

    def accept(self, data: bytes) -> None:
        """Offer the next block with bytes changed: it may be accepted, more coins than the rules give may not."""
        changed = bytearray(self.block)
        for at, change in zip(data[::2], data[1::2], strict=False):
            changed[at % len(changed)] ^= change
        try:
            self.chain.accept(Block.parse(bytes(changed)))
        finally:
            most = issued_sat(self.chain.height, PLAYGROUND.halving_blocks) - issued_sat(0, PLAYGROUND.halving_blocks)
            demand(self.chain.store.total_sat() <= most, "coins out of nothing")


GROUND: Final = Ground()
TARGETS: Final[tuple[Callable[[bytes], None], ...]] = (
    accept_transaction,
    accept_block,
    accept_changed_block,
    accept_header,
    accept_messages,
    accept_undo,
    accept_signature,
    accept_script,
    accept_unlocking,
    accept_row,
    GROUND.accept,
)


def one_input(data: bytes) -> None:
    """Give one input to its target; a refusal is what should happen, anything else ends the run."""
    if data:
        try:
            TARGETS[data[0] % len(TARGETS)](data[1:])
        except InputError:
            return


def seeds() -> list[bytes]:
    """Return inputs to grow from: real bytes for each target."""
    payment = Transaction(2, (TxIn(OutPoint(b"\1" * 32, 0), b"", witness=(KEY.sign(bytes(32)) + b"\1", KEY.public)),), COINS)
    undo = undo_bytes(Change((), (), 7))
    whole = [payment.serialised(), GENESIS, b"", GENESIS[:HEADER_BYTES], listing("inv", []).payload, undo, KEY.sign(b"\1" * 32)]
    whole += [COINS[0].script, b"\0\0\0", b"0," + GENESIS[:HEADER_BYTES].hex().encode(), b""]
    return [bytes([target]) + data for target, data in enumerate(whole)]


def main() -> None:
    """Run, and let libFuzzer say how many inputs it was."""
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else RUNS
    with tempfile.TemporaryDirectory() as folder:
        for number, seed in enumerate(seeds()):
            (Path(folder) / str(number)).write_bytes(seed)
        atheris.Setup(
            [sys.argv[0], f"-runs={runs}", "-seed=1", "-max_len=600", "-print_final_stats=1", f"-artifact_prefix={folder}/", folder], one_input
        )
        atheris.Fuzz()


if __name__ == "__main__":
    main()
