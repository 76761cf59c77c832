import dataclasses

import pytest

from wattmint.types import Tariff


def test_nouns_are_frozen():
    tariff = Tariff(4.0, 5.0, 0.9)
    with pytest.raises(dataclasses.FrozenInstanceError):
        tariff.delivery_usd_per_mwh = 1.0


def test_a_typo_is_refused():
    tariff = Tariff(4.0, 5.0, 0.9)
    with pytest.raises((AttributeError, TypeError)):
        object.__setattr__(tariff, "delivery_usd_per_kwh", 1.0)
