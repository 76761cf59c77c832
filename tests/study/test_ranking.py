import numpy as np


def test_the_map_agrees_with_the_verdict_at_todays_point(verdict):
    """The centre of the map is today's market; its winner is the verdict's winner."""
    grid = verdict.win_map
    assert grid.winner[len(grid.gpu_usd_per_gpu_h) // 2][len(grid.btc_usd) // 2] == verdict.winner.name


def test_axes_run_around_today(verdict):
    assert (np.diff(verdict.win_map.btc_usd) > 0).all()
    assert (np.diff(verdict.win_map.gpu_usd_per_gpu_h) > 0).all()


def test_flips_name_todays_winner_and_lie_in_their_range(verdict):
    assert {flip.driver for flip in verdict.flips} == {"bitcoin price", "power price", "GPU rental", "token price"}
    for flip in verdict.flips:
        assert flip.winner == verdict.winner.name
        assert (flip.value is None) == (flip.then is None)
        if flip.value is not None:
            assert flip.low <= flip.value <= flip.high
            assert flip.then != flip.winner
