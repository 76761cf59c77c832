import numpy as np
import pytest

from wattmint.market.weather_doubts import clock_note, place_notes
from wattmint.market.weather_formats import Place

SEASONS = np.repeat(np.arange(1, 13), 24)


def summer_and_winter(warmer_summer):
    return 15.0 - 10.0 * warmer_summer * np.cos(2 * np.pi * (SEASONS - 1) / 12.0)


@pytest.mark.parametrize(("shift_h", "said"), [(0, False), (4, False), (-6, True), (8, True), (12, True)])
def test_the_wrong_clock_is_told(shift_h, said):
    hour = np.tile(np.arange(24), 30)
    dry = 20.0 - 6.0 * np.cos(2 * np.pi * (hour - 3 - shift_h) / 24.0)
    notes = clock_note("wx", np.ones_like(hour), hour, dry)
    assert bool(notes) == said
    if said:
        assert f"its days are warmest at about {(15 + shift_h) % 24}:00 of the site's clock" in notes[0]


def test_a_month_on_another_clock_is_told():
    month, hour = np.repeat(np.arange(1, 13), 24 * 28), np.tile(np.arange(24), 28 * 12)
    dry = 20.0 - 6.0 * np.cos(2 * np.pi * (hour - 3 - 12 * (month == 7)) / 24.0)
    assert clock_note("wx", month, hour, dry) == (
        "wx: its days are warmest at about 3:00 of the site's clock in month 7, usual is 15:00; is its clock another zone's?",
    )
    few = (month != 7) | (np.arange(month.size) % (24 * 28) < 24 * 10)  # ten days may be odd
    assert clock_note("wx", month[few], hour[few], dry[few]) == ()


def test_a_sea_climate_or_half_a_day_says_nothing_of_clocks():
    hour = np.tile(np.arange(24), 30)
    assert clock_note("wx", np.ones_like(hour), hour, 20.0 - 0.5 * np.cos(2 * np.pi * (hour - 15) / 24.0)) == ()
    assert clock_note("wx", np.ones(12, dtype=np.int64), hour[:12], np.arange(12.0)) == ()


@pytest.mark.parametrize(("latitude", "warmer_summer", "said"), [(45, 1, False), (45, -1, True), (-45, 1, True), (-45, -1, False), (10, -1, False)])
def test_the_other_hemisphere_is_told(latitude, warmer_summer, said):
    notes = place_notes("wx", Place(latitude_deg=latitude), SEASONS, summer_and_winter(warmer_summer), None)
    assert any("other hemisphere" in note for note in notes) == said


@pytest.mark.parametrize(("pressure_pa", "said"), [(91_300.0, False), (101_300.0, True)])
def test_a_pressure_reduced_to_the_sea_is_told(pressure_pa, said):
    notes = place_notes("wx", Place(altitude_m=872.0), SEASONS, summer_and_winter(1), np.full(SEASONS.size, pressure_pa))
    assert any("is it reduced to sea level" in note for note in notes) == said


@pytest.mark.parametrize(("altitude_m", "others"), [(872.0, "at 872 m 91.3 kPa is usual"), (None, "in most months it is 91.3 kPa")])
def test_a_month_reduced_to_the_sea_is_told(altitude_m, others):
    pressure_pa = np.where(SEASONS == 3, 101_300.0, 91_300.0)
    notes = place_notes("wx", Place(altitude_m=altitude_m), SEASONS, summer_and_winter(1), pressure_pa)
    assert notes == (f"wx: its mean pressure is 101.3 kPa in month 3, {others}; is it reduced to sea level there?",)
    weather = np.where(SEASONS == 3, 92_700.0, 91_300.0)
    assert place_notes("wx", Place(altitude_m=altitude_m), SEASONS, summer_and_winter(1), weather) == ()
