from dataclasses import FrozenInstanceError

import pytest

from wattmint.calculators.facility.answer import AiHall, CoolantHours


def test_answers_stay_as_they_were_given():
    hours = CoolantHours(id="w45", name="ASHRAE W45, coolant", coolant_high_c=45.0, hours_above=3)
    with pytest.raises(FrozenInstanceError):
        hours.hours_above = 0


def test_nothing_may_be_left_out():
    with pytest.raises(TypeError, match="sealing_usd"):
        AiHall(
            servers="a2", verdict="fits", refusals=(), remedies=(), filters=(), filter_capex_usd=0.0, filter_usd_per_year=0.0, filter_mwh=0.0,
            pm25_inside_ug_m3=None,
        )  # fmt: skip
