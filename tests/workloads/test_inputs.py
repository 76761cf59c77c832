import pytest

from wattmint.errors import FactsError, ScenarioError, UnknownNameError
from wattmint.facts.load import number
from wattmint.scenario.model import HostingPart, MiningPart
from wattmint.workloads.inputs import InputBook, known_with


@pytest.fixture
def book():
    return InputBook(MiningPart(kind="mining", machine="antminer-s21-xp", uptime=0.9))


def test_what_the_site_file_gives_rules_and_is_recorded_as_given(book):
    assert book.number("uptime") == 0.9
    (used,) = book.used
    assert (used.name, used.value, used.unit, used.source, used.kind) == ("uptime", 0.9, "share", "site file", "given")


def test_what_it_leaves_out_is_the_cited_default(book):
    assert book.number("pool_fee") == number("defaults", "mining", "pool_fee")
    (used,) = book.used
    assert used.name == "pool_fee"
    assert used.source != "site file"


def test_a_number_asked_for_twice_is_recorded_once(book):
    book.number("pool_fee")
    book.number("pool_fee")
    assert len(book.used) == 1


def test_text_where_a_number_belongs_is_refused(book):
    assert book.text("end_of_life") == "replace"
    with pytest.raises(FactsError, match="number"):
        book.number("end_of_life")


def test_a_default_that_the_table_lacks_is_a_defect(book):
    with pytest.raises(FactsError, match="machine"):
        book.default("machine")


def test_an_unknown_thing_is_refused_with_the_nearest_names():
    book = InputBook(HostingPart(kind="hosting"))
    with pytest.raises(UnknownNameError, match="did you mean 'n\\+1'"):
        book.fact("backup", "n+11", "ride_minutes", "backup")


def test_a_thing_without_the_number_is_refused_with_those_that_have_it():
    book = InputBook(HostingPart(kind="hosting"))
    with pytest.raises(ScenarioError, match=r"accelerator = 't4': no allin_kw_per_gpu is known for it; known for .*'b200-sxm'"):
        book.fact("chips", "t4", "allin_kw_per_gpu", "accelerator")
    assert "'b200-sxm'" in known_with("chips", "allin_kw_per_gpu")
    assert "'t4'" not in known_with("chips", "allin_kw_per_gpu")
