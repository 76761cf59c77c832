import pytest

from wattmint.calculators.facility.case import FacilityCase, air_path, given_inputs, settled
from wattmint.errors import InputError, UnknownNameError


def case(**changes):
    return FacilityCase(**{"weather": "midland-tmy3", "cooling": "open-air-fans", "it_mw": 50.0} | changes)


def test_defaults_are_filled_in():
    found = settled(case())
    assert (found.servers, found.corrosion, found.time_zone, found.backup) == ("a2", "g1", "Etc/GMT+6", "none")
    assert settled(case(cooling="direct-liquid-dry-cooler")).servers == "w45"
    assert settled(case(weather="mine.csv")).time_zone is None
    assert settled(case(time_zone="America/Denver")).time_zone == "America/Denver"


def test_films_stand_for_a_class():
    assert settled(case(copper_film_a=250.0, silver_film_a=500.0)).corrosion == "g2"


def test_air_paths():
    assert {air_path(name) for name in ("open-air-fans", "evaporative-wall", "economiser-chiller")} == {"outside"}
    assert air_path("chilled-water-tower") == "recirculated"
    assert air_path("immersion") == "liquid"


def test_what_was_given_is_listed():
    assert [(one.name, one.value, one.unit, one.kind) for one in given_inputs(settled(case(pm25_ug_m3=12.0)))] == [
        ("it_mw", 50.0, "MW", "given"), ("it_load_share", 1.0, "share", "given"), ("pm25_ug_m3", 12.0, "µg/m³", "given"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("machine", "cooling"),
    [("antminer-s21-xp", "open-air-fans"), ("antminer-s21-xp", "chilled-water-tower"), ("antminer-s21-xp-hyd", "dry-cooler-hydro")],
)
def test_machines_that_suit(machine, cooling):
    assert settled(case(machine=machine, cooling=cooling)).machine == machine


@pytest.mark.parametrize(
    ("changes", "error", "told"),
    [
        ({"it_mw": 0.0}, InputError, "it_mw = 0.0: a number from 0.1 to 10,000 MW"),
        ({"it_mw": float("nan")}, InputError, "it_mw = nan"),
        ({"load_share": 1.2}, InputError, "it_load_share = 1.2"),
        ({"altitude_m": 9000.0}, InputError, "altitude_m = 9000.0"),
        ({"pm25_ug_m3": -1.0}, InputError, "pm25_ug_m3 = -1.0"),
        ({"cooling": "open-air"}, UnknownNameError, "cooling = 'open-air': unknown name; did you mean 'open-air-fans'"),
        ({"backup": "n+2"}, UnknownNameError, "backup = 'n\\+2'"),
        ({"machine": "antminer-s99"}, UnknownNameError, "machine = 'antminer-s99'"),
        (
            {"machine": "antminer-s21-xp-hyd"},
            InputError,
            "a machine that open-air-fans can cool; this one is cooled by hydro and goes with dry-cooler-hydro",
        ),
        (
            {"machine": "antminer-s21-xp", "cooling": "immersion"},
            InputError,
            "this one is cooled by air and goes with open-air-fans or evaporative-wall",
        ),
        ({"servers": "w45"}, InputError, "servers = 'w45': a class that open-air-fans can serve: recommended, a1"),
        ({"servers": "a2", "cooling": "immersion"}, InputError, "a class that immersion can serve: w17"),
        ({"servers": "b2"}, UnknownNameError, "servers = 'b2'"),
        ({"servers": "recommended-corrosive"}, InputError, "servers = 'recommended-corrosive': a class that open-air-fans can serve"),
        ({"corrosion": "g7"}, UnknownNameError, "corrosion = 'g7'"),
        ({"corrosion": "g1", "copper_film_a": 100.0}, InputError, "either a class or films, not both; copper_film_a is given too"),
        ({"copper_film_a": 100.0}, InputError, "needs the film on the other metal too"),
        ({"time_zone": "America/Chicagoo"}, UnknownNameError, "time_zone = 'America/Chicagoo': unknown name; did you mean 'America/Chicago'"),
    ],
)
def test_refuses_by_name(changes, error, told):
    with pytest.raises(error, match=told):
        settled(case(**changes))
