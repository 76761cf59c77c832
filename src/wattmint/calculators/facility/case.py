"""A hall and its weather as asked for, checked: what is given, what goes together, and the default of what was left out."""

from dataclasses import dataclass, replace
from typing import Final

from wattmint.calculators.limits import checked
from wattmint.errors import InputError, UnknownNameError
from wattmint.facility.air_quality import MILD, corrosion_class, corrosion_classes
from wattmint.facility.cooling import plant_names
from wattmint.facility.envelope import air_classes, liquid_classes
from wattmint.facts.load import attribute, record, table, text
from wattmint.market.instants import check_time_zone
from wattmint.provenance import UsedInput

LIQUID, OUTSIDE = "liquid", "outside"
"""Values of `air_path` in the table `coolers`: machines that drink, and machines that breathe what is outside."""

AIR_SERVERS, LIQUID_SERVERS = "a2", "w45"
"""Classes of standard AI servers: volume servers are A2, racks with liquid are rated for coolant of 45 °C."""

CORROSIVE: Final = "recommended-corrosive"
"""Row of the table `envelopes` for air that corrodes faster than G1; no class of servers."""

NO_BACKUP: Final = "none"
NUMBERS: Final = {
    "it_mw": "it_mw", "load_share": "it_load_share", "altitude_m": "altitude_m", "pm25_ug_m3": "pm25_ug_m3", "copper_film_a": "copper_film_a",
    "silver_film_a": "silver_film_a",
}  # fmt: skip
"""Fields that hold numbers, and their rows of the data dictionary."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FacilityCase:
    """A hall and its weather; None takes the default or leaves the question out.

    Attributes
    ----------
    weather : str
        Id of an embedded series, or the path of a file.
    cooling : str
        Row of the facts table `coolers`.
    it_mw : float
        IT power that the plant is built for.
    load_share : float
        IT power drawn over that.
    backup : str
        Row of the facts table `backup`: its standing losses count in the PUE.
    machine : str or None
        Mining machine, row of the facts table `machines`.
    servers : str or None
        Class of the AI servers, row of the facts table `envelopes`; A2, or W45 where machines are cooled by liquid.
    time_zone : str or None
        Clock of the site, and of timestamps without an offset.
    altitude_m : float or None
        Altitude of the site; None takes the weather's own pressure.
    pm25_ug_m3 : float or None
        Annual mean of fine dust; None takes the weather file's, where it has any.
    corrosion : str or None
        Class of the outside air after ISA-71.04, mild by default; or the films on coupons instead:
    copper_film_a, silver_film_a : float or None
        Growth in ångström per 30 days; both or none.
    """

    weather: str
    cooling: str
    it_mw: float
    load_share: float = 1.0
    backup: str = NO_BACKUP
    machine: str | None = None
    servers: str | None = None
    time_zone: str | None = None
    altitude_m: float | None = None
    pm25_ug_m3: float | None = None
    corrosion: str | None = None
    copper_film_a: float | None = None
    silver_film_a: float | None = None


def settled(case: FacilityCase) -> FacilityCase:
    """Return the case with its defaults, if all of it can be.

    Parameters
    ----------
    case : FacilityCase
        As asked for.

    Returns
    -------
    FacilityCase
        With `servers` and `corrosion` filled in, and a time zone where the weather's is known.

    Raises
    ------
    InputError
        If a number is out of range, a name is unknown, or two things do not go together.
    """
    for name, row in NUMBERS.items():
        if getattr(case, name) is not None:
            checked(row, getattr(case, name))
    if case.cooling not in plant_names():
        raise UnknownNameError("cooling", case.cooling, plant_names())
    record("backup", case.backup, field="backup")
    if case.time_zone is not None:
        check_time_zone(case.time_zone, "time_zone")
    if case.machine is not None:
        _check_machine(case.machine, case.cooling)
    return replace(case, servers=_servers(case), corrosion=_corrosion(case), time_zone=_time_zone(case))


def air_path(cooling: str) -> str:
    """Return where the machines' air comes from: ``outside``, ``recirculated`` or ``liquid``."""
    return text("coolers", cooling, "air_path")


def given_inputs(case: FacilityCase) -> tuple[UsedInput, ...]:
    """Return the numbers of a case that were given, for the list of inputs."""
    rows = ((row, getattr(case, name)) for name, row in NUMBERS.items())
    return tuple(UsedInput(row, value, attribute(row).unit, "given", "given") for row, value in rows if value is not None)


def _servers(case: FacilityCase) -> str:
    known = liquid_classes() if air_path(case.cooling) == LIQUID else tuple(name for name in air_classes() if name != CORROSIVE)
    if case.servers is None:
        return LIQUID_SERVERS if air_path(case.cooling) == LIQUID else AIR_SERVERS
    if case.servers not in known:
        if case.servers in (*air_classes(), *liquid_classes()):
            raise InputError("servers", case.servers, f"a class that {case.cooling} can serve: {', '.join(known)}")
        raise UnknownNameError("servers", case.servers, known)
    return case.servers


def _corrosion(case: FacilityCase) -> str:
    films = [name for name in ("copper_film_a", "silver_film_a") if getattr(case, name) is not None]
    if case.corrosion is not None:
        if films:
            raise InputError("corrosion", case.corrosion, f"either a class or films, not both; {films[0]} is given too")
        if case.corrosion not in corrosion_classes():
            raise UnknownNameError("corrosion", case.corrosion, corrosion_classes())
        return case.corrosion
    if len(films) == 1:
        raise InputError(films[0], getattr(case, films[0]), "needs the film on the other metal too: both silver and copper decide the class")
    if case.copper_film_a is None or case.silver_film_a is None:
        return MILD
    return corrosion_class(case.copper_film_a, case.silver_film_a)


def _time_zone(case: FacilityCase) -> str | None:
    series = table("series").get(case.weather, {})
    return case.time_zone or (str(series["time_zone"].value) if "time_zone" in series else None)


def _check_machine(machine: str, cooling: str) -> None:
    family = str(record("machines", machine, field="machine")["machine_cooling"].value)
    for_miners = record("coolers", cooling).get("machine_cooling")
    fits = family == for_miners.value if for_miners is not None else family == "air" and air_path(cooling) != LIQUID
    if not fits:
        suited = [name for name in plant_names() if (fact := record("coolers", name).get("machine_cooling")) is not None and fact.value == family]
        raise InputError("machine", machine, f"a machine that {cooling} can cool; this one is cooled by {family} and goes with {' or '.join(suited)}")
