import pytest

from wattmint.calculators.conversion.inputs import TableBook
from wattmint.errors import FactsError
from wattmint.scenario.existing import Conversion


def test_the_site_file_goes_before_the_default_and_both_are_recorded():
    book = TableBook(Conversion.of({"ai_class": "training", "blocks": 4}), ("conversion", "hosting"))
    assert (book.number("blocks"), book.number("share"), book.text("backup")) == (4.0, 1.0, "dual-feed-ups")
    assert [(one.name, one.kind) for one in book.used] == [("blocks", "given"), ("share", "estimate"), ("backup", "estimate")]


def test_facts_are_recorded_with_whose_they_are():
    book = TableBook(Conversion.of({"ai_class": "training"}), ())
    assert book.fact("conversion", "shell", "cost_share").value == 0.21
    assert book.used[0].name == "cost_share (shell)"


def test_worked_out_numbers_are_derived_unless_given():
    book = TableBook(Conversion.of({"ai_class": "training"}), ())
    assert book.given_or("blocks", 2.0, "site file") == 2.0
    assert book.used[0].kind == "derived"


def test_a_key_without_a_default_is_a_defect_of_the_tables():
    with pytest.raises(FactsError, match="none of existing has 'blocks'"):
        TableBook(Conversion.of({"ai_class": "training"}), ("existing",)).number("blocks")
