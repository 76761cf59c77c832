from wattmint import units


def test_energy_of_a_megawatt_hour():
    assert units.J_PER_MWH == 3.6e9
    assert units.KWH_PER_MWH * units.W_PER_KW * units.SECONDS_PER_HOUR == units.J_PER_MWH


def test_time():
    assert units.SECONDS_PER_DAY == 86400
    assert units.HOURS_PER_YEAR == 8766
    assert units.MAX_HOURS_PER_MONTH == 31 * 24 + 1


def test_hashes():
    assert units.HASHES_PER_PH == units.TH_PER_PH * units.HASHES_PER_TH
