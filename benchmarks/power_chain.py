"""Is the power chain right? `python benchmarks/power_chain.py [--grid NAME] [--years N] [--seed N]`.

Prints formula beside simulation for every topology, with the difference in standard errors; and the chain beside what others have published: Uptime's
tiers, the Gold Book's second feed, NREL's generators, and Uptime's survey of outages. None of those numbers is an input, but where said.
"""

import argparse
import math
import time
from typing import Final

import numpy as np

from wattmint.facility.grid import grid_named
from wattmint.facility.power_chain import PowerChain, power_chain, simulate, topologies, year_quantiles
from wattmint.physics.availability import Generators, carried
from wattmint.physics.outages import Duration, Hazard, duration_of_mean
from wattmint.physics.power_chain import CAUSES, Backup, Chain, Sides, curves, dark_hours, exceedance
from wattmint.units import HOURS_PER_DAY, HOURS_PER_YEAR

IT_MW: Final = 100.0
LOAD: Final = 0.8
BIN_H: Final = 0.13
"""Hours within which a quantile by formula is exact, both sides together."""

TIERS: Final = {"I": ("n", 28.8), "II": ("n+1-one-path", 22.7), "III": ("n+1", 1.58), "IV": ("2n", 0.44)}
UNPLANNED: Final = {"I": 1.2, "II": 1.0, "III": 0.4, "IV": 0.2}
"""Failures a year of four hours each that stand behind the tiers' hours; all systems, not power alone."""

SURVEY: Final = {"ups": 42, "transfer": 36 + 23, "generators": 28, "distribution": 15}
"""Uptime 2025, per cent of power outages that involved each; transfer is transfer switches and transfers between paths, distribution is controls."""

