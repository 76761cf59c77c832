import numpy as np
import pytest
from tests.calculators.conversion.conftest import mine

from wattmint.calculators.conversion.builds import GROUPS
from wattmint.calculators.conversion.plan import plan_conversion
from wattmint.calculators.conversion.worth import MINED, worth_of
from wattmint.risk.alternatives import Alternative
from wattmint.study.alternatives import alternatives

MONTHS = 97


def alternative(name, gain, lines=()):
    values = np.asarray(gain, dtype=float)
    flat = {"subsidy": np.full(MONTHS, 100.0), "energy": np.full(MONTHS, -60.0), "salvage": np.zeros(MONTHS)}
    return Alternative(name, values, values, values, np.full(values.size, np.nan), values, flat | dict(lines))


def worth(plan, gains, **lines):
    found = [alternative("Mine on", [0.0, 0.0]), *(alternative(str(i), gains) for i in range(GROUPS))]
    lease = np.concatenate([np.zeros(40), np.full(MONTHS - 40, 7.0)])
    return worth_of(plan, [*found, *(alternative(case.name, gains, {"lease": lease} | lines) for case in plan.starts)])


def test_groups_count_alike_and_a_start_is_ahead_where_its_gain_is_above_0(plan):
    found = worth(plan, [-1.0, 3.0])
    assert (found.gain_usd.mean, found.wins_share, found.paths) == (1.0, 0.5, 2)
    assert found.gain_irr_defined_share == 0.0
    assert found.best_start is found.starts[0]


def test_what_mining_loses_while_works_run(plan):
    found, case = worth(plan, [1.0, 1.0]), plan.starts[0]
    months = sum(done - begun for begun, done in zip(case.begun, case.done, strict=True))
    assert found.lost_revenue_usd == pytest.approx(100.0 * months * plan.share / 2)
    assert found.lost_margin_usd == pytest.approx(40.0 * months * plan.share / 2)
    assert "subsidy" in MINED


def test_machines_fetch_what_stands_in_the_months_of_their_stop(plan):
    salvage = np.zeros(MONTHS)
    salvage[list(plan.starts[0].begun)] = 5.0
    salvage[-1] = 99.0
    assert worth(plan, [1.0, 1.0], salvage=salvage).machines_usd == 10.0


def test_the_full_rent_is_the_highest_month(plan):
    found = worth(plan, [1.0, 1.0])
    assert (found.full_lease_usd, len(found.lease_usd), found.lease_usd[0]) == (7.0, MONTHS - 1, 0.0)
    assert (found.first_lease_month, found.ramped_lease_month) == (39, 39)
    none = worth(plan, [1.0, 1.0], lease=np.zeros(MONTHS))
    assert (none.first_lease_month, none.ramped_lease_month) == (None, None)


def test_a_lease_of_nothing_is_an_answer():
    free = plan_conversion(mine(conversion={"lease_usd_per_kw_month": 0}), draws=50)
    found = worth_of(free, alternatives(free.builds, threads=1))
    assert (found.full_lease_usd, found.first_lease_month) == (0.0, None)
    assert found.gain_usd.p90 < 0.0
