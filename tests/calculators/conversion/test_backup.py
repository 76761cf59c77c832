from wattmint.calculators.conversion.backup import backups, cheapest_for
from wattmint.facility.grid import grid_named
from wattmint.facility.power_chain import power_chain
from wattmint.facts.load import table

GRID = grid_named("us-transmission")


def test_topologies_are_the_table_s_and_cost_what_the_power_chain_says():
    found = backups(GRID, 40.0)
    assert list(found) == list(table("backup"))
    assert found["2n"].capex_usd_per_mw == power_chain("2n", GRID, 40.0).capex_usd_per_mw
    assert (found["none"].ride_through_s, found["none"].feeds, found["dual-feed-ups"].feeds) == (0.0, 1.0, 2.0)


def test_the_cheapest_that_meets_a_need():
    found = backups(GRID, 40.0)
    enough = cheapest_for(found, 0.999, 60.0, 2.0)
    fine = [one for one in found.values() if one.availability >= 0.999 and one.ride_through_s >= 60.0]
    assert enough in fine
    assert all(enough.capex_usd_per_mw <= one.capex_usd_per_mw for one in fine)
    assert cheapest_for(found, 0.0, 0.0, 1.0).name == "none"
    assert cheapest_for(found, 1.0, 0.0, 2.0) is None


def test_a_connection_that_is_not_there_comes_last():
    found = backups(GRID, 40.0)
    assert (cheapest_for(found, 0.999, 60.0, 2.0).name, cheapest_for(found, 0.999, 60.0, 1.0).name) == ("dual-feed-ups", "n+1")
    two = {name: one for name, one in found.items() if one.feeds > 1.0}
    assert cheapest_for(two, 0.999, 60.0, 1.0).name == "dual-feed-ups"