THREE_YEARS: Final = 0.53
POWER_SHARE: Final = 0.54
"""Uptime 2025: operators with an outage in three years; impactful outages that were of power."""


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--grid", default="us-distribution", help="a row of the table grids")
    parser.add_argument("--years", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    grid = grid_named(options.grid)
    chains = {name: power_chain(name, grid, IT_MW, LOAD) for name in topologies()}
    print(f"{IT_MW:.0f} MW of IT at {LOAD:.0%} on {grid.name}: {grid.interruptions_per_year:.2f} interruptions, {grid.hours_per_year:.1f} h a year\n")
    formula_beside_simulation(chains, options.years, options.seed)
    bad_years(chains, options.years, options.seed)
    tiers(chains)
    second_feed()
    generators()
    survey(chains)


def formula_beside_simulation(chains: dict[str, PowerChain], years: int, seed: int) -> None:
    """Print both, and differences in standard errors that follow from the formula's own spread."""
    simulate(chains["none"], 1, seed)  # compiles
    print(f"{years:,} years, seed {seed}{'availability':>22}{'':12}{'outages a year':>18}{'':9}{'dips a year':>15}{'':8}{'z of causes':>14}")
    print(
        f"{'':18}{'formula':>11}{'simulated':>11}{'z':>6}{'formula':>10}{'simulated':>10}{'z':>6}{'formula':>9}{'simulated':>10}{'z':>6}{'largest':>10}{'s':>8}"
    )
    every = []
    for name, chain in chains.items():
        start = time.perf_counter()
        lived = simulate(chain, years, seed)
        took = time.perf_counter() - start
        lengths, beyond = curves(chain.physics)
        spread = math.sqrt(np.trapezoid(2.0 * lengths * beyond.sum(axis=0), lengths) / HOURS_PER_YEAR / years)
        often = [
            (found.mean(), mean) for found, mean in ((lived.outages_per_year, chain.outages_per_year), (lived.dips_per_year, chain.dips_per_year))
        ]
        z = [(lived.availability - chain.availability) / spread, *((found - mean) / math.sqrt(mean / years) for found, mean in often)]
        expected = years * np.array([share.outages_per_year + share.dips_per_year for share in chain.by_cause])
        seen = expected > 1e-9 * years
        causes = ((np.bincount(lived.causes, minlength=len(CAUSES)) - expected)[seen]) / np.sqrt(expected[seen])
        every += [*z, *causes]
        print(
            f"{name:18}{chain.availability:11.6f}{lived.availability:11.6f}{z[0]:6.1f}{chain.outages_per_year:10.4f}{often[0][0]:10.4f}{z[1]:6.1f}"
            f"{chain.dips_per_year:9.4f}{often[1][0]:10.4f}{z[2]:6.1f}{np.abs(causes).max():10.1f}{took:8.3f}"
        )
    found = np.array(every)
    print(f"{found.size} differences: spread {found.std():.2f} (1 if all is right), largest {np.abs(found).max():.1f}\n")


def bad_years(chains: dict[str, PowerChain], years: int, seed: int) -> None:
    """Print hours in the dark that a share of years does not exceed, and how many standard errors off the simulated share is that does not."""
    shares = (0.5, 0.95, 0.99, 0.999)
    print(f"{'hours in the dark':18}" + "".join(f"{f'{share:.1%} of years':>18}{'z':>6}" for share in shares))
    every = []
    for name, chain in chains.items():
        hours, half = simulate(chain, years, seed).hours_per_year, BIN_H / 2.0
        line = f"{name:18}"
        for share, limit in zip(shares, year_quantiles(chain, shares), strict=True):
            low, high = (float(np.mean(hours <= limit + step)) for step in (-half, half))  # the formula rounds to bins
            z = (min(max(share, low), high) - share) / math.sqrt(share * (1.0 - share) / years)
            every.append(z)
            line += f"{limit:16.1f} h{z:6.1f}"
        print(line)
    print(f"{len(every)} differences beyond the formula's rounding: largest {np.abs(every).max():.1f}\n")


def tiers(chains: dict[str, PowerChain]) -> None:
    """Print Uptime's tiers beside the topologies that come nearest; planned shutdowns of I and II are Uptime's own and an input."""
    print(f"{'tier':6}{'topology':16}{'h a year':>10}{'here':>8}{'planned':>9}{'unplanned':>11}{'failures a year':>17}{'here':>8}")
    for tier, (name, hours) in TIERS.items():
        chain = chains[name]
        planned = next(share for share in chain.by_cause if share.name == "planned")
        dark = (1.0 - chain.availability) * HOURS_PER_YEAR
        unplanned = dark - planned.hours_per_year
        failures = chain.outages_per_year - planned.outages_per_year
        print(f"{tier:6}{name:16}{hours:10.2f}{dark:8.2f}{planned.hours_per_year:9.2f}{unplanned:11.2f}{UNPLANNED[tier]:17.2f}{failures:8.3f}")
    print("Uptime counts cooling and all else; this is power alone, as one block of the load sees it\n")


def second_feed() -> None:
    """Print what a second circuit does to the Gold Book's first: how often is an input (the common share), how long is not."""
    law = duration_of_mean(1.32, Duration(1.0, 1.1, 6.0, 2.0, 336.0))
    never = Sides(1, (Hazard("planned", 1e-12, law),), 1.0, 0.0)
    nothing = Backup(1.0, 0.0, 0.0, 0.0, 1.0, Generators(0, 0, 1.0, 0.0, 1.0, 0.0, 0.0), 1.0, 1.0, 1.0)
    for share, words in ((0.16, "with 16 % of common causes"), (0.0, "if independent")):
        both = Chain(Sides(2, (Hazard("sustained", 1.956 / HOURS_PER_YEAR, law, share),), 1.0, 0.0), never, nothing)
        often, dark = exceedance(both, 0.0).sum() * HOURS_PER_YEAR, dark_hours(both).sum() * HOURS_PER_YEAR
        print(f"Gold Book, both circuits lost: 0.312 a year of 0.52 h; here {words} {often:.3f} a year of {dark / often:.2f} h")
    print()


def generators() -> None:
    """Print how likely generators are to last, beside NREL's studies of 2020 and 2021."""
    hours = 14.0 * HOURS_PER_DAY
    one = Generators(1, 1, 0.995, 0.0094, 1.0 / 1100.0, 1.0 / 37.0, 0.05)
    print(f"NREL, one well-maintained generator through two weeks: about 0.80; here {float(carried(one, hours)):.2f}")
    for common in (0.0, 0.05):
        sets = {f"{k}+1": float(carried(one._replace(needed=k, installed=k + 1, common_share=common), hours)) for k in (1, 2, 5)}
        words = ", ".join(f"{odds:.2f} of {name}" for name, odds in sets.items())
        print(f"NREL, N+1 through two weeks: at least 0.93; here with {common:.0%} of common causes {words}")
    print()


def survey(chains: dict[str, PowerChain]) -> None:
    """Print outages by what failed beside Uptime's survey."""
    rate = -math.log(1.0 - THREE_YEARS) / 3.0
    whole = sum(SURVEY.values())
    print(f"Uptime survey: {rate:.2f} outages a year (53 % in three years), {rate * POWER_SHARE:.3f} of power; shares made to add up to 100 %")
    print(f"{'':18}{'unplanned a year':>18}" + "".join(f"{cause:>14}" for cause in SURVEY) + f"{'fuel':>8}{'people':>20}")
    print(
        f"{'survey':18}{rate * POWER_SHARE:18.3f}"
        + "".join(f"{percent / whole:14.0%}" for percent in SURVEY.values())
        + f"{'-':>8}{'in most of these':>20}"
    )
    for name in ("n+1", "2n"):
        often = {share.name: share.outages_per_year for share in chains[name].by_cause if share.name != "planned"}
        equipment = sum(often.values()) - often["people"]
        shares = "".join(f"{often[cause] / equipment:14.0%}" for cause in SURVEY)
        print(f"{name:18}{sum(often.values()):18.3f}{shares}{often['fuel'] / equipment:8.0%}{often['people'] / sum(often.values()):20.0%}")


if __name__ == "__main__":
    main()
