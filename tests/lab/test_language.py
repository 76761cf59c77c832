import numpy as np
import pytest

from wattmint.lab.language import Language, drawn_language


def test_every_row_is_a_distribution():
    language = drawn_language(8, 1)
    assert language.table.sum(axis=-1) == pytest.approx(1.0)
    assert not np.array_equal(language.table, drawn_language(8, 2).table)


def test_samples_follow_the_table():
    language = drawn_language(4, 1)
    tokens = language.sample(4000, 8, np.random.default_rng(1))
    after = np.zeros((4, 4, 4))
    np.add.at(after, (tokens[:, :-2], tokens[:, 1:-1], tokens[:, 2:]), 1.0)
    seen = after.sum(axis=-1) > 500
    assert seen.sum() > 5
    assert (after / after.sum(axis=-1, keepdims=True))[seen] == pytest.approx(language.table[seen], abs=0.1)


def test_entropy_of_languages_whose_entropy_is_known():
    even = Language(np.full((3, 3, 3), 1.0 / 3.0))
    assert even.entropy() == pytest.approx(np.log(3.0))
    biased = Language(np.broadcast_to([0.5, 0.25, 0.25], (3, 3, 3)).copy())
    assert biased.entropy() == pytest.approx(1.5 * np.log(2.0))
