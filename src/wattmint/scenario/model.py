"""The site file as parsed: what is asked. Frozen, every key typed; ranges and meanings come from the data dictionary.

A key that is left out takes its cited default from the facts table `defaults` (`None` here means exactly that).
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator
from pydantic_core import PydanticCustomError

from wattmint.errors import ScenarioError
from wattmint.scenario.load import read_toml
from wattmint.scenario.names import BackupName, ChipName, CoolerName, MachineName, Month, PriceName, TimeZone, Title, WeatherName
from wattmint.scenario.quantity import quantity
from wattmint.scenario.refusal import Words, refusal
from wattmint.types import ZERO_LINE


def _refuse_bool(value: Any) -> Any:
    # TOML's true is an int to Python; a power of `true` megawatts must not pass as 1 MW.
    if isinstance(value, bool):
        raise PydanticCustomError("number_type", "Input should be a number, not true or false")
    return value


Number = Annotated[float, BeforeValidator(_refuse_bool)]
Count = Annotated[int, BeforeValidator(_refuse_bool)]


def _refused(within: str, given: object, allowed: str) -> PydanticCustomError:
    """Return what a rule over several keys raises: where below the table, what was given, what is allowed."""
    return PydanticCustomError("refused", "{given}: {allowed}", {"within": within, "given": given, "allowed": allowed})


class _Table(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False)

    @classmethod
    def of(cls, keys: Mapping[str, Any], **more: Any) -> Self:
        """Check the keys of a table, of the whole file, or of whatever else has them.

        Parameters
        ----------
        keys : mapping
            As TOML or JSON gives them.
        **more
            Fields that are no keys of the file: ``base_dir``, the folder in which relative names of series are looked up.

        Returns
        -------
        the class itself
            Checked.

        Raises
        ------
        ScenarioError
            When a key is refused: field, value and what is allowed, in one line.
        """
        for key in keys:
            if key in cls.model_fields and cls.model_fields[key].exclude:
                raise ScenarioError(key, keys[key], "unknown key; the folder of the site file is the base")
        try:
            return cls.model_validate({**keys, **more})
        except ValidationError as error:
            raise refusal(error, cls) from None


class Site(_Table):
    """Where the power is and what can be spent."""

    power_mw: Number = quantity("power_mw")
    capital_usd: Number | None = quantity("capital_usd", default=None)
    time_zone: TimeZone = quantity("time_zone", default="UTC")


class PriceSource(_Table):
    """One series of hourly prices, embedded or in a file."""

    prices: PriceName = quantity("prices")
    time_column: str | None = quantity("time_column", default=None)
    price_column: str | None = quantity("price_column", default=None)
    time_zone: TimeZone | None = quantity("series_time_zone", default=None)


class PriceHistory(PriceSource):
    """One series of hourly prices with the weather of the same place."""

    weather: WeatherName = quantity("weather")


class Power(_Table):
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
            raise _refused("", given, "either [[power.history]] or fixed_usd_per_mwh, not both and not neither")
        if self.fixed_usd_per_mwh is not None and self.weather is None:
            raise _refused(".weather", Words("(left out)"), "a fixed price needs weather: the hours of the site's temperatures")
        return self


class Market(_Table):
    """Overrides of the market snapshot; leave empty to use it as shipped."""

    forecast: Literal["random", "median"] = quantity("forecast", default="random")
    btc_usd: Number | None = quantity("btc_usd", default=None)
    difficulty: Number | None = quantity("difficulty", default=None)
    fees_btc_per_block: Number | None = quantity("fees_btc_per_block", default=None)
    gpu_rental_multiplier: Number = quantity("gpu_rental_multiplier", default=1.0)


class Money(_Table):
    """Terms that hold for every build."""

    discount_rate: Number = quantity("discount_rate", default=0.10)
    inflation: Number = quantity("inflation", default=0.025)


class Study(_Table):
    """How long and how often."""

    start: Month = quantity("start")
    horizon_months: Count = quantity("horizon_months", default=120)
    paths: Count = quantity("paths", default=10_000)
    seed: Count = quantity("seed", default=1)


class _Part(_Table):
    share: Number = quantity("share", default=1.0, gt=0.0)
    cooling: CoolerName | None = quantity("cooling", default=None)
    construction_months: Count | None = quantity("construction_months", default=None)
    ramp_months: Count | None = quantity("ramp_months", default=None)
    site_capex_usd_per_mw: Number | None = quantity("site_capex_usd_per_mw", default=None)
    site_life_months: Count | None = quantity("site_life_months", default=None)
    opex_usd_per_mw_year: Number | None = quantity("opex_usd_per_mw_year", default=None)
    salvage_share: Number | None = quantity("salvage_share", default=None)


class MiningPart(_Part):
    """Mine bitcoin with one named machine; stop in exactly the hours that do not pay."""

    kind: Literal["mining"]
    machine: MachineName = quantity("machine")
    machine_usd_per_th: Number | None = quantity("machine_usd_per_th", default=None)
    modes: Literal["auto", "normal"] | None = quantity("modes", default=None)
    uptime: Number | None = quantity("uptime", default=None)
    pool_fee: Number | None = quantity("pool_fee", default=None)
    machine_failures_per_year: Number | None = quantity("machine_failures_per_year", default=None)
    machine_life_months: Count | None = quantity("machine_life_months", default=None)
    end_of_life: Literal["replace", "shrink"] | None = quantity("end_of_life", default=None)
    replacement_payback_months: Number | None = quantity("replacement_payback_months", default=None)


class _FirmPart(_Part):
    backup: BackupName | None = quantity("backup", default=None)
    load_factor: Number | None = quantity("load_factor", default=None)


class HostingPart(_FirmPart):
    """Lease powered, cooled halls to tenants who bring their own AI servers."""

    kind: Literal["hosting"]
    lease_usd_per_kw_month: Number | None = quantity("lease_usd_per_kw_month", default=None)
    lease_escalator_per_year: Number | None = quantity("lease_escalator_per_year", default=None)
    power_passthrough: Number | None = quantity("power_passthrough", default=None)
    sla_availability: Number | None = quantity("sla_availability", default=None)
    credit_multiple: Number | None = quantity("credit_multiple", default=None)
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


Part = Annotated[MiningPart | HostingPart | RentalPart, Field(discriminator="kind")]


class Build(_Table):
    """One candidate use of the site: one or more parts that share its power."""

    name: Title = quantity("build_name")
    parts: tuple[Part, ...] = quantity("parts", strict=False, min_length=1)

    @model_validator(mode="after")
    def _shares(self) -> Self:
        total = sum(part.share for part in self.parts)
        if total > 1.0 + 1e-9:
            raise _refused(".parts", Words(f"(shares adding to {total:g})"), f"the parts of {self.name!r} may take at most 1, the whole site")
        return self


class Scenario(_Table):
    """A site, its candidate builds and the terms of the comparison.

    `base_dir` is where relative file names of the site file are looked up.
    """

    name: Title = quantity("site_name")
    site: Site
    power: Power
    market: Market = Market()
    money: Money = Money()
    study: Study
    builds: tuple[Build, ...] = quantity("builds", strict=False, min_length=1)
    base_dir: Path = Field(default=Path(), exclude=True)

    @model_validator(mode="after")
    def _names(self) -> Self:
        seen = {ZERO_LINE}
        for number, build in enumerate(self.builds):
            name = " ".join(build.name.lower().split())
            if name in seen:
                taken = "the name of the zero line" if name == ZERO_LINE else "taken by another build"
                raise _refused(f"builds[{number}].name", build.name, f"a name of its own; this one is {taken}")
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
