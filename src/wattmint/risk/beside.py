"""What stands beside a build's returns: what a unit of its output costs, and what its money would have made as coins."""

from dataclasses import dataclass

from wattmint.risk.measures import Spread


@dataclass(frozen=True, slots=True)
class Levelised:
    """What a unit of output must fetch for its cost to come back at the discount rate.

    Attributes
    ----------
    unit : str
        ``PH/s-day``, ``GPU-hour``, ``MWh of IT load``, ….
    usd_per_unit : Spread
        Over the paths that make any: discounted costs over discounted output.
    together_usd_per_unit : float or None
        Discounted costs of all paths over the discounted output of all: paths that make little count little.
    """

    unit: str
    usd_per_unit: Spread
    together_usd_per_unit: float | None


@dataclass(frozen=True, slots=True)
class CoinInstead:
    """The same capital spent on coins on the day of decision, and kept to the end of the horizon, on the same paths; before tax.

    Attributes
    ----------
    capital_usd, coins : float
        The build's median capital need before debt, and the coins that it buys at the day's price.
    npv_usd, irr : Spread
        At the discount rate of the study, and per year.
    loss_probability : float
        Share of paths in which the NPV is negative.
    build_ahead_share : float
        Share of paths in which the build's NPV before tax and debt is the higher one.
    """

    capital_usd: float
    coins: float
    npv_usd: Spread
    irr: Spread
    loss_probability: float
    build_ahead_share: float
