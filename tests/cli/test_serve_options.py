import argparse

import pytest

from wattmint.calculators.serving.money import TERMS, defaults
from wattmint.cli.serve_options import MONEY_NAMES, WORKLOAD, add_money, add_workload, given_terms, left_in
from wattmint.errors import InputError


def parsed(*words: str) -> argparse.Namespace:
    verb = argparse.ArgumentParser()
    add_workload(verb)
    add_money(verb)
    return verb.parse_args(words)


def test_every_term_has_an_option_and_every_default_is_cited():
    assert set(MONEY_NAMES) == {*TERMS, "power_price"} - {"power_price_usd_per_kwh"}
    plant = given_terms(parsed())
    assert {name: getattr(plant, name) for name in defaults()} == {name: fact.value for name, fact in defaults().items()}


def test_what_is_given_is_used_and_what_is_not_is_not_there():
    given = parsed("--power-price", "80", "--pue", "1.3", "--isl", "512")
    assert given_terms(given).power_price_usd_per_kwh == pytest.approx(0.08)
    assert given_terms(given).pue == 1.3
    assert left_in(given, tuple(name for name, *_ in WORKLOAD)) == {"isl": 512.0}
    with pytest.raises(InputError, match=r"pue = 0\.1"):
        given_terms(parsed("--pue", "0.1"))
