import pytest
from tests.ledger.ground import GOLDEN

from wattmint.errors import LedgerError
from wattmint.ledger.script import p2pkh
from wattmint.ledger.sighash import ALL, ANYONE_CAN_PAY, NONE, SINGLE, legacy_digest, witness_digest
from wattmint.ledger.transaction import Transaction

BIP143 = GOLDEN["bip143"]
UNSIGNED = Transaction.parse(bytes.fromhex(BIP143["unsigned"]))
CODE = p2pkh(bytes.fromhex(BIP143["scripts"][1])[2:])


@pytest.mark.parametrize(("transaction", "script", "index", "hash_type", "digest"), GOLDEN["digests"], ids=lambda value: str(value)[:8])
def test_legacy_digests_are_core_s(transaction, script, index, hash_type, digest):
    found = legacy_digest(Transaction.parse(bytes.fromhex(transaction)), index, bytes.fromhex(script), hash_type)
    assert found[::-1].hex() == digest


def test_witness_digest_is_bip_143_s():
    assert witness_digest(UNSIGNED, 1, CODE, BIP143["values_sat"][1], ALL).hex() == BIP143["digest"]


def test_a_satoshi_more_is_another_digest_under_bip_143():
    assert witness_digest(UNSIGNED, 1, CODE, BIP143["values_sat"][1] + 1, ALL).hex() != BIP143["digest"]


@pytest.mark.parametrize(
    ("hash_type", "digest"),
    [
        (SINGLE | ANYONE_CAN_PAY, "e9071e75e25b8a1e298a72f0d2e9f4f95a0f5cdf86a533cda597eb402ed13b3a"),
    ],
)
def test_single_and_anyone_can_pay_as_in_bip_143_s_fourth_example(hash_type, digest):
    text = (
        "0100000002e9b542c5176808107ff1df906f46bb1f2583b16112b95ee5380665ba7fcfc0010000000000ffffffff80e68831516392fcd100d186b3c2c7b95c80b53c77e77c"
        "35ba03a66b429a2a1b0000000000ffffffff0280969800000000001976a914de4b231626ef508c9a74a8517e6783c0546d6b2888ac80969800000000001976a9146648a8cd"
        "4531e1ec47f35916de8e259237294d1e88ac00000000"
    )
    script = bytes.fromhex("0063ab68210392972e2eb617b2388771abe27235fd5ac44af8e61693261550447a4c3e39da98ac")
    assert witness_digest(Transaction.parse(bytes.fromhex(text)), 0, script, 16_777_215, hash_type).hex() == digest


def test_single_without_its_output_as_in_bip_143_s_third_example():
    text = (
        "0100000002fe3dc9208094f3ffd12645477b3dc56f60ec4fa8e6f5d67c565d1c6b9216b36e0000000000ffffffff0815cf020f013ed6cf91d29f4202e8a58726b1ac6c79da"
        "47c23d1bee0a6925f80000000000ffffffff0100f2052a010000001976a914a30741f8145e5acadf23f751864167f32e0963f788ac00000000"
    )
    script = bytes.fromhex("210255a9626aebf5e29c0e6538428ba0d1dcf6ca98ffdf086aa8ced5e0d0215ea465ac")
    found = witness_digest(Transaction.parse(bytes.fromhex(text)), 1, script, 4_900_000_000, SINGLE)
    assert found.hex() == "fef7bd749cce710c5c052bd796df1af0d935e59cea63736268bcbe2d2134fc47"


@pytest.mark.parametrize("hash_type", [ALL, NONE, SINGLE])
def test_what_is_not_covered_may_change(hash_type):
    more = Transaction(UNSIGNED.version, UNSIGNED.inputs, (*UNSIGNED.outputs, UNSIGNED.outputs[0]), UNSIGNED.lock_time)
    same = witness_digest(UNSIGNED, 0, CODE, 1, hash_type) == witness_digest(more, 0, CODE, 1, hash_type)
    same_legacy = legacy_digest(UNSIGNED, 0, CODE, hash_type) == legacy_digest(more, 0, CODE, hash_type)
    assert same == same_legacy == (hash_type != ALL)


@pytest.mark.parametrize("index", [-1, 2])
def test_an_input_that_is_not_there_is_refused(index):
    with pytest.raises(LedgerError, match="input"):
        legacy_digest(UNSIGNED, index, CODE, ALL)
    with pytest.raises(LedgerError, match="input"):
        witness_digest(UNSIGNED, index, CODE, 1, ALL)
