import numpy as np
import pytest

from wattmint.errors import ScenarioError, SeriesError, UnknownNameError
from wattmint.facility.chain_parts import ups_loss_share
from wattmint.facility.grid import DEFAULT, grid_named
from wattmint.facility.power_chain import power_chain
from wattmint.facts.load import number
from wattmint.scenario.model import Site
from wattmint.workloads.contracts import HourlyCredits
from wattmint.workloads.firm import plan_halls, site_grid
from wattmint.workloads.inputs import InputBook
from wattmint.workloads.plan import plant_hours


def halls_of(scenario_of, library, load_share=0.8, **keys):
    scenario = scenario_of({"kind": "hosting", **keys})
    return plan_halls(InputBook(scenario.builds[0].parts[0]), scenario, library, load_share)


def test_halls_are_sized_for_the_hottest_hour_at_full_load_with_the_chains_losses(scenario_of, library):
    book = InputBook(scenario_of({"kind": "hosting"}).builds[0].parts[0])
    for backup in ("none", "2n"):
        halls = halls_of(scenario_of, library, backup=backup)
        full, drawn = (plant_hours(book, book.text("cooling"), library, ups_loss_share(backup, load), load).pue for load in (1.0, 0.8))
        assert halls.it_mw * np.nanmax(full) == pytest.approx(10.0)
        assert halls.hourly_pue == pytest.approx(drawn, nan_ok=True)
    assert halls.it_mw < halls_of(scenario_of, library, backup="none").it_mw


def test_what_the_works_contain_is_not_paid_twice(scenario_of, library):
    same, safe, bare = (halls_of(scenario_of, library, backup=backup, works_backup="n") for backup in ("n", "2n", "none"))
    assert same.backup == (0.0, 0.0)
    chains = [power_chain(name, grid_named(DEFAULT), safe.it_mw, 0.8) for name in ("n", "2n")]
    floor = (chains[1].floor_m2_per_mw - chains[0].floor_m2_per_mw) * number("defaults", "hosting", "hall_usd_per_m2")
    assert safe.backup.usd_per_mw == pytest.approx(chains[1].capex_usd_per_mw - chains[0].capex_usd_per_mw + floor)
    assert safe.backup.opex_usd_per_mw_year == pytest.approx(chains[1].opex_usd_per_mw_year - chains[0].opex_usd_per_mw_year)
    assert bare.backup.usd_per_mw < 0.0


def test_availability_and_restarts_take_hours_and_months_have_downtime(scenario_of, library):
    halls = halls_of(scenario_of, library, backup="none")
    stops = halls.chain.outages_per_year + halls.chain.dips_per_year
    assert halls.served_share(0.0) == halls.chain.availability
    assert halls.served_share(0.5) == pytest.approx(halls.chain.availability - stops * 0.5 / 8_766)
    every = HourlyCredits(promised=1.0, multiple=1.0, cap=1.0)
    planned = next(one.hours_per_year for one in halls.chain.by_cause if one.name == "planned")
    dark = (1.0 - halls.chain.availability) * 8_766 - planned
    assert halls.month().mean_of(every) * 8_766 == pytest.approx(dark, rel=0.02)
    assert halls.month(0.5).mean_of(every) > halls.month().mean_of(every)


def test_a_sites_grid_is_its_own_log_or_a_name_or_the_default(scenario_of, tmp_path):
    scenario = scenario_of({"kind": "hosting"})
    assert site_grid(scenario) == grid_named(DEFAULT)
    named = scenario.model_copy(update={"site": scenario.site.model_copy(update={"grid": "us-distribution"})})
    assert site_grid(named) == grid_named("us-distribution")
    logged = scenario.model_copy(update={"site": scenario.site.model_copy(update={"outage_log": "log.csv"}), "base_dir": tmp_path})
    with pytest.raises(SeriesError, match="outage_log"):
        site_grid(logged)
    lasted = (1.0, 2.0, 0.5, 3.0, 7.0, 1.5, 2.5, 0.3, 4.0, 12.0, 0.7, 1.1)
    rows = [f"2020-{month:02d}-01 00:00,{hours}" for month, hours in enumerate(lasted, start=1)]
    (tmp_path / "log.csv").write_text("\n".join(["start,hours", *rows]))
    assert site_grid(logged).interruptions_per_year == pytest.approx(12.0, rel=0.1)


def test_a_grid_and_a_log_together_are_refused():
    with pytest.raises(ScenarioError, match="either a grid of the table or an outage_log"):
        Site.of({"power_mw": 10.0, "grid": "us-distribution", "outage_log": "log.csv"})
    with pytest.raises(ScenarioError, match="did you mean 'us-transmission'"):
        Site.of({"power_mw": 10.0, "grid": "us-transmision"})


@pytest.mark.parametrize("field", ["backup", "works_backup"])
def test_an_unknown_backup_is_refused_with_the_nearest_names(scenario_of, library, field):
    scenario = scenario_of({"kind": "hosting"})
    part = scenario.builds[0].parts[0].model_copy(update={field: "2nn"})
    with pytest.raises(UnknownNameError, match=rf"{field} = '2nn'.*did you mean '2n'"):
        plan_halls(InputBook(part), scenario, library, 1.0)
