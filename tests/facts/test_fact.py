import dataclasses

import pytest

from wattmint.facts.fact import Attribute, Fact
from wattmint.provenance import UsedInput

FACT = Fact("defaults", "mining", "pool_fee", 0.02, "share", 0.01, 0.03, "mining-pools", "published", "2026")


def test_a_fact_used_as_it_is_keeps_its_source():
    assert FACT.used() == UsedInput("pool_fee", 0.02, "share", "mining-pools", "published")


def test_a_fact_overridden_is_the_site_files():
    assert FACT.used(0.0) == UsedInput("pool_fee", 0.0, "share", "site file", "given")


@pytest.mark.parametrize(("unit", "is_text"), [("text", True), ("date", True), ("list", True), ("1", False), ("month", False)])
def test_words_and_numbers_are_told_by_the_unit(unit, is_text):
    assert Attribute("x", unit, None, None, "y").is_text is is_text


def test_facts_are_frozen():
    with pytest.raises(dataclasses.FrozenInstanceError):
        FACT.value = 0.0
