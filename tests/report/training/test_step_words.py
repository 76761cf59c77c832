import pytest

from wattmint.calculators.training.step_run import TrainingRun, train
from wattmint.report.training.step_words import step_words, time_shares

CASE = {"model": "llama-3.1-8b", "gpu": "h100", "gpus": 64, "precision": "bf16"}


def test_the_shares_of_a_step_add_up_and_fall():
    shares = time_shares(train(CASE, TrainingRun()))
    assert sum(share for _, share in shares) == pytest.approx(1.0)
    assert [share for _, share in shares] == sorted((share for _, share in shares), reverse=True)


def test_a_run_adds_three_lines():
    alone, whole = step_words(train(CASE, TrainingRun())), step_words(train(CASE, TrainingRun(tokens=1e12)))
    assert whole[: len(alone)] == alone
    assert len(whole) == len(alone) + 3
    assert "with interruptions (goodput" in whole[-3]


def test_without_a_known_rental_it_asks_for_one():
    assert step_words(train({**CASE, "gpu": "l40s"}, TrainingRun(tokens=1e9)))[-1] == "no rental of it is known; give --usd-per-gpu-h"
