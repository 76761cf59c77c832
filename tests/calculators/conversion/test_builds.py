import numpy as np
import pytest

from wattmint.calculators.conversion.builds import GROUPS, KEEP, cases, starts
from wattmint.calculators.conversion.schedule import Times

MONTHS = np.arange(10.0, 60.0)
TIMES = Times(MONTHS, *(np.stack([MONTHS - back, MONTHS - back + 3.0]) for back in (6.0, 4.0, 2.0, 0.0)))
CAPEX = MONTHS * 1e5


def test_groups_are_of_equal_size_and_keep_the_mean():
    found = cases(TIMES, CAPEX, np.full(50, 3e4), 0, 240)
    assert len(found) == GROUPS
    assert np.mean([case.site_capex_usd_per_mw for case in found]) == pytest.approx(CAPEX.mean())
    assert [case.done[-1] for case in found] == sorted(case.done[-1] for case in found)


def test_later_starts_are_later_and_dearer_until_the_horizon_is_too_near():
    found = starts(TIMES, CAPEX, np.full(50, 3e4), 2, 0.05, 96)
    assert [case.month for case in found] == [2, 14, 26, 38]
    assert found[1].site_capex_usd_per_mw == pytest.approx(1.05 * CAPEX.mean())
    assert found[1].done == tuple(month + 12 for month in found[0].done)


def test_blocks_that_the_horizon_cuts_off_are_handed_over_in_its_last_month():
    (slow,) = cases(TIMES, CAPEX, CAPEX, 0, 30)[-1:]
    assert slow.done == (29, 29)
    assert all(begun < done for begun, done in zip(slow.begun, slow.done, strict=True))


def test_builds_take_the_whole_site_and_never_more(plan):
    keep, *others = plan.builds.builds
    assert keep.name == KEEP
    assert sum(part.share for part in keep.parts) == pytest.approx(1.0)
    for build in others:
        assert sum(part.share for part in build.parts if part.kind == "hosting") == pytest.approx(0.6)
        assert sum(part.share for part in build.parts if part.kind == "mining") == pytest.approx(1.0)
        for part in build.parts:
            assert part.kind == "hosting" or part.existing
        stops = sorted(part.until_month for part in build.parts if part.kind == "mining" and part.until_month is not None)
        assert stops == sorted(part.from_month for part in build.parts if part.kind == "hosting")
