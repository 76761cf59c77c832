"""What a year of weather does to a hall, in words: the same sentences and table at the terminal, in the JSON and on the page."""

from dataclasses import asdict
from typing import Any, Final

from wattmint.calculators.facility.ai_air import REFUSED
from wattmint.calculators.facility.answer import ClassHours, FacilityAnswer
from wattmint.facts.load import record, sources_used, text
from wattmint.report.digits import share, usd
from wattmint.report.tables import Table
from wattmint.units import HOURS_PER_COMMON_YEAR, PERCENT

OUTSIDE_KEYS: Final = {
    "recommended": "hours_outside_recommended", "a1": "hours_outside_a1_allowable", "a2": "hours_outside_a2_allowable",
    "a3": "hours_outside_a3_allowable", "a4": "hours_outside_a4_allowable", "h1-recommended": "hours_outside_h1_recommended",
    "h1": "hours_outside_h1_allowable",
}  # fmt: skip
"""Names of the hours outside each class of air, by its id."""

ABOVE_KEYS: Final = {name: f"coolant_hours_above_{name}" for name in ("w17", "w27", "w32", "w40", "w45")}
"""Names of the hours above each class of liquid, by its id."""

NUMBERS: Final = (
    "it_mw", "hours", "missing_hours", "mean_pue", "p99_pue", "max_pue", "grid_mwh", "grid_mwh_per_year", "peak_grid_mw",
    "water_m3", "water_m3_per_year", "wue_l_per_kwh", "mean_inlet_c", "max_inlet_c", "hours_above_recommended_inlet",
    *OUTSIDE_KEYS.values(), *ABOVE_KEYS.values(), "condensation_hours", "humid_dust_hours", "derated_hours", "shutdown_hours",
    "lost_hashrate_share", "pm25_ug_m3", "dust_kg_per_mw_year", "filter_capex_usd", "filter_usd_per_year", "filter_mwh", "sealing_usd", "altitude_m",
)  # fmt: skip
"""Numbers of an answer, the columns of ``--out`` and first keys of ``--json``; None where a question does not arise."""

HEAD: Final = ("class", "up to", "outside", "too hot", "too cold", "too humid", "too dry")
COOLANT_HEAD: Final = ("class", "up to", "above")
USES: Final = {
    "fan": "fans", "pump": "pumps", "chiller": "chiller", "tower": "tower fans", "distribution": "transformers and cables",
    "ups": "uninterruptible supply", "other": "lights and the like",
}  # fmt: skip
"""What people call the uses of power beside IT."""

_ONE_YEAR: Final = 0.01


def numbers(found: FacilityAnswer) -> dict[str, float | None]:
    """Return the answer as flat numbers by name.

    Parameters
    ----------
    found : FacilityAnswer
        A year of weather through a hall.

    Returns
    -------
    dict of str to float or None
        The keys are `NUMBERS`, in their order. Hours, MWh and m³ are those of the weather's hours.
    """
    outside = {OUTSIDE_KEYS[one.id]: one.hours_outside for one in found.classes if one.id in OUTSIDE_KEYS}
    above = {ABOVE_KEYS[one.id]: one.hours_above for one in found.coolants}
    hot = next((one.hours_hot for one in found.classes if one.id == "recommended"), None)
    miner, dust, ai = found.miner, found.dust, found.ai
    own = {
        "it_mw": found.case.it_mw, "hours_above_recommended_inlet": hot,
        "derated_hours": None if miner is None else miner.derated_hours, "shutdown_hours": None if miner is None else miner.shutdown_hours,
        "lost_hashrate_share": None if miner is None else miner.lost_hashrate_share, "pm25_ug_m3": None if dust is None else dust.pm25_ug_m3,
        "dust_kg_per_mw_year": None if dust is None else dust.kg_per_mw_year, "filter_capex_usd": ai.filter_capex_usd,
        "filter_usd_per_year": ai.filter_usd_per_year, "filter_mwh": ai.filter_mwh, "sealing_usd": ai.sealing_usd, **outside, **above,
    }  # fmt: skip
    return {name: own[name] if name in own else getattr(found, name, None) for name in NUMBERS}


