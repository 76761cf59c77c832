"""A site with a fixed price, so that its tenants can be reckoned by hand, and its answer, which takes a second or two."""

import pytest

from wattmint.calculators.backup.rank import BackupAnswer, site_backup
from wattmint.scenario.model import Scenario


@pytest.fixture(scope="session")
def site() -> Scenario:
    mining = {"name": "mine", "parts": [{"kind": "mining", "machine": "antminer-s21-xp"}]}
    hosting = {"name": "host", "parts": [{"kind": "hosting", "share": 0.5, "lease_usd_per_kw_month": 150.0, "load_factor": 0.8}]}
    renting = {"name": "rent", "parts": [{"kind": "rental", "accelerator": "b200-sxm", "utilisation": 0.9}]}
    power = {"fixed_usd_per_mwh": 40.0, "weather": "midland-tmy3", "delivery_usd_per_mwh": 5.0, "demand_charge_usd_per_kw_month": 2.0}
    keys = {"name": "small site", "site": {"power_mw": 10.0}, "power": power, "study": {"start": "2026-12"}}
    return Scenario.of({**keys, "builds": [mining, hosting, renting]})


@pytest.fixture(scope="session")
def answer(site: Scenario) -> BackupAnswer:
    return site_backup(site, years=2_000, seed=3)
