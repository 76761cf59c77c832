from pathlib import Path

import numpy as np
import pytest

from wattmint.errors import SeriesError
from wattmint.market.history import WeatherSeries, read_weather
from wattmint.market.typical_year import typical_hour
from wattmint.market.weather import month_hours, weather_at

JANUARY_2024 = np.datetime64("2024-01-01T00", "h").astype(np.int64)


def actual(hours, dry):
    dry = np.asarray(dry, dtype=float)
    return WeatherSeries("wx", False, None, np.asarray(hours), dry, dry - 5.0, dry - 9.0, np.full(dry.size, 95_000.0), None, (), ())


def test_actual_years_match_by_the_hour_itself():
    hours = JANUARY_2024 + np.arange(48)
    (dry, wet, dew, pressure), notes = weather_at(actual(hours, np.arange(48)), hours[10:12], "America/Chicago")
    assert dry.tolist() == [10, 11]
    assert wet.tolist() == [5, 6]
    assert dew.tolist() == [1, 2]
    assert pressure.tolist() == [95_000, 95_000]
    assert notes == ()


def test_a_typical_year_matches_by_its_own_standard_time():
    weather = read_weather("midland-tmy3", Path())
    hour = np.datetime64("2024-07-01T18", "h").astype(np.int64)  # 12:00 in UTC-6, 13:00 on the summer clock
    wanted = np.searchsorted(weather.hour, typical_hour(np.int64(7), np.int64(1), np.int64(12)))
    (dry, *_), notes = weather_at(weather, np.array([hour]), "America/Chicago")
    assert dry[0] == weather.temp_dry_c[wanted]
    assert notes == ()


def test_a_leap_day_takes_the_mean_of_its_month_and_hour():
    weather = read_weather("midland-tmy3", Path())
    leap_noon = np.datetime64("2024-02-29T18", "h").astype(np.int64)
    noons = [np.searchsorted(weather.hour, typical_hour(np.int64(2), np.int64(day), np.int64(12))) for day in range(1, 29)]
    (dry, *_), notes = weather_at(weather, np.array([leap_noon]), "America/Chicago")
    assert dry[0] == pytest.approx(weather.temp_dry_c[noons].mean())
    assert notes == ("midland-tmy3: 1 of 1 hours are not in it and take the mean of the same month and hour of the day",)


def test_refuses_weather_of_another_season():
    weather = actual(JANUARY_2024 + np.arange(48), np.zeros(48))
    with pytest.raises(SeriesError, match="it has none of month 7, hour 13"):
        weather_at(weather, np.array([np.datetime64("2024-07-01T18", "h").astype(np.int64)]), "America/Chicago")


def test_month_hours_of_actual_and_typical_years():
    year, month, hour = month_hours(actual([JANUARY_2024], [0.0]), "America/Chicago")
    assert (year[0], month[0], hour[0]) == (2023, 12, 18)
    year, month, hour = month_hours(read_weather("midland-tmy3", Path()), "America/Chicago")
    assert set(year.tolist()) == {0}
    assert np.bincount(month)[1:].tolist() == [744, 672, 744, 720, 744, 720, 744, 744, 720, 744, 720, 744]
    assert hour[:25].tolist() == [*range(24), 0]


def test_weather_on_another_clock_is_told():
    hours = np.datetime64("2024-07-01T05", "h").astype(np.int64) + np.arange(24 * 14)
    weather = actual(hours, 25.0 + 8.0 * np.sin(2 * np.pi * hours / 24.0))  # warmest at 06:00 UTC, in Chicago the middle of the night
    _, notes = weather_at(weather, hours, "America/Chicago")
    assert any("its days are warmest at about 1:00 of the site's clock" in note for note in notes)
