"""The site file as parsed: what is asked. Frozen, every key typed; ranges and meanings come from the data dictionary.

A key that is left out takes its cited default from the facts table `defaults` (`None` here means exactly that).
"""

from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from wattmint.scenario.existing import Conversion, Existing
from wattmint.scenario.load import read_toml
from wattmint.scenario.names import (
    BackupName,
    ChipName,
    CoolerName,
    GridName,
    JurisdictionName,
    MachineName,
    ModelName,
    Month,
    PriceName,
    TimeZone,
    Title,
    WeatherName,
)
from wattmint.scenario.phases import SLACK, busiest, first_month, is_phased
from wattmint.scenario.quantity import quantity
from wattmint.scenario.refusal import Words
from wattmint.scenario.table import Count, Number, Table, refused
from wattmint.types import ZERO_LINE


class Site(Table):
    """Where the power is and what can be spent."""

    power_mw: Number = quantity("power_mw")
    capital_usd: Number | None = quantity("capital_usd", default=None)
    time_zone: TimeZone = quantity("time_zone", default="UTC")
    altitude_m: Number | None = quantity("altitude_m", default=None)
    grid: GridName | None = quantity("grid", default=None)
    outage_log: str | None = quantity("outage_log", default=None)

    @model_validator(mode="after")
    def _one_grid(self) -> Self:
        if self.grid is not None and self.outage_log is not None:
            raise refused(".grid", self.grid, "either a grid of the table or an outage_log of the site's own, not both")
        return self


class PriceSource(Table):
    """One series of hourly prices, embedded or in a file."""

    prices: PriceName = quantity("prices")
    time_column: str | None = quantity("time_column", default=None)
    price_column: str | None = quantity("price_column", default=None)
    time_zone: TimeZone | None = quantity("series_time_zone", default=None)


class PriceHistory(PriceSource):
    """One series of hourly prices with the weather of the same place."""

    weather: WeatherName = quantity("weather")


class Power(Table):
    """What electricity costs."""

    history: tuple[PriceHistory, ...] = quantity("history", default=(), strict=False)
    fixed_usd_per_mwh: Number | None = quantity("fixed_usd_per_mwh", default=None)
    weather: WeatherName | None = quantity("weather", default=None)
    level_usd_per_mwh: Number | None = quantity("level_usd_per_mwh", default=None)
    level_growth_per_year: Number | None = quantity("level_growth_per_year", default=None)
    delivery_usd_per_mwh: Number = quantity("delivery_usd_per_mwh", default=0.0)
    demand_charge_usd_per_kw_month: Number = quantity("demand_charge_usd_per_kw_month", default=0.0)
    peak_avoidance: Number | None = quantity("peak_avoidance", default=None)

    @model_validator(mode="after")
    def _one_price(self) -> Self:
        if bool(self.history) == (self.fixed_usd_per_mwh is not None):
            given = Words("(both [[power.history]] and fixed_usd_per_mwh)" if self.history else "(no price)")
            raise refused("", given, "either [[power.history]] or fixed_usd_per_mwh, not both and not neither")
        if self.fixed_usd_per_mwh is not None and self.weather is None:
            raise refused(".weather", Words("(left out)"), "a fixed price needs weather: the hours of the site's temperatures")
        return self


class Market(Table):
    """Overrides of the market snapshot; leave empty to use it as shipped."""

    forecast: Literal["random", "median"] = quantity("forecast", default="random")
    btc_usd: Number | None = quantity("btc_usd", default=None)
    difficulty: Number | None = quantity("difficulty", default=None)
    fees_btc_per_block: Number | None = quantity("fees_btc_per_block", default=None)
    gpu_rental_multiplier: Number = quantity("gpu_rental_multiplier", default=1.0)
    token_price_multiplier: Number = quantity("token_price_multiplier", default=1.0)


