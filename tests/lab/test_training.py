import dataclasses
from pathlib import Path

import numpy as np
import pytest

from wattmint.lab.decoder import Shape, drawn
from wattmint.lab.language import drawn_language
from wattmint.lab.training import MODEL, State, load, loss_and_gradients, save, started, trained

SMALL = Shape(layers=2, hidden=8, heads=2, ffn=16, vocab=7, context=5)


def test_gradients_are_those_of_finite_differences():
    weights = {name: matrix.astype(np.float64) for name, matrix in drawn(SMALL, 3).items()}
    rng = np.random.default_rng(0)
    tokens = rng.integers(SMALL.vocab, size=(3, SMALL.context + 1))
    _, gradients = loss_and_gradients(SMALL, weights, tokens)
    assert set(gradients) == set(weights)
    for name, matrix in weights.items():
        for _ in range(4):
            at = tuple(int(rng.integers(size)) for size in matrix.shape)
            losses = []
            for push in (1e-5, -1e-5):
                moved = matrix.copy()
                moved[at] += push
                losses.append(loss_and_gradients(SMALL, weights | {name: moved}, tokens)[0])
            assert gradients[name][at] == pytest.approx((losses[0] - losses[1]) / 2e-5, abs=1e-6), name


def run(steps: int, state: State | None = None) -> State:
    state = state or started(1, SMALL)
    for _ in range(steps):
        state = trained(state, drawn_language(SMALL.vocab, 1), 1, SMALL)
    return state


def test_training_learns():
    first, last = run(1), run(60)
    assert last.loss < first.loss - 0.3


def test_a_run_taken_up_from_a_checkpoint_is_the_run(tmp_path: Path):
    file = tmp_path / "checkpoint.npz"
    save(run(5), file)
    again, whole = run(5, load(file)), run(10)
    assert (again.step, again.loss) == (whole.step, whole.loss)
    assert all(np.array_equal(again.weights[name], whole.weights[name]) for name in whole.weights)
    assert list(tmp_path.iterdir()) == [file]


def test_a_run_without_the_running_means_is_another(tmp_path: Path):
    file = tmp_path / "checkpoint.npz"
    save(run(5), file)
    forgetful = dataclasses.replace(load(file), mean=started(1, SMALL).mean)
    assert run(5, forgetful).loss != run(10).loss


def test_a_start_has_no_loss(tmp_path: Path):
    save(started(1, SMALL), tmp_path / "c.npz")
    assert load(tmp_path / "c.npz").loss is None


def test_the_model_is_as_large_as_it_says():
    assert sum(matrix.size for name, matrix in drawn(MODEL, 1).items() if name not in ("embedding", "positions")) == 100_352
