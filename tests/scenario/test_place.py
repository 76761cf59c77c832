import pytest

from wattmint.errors import InputError, ScenarioError, UnknownNameError
from wattmint.facts.load import attribute
from wattmint.scenario.existing import Conversion
from wattmint.scenario.model import Scenario, Tax
from wattmint.scenario.place import place_of, with_number

LEASE = "builds.1.parts.0.lease_usd_per_kw_month"


def test_a_place_knows_its_range_unit_and_build(small_scenario):
    place, row = place_of(small_scenario, LEASE), attribute("lease_usd_per_kw_month")
    assert (place.low, place.high, place.unit) == (row.low, row.high, row.unit)
    assert (place.build, place.is_whole, place.given) == (1, False, None)
    assert place_of(small_scenario, "study.paths").is_whole
    assert place_of(small_scenario, "site.power_mw").given == 10
    assert place_of(small_scenario, "market.btc_usd").build is None


def test_another_number_changes_nothing_else(small_scenario):
    place = place_of(small_scenario, LEASE)
    changed = with_number(small_scenario, place, 123.0)
    assert changed.builds[1].parts[0].lease_usd_per_kw_month == 123.0
    assert with_number(changed, place, 7.0).builds[0] == small_scenario.builds[0]
    assert with_number(small_scenario, place_of(small_scenario, "market.btc_usd"), 5e4).market.btc_usd == 5e4
    assert small_scenario.builds[1].parts[0].lease_usd_per_kw_month is None


def test_whole_numbers_stay_whole(small_scenario):
    place = place_of(small_scenario, "builds.0.parts.0.construction_months")
    assert with_number(small_scenario, place, 7.4).builds[0].parts[0].construction_months == 7


def test_a_number_out_of_range_is_refused_like_any_other(small_scenario):
    with pytest.raises(ScenarioError, match="lease_usd_per_kw_month"):
        with_number(small_scenario, place_of(small_scenario, LEASE), -1.0)


@pytest.mark.parametrize(
    "path",
    ["builds.2.parts.0.share", "builds.x.parts.0.share", "builds.-1.parts.0.share", "builds.0.name", "builds.0", "tax.vat_rate", "site", "name.x"],
)
def test_places_without_a_number_are_refused(small_scenario, path):
    with pytest.raises(InputError, match=path.split(".")[0]):
        place_of(small_scenario, path)


def test_unknown_keys_name_the_nearest(small_scenario):
    with pytest.raises(UnknownNameError, match="did you mean 'lease_usd_per_kw_month'"):
        place_of(small_scenario, "builds.1.parts.0.lease_usd_per_kw")
    with pytest.raises(UnknownNameError):
        place_of(small_scenario, "base_dir")


def test_a_table_that_is_there_has_its_numbers(small_scenario):
    taxed = small_scenario.model_copy(update={"tax": Tax(jurisdiction="us-tx")})
    place = place_of(taxed, "tax.national_tax_rate")
    assert isinstance(with_number(taxed, place, 0.3), Scenario)


def test_tables_that_no_build_depends_on_are_no_place(small_scenario):
    mine = small_scenario.model_copy(update={"conversion": Conversion(ai_class="training")})
    with pytest.raises(InputError, match=r"\[conversion\] is read by `wattmint convert` alone"):
        place_of(mine, "conversion.share")
