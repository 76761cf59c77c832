from tests.physics.cooling.cases import ECONOMISER, FANS

from wattmint.physics.cooling.plant import NO_DEW_LIMIT_C, NO_FLOOR_C


def test_a_plant_without_more_words_is_dry_and_has_no_chiller():
    assert not FANS.has_chiller
    assert (FANS.evaporative_effectiveness, FANS.ups_loss_share) == (0.0, 0.0)
    assert FANS.supply_floor_c == NO_FLOOR_C < -273.15
    assert FANS.economiser_dew_limit_c == NO_DEW_LIMIT_C > 100.0


def test_a_rated_chiller_is_one():
    assert ECONOMISER.has_chiller
    assert not ECONOMISER._replace(chiller_cop=0.0).has_chiller
