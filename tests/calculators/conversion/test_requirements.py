import pytest
from tests.calculators.conversion.conftest import MINE, mine

from wattmint.calculators.conversion.inputs import TableBook
from wattmint.calculators.conversion.requirements import ai_classes, has_loops, has_of, keeps_plant, needs_of, tables_of, wish_of
from wattmint.errors import ScenarioError
from wattmint.scenario.model import Scenario


def test_what_a_site_file_leaves_out_follows_from_its_power_or_is_cited():
    scenario = mine()
    book = TableBook(scenario.existing, ("existing",))
    has = has_of(scenario, book)
    assert (has.firm_mw, has.power_mw) == (16.0, 20.0)
    assert has.floor_m2 == pytest.approx(92.9 * 20)  # 1,000 square feet per MW
    assert {one.name: one.kind for one in book.used}["floor_m2"] == "derived"


def test_every_class_of_ai_can_be_read_and_names_fitting_cooling_first():
    for name in ai_classes():
        needs = needs_of(name, TableBook(mine().conversion, ()))
        assert needs.fitting_cooling[0] == ("direct-liquid-dry-cooler" if needs.rack_cooling == "liquid" else "economiser-chiller")


def test_a_wish_takes_the_backup_that_is_enough_unless_the_file_names_one():
    for given, expected in (({}, "ups-only"), ({"backup": "2n"}, "2n")):
        conversion = mine(conversion=given).conversion
        book = TableBook(conversion, ("conversion", "hosting"))
        has = has_of(mine(), TableBook(mine().existing, ("existing",)))
        wish = wish_of(conversion, has, needs_of("training", book), "ups-only", book)
        assert (wish.backup, wish.blocks, wish.is_new_build_given) == (expected, 2, True)


@pytest.mark.parametrize("cooling", ["chilled-water-tower", "direct-liquid-dry-cooler"])
def test_a_wish_takes_the_cooling_that_stands_there_if_it_suits(cooling):
    scenario = mine(existing={"cooling": cooling})
    book = TableBook(scenario.conversion, ("conversion", "hosting"))
    has, needs = has_of(scenario, TableBook(scenario.existing, ("existing",))), needs_of("training", book)
    wish = wish_of(scenario.conversion, has, needs, "n+1", book)
    assert (wish.cooling, keeps_plant(has, needs, wish), has_loops(has)) == (cooling, True, cooling == "direct-liquid-dry-cooler")


def test_more_firm_power_than_the_connection_has_is_refused():
    scenario = mine(existing={"firm_mw": 20.1})
    with pytest.raises(ScenarioError, match=r"existing.firm_mw = 20.1: at most site.power_mw, 20"):
        has_of(scenario, TableBook(scenario.existing, ("existing",)))


@pytest.mark.parametrize(("name", "least"), [("existing", "machine = "), ("conversion", "ai_class = ")])
def test_both_tables_are_needed_and_what_they_need_at_least_is_said(name, least):
    scenario = Scenario.of({key: value for key, value in MINE.items() if key != name})
    with pytest.raises(ScenarioError, match=rf"{name} = \(left out\): a table \[{name}\], and in it at least .*{least}"):
        tables_of(scenario)
