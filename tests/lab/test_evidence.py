from wattmint.facts.load import record
from wattmint.lab.evidence import CITED, DERIVED, cited, derived


def test_a_cited_number_keeps_its_unit_and_source():
    power = record("machines", "antminer-s21-xp")["power_w"]
    figure = cited("power", power)
    assert (figure.what, figure.value, figure.unit, figure.evidence, figure.source) == ("power", power.value, "W", CITED, power.source)


def test_a_derived_number_names_each_source_once():
    machine, power = record("machines", "antminer-s21-xp"), record("snapshot", "ercot")["power_level_usd_per_mwh"]
    figure = derived("power per hash", 13.5, "J/TH", machine["power_w"], machine["hashrate_ths"], power)
    assert (figure.value, figure.evidence) == (13.5, DERIVED)
    assert figure.source == f"{machine['power_w'].source} + {power.source}"
