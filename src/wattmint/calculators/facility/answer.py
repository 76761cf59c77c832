"""What a year of weather through a hall amounts to: the nouns of the answer."""

from dataclasses import dataclass

from wattmint.calculators.facility.case import FacilityCase
from wattmint.facility.cooling import Air, CoolingHours
from wattmint.provenance import UsedInput
from wattmint.types import IntArray


@dataclass(frozen=True, slots=True, kw_only=True)
class AiHall:
    """Whether AI servers may stand in a hall, and what the air asks for.

    Attributes
    ----------
    servers : str
        Class of the servers, row of the facts table `envelopes`.
    verdict : str
        ``fits``, ``fits with filters`` or ``refused``.
    refusals : tuple of str
        Why not, in words; empty where it is not refused.
    remedies : tuple of str
        What else the hall needs, in words.
    filters : tuple of str
        Filters on the air from outside, rows of the facts table `air_quality`; none where no outside air goes, or may go, through the servers.
    filter_capex_usd, filter_usd_per_year, filter_mwh : float
        Frames and housings; filters as they are changed; fan energy over the hours of the weather.
    pm25_inside_ug_m3 : float or None
        Fine dust behind the filters; None where that outside is not known.
    sealing_usd : float
        What closing the hall against outside air costs, the cooling plant aside; 0 where it need not be closed.
    """

    servers: str
    verdict: str
    refusals: tuple[str, ...]
    remedies: tuple[str, ...]
    filters: tuple[str, ...]
    filter_capex_usd: float
    filter_usd_per_year: float
    filter_mwh: float
    pm25_inside_ug_m3: float | None
    sealing_usd: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassHours:
    """Hours outside a class of air.

    Attributes
    ----------
    id, name : str
        Row of the facts table `envelopes`, and what people call it.
    dry_high_c : float
        Highest temperature at this altitude.
    hours_outside, hours_hot, hours_cold, hours_humid, hours_dry : int
        For whatever cause, and by cause; an hour may have several.
    hours_wet : int
        Those of the humid hours whose dew point is too high, so that warming the air does not help.
    """

    id: str
    name: str
    dry_high_c: float
    hours_outside: int
    hours_hot: int
    hours_cold: int
    hours_humid: int
    hours_dry: int
    hours_wet: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CoolantHours:
    """Hours above a class of liquid: `id`, `name`, `coolant_high_c` and `hours_above`."""

    id: str
    name: str
    coolant_high_c: float
    hours_above: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MinerHours:
    """What heat does to a mining machine.

    Attributes
    ----------
    machine : str
        Row of the facts table `machines`.
    inlet_limit_c, inlet_off_c : float
        Inlet temperatures up to which it keeps its hashrate, and above which it stops.
    derated_hours, shutdown_hours : int
        Between the two, and above.
    lost_hashrate_share : float
        Of a year without heat.
    """

    machine: str
    inlet_limit_c: float
    inlet_off_c: float
    derated_hours: int
    shutdown_hours: int
    lost_hashrate_share: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Dust:
    """Fine dust (PM2.5) in the air outside.

    Attributes
    ----------
    pm25_ug_m3 : float
        Mean of the year.
    kg_per_mw_year : float or None
        What the air of the hall carries through the machines; None where outside air does not go through them, or the weather covers no year.
    """

    pm25_ug_m3: float
    kg_per_mw_year: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class HourlyPicture:
    """The hours behind the numbers, for charts; all of shape (n,).

    Attributes
    ----------
    month, hour_of_day : IntArray
        1 … 12 and 0 … 23 on the clock of the site.
    air : Air
        Outside.
    cooling : CoolingHours
        What the plant does.
    """

    month: IntArray
    hour_of_day: IntArray
    air: Air
    cooling: CoolingHours


@dataclass(frozen=True, slots=True, kw_only=True)
class FacilityAnswer:
    """A year of weather through a hall.

    Attributes
    ----------
    case : FacilityCase
        As settled.
    label, cooling_name, air_path : str
        Of the weather; of the plant; and where the machines' air comes from.
    hours : int
        Hours of weather.
    missing_hours : int
        Hours that the weather lacks between its first and its last.
    covers_year : bool
        Whether all seasons are in it.
    altitude_m : float
        Of the site where it was given, else of the weather's station; where neither is known, that whose standard pressure is the mean pressure.
    altitude_by_pressure : bool
        Whether it is the latter.
    mean_pue, p99_pue, max_pue : float
        Mean over the hours, not exceeded in 99 of 100, highest.
    grid_mwh, grid_mwh_per_year, peak_grid_mw : float or None
        Energy of the hours and of a year; highest power.
    water_m3, water_m3_per_year, wue_l_per_kwh : float or None
        Water of the hours and of a year; litres per kWh of IT energy.
    shares : dict of str to float
        Mean power of each of `SHARES` over IT power; together PUE less 1.
    mean_inlet_c, max_inlet_c : float
        Of the air or coolant at the machines.
    classes : tuple of ClassHours
        None for machines that are cooled by liquid.
    coolants : tuple of CoolantHours
        None for machines that breathe.
    condensation_on : str
        ``machines switched off``, or ``coolant pipes``.
    condensation_hours : int
        Hours in which they are wet.
    humid_dust_hours : int or None
        Hours in which settled dust takes up water and conducts; None where outside air does not go through the machines.
    miner : MinerHours or None
        Of the machine that was named.
    dust : Dust or None
        Where it is known.
    ai : AiHall
        Whether AI servers may stand here, and what it takes.
    notes : tuple of str
        What was found and done.
    inputs : tuple of UsedInput
        Numbers that the answer rests on.
    picture : HourlyPicture
        The hours themselves.
    """

    case: FacilityCase
    label: str
    cooling_name: str
    air_path: str
    hours: int
    missing_hours: int
    covers_year: bool
    altitude_m: float
    altitude_by_pressure: bool
    mean_pue: float
    p99_pue: float
    max_pue: float
    grid_mwh: float
    grid_mwh_per_year: float | None
    peak_grid_mw: float
    water_m3: float
    water_m3_per_year: float | None
    wue_l_per_kwh: float
    shares: dict[str, float]
    mean_inlet_c: float
    max_inlet_c: float
    classes: tuple[ClassHours, ...]
    coolants: tuple[CoolantHours, ...]
    condensation_on: str
    condensation_hours: int
    humid_dust_hours: int | None
    miner: MinerHours | None
    dust: Dust | None
    ai: AiHall
    notes: tuple[str, ...]
    inputs: tuple[UsedInput, ...]
    picture: HourlyPicture