class Money(Table):
    """Terms that hold for every build."""

    discount_rate: Number = quantity("discount_rate", default=0.10)
    inflation: Number = quantity("inflation", default=0.025)
    receivable_days: Number = quantity("receivable_days", default=0.0)
    payable_days: Number = quantity("payable_days", default=0.0)


class Tax(Table):
    """Taxes; leave the table out to compare before tax. What is left out is the jurisdiction's; default running costs hold property tax."""

    jurisdiction: JurisdictionName = quantity("jurisdiction")
    national_tax_rate: Number | None = quantity("national_tax_rate", default=None)
    state_tax_rate: Number | None = quantity("state_tax_rate", default=None)
    gross_margin_tax_rate: Number | None = quantity("gross_margin_tax_rate", default=None)
    losses: Literal["carried", "used"] = quantity("losses", default="carried")
    loss_limit_share: Number | None = quantity("loss_limit_share", default=None)
    interest_limit_share: Number | None = quantity("interest_limit_share", default=None)
    depreciation_schedule: Literal["macrs", "straight-line"] | None = quantity("depreciation_schedule", default=None)
    machine_recovery_years: Count | None = quantity("machine_recovery_years", default=None)
    works_recovery_years: Count | None = quantity("works_recovery_years", default=None)
    bonus_share: Number | None = quantity("bonus_share", default=None)
    property_tax_per_year: Number = quantity("property_tax_per_year", default=0.0)
    vat_rate: Number | None = quantity("vat_rate", default=None)
    vat_refund_months: Count = quantity("vat_refund_months", default=2)


class Debt(Table):
    """Loans of every build; leave the table out to compare without debt."""

    debt_share: Number = quantity("debt_share")
    dscr: Number | None = quantity("dscr", default=None)
    lenders_quantile: Number = quantity("lenders_quantile", default=0.1)
    debt_rate: Number = quantity("debt_rate")
    debt_term_months: Count = quantity("debt_term_months")
    grace_months: Count = quantity("grace_months", default=0)
    upfront_fee_share: Number = quantity("upfront_fee_share", default=0.0)
    reserve_months: Count = quantity("reserve_months", default=0)
    equipment_share: Number = quantity("equipment_share", default=0.0)
    equipment_rate: Number | None = quantity("equipment_rate", default=None)
    equipment_term_months: Count | None = quantity("equipment_term_months", default=None)
    equity_discount_rate: Number | None = quantity("equity_discount_rate", default=None)

    @model_validator(mode="after")
    def _grace_ends(self) -> Self:
        if self.grace_months >= self.debt_term_months:
            raise refused(".grace_months", self.grace_months, f"fewer than debt_term_months, {self.debt_term_months}")
        return self


class Treasury(Table):
    """What becomes of mined coins; leave the table out to sell them all at once."""

    coin_policy: Literal["sell", "cover", "hold"] = quantity("coin_policy")
    hold_share: Number = quantity("hold_share", default=1.0)
    forward_share: Number = quantity("forward_share", default=0.0)
    forward_months: Count = quantity("forward_months", default=12)
    forward_carry_per_year: Number | None = quantity("forward_carry_per_year", default=None)


class Study(Table):
    """How long and how often."""

    start: Month = quantity("start")
    horizon_months: Count = quantity("horizon_months", default=120)
    paths: Count = quantity("paths", default=10_000)
    seed: Count = quantity("seed", default=1)


class _Part(Table):
    share: Number = quantity("share", default=1.0, gt=0.0)
    cooling: CoolerName | None = quantity("cooling", default=None)
    construction_months: Count | None = quantity("construction_months", default=None)
    ramp_months: Count | None = quantity("ramp_months", default=None)
    site_capex_usd_per_mw: Number | None = quantity("site_capex_usd_per_mw", default=None)
    site_life_months: Count | None = quantity("site_life_months", default=None)
    opex_usd_per_mw_year: Number | None = quantity("opex_usd_per_mw_year", default=None)
    salvage_share: Number | None = quantity("salvage_share", default=None)
    from_month: Count = quantity("from_month", default=0)
    until_month: Count | None = quantity("until_month", default=None)
    existing: bool = quantity("existing", default=False)
    clearing_usd_per_mw: Number = quantity("clearing_usd_per_mw", default=0.0)

    @model_validator(mode="after")
    def _works(self) -> Self:
        for key in ("construction_months", "ramp_months", "site_capex_usd_per_mw"):
            if self.existing and getattr(self, key):
                raise refused(f".{key}", getattr(self, key), "left out or 0: existing = true says that the halls stand and run")
        return self


