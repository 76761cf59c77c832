import numpy as np
import pytest

from wattmint.calculators.training.step_cases import read_training_cases
from wattmint.calculators.training.step_layout import choose
from wattmint.calculators.training.step_table import training_fit
from wattmint.physics.training_memory import training_memory
from wattmint.physics.training_step import step_time

CASE = {"model": "llama-3-70b", "gpu": "h100", "gpus": 64, "precision": "fp8", "global_batch": 256}


def chosen(*cases: dict):
    names = sorted({name for case in cases for name in case})
    return choose(read_training_cases({name: [case.get(name) for case in cases] for name in names}), training_fit())


def seconds(case) -> float:
    return float(step_time(case, training_memory(case.model, case.chip, case.plan).recompute).total_s[0])


def test_what_is_given_stays_and_the_rest_fits():
    case, broken = chosen({**CASE, "tp": 4, "pp": 2})
    assert broken == [""]
    assert (case.plan.tp[0], case.plan.pp[0]) == (4.0, 2.0)
    assert training_memory(case.model, case.chip, case.plan).fits[0]


@pytest.mark.parametrize("tp", [1, 2, 4, 8])
@pytest.mark.parametrize("pp", [1, 2, 4])
def test_no_given_plan_that_fits_is_faster_than_the_one_found(tp: int, pp: int):
    best, _ = chosen(CASE)
    other, _ = chosen({**CASE, "tp": tp, "pp": pp})
    if training_memory(other.model, other.chip, other.plan).fits[0]:
        assert seconds(best) <= seconds(other) * (1.0 + 1e-12)


def test_rows_do_not_know_one_another():
    few = [CASE, {**CASE, "model": "qwen3-30b-a3b", "gpus": 16}, {**CASE, "tp": 8}]
    together, _ = chosen(*(few * 60))
    for at, case in enumerate(few):
        alone, _ = chosen(case)
        for name in ("tp", "pp", "cp", "ep", "sharded", "micro_batch", "global_batch"):
            assert np.all(getattr(together.plan, name)[at::3] == getattr(alone.plan, name)[0])


def test_a_batch_that_is_left_out_fills_a_pipeline():
    case, _ = chosen({**CASE, "global_batch": None, "tp": 4, "pp": 4, "cp": 1, "micro_batch": 1})
    assert case.plan.global_batch[0] == 4 * 4 * 4


@pytest.mark.parametrize(
    ("changes", "what"),
    [({"tp": 3}, "gpus = 64: no multiple"), ({"tp": 1, "pp": 1, "cp": 1, "micro_batch": 8}, "global_batch = 256: at least"),
     ({"pp": 81, "gpus": 648}, "ep = 1, pp = 81"),
     ({"model": "qwen3-30b-a3b", "ep": 48}, "ep = 48")],
)  # fmt: skip
def test_a_plan_that_does_not_keep_the_counts_has_a_reason(changes: dict, what: str):
    _, broken = chosen({**CASE, **changes})
    assert broken[0].startswith(what)
