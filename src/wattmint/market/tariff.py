"""What the grid connection costs beside the wholesale price, from the site file and the cited defaults."""

from wattmint.facts.load import record
from wattmint.provenance import UsedInput
from wattmint.scenario.model import Scenario
from wattmint.types import Tariff


def tariff_of(scenario: Scenario) -> tuple[Tariff, tuple[UsedInput, ...]]:
    """Return the site's tariff and the numbers it rests on.

    Parameters
    ----------
    scenario : Scenario
        Its ``power`` table.

    Returns
    -------
    tuple of (Tariff, tuple of UsedInput)
        `Tariff.peak_avoidance` comes from the facts table `defaults` when the site file leaves it out.
    """
    power = scenario.power
    given = [
        UsedInput("delivery_usd_per_mwh", power.delivery_usd_per_mwh, "USD/MWh", "site file", "given"),
        UsedInput("demand_charge_usd_per_kw_month", power.demand_charge_usd_per_kw_month, "USD/kW-month", "site file", "given"),
    ]
    avoidance = power.peak_avoidance
    if avoidance is None:
        fact = record("defaults", "power")["peak_avoidance"]
        avoidance = float(fact.value)
        given.append(fact.used())
    else:
        given.append(UsedInput("peak_avoidance", avoidance, "share", "site file", "given"))
    return Tariff(power.delivery_usd_per_mwh, power.demand_charge_usd_per_kw_month, avoidance), tuple(given)
