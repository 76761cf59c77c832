"""Two tables of the site file that `wattmint convert` reads: what a mining site has today, and what it is to become.

A key that is left out takes its cited default from the facts table `defaults`, ids `existing` and `conversion`.
"""

from typing import Literal, Self

from pydantic import model_validator

from wattmint.scenario.names import AiClassName, BackupName, CoolerName, MachineName
from wattmint.scenario.quantity import quantity
from wattmint.scenario.refusal import Words
from wattmint.scenario.table import Count, Number, Table, refused


class ExistingMachine(Table):
    """Mining machines of one kind that run today."""

    machine: MachineName = quantity("machine")
    share: Number = quantity("share", default=1.0, gt=0.0)
    machine_age_months: Count | None = quantity("machine_age_months", default=None)


class Existing(Table):
    """What a mining site has today; read by `wattmint convert` alone."""

    machines: tuple[ExistingMachine, ...] = quantity("machines", strict=False, min_length=1)
    hall_kind: Literal["container", "shed", "building"] | None = quantity("hall_kind", default=None)
    hall_rack_kw: Number | None = quantity("hall_rack_kw", default=None, gt=0.0)
    floor_m2: Number | None = quantity("floor_m2", default=None)
    land_m2: Number | None = quantity("land_m2", default=None)
    cooling: CoolerName | None = quantity("cooling", default=None)
    water_l_per_day: Number | None = quantity("water_l_per_day", default=None)
    firm_mw: Number | None = quantity("firm_mw", default=None)
    feeds: Count | None = quantity("feeds", default=None)
    feed_kv: Number | None = quantity("feed_kv", default=None)
    ride_through_s: Number | None = quantity("ride_through_s", default=None)
    fibre_routes: Count | None = quantity("fibre_routes", default=None)
    fibre_km: Number | None = quantity("fibre_km", default=None)
    latency_ms: Number | None = quantity("latency_ms", default=None)
    noise_db: Number | None = quantity("noise_db", default=None)
    noise_limit_db: Number | None = quantity("noise_limit_db", default=None)
    flood_return_years: Number | None = quantity("flood_return_years", default=None)

    @model_validator(mode="after")
    def _shares(self) -> Self:
        total = sum(kind.share for kind in self.machines)
        if total > 1.0 + 1e-9:
            raise refused(".machines", Words(f"(shares adding to {total:g})"), "at most 1, the whole site")
        return self


class Conversion(Table):
    """What the mining site is to become; read by `wattmint convert` alone."""

    ai_class: AiClassName = quantity("ai_class")
    share: Number | None = quantity("share", default=None, gt=0.0)
    blocks: Count | None = quantity("blocks", default=None)
    block_gap_months: Count | None = quantity("block_gap_months", default=None)
    start_month: Count | None = quantity("start_month", default=None)
    ordered_months: Number | None = quantity("ordered_months", default=None)
    cooling: CoolerName | None = quantity("cooling", default=None)
    backup: BackupName | None = quantity("backup", default=None)
    new_build_usd_per_mw: Number | None = quantity("new_build_usd_per_mw", default=None)
    tenant_funded_share: Number | None = quantity("tenant_funded_share", default=None)
    lease_usd_per_kw_month: Number | None = quantity("lease_usd_per_kw_month", default=None)
    ramp_months: Count | None = quantity("ramp_months", default=None)
