import dataclasses

import pytest

from wattmint.provenance import MarketValue, SourceUsed, UsedInput


@pytest.mark.parametrize("record", [
    UsedInput("uptime", 0.97, "share", "site file", "given"),
    SourceUsed("tmy3", "NREL TMY3", "public domain", "2008"),
    MarketValue("btc_usd", 84_700.0, "USD/BTC", "2026-10-03", "mineforge-2026-10", "published"),
])
def test_records_are_frozen_and_compare_by_value(record):
    assert record == dataclasses.replace(record)
    assert hash(record) == hash(dataclasses.replace(record))
    with pytest.raises(dataclasses.FrozenInstanceError):
        setattr(record, dataclasses.fields(record)[0].name, "other")
