from pathlib import Path

from wattmint.market.tariff import tariff_of
from wattmint.scenario.model import Scenario

EXAMPLE = Path(__file__).parents[2] / "examples" / "west-texas-100mw.toml"


def test_peak_avoidance_left_out_is_the_cited_default():
    scenario = Scenario.load(EXAMPLE)
    power = scenario.power.model_copy(update={"peak_avoidance": None})
    tariff, used = tariff_of(scenario.model_copy(update={"power": power}))
    row = next(u for u in used if u.name == "peak_avoidance")
    assert tariff.peak_avoidance == row.value
    assert row.source != "site file"


def test_peak_avoidance_given_is_used():
    scenario = Scenario.load(EXAMPLE)
    power = scenario.power.model_copy(update={"peak_avoidance": 0.25})
    tariff, used = tariff_of(scenario.model_copy(update={"power": power}))
    assert tariff.peak_avoidance == 0.25
    assert next(u for u in used if u.name == "peak_avoidance").kind == "given"
