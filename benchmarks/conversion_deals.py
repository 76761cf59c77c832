"""What `wattmint convert` would have said of public deals that name a cost: P10, median and P90 beside what was published.

    python benchmarks/conversion_deals.py

Little of these sites is public. MW, the halls (new, or buildings that stood there) and how racks are cooled are taken from the announcements; the
backup is what is said of it, else what the calculator takes by itself. Everything else is the calculator's default, so this is a test of its
defaults. What is published are plans and targets of the builders, some of which leave out what others count.
"""

import numpy as np

from wattmint.calculators.conversion.plan import plan_conversion
from wattmint.facts.load import record
from wattmint.scenario.model import Scenario

SITES = {
    "terawulf-fluidstack": ("New York, two 345 kV feeds, no generators", 250, {}, {"backup": "dual-feed-ups"}),
    "cipher-fluidstack": ("Texas", 244, {}, {}),
    "galaxy-coreweave": ("Texas", 800, {}, {}),
    "bitfarms-washington": ("Washington, the mine torn down, tier III", 18, {}, {"backup": "n+1"}),
    "iren-horizon": ("Texas, beside the mine", 75, {}, {"backup": "dual-feed-ups"}),
    "riot-amd": ("Texas, existing buildings", 35, {"hall_kind": "building", "floor_m2": 20_000}, {"ai_class": "air-servers"}),
}
"""What is public of each: place and halls in words, MW of the connection, keys of the two tables."""


def tables(mw: float, existing: dict[str, object], conversion: dict[str, object]) -> dict[str, object]:
    """Return the tables of a site file."""
    return {
        "name": "deal", "site": {"power_mw": mw}, "power": {"fixed_usd_per_mwh": 40.0, "weather": "dallas-2020-2024"},
        "study": {"start": "2026-12", "horizon_months": 120, "paths": 1},
        "existing": {"machines": [{"machine": "antminer-s19j-pro-104t"}], "land_m2": 2_000_000, "feeds": 2, **existing},
        "conversion": {"ai_class": "training", **conversion},
        "builds": [{"name": "Mine", "parts": [{"kind": "mining", "machine": "antminer-s19j-pro-104t"}]}],
    }  # fmt: skip


def main() -> None:
    """Print a row per deal."""
    print(f"{'deal':38} {'published':>9} {'P10':>6} {'P50':>6} {'P90':>6}  {'P50 less published':>18}  within P10 to P90")
    errors = []
    for name, (words, mw, existing, conversion) in SITES.items():
        facts = record("deals", name)
        published = float(facts["site_capex_usd_per_mw"].value) / 1e6
        plan = plan_conversion(Scenario.of(tables(mw, existing, conversion)))
        low, middle, high = np.quantile(plan.costs.total_usd_per_mw, (0.1, 0.5, 0.9)) / 1e6
        errors.append(middle / published - 1.0)
        within = "yes" if low <= published <= high else "no"
        print(f"{facts['name'].value!s:38} {published:9.2f} {low:6.2f} {middle:6.2f} {high:6.2f}  {errors[-1]:+18.0%}  {within:17}  {words}")
    print(f"median of P50 over published: {np.median(errors):+.0%}")


if __name__ == "__main__":
    main()
