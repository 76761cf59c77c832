"""Do the cooling plants come out where published sites are? `python benchmarks/pue_sites.py [--data DIR]`.

DIR holds hourly weather as CSV (columns t_dry_c, t_wet_c, t_dew_c, p_kpa); left out, it is ../shared/data/energy beside the checkout. Prints,
with the error wherever it is bad,

1. published PUE and water of named regions (AWS, Google, Microsoft) against the plant that such a site is taken to have, in its climate or that
   of the nearest weather at hand;
2. plants of AI halls in every climate at hand, beside what fleets report;
3. mining plants beside what their vendors state;
4. water against the heat balance: a kilowatt-hour of heat evaporates at most 1.48 litres, air that is cooled too aside;
5. the law of lift against the curves of chillers, and part load.

Each plant is computed twice, with the same numbers for every site: as the table `coolers` has it, behind double conversion (5 % lost); and as
hyperscale operators say they build: batteries at the rack or eco mode (1 % lost), a supply of 27 °C (the end of ASHRAE's recommended
range), outside air let in up to a dew point of 21 °C (its class A2). Which plant a site has is a guess from what its operator says in general.
"""

import argparse
import json
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np
import polars as pl

from wattmint.facility.cooling import Air, Plant, cooling_hours, plant_named
from wattmint.physics.cooling.chiller import PART_LOAD, RATED_WATER_C, chiller_cop, part_power_share

ROOT: Final = Path(__file__).resolve().parents[1]
RATINGS: Final = (
    ("economiser-chiller", 2.96, (35.0, 26.67, 18.33, 12.78), 4.10, ""),
    ("chilled-water-tower", 6.28, (29.44, 23.89, 18.33, 18.33), 7.03, ", 9.26 with variable speed (path B)"),
)
"""Rated COP, temperatures at the condenser by load, and the least integrated value in ASHRAE 90.1: EER 14.0; 0.500 and 0.380 kW/ton."""

DOUBLE_CONVERSION, RACK_BATTERIES = 0.05, 0.01
WARM_SUPPLY_C, WIDE_DEW_POINT_C = 27.0, 21.0
LATENT_J_PER_KG: Final = 2.44e6
J_PER_KWH: Final = 3.6e6


class Site(NamedTuple):
    """A published figure: of whom, where, of which year; PUE; L/kWh or None; the weather; whether it is that of another place; the plant."""

    name: str
    year: int
    pue: float
    water: float | None
    weather: str
    proxy: str
    plant: str


SITES: Final = (
    Site("AWS, N. Virginia (us-east-1)", 2024, 1.15, 0.12, "leesburg_va_tmyx", "", "evaporative-economiser"),
    Site("Google, N. Virginia (us-east4)", 2024, 1.09, None, "leesburg_va_tmyx", "", "chilled-water-tower"),
    Site("Microsoft, Virginia (East US)", 2022, 1.144, 0.17, "leesburg_va_tmyx", "", "evaporative-economiser"),
    Site("AWS, Ohio (us-east-2)", 2024, 1.13, 0.10, "pittsburgh_pa_tmy3", "Pittsburgh for Dayton/Columbus", "evaporative-economiser"),
    Site("Google, Columbus (us-east5)", 2023, 1.09, None, "pittsburgh_pa_tmy3", "Pittsburgh for Columbus", "chilled-water-tower"),
    Site("Google, Dallas (us-south1)", 2024, 1.12, None, "dallas_tx_tmy3", "", "chilled-water-tower"),
    Site("Microsoft, Texas (South Central)", 2022, 1.307, 1.82, "austin_tx_tmy3", "Austin for San Antonio", "chilled-water-tower"),
    Site("Microsoft, Arizona (West US 3)", 2022, 1.223, 2.24, "phoenix_az_tmy3", "", "evaporative-economiser"),
    Site("AWS, Singapore", 2024, 1.32, 1.68, "singapore_tmy", "", "chilled-water-tower"),
    Site("Google, Singapore", 2024, 1.16, None, "singapore_tmy", "", "chilled-water-tower"),
    Site("Microsoft, Singapore", 2022, 1.358, 2.06, "singapore_tmy", "", "chilled-water-tower"),
)
"""PUE and water as the operators publish them by region, from the Green Software Foundation's collection Cloud_Region_Metadata.csv."""

MINING: Final = (("open-air-fans", 1.02, 1.10), ("evaporative-wall", 1.02, 1.10), ("dry-cooler-hydro", 1.02, 1.10), ("immersion", 1.03, 1.10))
"""What vendors of mining plants state, from and to; no site with a weather of its own is known."""

HALLS: Final = ("economiser-chiller", "evaporative-economiser", "chilled-water-tower", "direct-liquid-dry-cooler")

FLEETS: Final = (("AWS 2024", 1.15), ("Google 2024", 1.09), ("Microsoft FY25", 1.17), ("Meta", 1.08), ("Uptime survey 2024", 1.56))
"""What whole fleets report; where their sites are, and how old, is not in these figures."""

