import math

import numpy as np
import pytest

from wattmint.physics.race import hopeless_gap, nakamoto, race_odds, rosenfeld
from wattmint.physics.race_simulation import race_heads, race_heads_plain, simulate, walk_gaps, walk_gaps_plain


@pytest.mark.parametrize(("share", "blocks", "lead", "give_up"), [(0.3, 2, 1, 8), (0.45, 6, 0, 20), (0.6, 4, 1, 30)])
def test_simulated_attacks_meet_the_exact_averages(share, blocks, lead, give_up):
    trials = 40_000
    odds = race_odds(share, blocks, lead, give_up)
    wins, found = simulate(np.random.default_rng(5), share, blocks, lead, give_up, trials)
    assert abs(wins / trials - odds.success) < 3 * math.sqrt(odds.success * (1 - odds.success) / trials) + 1e-12
    assert found / trials == pytest.approx(odds.attacker_blocks, rel=0.03)


@pytest.mark.parametrize(("share", "blocks"), [(0.1, 2), (0.3, 6), (0.45, 3)])
def test_kernels_do_what_their_plain_twins_do(share, blocks):
    heads = [np.zeros(500, dtype=np.int64) for _ in range(2)]
    race_heads(np.random.default_rng(3), share, blocks, heads[0])
    race_heads_plain(np.random.default_rng(3), share, blocks, heads[1])
    assert heads[0].tolist() == heads[1].tolist()
    walks = [walk(np.random.default_rng(4), share, blocks + 1, 25, heads[0]) for walk in (walk_gaps, walk_gaps_plain)]
    assert walks[0] == walks[1]


def test_the_same_seed_gives_the_same_attacks_and_timed_ones_are_nakamoto_s():
    first, again = (simulate(np.random.default_rng(1), 0.3, 3, 0, 60, 5_000) for _ in range(2))
    assert first == again
    wins, _ = simulate(np.random.default_rng(2), 0.3, 6, 0, hopeless_gap(0.3, 6), 40_000, timed=True)
    chance = nakamoto(0.3, 6)
    assert abs(wins / 40_000 - chance) < 3 * math.sqrt(chance * (1 - chance) / 40_000)
    assert abs(rosenfeld(0.3, 6) - chance) > 3 * math.sqrt(chance * (1 - chance) / 40_000)  # the two models can be told apart here
