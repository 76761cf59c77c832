"""Power chains that several tests live through; rates per hour, made up, higher than any site's."""

from wattmint.physics.availability import Generators
from wattmint.physics.outages import Duration, Hazard, duration_of_mean
from wattmint.physics.power_chain import Backup, Chain, Sides
from wattmint.units import HOURS_PER_YEAR

Y = HOURS_PER_YEAR
BODY = Duration(1.0, 0.9)
TAILED = Duration(1.0, 1.1, 6.0, 2.2, 400.0)
FEED = (
    Hazard("sags", 12.0 / Y, Duration(3e-5, 0.8, longest_h=0.02), 0.9, 0.01),
    Hazard("momentary", 5.0 / Y, Duration(0.01, 1.0, longest_h=1 / 12), 0.3, 0.01),
    Hazard("sustained", 2.0 / Y, duration_of_mean(2.0, TAILED), 0.2, 0.05),
    Hazard("storms", 0.8 / Y, duration_of_mean(15.0, TAILED), 0.9, 0.05, storm=True),
    Hazard("distribution", 0.2 / Y, duration_of_mean(60.0, BODY._replace(longest_h=400.0)), 0.0, 0.05),
)
PATH = (
    Hazard("distribution", 0.2 / Y, duration_of_mean(4.0, BODY._replace(longest_h=200.0)), 0.1, 0.5),
    Hazard("people", 0.4 / Y, duration_of_mean(3.0, BODY._replace(longest_h=72.0)), 0.2, 0.5),
    Hazard("planned", 2.0 / Y, duration_of_mean(12.0, Duration(1.0, 0.2, longest_h=96.0)), planned=True),
)
NO_SET = Generators(0, 0, 1.0, 0.0, 1.0, 0.0, 0.0)
SET = Generators(4, 5, 0.97, 0.02, 1.0 / 300.0, 1.0 / 20.0, 0.1)
NOTHING = Backup(1.0, 0.0, 0.004, 0.05, 1.0, NO_SET, 24.0, 8.0, 36.0)
UPS = NOTHING._replace(ups_failure=0.05, ride_hours=0.2)


def chain(feeds: int, paths: int, backup: Backup) -> Chain:
    """A chain of so many feeds and paths."""
    return Chain(Sides(feeds, FEED, 1.0, 0.0006), Sides(paths, PATH, 2.0, 0.0), backup)


CHAINS = {
    "bare": chain(1, 1, NOTHING),
    "two feeds": chain(2, 1, NOTHING),
    "two feeds, batteries": chain(2, 2, UPS),
    "long battery": chain(1, 2, UPS._replace(ride_hours=4.0)),
    "one of each": chain(1, 1, UPS._replace(generators=SET._replace(installed=4))),
    "spares": chain(1, 2, UPS._replace(generators=SET)),
    "lone generator": chain(1, 1, UPS._replace(generators=SET._replace(needed=1, installed=1))),
    "generators without batteries": chain(1, 1, NOTHING._replace(generators=SET)),
    "all twice": chain(2, 2, UPS._replace(ups_failure=0.004, generators=SET._replace(installed=8))),
}