class MiningPart(_Part):
    """Mine bitcoin with one named machine; stop in exactly the hours that do not pay."""

    kind: Literal["mining"]
    machine: MachineName = quantity("machine")
    machine_usd_per_th: Number | None = quantity("machine_usd_per_th", default=None)
    modes: Literal["auto", "normal"] | None = quantity("modes", default=None)
    uptime: Number | None = quantity("uptime", default=None)
    pool_fee: Number | None = quantity("pool_fee", default=None)
    machine_failures_per_year: Number | None = quantity("machine_failures_per_year", default=None)
    machine_failure_growth_per_year: Number | None = quantity("machine_failure_growth_per_year", default=None)
    machine_write_off_share: Number | None = quantity("machine_write_off_share", default=None)
    repair_usd_per_kw: Number | None = quantity("repair_usd_per_kw", default=None)
    repair_months: Number | None = quantity("repair_months", default=None)
    machine_life_months: Count | None = quantity("machine_life_months", default=None)
    end_of_life: Literal["replace", "shrink"] | None = quantity("end_of_life", default=None)
    replacement_payback_months: Number | None = quantity("replacement_payback_months", default=None)
    machine_age_months: Count | None = quantity("machine_age_months", default=None)


class _HallPart(_Part):
    backup: BackupName | None = quantity("backup", default=None)
    works_backup: BackupName | None = quantity("works_backup", default=None)


class _FirmPart(_HallPart):
    load_factor: Number | None = quantity("load_factor", default=None)


class HostingPart(_FirmPart):
    """Lease powered, cooled halls to tenants who bring their own AI servers."""

    kind: Literal["hosting"]
    lease_usd_per_kw_month: Number | None = quantity("lease_usd_per_kw_month", default=None)
    lease_escalator_per_year: Number | None = quantity("lease_escalator_per_year", default=None)
    power_passthrough: Number | None = quantity("power_passthrough", default=None)
    sla_availability: Number | None = quantity("sla_availability", default=None)
    credit_multiple: Number | None = quantity("credit_multiple", default=None)
    credit_cap_share: Number | None = quantity("credit_cap_share", default=None)
    leave_downtime_share: Number | None = quantity("leave_downtime_share", default=None)
    leave_probability: Number | None = quantity("leave_probability", default=None)
    tenant_default_per_year: Number | None = quantity("tenant_default_per_year", default=None)
    vacancy_months: Count | None = quantity("vacancy_months", default=None)
    relet_cycle_share: Number | None = quantity("relet_cycle_share", default=None)


class RentalPart(_FirmPart):
    """Own accelerators and rent them by the hour."""

    kind: Literal["rental"]
    accelerator: ChipName = quantity("accelerator")
    contract: Literal["3-year", "on-demand"] | None = quantity("contract", default=None)
    rental_usd_per_gpu_h: Number | None = quantity("rental_usd_per_gpu_h", default=None)
    accelerator_usd: Number | None = quantity("accelerator_usd", default=None)
    network_storage_share: Number | None = quantity("network_storage_share", default=None)
    utilisation: Number | None = quantity("utilisation", default=None)
    market_fee: Number | None = quantity("market_fee", default=None)
    refresh_months: Count | None = quantity("refresh_months", default=None)
    machine_age_months: Count | None = quantity("machine_age_months", default=None)


