import numpy as np
import pytest
from tests.market.weather_files import typical

from wattmint.errors import SeriesError
from wattmint.market.history import read_weather
from wattmint.market.typical_year import common_year
from wattmint.market.weather_formats import Place, read_weather_table

LOCATION = "LOCATION,Café International,TX,USA,TMY3,722650,31.95,-102.18,-6.0,872.0"
HEAD = [LOCATION, *(f"{word},0" for word in ("DESIGN CONDITIONS", "TYPICAL", "GROUND", "HOLIDAYS", "COMMENTS 1", "COMMENTS 2", "DATA PERIODS"))]
STATION = '722650,"MIDLAND INTERNATIONAL AP",TX,-6.0,31.950,-102.183,872'
NAMES = "Date (MM/DD/YYYY),Time (HH:MM),GHI (W/m^2),Dry-bulb (C),Dry-bulb source,Dew-point (C),RHum (%),Pressure (mbar)"


def hours():
    parts = zip(common_year() // 24 // 32, common_year() // 24 % 32, common_year() % 24, typical().iter_rows(named=True), strict=True)
    return [(int(month), int(day), int(hour), row) for month, day, hour, row in parts]


def epw(place=LOCATION):
    body = [
        f"1999,{month},{day},{hour + 1},60,?9?9,{row['t_dry_c']},{row['t_dew_c']},{row['rh_pct']:.0f},{1e3 * row['p_kpa']:.0f},0,0"
        for month, day, hour, row in hours()
    ]
    return [place, *HEAD[1:], *body]


def tmy3():
    body = [
        f"{month:02d}/{day:02d}/1999,{hour + 1:02d}:00,0,{row['t_dry_c']},A,{row['t_dew_c']},{row['rh_pct']:.0f},{10 * row['p_kpa']:.0f}"
        for month, day, hour, row in hours()
    ]
    return [STATION, NAMES, *body]


@pytest.mark.parametrize(("lines", "name"), [(epw(), "wx.epw"), (tmy3(), "wx.csv"), (tmy3(), "wx.tmy3")])
def test_services_files_are_read_as_they_are(write_csv, lines, name):
    weather = read_weather(name, write_csv(lines, name).parent)
    assert weather.is_typical
    assert weather.time_zone == "Etc/GMT+6"
    assert np.array_equal(weather.hour, common_year())
    assert np.array_equal(weather.temp_dry_c, typical()["t_dry_c"])
    assert np.array_equal(weather.temp_dew_c, typical()["t_dew_c"])
    assert weather.pressure_pa == pytest.approx(97_500)
    assert weather.temp_wet_c == pytest.approx(typical()["t_wet_c"].to_numpy(), abs=0.01)
    assert any("mean pressure is 97.5 kPa, at 872 m 91.3 kPa is usual" in note for note in weather.notes)


def test_the_head_says_where_it_is(write_csv):
    assert read_weather_table(write_csv(epw(), "wx.epw"), "weather")[1] == Place(31.95, 872.0, "Etc/GMT+6")
    east = LOCATION.replace("-6.0", "8")
    assert read_weather_table(write_csv(epw(east), "wx.epw"), "weather")[1].time_zone == "Etc/GMT-8"
    half = LOCATION.replace("-6.0", "5.5")
    assert read_weather_table(write_csv(epw(half), "wx.epw"), "weather")[1].time_zone is None
    greenwich = LOCATION.replace("-6.0", "0")
    assert read_weather_table(write_csv(epw(greenwich), "wx.epw"), "weather")[1].time_zone == "UTC"


def test_a_plain_table_has_no_head(write_csv):
    table, place = read_weather_table(write_csv(["utc,t_dry_c", "2024-01-01T00:00Z,1"]), "weather")
    assert table.frame.columns == ["utc", "t_dry_c"]
    assert place == Place()


def test_the_other_hemisphere_is_told(write_csv):
    south = LOCATION.replace("31.95", "-31.95")
    notes = read_weather("wx.epw", write_csv(epw(south), "wx.epw").parent).notes
    assert any("warmer than December to February at latitude -31.95; are its months those of the other hemisphere?" in note for note in notes)


@pytest.mark.parametrize(
    ("line", "cells", "told"),
    [
        (9, "1999,1,1,1,60,?9,99.9,5.0,50,97500,0", r"wx\.epw, line 9, t_dry_c = '99\.9': .* a code for a missing value"),
        (9, "1999,1,1,1,60,?9,5.0,4.0,999,97500,0", r"line 9, rh_pct = '999': .* a code for a missing value"),
        (9, "1999,1,1,1,60,?9,5.0,4.0,50,999999,0", r"line 9, p_pa = '999999': .* a code for a missing value"),
        (9, "1999,1,1,25,60,?9,5.0,4.0,50,97500,0", r"line 9, hour = '25': 1 to 24, the end of the hour"),
        (9, "1999,1,1,1,60", r"line 9 = '1999,1,1,1,60': at least 10 cells in each row; it has 5"),
        (1, "LOCATION,Nowhere", "an EPW file: LOCATION with latitude"),
        (1, LOCATION.replace("31.95", "north"), r"line 1, latitude = 'north': a number from -90 to 90"),
        (1, LOCATION.replace("31.95", "nan"), r"line 1, latitude = 'nan': a number from -90 to 90"),
        (1, LOCATION.replace("-6.0", "99"), r"line 1, time zone = '99': a number from -12 to 14"),
        (1, LOCATION.rpartition(",")[0] + ",99999", r"line 1, altitude = '99999': a number from -450 to 5500"),
    ],
)
def test_epw_refuses_by_name(write_csv, line, cells, told):
    lines = epw()
    lines[line - 1] = cells
    with pytest.raises(SeriesError, match=told):
        read_weather("wx.epw", write_csv(lines, "wx.epw").parent)


def test_files_that_end_early_are_refused(write_csv):
    with pytest.raises(SeriesError, match="an EPW file"):
        read_weather("wx.epw", write_csv(HEAD[:3], "wx.epw").parent)
    with pytest.raises(SeriesError, match=r"a TMY3 file: .*it lacks RHum \(%\)"):
        read_weather("wx.csv", write_csv([STATION, NAMES.replace("RHum", "Rain"), "1"], "wx.csv").parent)
    with pytest.raises(SeriesError, match="at least 8 cells"):
        read_weather("wx.csv", write_csv([STATION, NAMES], "wx.csv").parent)
