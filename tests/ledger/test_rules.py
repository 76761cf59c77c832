import pytest

from wattmint.ledger.block import check_block
from wattmint.ledger.hashes import as_written
from wattmint.ledger.rules import MAINNET, PLAYGROUND


@pytest.mark.parametrize(
    ("rules", "written"),
    [
        (MAINNET, "000000000019d6689c085ae165831e934ff763ae46a2a6c172b3f1b60a8ce26f"),
        (PLAYGROUND, "0f9188f13cb7b2c71f2a335e3a4fc328bf5beb436012afca590b1a11466e2206"),  # Bitcoin Core's regtest
    ],
    ids=lambda value: getattr(value, "name", ""),
)
def test_first_blocks_are_core_s(rules, written):
    assert as_written(rules.genesis.hash) == written
    assert as_written(rules.genesis.header.merkle) == "4a5e1e4baab89f3a32518a88c31bc87f618f76673e2cc77ab2127b7afdeda33b"
    check_block(rules.genesis, rules.easiest_bits)


def test_least_versions_rise_with_height():
    assert [MAINNET.least_version(height) for height in (0, 227_930, 227_931, 363_724, 363_725, 388_380, 388_381)] == [1, 1, 2, 2, 3, 3, 4]
    assert [PLAYGROUND.least_version(height) for height in (0, 1)] == [1, 4]


def test_an_epoch_is_its_blocks_at_their_spacing():
    assert (MAINNET.epoch_s, PLAYGROUND.epoch_s) == (14 * 24 * 60 * 60, 32 * 600)
