from wattmint.risk.phase import Phase, turns

PHASES = (
    Phase("mining", 40.0, 0, 0, None), Phase("mining", 30.0, 0, 0, 6), Phase("mining", 30.0, 0, 0, 12),
    Phase("hosting", 30.0, 6, 12, None), Phase("hosting", 30.0, 12, 27, 200),
)  # fmt: skip


def test_the_last_month_is_the_one_before_the_end():
    assert [PHASES[1].runs(month) for month in (0, 5, 6)] == [True, True, False]
    assert [PHASES[3].runs(month) for month in (11, 12, 10_000)] == [False, True, True]


def test_power_by_workload_where_it_changes():
    assert turns(PHASES, 120) == [
        (0, {"mining": 100.0}), (6, {"mining": 70.0}), (12, {"mining": 40.0, "hosting": 30.0}), (27, {"mining": 40.0, "hosting": 60.0}),
    ]  # fmt: skip


def test_what_comes_after_the_horizon_is_not_told():
    assert turns(PHASES, 27)[-1][0] == 12
    assert turns(PHASES[4:], 20) == [(0, {})]


def test_a_change_of_hands_that_changes_no_power_is_none():
    assert turns((Phase("hosting", 5.0, 0, 0, 9), Phase("hosting", 5.0, 9, 9, None)), 24) == [(0, {"hosting": 5.0})]