def as_answer(found: FacilityAnswer) -> dict[str, Any]:
    """Return the answer as ``--json`` prints it: flat numbers first, then what stands behind them, sentences, notes and sources."""
    used = sources_used(one.source for one in found.inputs)
    case = asdict(found.case)
    return {
        "weather": found.label, "cooling": found.case.cooling, **numbers(found), "power_shares": found.shares,
        "air_path": found.air_path, "condensation_on": found.condensation_on, "covers_year": found.covers_year, "case": case,
        "classes": [asdict(one) for one in found.classes], "coolants": [asdict(one) for one in found.coolants],
        "miner": None if found.miner is None else asdict(found.miner), "ai": asdict(found.ai), "sentences": sentences(found),
        "notes": list(found.notes), "inputs": [asdict(one) for one in found.inputs], "sources": [asdict(one) for one in used],
    }  # fmt: skip


def headline(found: FacilityAnswer) -> str:
    """Return the answer in one line."""
    return f"{found.cooling_name}, weather of {found.label}: PUE {found.mean_pue:.3f}, at most {found.max_pue:.3f}"


def asked(found: FacilityAnswer) -> str:
    """Return what was asked, in one line."""
    case = found.case
    load = f" at {share(case.load_share)} load" if case.load_share < 1.0 else ""
    backup = "" if case.backup == "none" else f", backup {case.backup}"
    altitude = f"{'its pressure that of ' if found.altitude_by_pressure else ''}{found.altitude_m:,.0f} m above the sea"
    return f"{case.it_mw:,.4g} MW of IT{load}{backup}; {found.hours:,} hours of weather, {altitude}"


def sentences(found: FacilityAnswer) -> list[str]:
    """Return the answer in sentences.

    Parameters
    ----------
    found : FacilityAnswer
        A year of weather through a hall.

    Returns
    -------
    list of str
        PUE and energy, water, standard servers, the miner that was named, wet machines, dust, and whether AI servers may stand here.
    """
    energy = found.grid_mwh if found.grid_mwh_per_year is None else found.grid_mwh_per_year
    grid = f"the grid supplies {energy:,.0f} MWh{_in(found)}, at most {found.peak_grid_mw:,.4g} MW"
    said = [f"PUE is {found.mean_pue:.3f} on average and at most {found.p99_pue:.3f} in 99 of 100 hours; {grid}."]
    water = found.water_m3 if found.water_m3_per_year is None else found.water_m3_per_year
    drinks = f"The plant uses {water:,.0f} m3 of water{_in(found)}, {found.wue_l_per_kwh:.2g} L per kWh of IT energy, blowdown included."
    said.append(drinks if water else "The plant uses no water.")
    said += _servers(found)
    if found.miner is not None:
        said.append(_miner(found))
    wet = "Machines that are switched off would be wet" if found.classes else "Pipes of the coolant would sweat"
    said.append(f"{wet} {_hours(found, found.condensation_hours)}.")
    if found.dust is not None and found.dust.kg_per_mw_year is not None:
        humid = f"it is humid enough to make settled dust conduct {_hours(found, found.humid_dust_hours or 0)}"
        dusty = f"Each MW draws {found.dust.kg_per_mw_year:,.2g} kg of fine dust (PM2.5) through its machines in a year"
        said.append(f"{dusty}, at {found.dust.pm25_ug_m3:.3g} ug/m3; {humid}.")
    return [*said, *ai_sentences(found)]


def ai_sentences(found: FacilityAnswer) -> list[str]:
    """Return whether AI servers may stand here, what they need, and what that costs."""
    ai = found.ai
    servers = str(record("envelopes", ai.servers)["name"].value).split(",")[0]
    verdict = (
        f"AI servers ({servers}) {'are refused here: ' + '; '.join(ai.refusals) if ai.verdict == REFUSED else ai.verdict.replace('fits', 'fit')}."
    )
    said = [verdict]
    if ai.remedies:
        said.append(f"{'They would also need' if ai.verdict == REFUSED else 'They need'}: {'; '.join(ai.remedies)}.")
    if ai.filters:
        names = " and ".join(text("air_quality", name, "name") for name in ai.filters)
        inside = "" if ai.pm25_inside_ug_m3 is None else f" and leave {ai.pm25_inside_ug_m3:.2g} ug/m3 of fine dust"
        energy = ai.filter_mwh * (HOURS_PER_COMMON_YEAR / found.hours if found.covers_year else 1.0)
        takes = f"take {energy:,.0f} MWh of fan energy{_in(found)}"
        cost = f"an estimated {usd(ai.filter_capex_usd)} to build and {usd(ai.filter_usd_per_year)} a year to change, {takes}"
        said.append(f"Filters on outside air ({names}) cost {cost}{inside}.")
    if ai.sealing_usd:
        said.append(f"Closing the hall against outside air costs an estimated {usd(ai.sealing_usd)}, a cooling plant for the closed hall aside.")
    return said