CLIMATES: Final = (
    "midland_tx_tmy3", "dallas_tx_tmy3", "phoenix_az_tmy3", "leesburg_va_tmyx", "pittsburgh_pa_tmy3", "philadelphia_pa_openmeteo_2023",
    "singapore_tmy",
)  # fmt: skip


def main() -> None:
    """Print the five comparisons."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=ROOT.parent / "shared" / "data" / "energy", help="folder of the weather files")
    folder = parser.parse_args().data
    sites(folder)
    climates(folder)
    mining(folder)
    water(folder)
    chillers()


def air_of(folder: Path, weather: str) -> Air:
    """Read a year of weather."""
    frame = pl.read_csv(folder / f"wx_{weather}.csv")
    dry, wet, dew, kilopascals = (frame[name].cast(pl.Float64).to_numpy() for name in ("t_dry_c", "t_wet_c", "t_dew_c", "p_kpa"))
    return Air(dry, wet, dew, 1000.0 * kilopascals)


def behind_double_conversion(plant: Plant) -> Plant:
    """Return a plant of the table behind an ordinary uninterruptible supply."""
    return plant._replace(ups_loss_share=DOUBLE_CONVERSION)


def as_hyperscalers_say(plant: Plant) -> Plant:
    """Return a plant with the changes that large operators report, the same for all."""
    if plant.supply_setpoint_c > WARM_SUPPLY_C:  # a coolant, warmer already
        return plant._replace(ups_loss_share=RACK_BATTERIES)
    warmer = WARM_SUPPLY_C - plant.supply_setpoint_c
    return plant._replace(
        ups_loss_share=RACK_BATTERIES,
        supply_setpoint_c=WARM_SUPPLY_C,
        supply_floor_c=WARM_SUPPLY_C if not plant.open_air else plant.supply_floor_c,
        chilled_water_c=plant.chilled_water_c + warmer,
        economiser_dew_limit_c=WIDE_DEW_POINT_C,
    )


def both_ways(name: str, air: Air) -> tuple[float, float]:
    """Return the yearly mean PUE of a plant as the table has it, and as hyperscalers say."""
    table, said = (float(cooling_hours(of(plant_named(name)), air).pue.mean()) for of in (behind_double_conversion, as_hyperscalers_say))
    return table, said


def sites(folder: Path) -> None:
    """Print published PUE and water beside the computed."""
    print("1. Published regions (error = computed - published)")
    heads = f"{'year':>5}{'PUE':>7}{'table':>8}{'error':>7}{'as said':>9}{'error':>7}{'L/kWh':>8}{'as said':>9}{'error':>7}"
    print(f"{'region':34}{heads}  plant; weather")
    errors: list[tuple[float, float]] = []
    for site in SITES:
        plant, air = plant_named(site.plant), air_of(folder, site.weather)
        plain, said = (cooling_hours(one, air) for one in (behind_double_conversion(plant), as_hyperscalers_say(plant)))
        table, practice, drunk = (float(hours.mean()) for hours in (plain.pue, said.pue, said.water_l_per_kwh))
        errors.append((table - site.pue, practice - site.pue))
        litres = f"{'-':>8}{drunk:>9.2f}{'-':>7}" if site.water is None else f"{site.water:>8.2f}{drunk:>9.2f}{drunk - site.water:>+7.2f}"
        where = site.weather + (f" ({site.proxy})" if site.proxy else "")
        row = f"{site.name:34}{site.year:>5}{site.pue:>7.3f}{table:>8.3f}{table - site.pue:>+7.3f}{practice:>9.3f}{practice - site.pue:>+7.3f}"
        print(f"{row}{litres}  {site.plant}; {where}")
    bias, size = np.mean(errors, axis=0), np.abs(errors).mean(axis=0)
    print(f"error on average {bias[0]:+.3f} (table) and {bias[1]:+.3f} (as said); its size {size[0]:.3f} and {size[1]:.3f}")
    for weather in dict.fromkeys(site.weather for site in SITES):
        published = sorted(site.pue for site in SITES if site.weather == weather)
        computed = [pue for name in HALLS for pue in both_ways(name, air_of(folder, weather))]
        said = f"published {', '.join(f'{pue:.3f}' for pue in published)}"
        print(f"  {weather:22} {said}; all four plants of AI halls, both ways: {min(computed):.3f} to {max(computed):.3f}")
    print()


def climates(folder: Path) -> None:
    """Print the plants of AI halls in every climate beside what fleets report."""
    print("2. Plants of AI halls, yearly mean: as the table has them / as hyperscalers say")
    print(f"{'climate':34}" + "".join(f"{name:>26}" for name in HALLS))
    for climate in CLIMATES:
        air = air_of(folder, climate)
        print(f"{climate:34}" + "".join(f"{'{:.3f} / {:.3f}'.format(*both_ways(name, air)):>26}" for name in HALLS))
    print("fleets: " + ", ".join(f"{name} {pue:.2f}" for name, pue in FLEETS) + "\n")


def mining(folder: Path) -> None:
    """Print mining plants in every climate beside what vendors state."""
    print("3. Mining plants: yearly mean (hottest hour)")
    print(f"{'climate':34}" + "".join(f"{name:>24}" for name, _, _ in MINING))
    for climate in CLIMATES:
        air = air_of(folder, climate)
        found = [cooling_hours(plant_named(name), air).pue for name, _, _ in MINING]
        print(f"{climate:34}" + "".join(f"{f'{pue.mean():.3f} ({pue.max():.3f})':>24}" for pue in found))
    print(f"{'vendors':34}" + "".join(f"{f'{low:.2f} to {high:.2f}':>24}" for _, low, high in MINING) + "\n")


def water(folder: Path) -> None:
    """Print how much of the heat of a tower goes into evaporation."""
    most = J_PER_KWH / LATENT_J_PER_KG
    print(f"4. Towers: litres evaporated per kWh of IT, and per kWh of heat rejected ({most:.2f} if all of it evaporated water)")
    plant = plant_named("chilled-water-tower")
    for climate in CLIMATES:
        hours = cooling_hours(plant, air_of(folder, climate))
        evaporated = hours.water_l_per_kwh * (1.0 - 1.0 / plant.concentration_cycles)
        heat = 1.0 + hours.distribution_share + hours.other_share + hours.fan_share + hours.pump_share + hours.chiller_share
        per_heat = float(evaporated.sum() / heat.sum())
        flushed = f"with flushing {hours.water_l_per_kwh.mean():.2f} L/kWh of IT"
        print(f"{climate:34}{evaporated.mean():>8.2f}{per_heat:>8.2f}{per_heat / most:>8.0%} {flushed}")
    print()


def chillers() -> None:
    """Print the law of lift beside the curves of real chillers."""
    curves = json.loads((ROOT / "tests" / "golden" / "chiller_curves.json").read_text(encoding="utf-8"))
    print("5. The law of lift against EnergyPlus' curves, over the curves' own ranges: error of COP")
    for row in curves["rows"]:
        case = dict(zip(curves["columns"], row, strict=True))
        plant = plant_named("chilled-water-tower" if case["condenser"] == "water" else "economiser-chiller")
        at = (case["reference_x_c"], case["reference_y_c"])
        axes = np.linspace(case["x_low_c"], case["x_high_c"], 9), np.linspace(case["y_low_c"], case["y_high_c"], 15)
        x, y = (axis.ravel() for axis in np.meshgrid(*axes))
        law = np.array([float(chiller_cop(np.array(b), float(a), plant)) for a, b in zip(x, y, strict=True)])
        law /= float(chiller_cop(np.array(at[1]), at[0], plant))
        error = law * _curve(case, x, y) / _curve(case, *(np.array(one) for one in at)) - 1.0
        span = f"water {case['x_low_c']:g} to {case['x_high_c']:g} °C, {case['condenser']} {case['y_low_c']:g} to {case['y_high_c']:g} °C"
        print(f"{case['name']:26} mean {error.mean():+.3f}, of its size {np.abs(error).mean():.3f}, {error.min():+.3f} to {error.max():+.3f}; {span}")
    for name, code, air_or_water_c, least, most in RATINGS:
        plant = plant_named(name)._replace(chiller_cop=code)
        print(f"{name}: rated {code:.2f}, integrated part load {integrated(plant, air_or_water_c):.2f}; energy code at least {least:.2f}{most}")
    loads = np.array([0.25, 0.5, 0.75, 1.0])
    shares = ", ".join(f"{share:.3f}" for share in part_power_share(loads))
    print(f"part load {loads.tolist()}: power {shares} of that at full load (EnergyPlus' coefficients sum to {sum(PART_LOAD):.5f})")
    print("a catalogue curve of one of these chillers, Trane CGAM100: " + ", ".join(f"{0.0424 + 0.6928 * r + 0.2713 * r * r:.3f}" for r in loads))


def integrated(plant: Plant, condenser_c: tuple[float, ...]) -> float:
    """Return the integrated part load value of AHRI 550/590: COP at 100, 75, 50 and 25 % of load, weighted."""
    loads = np.array([1.0, 0.75, 0.5, 0.25])
    cop = chiller_cop(np.array(condenser_c), RATED_WATER_C, plant) * loads / part_power_share(loads)
    return float(cop @ np.array([0.01, 0.42, 0.45, 0.12]))


def _curve(case: dict[str, float], x: np.ndarray, y: np.ndarray) -> np.ndarray:
    return case["c0"] + case["c1"] * x + case["c2"] * x**2 + case["c3"] * y + case["c4"] * y**2 + case["c5"] * x * y


if __name__ == "__main__":
    main()
