from pathlib import Path

import numpy as np
import pytest

from wattmint.calculators.facility.case import FacilityCase
from wattmint.calculators.facility.weather import facility_weather
from wattmint.facility.envelope import air_envelope, outside_air
from wattmint.physics.psychrometrics import dew_point_c, vapour_pressure_pa
from wattmint.report.building.facility_figures import (
    inlet_figure,
    inlet_limits,
    is_outside_air,
    outline,
    power_figure,
    psychrometric_figure,
    pue_cells,
    pue_map,
    water_figure,
)
from wattmint.report.figures import plain


def answer(**changes):
    return facility_weather(FacilityCase(**{"weather": "midland-tmy3", "cooling": "open-air-fans", "it_mw": 50.0} | changes), Path())


@pytest.fixture(scope="module")
def fans():
    return answer(machine="avalon-a16xp")


@pytest.fixture(scope="module")
def tower():
    return answer(cooling="chilled-water-tower")


def test_the_map_holds_means_of_months_and_hours(fans):
    cells = pue_cells(fans)
    assert (len(cells), len(cells[0])) == (12, 24)
    chosen = (fans.picture.month == 7) & (fans.picture.hour_of_day == 15)
    assert cells[6][15] == pytest.approx(fans.picture.cooling.pue[chosen].mean(), abs=1e-4)
    assert plain(pue_map(fans))["data"][0]["z"] == cells


def test_cells_without_hours_stay_blank(fans):
    from dataclasses import replace

    month = np.where(fans.picture.month == 2, 3, fans.picture.month)
    blank = replace(fans, picture=replace(fans.picture, month=month))
    assert pue_cells(blank)[1] == [None] * 24


def test_stacked_uses_are_the_duration_curve(fans, tower):
    for found in (fans, tower):
        drawn = plain(power_figure(found))["data"]
        totals = np.sum([trace["y"] for trace in drawn], axis=0)
        assert (np.diff(totals) <= 1e-4).all()
        assert totals.mean() == pytest.approx(found.mean_pue, abs=1e-3)
        assert totals[0] == pytest.approx(found.max_pue, rel=0.02)


def test_the_psychrometric_chart_holds_every_hour_once(fans, tower):
    assert is_outside_air(fans)
    assert not is_outside_air(tower)
    for found, clouds in ((fans, 1), (tower, 2)):
        traces = plain(psychrometric_figure(found))["data"]
        dots = [trace for trace in traces if trace["mode"] == "markers"]
        assert [sum(trace["customdata"]) for trace in dots] == [8760.0] * clouds
        assert sum(trace["mode"] == "lines" and trace["line"]["width"] == 2.5 for trace in traces) == 2  # the two ranges
    liquid = plain(psychrometric_figure(answer(cooling="immersion")))["data"]
    assert sum(trace["mode"] == "lines" and trace["line"]["width"] == 2.5 for trace in liquid) == 0


@pytest.mark.parametrize("name", ["recommended", "a1", "a4"])
def test_outlines_bound_what_the_class_allows(name):
    envelope, pressure_pa = air_envelope(name), 91_700.0
    x, y = outline(envelope, pressure_pa)
    assert (x[0], y[0]) == (x[-1], y[-1])
    temp, dew = np.array(x), dew_point_c(vapour_pressure_pa(np.array(y) / 1e3, pressure_pa))
    middle_temp, middle_dew = temp + 0.02 * (temp.mean() - temp), dew + 0.02 * (dew.mean() - dew)
    assert outside_air(envelope, middle_temp, middle_dew).any_cause.mean() < 0.1
    assert outside_air(envelope, temp + 0.05 * (temp - temp.mean()), dew + 0.05 * (dew - dew.mean())).any_cause.mean() > 0.9


def test_the_inlet_falls_from_its_highest(fans):
    curve = plain(inlet_figure(fans))["data"][0]
    assert curve["y"][0] == fans.max_inlet_c
    assert (np.diff(curve["y"]) <= 0.0).all()
    assert curve["x"][-1] == 100.0


def test_limits_of_one_temperature_stand_together(fans):
    assert inlet_limits(fans) == [("recommended", 27.0), ("A2 and miner throttles", 35.0), ("miner stops", 47.0)]
    assert inlet_limits(answer(cooling="immersion")) == [("W45", 45.0)]


def test_water_by_month_adds_up(tower):
    assert sum(plain(water_figure(tower))["data"][0]["y"]) == pytest.approx(tower.water_m3, rel=1e-4)