def class_table(found: FacilityAnswer) -> Table:
    """Return the hours outside each class as a table: of air by cause, of liquid those above."""
    if found.classes:
        rows = tuple((one.name, f"{one.dry_high_c:.1f} °C", *(f"{hours:,}" for hours in _causes(one))) for one in found.classes)
        return Table(f"Hours outside each class, of {found.hours:,}", HEAD, rows)
    coolants = tuple((one.name, f"{one.coolant_high_c:g} °C", f"{one.hours_above:,}") for one in found.coolants)
    return Table(f"Hours in which the coolant is above each class, of {found.hours:,}", COOLANT_HEAD, coolants)


def power_table(found: FacilityAnswer) -> Table:
    """Return the mean power beside IT by use."""
    it_mw = found.case.it_mw * found.case.load_share
    rows = [(USES[name], f"{mean:.4f}", f"{mean * it_mw:,.3g}") for name, mean in found.shares.items() if mean]
    total = found.mean_pue - 1.0
    return Table("Power beside IT, mean", ("Use", "per IT power", "MW"), (*rows, ("all", f"{total:.4f}", f"{total * it_mw:,.3g}")))


def _causes(one: ClassHours) -> tuple[int, ...]:
    return one.hours_outside, one.hours_hot, one.hours_cold, one.hours_humid, one.hours_dry


def _servers(found: FacilityAnswer) -> list[str]:
    if not found.classes:
        coolant = next(one for one in found.coolants if one.id == found.case.servers)
        limit = f"the {coolant.coolant_high_c:g} °C of class {coolant.id.upper()}"
        return [f"Liquid-cooled AI servers in this hall: above {limit} {_hours(found, coolant.hours_above)}."]
    recommended = next(one for one in found.classes if one.id == "recommended")
    own = next(one for one in found.classes if one.id == found.case.servers)
    causes = zip(("too hot", "too cold", "too humid", "too dry"), _causes(own)[1:], strict=True)
    told = ", ".join(f"{_yearly(found, hours):,.0f} {cause}" for cause, hours in causes if hours)
    outside = f"outside {_class_words(own.id)} {_hours(found, own.hours_outside)}" + (f" ({told})" if told else "")
    return [f"Standard AI servers in this hall: above the recommended inlet temperature {_hours(found, recommended.hours_hot)}; {outside}."]


def _miner(found: FacilityAnswer) -> str:
    miner = found.miner
    if miner is None:
        return ""
    name = str(record("machines", miner.machine)["name"].value)
    throttled = f"throttled {_hours(found, miner.derated_hours)} (above {miner.inlet_limit_c:g} °C)"
    stopped = f"stopped {_hours(found, miner.shutdown_hours)} (above {miner.inlet_off_c:g} °C)"
    lost = f"{PERCENT * miner.lost_hashrate_share:.2g}%" if miner.lost_hashrate_share else "none"
    return f"{name} in this hall: {throttled}, {stopped}; heat takes {lost} of its hashrate."


def _class_words(id_: str) -> str:
    return f"class {id_.upper()}" if id_ in ("a1", "a2", "a3", "a4", "h1") else f"the range {id_}"


def _hours(found: FacilityAnswer, hours: int) -> str:
    if found.covers_year:
        told = f"{_yearly(found, hours):,.0f}"
        return f"{told} hours a year" if told != "1" else "1 hour a year"
    return f"{hours:,} of {found.hours:,} hours"


def _yearly(found: FacilityAnswer, hours: int) -> float:
    """Return hours of a year of 8,760, or those of the weather where it covers no year; nearly whole years count as whole."""
    if not found.covers_year or abs(found.hours / HOURS_PER_COMMON_YEAR - 1.0) < _ONE_YEAR:
        return hours
    return hours * HOURS_PER_COMMON_YEAR / found.hours


def _in(found: FacilityAnswer) -> str:
    return " a year" if found.covers_year else f" in {found.hours:,} hours"