class InferencePart(_HallPart):
    """Own accelerators, serve an open model with them and sell its tokens by the million."""

    kind: Literal["inference"]
    accelerator: ChipName = quantity("accelerator")
    model: ModelName = quantity("model")
    precision: Literal["bf16", "fp8", "int8", "fp4", "int4"] | None = quantity("precision", default=None)
    isl: Count | None = quantity("isl", default=None)
    osl: Count | None = quantity("osl", default=None)
    ttft_ms: Number | None = quantity("ttft_ms", default=None)
    tpot_ms: Number | None = quantity("tpot_ms", default=None)
    gpus_per_replica: Count | None = quantity("gpus_per_replica", default=None)
    accelerator_usd: Number | None = quantity("accelerator_usd", default=None)
    network_storage_share: Number | None = quantity("network_storage_share", default=None)
    utilisation: Number | None = quantity("utilisation", default=None)
    token_price_usd_per_mtok_input: Number | None = quantity("token_price_usd_per_mtok_input", default=None)
    token_price_usd_per_mtok_output: Number | None = quantity("token_price_usd_per_mtok_output", default=None)
    price_decline_per_year: Number | None = quantity("price_decline_per_year", default=None)
    software_gain_per_year: Number | None = quantity("software_gain_per_year", default=None)
    market_fee: Number | None = quantity("market_fee", default=None)
    refresh_months: Count | None = quantity("refresh_months", default=None)
    machine_age_months: Count | None = quantity("machine_age_months", default=None)


Part = Annotated[MiningPart | HostingPart | RentalPart | InferencePart, Field(discriminator="kind")]


class Build(Table):
    """One candidate use of the site: one or more parts that share its power."""

    name: Title = quantity("build_name")
    parts: tuple[Part, ...] = quantity("parts", strict=False, min_length=1)

    @model_validator(mode="after")
    def _shares(self) -> Self:
        for number, part in enumerate(self.parts):
            if part.until_month is not None and part.until_month <= first_month(part):
                raise refused(f".parts[{number}].until_month", part.until_month, f"after its first month of service, {first_month(part)}")
        total, month = busiest(self.parts)
        if total > 1.0 + SLACK:
            when, ever = (f" from month {month} on", ", in any month") if is_phased(self.parts) else ("", "")
            allowed = f"the parts of {self.name!r} may take at most 1, the whole site{ever}"
            raise refused(".parts", Words(f"(shares adding to {total:g}{when})"), allowed)
        return self


class Scenario(Table):
    """A site, its candidate builds and the terms of the comparison.

    `base_dir` is where relative file names of the site file are looked up.
    """

    name: Title = quantity("site_name")
    site: Site
    power: Power
    market: Market = Market()
    money: Money = Money()
    tax: Tax | None = None
    debt: Debt | None = None
    treasury: Treasury | None = None
    study: Study
    existing: Existing | None = None
    conversion: Conversion | None = None
    builds: tuple[Build, ...] = quantity("builds", strict=False, min_length=1)
    base_dir: Path = Field(default=Path(), exclude=True)

    @model_validator(mode="after")
    def _names(self) -> Self:
        seen = {ZERO_LINE}
        for number, build in enumerate(self.builds):
            name = " ".join(build.name.lower().split())
            if name in seen:
                taken = "the name of the zero line" if name == ZERO_LINE else "taken by another build"
                raise refused(f"builds[{number}].name", build.name, f"a name of its own; this one is {taken}")
            seen.add(name)
        return self

    @classmethod
    def load(cls, path: str | Path) -> Self:
        """Read a site file.

        Parameters
        ----------
        path : str or Path
            TOML; relative names of series in it are looked up beside it.

        Returns
        -------
        Scenario
            Checked.

        Raises
        ------
        ScenarioError
            When the file cannot be read or a key is refused: field, value and what is allowed, in one line.
        """
        return cls.of(read_toml(path), base_dir=Path(path).parent)
